/** What a mark-sweep manager shows about itself. Reads only. */
import type { ManagerFigure } from "../contract.ts";
import type { TracedHeap } from "./traced-heap.ts";

export function markSweepFigures(heap: TracedHeap): ManagerFigure[] {
  const { statistics } = heap.table;
  return [
    { label: "live objects", value: String(heap.table.liveObjects), meaning: "objects that have an id" },
    {
      label: "allocated bytes",
      value: String(statistics.totalAllocated),
      meaning: "bytes of all objects that ever had an id",
    },
  ];
}
