/** `refcounts`: the state of the reference count tables, and how far they are from running out. */
import {
  addressText,
  type CountEntry,
  collectorVerdict,
  countGauges,
  countHistogram,
  type ImageView,
  tableLoad,
  typeName,
  valueText,
} from "#core";
import { grouped } from "../../text.ts";
import { factLines, noArguments, percent, tableLines } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

const BIGGEST = 10;
const TYPES_SHOWN = 20;
/** Counts from here on are shown in ranges. */
const RANGES = [
  [0, 0],
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [5, 9],
  [10, 99],
  [100, 999],
  [1000, 32766],
  [32767, Number.POSITIVE_INFINITY],
] as const;

export const refcountsTopic: Topic = {
  name: "refcounts",
  synopsis: "refcounts",
  summary: "the reference count tables: load, chains, histogram, biggest counts, room that is left",
  run({ image: { view }, args, progress }) {
    noArguments(args);
    progress("reading the count tables");
    const gauges = countGauges(view.memory);
    const load = tableLoad(gauges);
    const collector = collectorVerdict(view, gauges);
    const histogram = countHistogram(view, BIGGEST);
    const byType = [...histogram.byType]
      .sort(([, a], [, b]) => b - a)
      .map(([type, entries]) => ({ type: typeName(view.memory, type), entries }));
    function* lines(): Generator<string> {
      const chains = [...gauges.chainLengths].sort(([a], [b]) => a - b);
      const lengths = chains.map(([length, number]) => `${grouped(number)} of ${length}`).join(", ");
      yield* factLines([
        ["collector", `${collector.state}: ${collector.explanation}`],
        [
          "entries",
          `${grouped(gauges.entries)}: ${grouped(gauges.zeroEntries)} with count 0, ${grouped(gauges.stackEntries)} with the stack bit; every object without one has count 1`,
        ],
        [
          "main table",
          `${grouped(load.mainUsed)} of ${grouped(load.mainCells)} cells, ${percent(load.mainUsed, load.mainCells)}`,
        ],
        ["chains", chains.length === 0 ? "none" : `${grouped(gauges.chains)}; members: ${lengths}`],
        [
          "collision table",
          [
            `${grouped(load.pairsInUse)} pairs in use, ${grouped(load.pairsFree)} on the free list, next never used at cell ${grouped(gauges.nextPair)}`,
            `${grouped(load.pairsLeft)} of ${grouped(load.pairsInAll)} pairs are left before the collector switches itself off`,
          ],
        ],
        ["big counts", `${grouped(gauges.bigCounts.length)} of 32,767 or more`],
      ]);
      yield "";
      yield* tableLines(["count", "entries"], ranges(histogram.byCount));
      yield "";
      yield* tableLines(
        ["type", "entries"],
        byType.slice(0, TYPES_SHOWN).map(({ type, entries }) => [type, grouped(entries)]),
      );
      if (byType.length > TYPES_SHOWN) yield `and ${byType.length - TYPES_SHOWN} more types`;
      if (histogram.biggest.length > 0) {
        yield "\nbiggest counts:";
        for (const entry of histogram.biggest)
          yield `  ${String(entry.count).padStart(6)}  ${valueText(view, entry.pointer)}`;
      }
      if (gauges.problems.length > 0) yield "\nwrong in the tables:";
      for (const problem of gauges.problems) yield `  ${problem}`;
    }
    return lazyAnswer(lines, () => ({
      collector,
      ...gauges,
      ...load,
      chainLengths: Object.fromEntries(gauges.chainLengths),
      bigCounts: gauges.bigCounts.map(({ pointer, count }) => ({ pointer: addressText(pointer), count })),
      byCount: Object.fromEntries(histogram.byCount),
      byType,
      biggest: histogram.biggest.map((entry) => entryJson(view, entry)),
    }));
  },
};

function entryJson(view: ImageView, { pointer, count, isBig, onStack }: CountEntry): unknown {
  return { pointer: addressText(pointer), value: valueText(view, pointer), count, isBig, onStack };
}

function* ranges(byCount: ReadonlyMap<number, number>): Generator<readonly string[]> {
  for (const [least, most] of RANGES) {
    let entries = 0;
    for (const [count, number] of byCount) if (count >= least && count <= most) entries += number;
    if (entries === 0) continue;
    const range =
      least === most ? String(least) : most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
    yield [range, grouped(entries)];
  }
}
