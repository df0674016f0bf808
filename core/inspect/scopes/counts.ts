/** The reference count tables: gauges, entries, histograms. */
import type { TypeNumber } from "../../base/units.ts";
import { HTCOLL_BASE, HTMAIN_BASE } from "../../memory/layout.ts";
import { typeName } from "../../objects/dtd.ts";
import { octalAddress } from "../../objects/pointer-notation.ts";
import { typeNumber } from "../../objects/types.ts";
import {
  COLLISION_LIMIT_CELLS,
  type CountEntry,
  type CountGauges,
  countEntries,
  countGauges,
  eachCountEntry,
  MAIN_CELLS,
} from "../counts/counts.ts";
import { collectorState } from "../heap/system.ts";
import { tableLoad } from "../image/count-tables.ts";
import { type ImageView, keepsCounts } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { badNode, gauge, groupNode, makeNode } from "../nodes.ts";
import { countNode, entryText } from "../parts/count.ts";
import { valueText } from "../parts/value-text.ts";
import { valueNode } from "../values.ts";

export function countsScope(view: ImageView): InspectNode {
  if (!keepsCounts(view)) {
    return makeNode("Reference counts", `${view.manager?.traits.name ?? "this manager"} keeps no counts`, {
      type: "scope",
    });
  }
  return makeNode("Reference counts", "", {
    type: "scope",
    named: () => {
      const gauges = countGauges(view.memory);
      return [
        gaugesNode(view, gauges),
        entriesNode(view, "entries in use", gauges.entries - gauges.zeroEntries, ({ count }) => count > 0),
        entriesNode(view, "entries with count 0", gauges.zeroEntries, ({ count }) => count === 0),
        entriesNode(view, "all entries", gauges.entries, () => true),
        histogramNode(view),
        ...gauges.problems.map((problem, i) => badNode(`damage ${i + 1}`, problem)),
      ];
    },
  });
}

function gaugesNode(view: ImageView, gauges: CountGauges): InspectNode {
  const { countdown, restartValue, isDisabled, isKnown } = collectorState(view.memory);
  const load = tableLoad(gauges);
  const percent = ((100 * gauges.mainUsed) / MAIN_CELLS).toFixed(1);
  const chains = [...gauges.chainLengths].sort(([a], [b]) => a - b).map(([length, number]) => `${number} of ${length}`);
  const nodes = [
    makeNode("main table load", `${gauges.mainUsed} of ${MAIN_CELLS} cells, ${percent} %`, {
      type: "gauge",
      address: HTMAIN_BASE,
    }),
    gauge("chains", gauges.chains, chains.length === 0 ? "" : `members: ${chains.join(", ")}`),
    makeNode("collision free list", `first ${gauges.freeHead}, ${gauges.freePairs} pairs`, {
      type: "gauge",
      address: HTCOLL_BASE,
    }),
    gauge("collision next unused", gauges.nextPair, `the collector switches itself off at ${COLLISION_LIMIT_CELLS}`),
    gauge("collision pairs left", load.pairsLeft, `of ${load.pairsInAll}, ${load.pairsInUse} in use`),
    gauge("with stack bit", gauges.stackEntries),
    bigCountsNode(view, gauges),
    gauge(
      "countdown",
      isKnown ? (countdown ?? "nil") : "not in this image",
      countdown === null ? "" : `restarts at ${restartValue ?? "nil"}`,
    ),
  ];
  const state = isDisabled ? ", collector disabled" : "";
  return groupNode("gauges", `${gauges.entries} entries, ${gauges.zeroEntries} with count 0${state}`, nodes);
}

function bigCountsNode(view: ImageView, { bigCounts }: CountGauges): InspectNode {
  return makeNode("big counts", String(bigCounts.length), {
    type: "gauge",
    indexedCount: bigCounts.length,
    indexed: (start, count) =>
      bigCounts.slice(start, start + count).map((big) =>
        makeNode(`#${octalAddress(big.pointer)}`, `${big.count}  ${valueText(view, big.pointer)}`, {
          type: "count",
          pointer: big.pointer,
          address: big.address,
        }),
      ),
  });
}

function entriesNode(
  view: ImageView,
  name: string,
  total: number,
  accept: (entry: CountEntry) => boolean,
): InspectNode {
  return makeNode(name, String(total), {
    type: "group",
    indexedCount: total,
    indexed: (start, count) => countEntries(view.memory, start, count, accept).map((entry) => entryNode(view, entry)),
  });
}

function entryNode(view: ImageView, entry: CountEntry): InspectNode {
  return makeNode(`#${octalAddress(entry.pointer)}`, `${entryText(entry)}  ${valueText(view, entry.pointer)}`, {
    type: typeName(view.memory, typeNumber(view.memory, entry.pointer)),
    pointer: entry.pointer,
    address: entry.address,
    namedCount: 2,
    named: () => [valueNode(view, "object", entry.pointer), countNode(view, entry.pointer)],
  });
}

function histogramNode(view: ImageView): InspectNode {
  return makeNode("histogram", "", {
    type: "group",
    namedCount: 2,
    named: () => {
      const byCount = new Map<number, number>();
      const byType = new Map<TypeNumber, number>();
      eachCountEntry(view.memory, ({ pointer, count }) => {
        const type = typeNumber(view.memory, pointer);
        byCount.set(count, (byCount.get(count) ?? 0) + 1);
        byType.set(type, (byType.get(type) ?? 0) + 1);
        return true;
      });
      const counts = [...byCount].sort(([a], [b]) => a - b);
      const types = [...byType].sort(([, a], [, b]) => b - a);
      return [
        groupNode(
          "by count",
          `${counts.length} different`,
          counts.map(([count, n]) => gauge(`count ${count}`, n)),
        ),
        groupNode(
          "by type",
          `${types.length} types`,
          types.map(([type, n]) => gauge(typeName(view.memory, type), n)),
        ),
      ];
    },
  });
}
