/** `islands`: groups of objects that only keep each other alive, and everything else that no root reaches. */
import {
  addressText,
  amountOf,
  exampleCycle,
  type HeapGraph,
  type Island,
  islands,
  referenceText,
  UNREACHED_CLASSES,
  unreached,
  valueText,
} from "#core";
import { parse, UsageError, wholeNumberOption } from "../../command.ts";
import { grouped } from "../../text.ts";
import {
  counted,
  factLines,
  moreLines,
  PAGE_OPTIONS,
  type Page,
  pageOf,
  singleArgument,
  tableLines,
} from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";
import { graphOf, referenceJson, typesJson, typesText } from "./graph-questions.ts";
import { CLASS_MEANINGS } from "./why.ts";

export const islandsTopic: Topic = {
  name: "islands",
  synopsis: "islands [NUMBER] [--from N] [--count N]",
  summary:
    "what no root reaches: groups that only keep each other alive, lost objects, what waits; one group by its number",
  run(context) {
    const { values, positionals } = parse(context.args, PAGE_OPTIONS);
    const page = pageOf(values);
    const wanted = singleArgument(positionals);
    const graph = graphOf(context);
    context.progress("looking for groups");
    const found = islands(graph);
    if (wanted === null) return overview(graph, found, page);
    if (found.length === 0) throw new UsageError("there are no groups that only keep each other alive");
    const number = wholeNumberOption("number", wanted, { least: 1, most: found.length, otherwise: 1 });
    return oneIsland(graph, found[number - 1] as Island, page);
  },
};

function overview(graph: HeapGraph, found: readonly Island[], page: Page) {
  const classes = UNREACHED_CLASSES.map((name) => ({ name, amount: amountOf(graph, unreached(graph)[name]) }));
  const shown = found.slice(page.from, page.from + page.count);
  function* lines(): Generator<string> {
    yield "no root reaches:";
    for (const { name, amount } of classes) {
      yield `  ${name.padEnd(8)}  ${counted(amount.objects, "object")}, ${grouped(amount.words)} words${amount.objects === 0 ? "" : `: ${typesText(graph, amount.byType)}`}`;
      if (amount.objects > 0) yield `            ${CLASS_MEANINGS[name]}`;
    }
    yield found.length === 0
      ? "no group of objects keeps itself alive"
      : `${counted(found.length, "group")} of objects that keep each other alive:`;
    if (shown.length === 0) return;
    yield* tableLines(
      ["number", "objects", "words", "hanging objects", "words", "held by", "types"],
      shown.map(({ size, hanging, heldBy }, i) => [
        String(page.from + i + 1),
        grouped(size.objects),
        grouped(size.words),
        grouped(hanging.objects),
        grouped(hanging.words),
        heldBy === "cyclic" ? "itself" : heldBy,
        typesText(graph, size.byType),
      ]),
    );
    yield* moreLines(page, found.length, "groups");
  }
  return lazyAnswer(lines, () => ({
    unreached: Object.fromEntries(
      classes.map(({ name, amount }) => [name, { ...amount, byType: typesJson(graph, amount.byType) }]),
    ),
    total: found.length,
    from: page.from,
    islands: shown.map((island) => islandJson(graph, island)),
  }));
}

function oneIsland(graph: HeapGraph, island: Island, page: Page) {
  const { members, size, hanging, heldBy } = island;
  const shown = Array.from(members.subarray(page.from, page.from + page.count), (node) => graph.addressOf(node));
  const cycle = exampleCycle(graph, island);
  function* lines(): Generator<string> {
    yield* factLines([
      [
        "group",
        `${counted(size.objects, "object")}, ${grouped(size.words)} words: ${typesText(graph, size.byType, 20)}`,
      ],
      [
        "hanging",
        `${counted(hanging.objects, "object")}, ${grouped(hanging.words)} words: ${typesText(graph, hanging.byType, 20)}`,
      ],
      ["held by", heldBy === "cyclic" ? "itself only" : CLASS_MEANINGS[heldBy]],
      ["a cycle", cycle.map((reference) => referenceText(graph.view, reference))],
    ]);
    yield "members:";
    for (const object of shown) yield `  ${valueText(graph.view, object)}`;
    yield* moreLines(page, members.length, "members");
  }
  return lazyAnswer(lines, () => ({
    ...islandJson(graph, island),
    cycle: cycle.map((reference) => referenceJson(graph, reference)),
    from: page.from,
    members: shown.map(addressText),
  }));
}

function islandJson(graph: HeapGraph, { size, hanging, heldBy, members }: Island): Record<string, unknown> {
  return {
    objects: size.objects,
    words: size.words,
    types: typesJson(graph, size.byType),
    hanging: { ...hanging, byType: typesJson(graph, hanging.byType) },
    heldBy,
    first: addressText(graph.addressOf(members[0] ?? 0)),
  };
}
