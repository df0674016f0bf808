/** `holders`: every reference to an object, or to a place inside one when something refers to just that. */
import { addressText, type HeapReference, holdersOf, objectAt, parseAddress, referenceText, valueText } from "#core";
import { parse } from "../../command.ts";
import { moreLines, PAGE_OPTIONS, type Page, pageOf, singleArgument } from "../image/layout.ts";
import { lazyAnswer, type Topic, type TopicAnswer, type TopicContext } from "../topic.ts";
import { graphOf, referenceJson, subjectOf } from "./graph-questions.ts";

/** References to what is no object are searched for, and only so many are looked for. */
const SEARCH_LIMIT = 100_000;

export const holdersTopic: Topic = {
  name: "holders",
  synopsis: "holders ADDRESS|NAME [--from N] [--count N]",
  summary: "every reference to an object, with its holder and slot; roots first",
  run(context) {
    const { values, positionals } = parse(context.args, PAGE_OPTIONS);
    const page = pageOf(values);
    const text = singleArgument(positionals);
    const address = parseAddress(text ?? "");
    const graph = graphOf(context);
    if (address !== null && graph.numberOf(address) < 0) {
      context.progress("searching the heap");
      const found = holdersOf(graph.view, address, SEARCH_LIMIT);
      const isInside = objectAt(graph, address).object !== null;
      if (!isInside || found.length > 0)
        return answer(context, address, null, page, found.length, found.slice(page.from, page.from + page.count));
    }
    const { object, node, how } = subjectOf(context, text);
    return answer(context, object, how, page, graph.holderCount(node), graph.holders(node, page.from, page.count));
  },
};

function answer(
  context: TopicContext,
  target: number,
  how: string | null,
  page: Page,
  total: number,
  references: readonly HeapReference[],
): TopicAnswer {
  const graph = graphOf(context);
  const { view } = graph;
  function* lines(): Generator<string> {
    yield `${valueText(view, target)}${how === null ? "" : `   (${how})`}`;
    if (total === 0) yield "nothing refers to it";
    for (const reference of references) yield `  ${referenceText(view, reference)}`;
    yield* moreLines(page, total, "references");
  }
  return lazyAnswer(lines, () => ({
    object: addressText(target),
    how,
    total,
    from: page.from,
    references: references.map((reference) => referenceJson(graph, reference)),
  }));
}
