/** What a mark-sweep manager shows about itself: figures and tables. Reads only. */
import type { ManagerFigure, ManagerRow, ManagerSection } from "../contract.ts";
import type { Storage } from "../storage/storage.ts";
import { REGION_WORDS } from "./machine/machine-objects.ts";
import { pools } from "./machine/pools.ts";
import { handleText, type ObjectRecord, type ObjectTable } from "./table/object-table.ts";
import { memoryReport, statisticsDictionary, thousands } from "./table/report.ts";
import type { Regions } from "./trace/regions.ts";
import type { TracedHeap } from "./traced-heap.ts";

const MEANINGS = {
  total_allocated: "of all objects since the machine started",
  total_freed: "of the objects among them that are gone",
  current_usage: "of the objects that are there",
  peak_usage: "the most that objects ever took at the same time",
  allocation_count: "objects since the machine started",
  deallocation_count: "objects that are gone, by whatever cause",
  gc_runs: "collections that have marked, minor and major",
  gc_time: "time of these collections; the machine has no clock, so that only who drives it can measure",
  objects_collected: "objects that these collections have freed",
  memory_efficiency: "bytes freed in percent of bytes allocated",
};

export function markSweepFigures(heap: TracedHeap): ManagerFigure[] {
  const { table, generations, counters } = heap;
  const dictionary = Object.entries(statisticsDictionary(table.statistics)).map(([label, value]) => ({
    label,
    value: String(value),
    meaning: MEANINGS[label as keyof typeof MEANINGS],
  }));
  const own = [
    figure("live objects", table.liveObjects, "objects that have an id"),
    figure("since collection", heap.sinceCollection, "allocations since the last collection began"),
    figure("threshold", heap.threshold, "allocations since then at which the next collection is due"),
  ];
  if (generations !== null) {
    own.push(
      figure("minor collections", table.statistics.minorRuns, "collections that looked at young objects only"),
      figure("major collections", table.statistics.runs - table.statistics.minorRuns, "collections of the whole heap"),
      figure("promoted", generations.promoted, "objects that became old"),
      figure("old bytes", generations.oldBytes, "bytes of old objects"),
      figure("remembered", generations.rememberedObjects, "old objects that may refer to young ones"),
    );
  }
  if (counters !== null) {
    own.push(
      figure("released", counters.released, "objects freed because their count of references fell to 0"),
      figure("waiting", counters.waiting, "objects with count 0 that the next safepoint may free"),
    );
  }
  for (const [i, done] of (heap.workers?.figures() ?? []).entries()) {
    own.push(figure(`worker ${i + 1}`, done, "objects that it has looked into"));
  }
  return [...dictionary, ...own];
}

function figure(label: string, value: number, meaning: string): ManagerFigure {
  return { label, value: thousands(value), meaning };
}

/** @param leakAge in allocations, which are the clock of the machine's heap */
export function markSweepSections(heap: TracedHeap, storage: Storage, leakAge: number): ManagerSection[] {
  const { table } = heap;
  const sections = [poolSection(storage), historySection(table), leakSection(table, leakAge), reportSection(table)];
  return heap.regions === null ? sections : [regionSection(heap.regions), ...sections];
}

function poolSection(storage: Storage): ManagerSection {
  const found = pools(storage);
  return {
    label: "Pools",
    meaning: "storage by the size of its objects, each with a free list of its own",
    size: found.length,
    rows: (start, count) =>
      found.slice(start, start + count).map(({ name, slotWords, slots, free }) => ({
        label: name,
        value: `${((100 * (slots - free)) / slots).toFixed(1)}% of ${thousands(slots)} in use`,
        object: null,
        details: [
          figure("bytes each", 2 * slotWords, "size of one, or of the longest where lengths differ"),
          figure("in use", slots - free, "taken by objects"),
          figure("free", free, "on the free list"),
        ],
      })),
  };
}

function regionSection(regions: Regions): ManagerSection {
  const known = regions.figures();
  return {
    label: "Regions",
    meaning: "parts of 64 KB as the last collection found them, the one with the most garbage first",
    size: known.length,
    rows: (start, count) =>
      known.slice(start, start + count).map(({ region, objects, live, garbage }) => ({
        label: `region at word ${thousands(region * REGION_WORDS)}`,
        value: `${thousands(garbage)} bytes of garbage`,
        object: null,
        details: [
          figure("live bytes", live, "bytes of objects that were marked"),
          figure("garbage bytes", garbage, "bytes of objects that were not"),
          figure("objects", objects, "objects, dead ones included"),
        ],
      })),
  };
}

function historySection(table: ObjectTable): ManagerSection {
  const { history } = table;
  return {
    label: "History",
    meaning: "the last allocations, the newest first",
    size: history.length,
    rows: (start, count) =>
      history.newest(start, count).map(({ time, id, size }) => {
        // The id may have been given again since: then the object of today is another one.
        const isThere = table.isLive(id) && table.times[id] === time;
        return {
          label: `allocation ${thousands(time)}`,
          value: `id ${id}, ${thousands(size)} bytes${isThere ? "" : ", gone"}`,
          object: isThere ? (table.payloads[id] as number) : null,
          details: [],
        };
      }),
  };
}

function leakSection(table: ObjectTable, leakAge: number): ManagerSection {
  const now = table.statistics.allocations;
  const leaks = table.leaks(now, leakAge);
  return {
    label: "Leaks",
    meaning: `objects that have lived through more than ${thousands(leakAge)} allocations, and that no root referred to at the last collection`,
    size: leaks.length,
    rows: (start, count) => leaks.slice(start, start + count).map((leak) => objectRow(leak, now)),
  };
}

function objectRow(record: ObjectRecord, now: number): ManagerRow {
  return {
    label: `id ${handleText(record.handle)}`,
    value: `${thousands(record.size)} bytes`,
    object: record.payload,
    details: [
      figure("age", now - record.time, "allocations that it has lived through"),
      figure("generation", record.generation, "minor collections that it has survived"),
      figure("references", record.references, "references from other objects, where they are counted"),
    ],
  };
}

function reportSection(table: ObjectTable): ManagerSection {
  const lines = memoryReport(table.statistics, table.liveObjects)
    .split("\n")
    .filter((line) => line !== "");
  return {
    label: "Report",
    meaning: "the same as Zexus prints it",
    size: lines.length,
    rows: (start, count) =>
      lines.slice(start, start + count).map((line, i) => ({
        label: String(start + i + 1),
        value: line,
        object: null,
        details: [],
      })),
  };
}
