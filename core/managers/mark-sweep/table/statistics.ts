/** What a heap of numbered objects counts about itself. Sizes are bytes, times milliseconds. */

import type { ManagerState } from "../../contract.ts";
import { savedNumber } from "../../storage/state.ts";

export class HeapStatistics {
  totalAllocated = 0;
  totalFreed = 0;
  /** Bytes of live objects. */
  current = 0;
  peak = 0;
  allocations = 0;
  /** Objects that went, whoever took them: a collection's too. */
  deallocations = 0;
  /** Collections, minor and major. */
  runs = 0;
  minorRuns = 0;
  /** Objects that collections took. */
  collected = 0;
  /** Time of all collections; null while nobody has measured one: the core has no clock. */
  collectionTime: number | null = null;

  allocated(size: number): void {
    this.totalAllocated += size;
    this.current += size;
    this.allocations++;
    if (this.current > this.peak) this.peak = this.current;
  }
  /** An object has become larger where it is. */
  grown(size: number): void {
    this.totalAllocated += size;
    this.current += size;
    if (this.current > this.peak) this.peak = this.current;
  }
  freed(size: number): void {
    this.totalFreed += size;
    this.current -= size;
    this.deallocations++;
  }

  /** Whoever drives the collections has measured one. */
  addCollectionTime(milliseconds: number): void {
    this.collectionTime = (this.collectionTime ?? 0) + milliseconds;
  }

  /** Bytes freed in percent of bytes allocated. */
  efficiency(): number {
    return (100 * this.totalFreed) / Math.max(this.totalAllocated, 1);
  }

  /** Counts from 0 again. What is in use stays in use, and is the new peak. */
  reset(): void {
    const { current } = this;
    Object.assign(this, new HeapStatistics());
    this.current = current;
    this.peak = current;
  }

  save(): ManagerState {
    const { totalAllocated, totalFreed, current, peak, allocations, deallocations, runs, minorRuns, collected } = this;
    const figures = {
      totalAllocated,
      totalFreed,
      current,
      peak,
      allocations,
      deallocations,
      runs,
      minorRuns,
      collected,
    };
    return { ...figures, collectionTime: this.collectionTime };
  }
  restore(state: ManagerState): void {
    for (const key of SAVED) this[key] = savedNumber(state, key);
    this.collectionTime = state.collectionTime === null ? null : savedNumber(state, "collectionTime");
  }
}

const SAVED = [
  "totalAllocated",
  "totalFreed",
  "current",
  "peak",
  "allocations",
  "deallocations",
  "runs",
  "minorRuns",
  "collected",
] as const;
