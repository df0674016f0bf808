/** The statistics of a heap as Zexus prints them: as a dictionary of texts, and as a report. */
import type { HeapStatistics } from "./statistics.ts";

/** Width of the frame of the report's title. */
const FRAME = "=".repeat(60);

/** The names are those of the published dictionary. */
export interface StatisticsDictionary {
  readonly total_allocated: string;
  readonly total_freed: string;
  readonly current_usage: string;
  readonly peak_usage: string;
  readonly allocation_count: number;
  readonly deallocation_count: number;
  readonly gc_runs: number;
  readonly gc_time: string;
  readonly objects_collected: number;
  readonly memory_efficiency: string;
}

export function statisticsDictionary(statistics: HeapStatistics): StatisticsDictionary {
  return {
    total_allocated: bytes(statistics.totalAllocated),
    total_freed: bytes(statistics.totalFreed),
    current_usage: bytes(statistics.current),
    peak_usage: bytes(statistics.peak),
    allocation_count: statistics.allocations,
    deallocation_count: statistics.deallocations,
    gc_runs: statistics.runs,
    gc_time: seconds(statistics.collectionTime),
    objects_collected: statistics.collected,
    memory_efficiency: percent(statistics.efficiency()),
  };
}

/** @param liveObjects objects that are there now */
export function memoryReport(statistics: HeapStatistics, liveObjects: number): string {
  const { runs, collectionTime } = statistics;
  const average = collectionTime === null ? null : collectionTime / runs;
  return [
    FRAME,
    "Zexus Memory Manager Report",
    FRAME,
    "",
    "Memory Usage:",
    `  Current:     ${bytes(statistics.current)}`,
    `  Peak:        ${bytes(statistics.peak)}`,
    `  Total Alloc: ${bytes(statistics.totalAllocated)}`,
    `  Total Freed: ${bytes(statistics.totalFreed)}`,
    "",
    "Allocation Statistics:",
    `  Allocations:   ${thousands(statistics.allocations)}`,
    `  Deallocations: ${thousands(statistics.deallocations)}`,
    `  Live Objects:  ${thousands(liveObjects)}`,
    "",
    "Garbage Collection:",
    `  GC Runs:   ${thousands(runs)}`,
    `  GC Time:   ${seconds(collectionTime)}`,
    `  Collected: ${thousands(statistics.collected)}`,
    ...(runs > 0 ? [`  Avg GC Time: ${seconds(average)}`] : []),
    "",
    `Memory Efficiency: ${percent(statistics.efficiency())}`,
  ].join("\n");
}

/** `1,234,567` */
export function thousands(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}
function bytes(number: number): string {
  return `${thousands(number)} bytes`;
}
/** From milliseconds; null where nobody has measured. */
function seconds(milliseconds: number | null): string {
  return milliseconds === null ? "not measured" : `${(milliseconds / 1000).toFixed(4)}s`;
}
function percent(number: number): string {
  return `${number.toFixed(1)}%`;
}
