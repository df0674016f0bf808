/** `why`: the shortest way from a root to an object, or why there is none. */
import {
  addressText,
  foldedPath,
  pathFromRoot,
  referenceText,
  UNREACHED_CLASSES,
  type UnreachedClass,
  unreached,
  valueText,
} from "#core";
import { grouped } from "../../text.ts";
import { singleArgument } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";
import { graphOf, referenceJson, subjectOf } from "./graph-questions.ts";

/** What it means to be one of those that no root reaches. */
export const CLASS_MEANINGS: Readonly<Record<UnreachedClass, string>> = {
  replaced:
    "code of the image itself that nothing refers to any more, or what only such code holds: it is not counted and stays for ever",
  waiting: "its count is 0, or only such objects hold it: the next collection takes it",
  lost: "nothing refers to it although its count is above 0, or only such objects hold it: it is never freed",
  cyclic: "only objects hold it that hold each other: reference counts never free it (see the topic islands)",
};

export const whyTopic: Topic = {
  name: "why",
  synopsis: "why ADDRESS|NAME",
  summary: "why an object is alive: the shortest way from a root to it",
  run(context) {
    const text = singleArgument(context.args);
    const { graph, object, node, how } = subjectOf(context, text);
    const { view } = graph;
    const path = pathFromRoot(graph, node);
    const unreachedAs =
      path === null ? UNREACHED_CLASSES.find((name) => unreached(graphOf(context))[name].includes(node)) : undefined;
    function* lines(): Generator<string> {
      yield `${valueText(view, object)}${how === null ? "" : `   (${how})`}`;
      if (path === null) {
        yield "no root reaches it";
        if (unreachedAs !== undefined) yield `${unreachedAs}: ${CLASS_MEANINGS[unreachedAs]}`;
        return;
      }
      const width = String(path.length).length;
      for (const step of foldedPath(path)) {
        if ("leftOut" in step) yield `${" ".repeat(width)}  … ${grouped(step.leftOut)} more steps down the list`;
        else yield `${String(step.position + 1).padStart(width)}  ${referenceText(view, step.reference)}`;
      }
    }
    return lazyAnswer(lines, () => ({
      object: addressText(object),
      value: valueText(view, object),
      how,
      isReached: path !== null,
      unreachedAs: unreachedAs ?? null,
      path: path?.map((reference) => referenceJson(graph, reference)) ?? [],
    }));
  },
};
