/** What may be said to a mark-sweep manager, and what holds when nothing is said. */
import { integerOption, type ManagerOption, type ManagerOptions, POISON_OPTION, STRESS_OPTION } from "../contract.ts";
import { DEFAULT_HISTORY, DEFAULT_LIMIT, LEAK_AGE } from "./table/object-table.ts";
import { DEFAULT_POLICY, type HeapPolicy } from "./traced-heap.ts";

const MEGABYTE = 1024 * 1024;
const MOST = 1_000_000_000;

export const markSweepOptions: readonly ManagerOption[] = [
  STRESS_OPTION,
  POISON_OPTION,
  {
    name: "threshold",
    kind: "integer",
    least: 1,
    most: MOST,
    doc: "Allocations since the last collection at which the next one is due, or half as many as objects live where that is more; 1000 unless given.",
  },
  {
    name: "maxHeapMB",
    kind: "integer",
    least: 1,
    most: 1024,
    doc: "Megabytes that all objects together may have; 100 unless given. The heap of the machine may be smaller.",
  },
  {
    name: "maxHeapBytes",
    kind: "integer",
    least: 1,
    most: 1024 * MEGABYTE,
    doc: "The same limit in bytes; it goes before maxHeapMB.",
  },
  {
    name: "history",
    kind: "integer",
    least: 0,
    most: 1_000_000,
    doc: "Allocations that are remembered, with time, id and size; 1000 unless given, 0 is none.",
  },
  {
    name: "leakAge",
    kind: "integer",
    least: 0,
    most: MOST,
    doc: "Age above which an object that no root refers to counts as a leak, in allocations; 60000 unless given.",
  },
  {
    name: "generational",
    kind: "boolean",
    doc: "Collections that are due look at young objects only, most of the time; false unless given.",
  },
  {
    name: "promoteAfter",
    kind: "integer",
    least: 1,
    most: 255,
    doc: "Minor collections that a young object survives before it is old; 2 unless given.",
  },
  {
    name: "budget",
    kind: "integer",
    least: 0,
    most: MOST,
    doc: "Collect in pieces: objects that one safepoint looks into, or frees; 0, unless given, is a whole collection at once.",
  },
  {
    name: "hybrid",
    kind: "integer",
    least: 0,
    most: MOST,
    doc: "Count references too, and free what falls to 0 when so many objects wait for it; 1 is at the next safepoint, 0, unless given, is off.",
  },
  {
    name: "regions",
    kind: "integer",
    least: 0,
    most: 100_000,
    doc: "Regions of 64 KB that a collection that is due sweeps, those with the most garbage first; 0, unless given, is the whole heap.",
  },
  {
    name: "workers",
    kind: "integer",
    least: 1,
    most: 64,
    doc: "Workers that mark and sweep, taking turns; 1 unless given. What survives does not depend on it.",
  },
  {
    name: "compact",
    kind: "integer",
    least: 0,
    most: 100,
    doc: "Move arrays together after a collection of the whole heap that leaves so many percent of the free array space scattered; 0, unless given, is never.",
  },
];

const DEFAULT_PROMOTION = 2;

export interface MarkSweepSettings {
  readonly policy: HeapPolicy;
  /** Bytes. */
  readonly limit: number;
  readonly history: number;
  readonly leakAge: number;
  /** Objects that one safepoint looks into, or frees. */
  readonly budget: number;
  /** Objects with count 0 that wait before they are freed; 0: nothing is counted. */
  readonly hybrid: number;
  /** Regions that a collection that is due sweeps; 0: there are no regions. */
  readonly regions: number;
  /** Percent of fragmentation from which on array space is compacted; 0 is never. */
  readonly compact: number;
  /** Collect every so many allocations; 0 is off. */
  readonly stress: number;
}

export function markSweepSettings(options: ManagerOptions): MarkSweepSettings {
  const hybrid = integerOption(options, "hybrid", 0);
  const budget = integerOption(options, "budget", 0);
  const regions = integerOption(options, "regions", 0);
  return {
    policy: {
      threshold: integerOption(options, "threshold", DEFAULT_POLICY.threshold),
      promoteAfter: options.generational === true ? integerOption(options, "promoteAfter", DEFAULT_PROMOTION) : 0,
      countsReferences: hybrid > 0,
      workers: integerOption(options, "workers", 1),
      hasRegions: regions > 0,
    },
    budget: budget === 0 ? Number.POSITIVE_INFINITY : budget,
    hybrid,
    regions,
    compact: integerOption(options, "compact", 0),
    limit: integerOption(
      options,
      "maxHeapBytes",
      MEGABYTE * integerOption(options, "maxHeapMB", DEFAULT_LIMIT / MEGABYTE),
    ),
    history: integerOption(options, "history", DEFAULT_HISTORY),
    leakAge: integerOption(options, "leakAge", LEAK_AGE),
    stress: integerOption(options, "stress", 0),
  };
}
