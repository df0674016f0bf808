/**
 * Reference counts by the other convention: an object without an entry has count 0, and one that falls to 0 goes onto a reclamation list.
 * Collections are triggered by allocation units. It stands beside the Interlisp manager to be compared with it; no machine runs on it.
 * Source: the memory system of the Zig port "zaiko", with its losses repaired (no two objects share an entry).
 */
import type { Pointer } from "../../base/units.ts";
import { NIL } from "../../memory/layout.ts";

/** Storage as the pressure test sees it, in pages. */
export interface PageBudget {
  readonly maxPages: number;
  readonly usedPages: number;
}
export interface BaseZeroOptions {
  /** Buckets of the table. */
  readonly tableSize: number;
  /** Allocation units until the first collection. */
  readonly countdown: number;
  /** Allocation units from one collection to the next. */
  readonly restart: number;
  /** Fewer pages than this mean pressure. */
  readonly guardPages: number;
}

/** Least countdown after a collection for lack of pages. */
const PRESSURE_COUNTDOWN = 100;
const DEFAULTS: BaseZeroOptions = { tableSize: 1024, countdown: 100, restart: 50, guardPages: 128 };

interface Entry {
  readonly pointer: Pointer;
  count: number;
  onStack: boolean;
}

export class BaseZeroCounts {
  private readonly buckets: Entry[][];
  private readonly guardPages: number;
  private readonly restart: number;
  /** Objects that have fallen to count 0 and are not on the stack, in the order in which they fell. */
  private waiting: Pointer[] = [];
  countdown: number;
  /** Collections so far. */
  runs = 0;
  isEnabled = true;

  constructor(options: Partial<BaseZeroOptions> = {}) {
    const { tableSize, countdown, restart, guardPages } = { ...DEFAULTS, ...options };
    if (!Number.isInteger(tableSize) || tableSize < 1) throw new RangeError(`table of ${tableSize} buckets`);
    this.buckets = Array.from({ length: tableSize }, () => []);
    this.countdown = countdown;
    this.restart = restart;
    this.guardPages = guardPages;
  }

  addReference(pointer: Pointer): void {
    if (pointer === NIL) return;
    const entry = this.entryOf(pointer);
    if (entry.count === 0) this.waiting = this.waiting.filter((object) => object !== pointer);
    entry.count++;
  }

  /** Deleting a reference that was never added changes nothing. */
  deleteReference(pointer: Pointer): void {
    const entry = this.find(pointer);
    if (entry === null || entry.count === 0) return;
    entry.count--;
    if (entry.count === 0 && !entry.onStack) this.waiting.push(pointer);
  }

  markStackReference(pointer: Pointer): void {
    if (pointer === NIL) return;
    this.entryOf(pointer).onStack = true;
    this.waiting = this.waiting.filter((object) => object !== pointer);
  }

  referenceCount(pointer: Pointer): number {
    return this.find(pointer)?.count ?? 0;
  }
  isOnStack(pointer: Pointer): boolean {
    return this.find(pointer)?.onStack ?? false;
  }
  /** What the next collection frees, in order. */
  get reclaimable(): readonly Pointer[] {
    return this.waiting;
  }

  /** Allocation pays for collections: at the last unit one runs. Units beyond that are dropped. @returns what it freed */
  noteAllocation(units: number): readonly Pointer[] {
    if (!this.isEnabled) return [];
    this.countdown -= units;
    return this.countdown > 0 ? [] : this.collect();
  }

  /** Whether a request of that many pages should be preceded by a collection: few pages are left, or it does not fit. */
  pressure({ maxPages, usedPages }: PageBudget, requestPages: number): boolean {
    const left = maxPages - usedPages;
    return left < this.guardPages || left <= requestPages;
  }

  /** A collection for lack of pages, after which the next one is not near. @returns what it freed */
  relievePressure(): readonly Pointer[] {
    if (!this.isEnabled) return [];
    const freed = this.collect();
    this.countdown = Math.max(this.restart, PRESSURE_COUNTDOWN);
    return freed;
  }

  /**
   * Frees what is waiting. Objects with a stack bit survive; the bits go, so that those with count 0 wait for the next collection.
   * @returns what was freed, each object once
   */
  collect(): readonly Pointer[] {
    if (!this.isEnabled) return [];
    const freed = this.waiting;
    this.waiting = [];
    for (const pointer of freed) this.remove(pointer);
    for (const bucket of this.buckets) {
      for (const entry of bucket) {
        if (!entry.onStack) continue;
        entry.onStack = false;
        if (entry.count === 0) this.waiting.push(entry.pointer);
      }
    }
    this.runs++;
    this.countdown = this.restart;
    return freed;
  }

  /** Entries in each used bucket, longest first: how well the hash spreads. */
  distribution(): readonly number[] {
    return this.buckets
      .map((bucket) => bucket.length)
      .filter((length) => length > 0)
      .sort((a, b) => b - a);
  }

  private bucketOf(pointer: Pointer): Entry[] {
    return this.buckets[(pointer >>> 1) % this.buckets.length] as Entry[];
  }
  private find(pointer: Pointer): Entry | null {
    return this.bucketOf(pointer).find((entry) => entry.pointer === pointer) ?? null;
  }
  private entryOf(pointer: Pointer): Entry {
    const found = this.find(pointer);
    if (found !== null) return found;
    const entry = { pointer, count: 0, onStack: false };
    this.bucketOf(pointer).push(entry);
    return entry;
  }
  private remove(pointer: Pointer): void {
    const bucket = this.bucketOf(pointer);
    bucket.splice(
      bucket.findIndex((entry) => entry.pointer === pointer),
      1,
    );
  }
}
