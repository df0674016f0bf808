/** `retained`: what would be freed with an object, and the objects with which most would be. */
import { addressText, type RetainedSize, type RetainedSizes, retainedSizes, valueText } from "#core";
import { parse } from "../../command.ts";
import { grouped } from "../../text.ts";
import { counted, moreLines, PAGE_OPTIONS, type Page, pageOf, singleArgument, tableLines } from "../image/layout.ts";
import { lazyAnswer, type Topic, type TopicContext } from "../topic.ts";
import { nodeText, reporter, subjectOf } from "./graph-questions.ts";

export const retainedTopic: Topic = {
  name: "retained",
  synopsis: "retained [ADDRESS|NAME] [--from N] [--count N]",
  summary: "what would be freed with an object, biggest parts first; without an object: what keeps most of the image",
  run(context) {
    const { values, positionals } = parse(context.args, PAGE_OPTIONS);
    const page = pageOf(values);
    const text = singleArgument(positionals);
    return text === null ? biggest(context, page) : ofObject(context, text, page);
  },
};

function biggest(context: TopicContext, page: Page) {
  const sizes = retainedSizes(context.image.view, reporter(context));
  const { objects, words } = sizes.sizeOf(sizes.top);
  function* lines(): Generator<string> {
    yield `${counted(objects, "object")}, ${grouped(words)} words in the whole image; biggest parts that one root or object keeps alone:`;
    yield* children(sizes, sizes.top, page);
  }
  return lazyAnswer(lines, () => ({ objects, words, keptBy: childrenJson(sizes, sizes.top, page) }));
}

function ofObject(context: TopicContext, text: string, page: Page) {
  const { graph, object, node, how } = subjectOf(context, text);
  const sizes = retainedSizes(context.image.view, reporter(context));
  const { objects, words } = sizes.sizeOf(node);
  const keeper = sizes.keeperOf(node);
  function* lines(): Generator<string> {
    yield `${valueText(graph.view, object)}${how === null ? "" : `   (${how})`}`;
    yield `with it ${counted(objects, "object")} would be freed, ${grouped(words)} words (itself ${grouped(graph.wordsOf(node))})`;
    yield keeper === sizes.top
      ? "no single object keeps it: several roots or objects do, or none"
      : `it would be freed with ${nodeText(graph, keeper)}`;
    if (sizes.childCount(node) > 0) yield* children(sizes, node, page);
  }
  return lazyAnswer(lines, () => ({
    object: addressText(object),
    how,
    objects,
    words,
    ownWords: graph.wordsOf(node),
    keeper: keeper === sizes.top ? null : nodeText(graph, keeper),
    keeps: childrenJson(sizes, node, page),
  }));
}

function* children(sizes: RetainedSizes, node: number, page: Page): Generator<string> {
  const rows = sizes.children(node, page.from, page.count);
  const cells = (child: RetainedSize) => [
    grouped(child.words),
    grouped(child.objects),
    nodeText(sizes.graph, child.node),
  ];
  yield* tableLines(["words", "objects", "kept with"], rows.map(cells));
  yield* moreLines(page, sizes.childCount(node), "parts");
}

function childrenJson(sizes: RetainedSizes, node: number, page: Page): unknown {
  return sizes.children(node, page.from, page.count).map((child) => ({
    ...sizes.graph.nodeHolder(child.node),
    text: nodeText(sizes.graph, child.node),
    objects: child.objects,
    words: child.words,
  }));
}
