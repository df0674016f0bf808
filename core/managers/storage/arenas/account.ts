/** What every arena counts, in its own unit: bytes, or words for machine objects. */

export interface ArenaCounters {
  /** Allocations and size of this generation. */
  readonly count: number;
  readonly current: number;
  /** The highest `current` of all generations. */
  readonly peak: number;
  /** Over all generations. */
  readonly totalCount: number;
  readonly total: number;
}

export class ArenaAccount implements ArenaCounters {
  count = 0;
  current = 0;
  private earlierCount = 0;
  private earlierTotal = 0;
  private earlierPeak = 0;

  /** An allocation. */
  add(size: number): void {
    this.count++;
    this.current += size;
  }
  /** An allocation has changed its size. */
  change(by: number): void {
    this.earlierPeak = this.peak;
    this.current += by;
  }

  /** All allocations go; peak and totals stay. */
  reset(): void {
    this.earlierCount += this.count;
    this.earlierTotal += this.current;
    this.earlierPeak = this.peak;
    this.count = 0;
    this.current = 0;
  }
  /** What another arena counted counts here from now on. */
  adopt(other: ArenaCounters): void {
    this.count += other.count;
    this.current += other.current;
    this.earlierCount += other.totalCount - other.count;
    this.earlierTotal += other.total - other.current;
    this.earlierPeak = Math.max(this.peak, other.peak);
  }
  clear(): void {
    this.restore([0, 0, 0, 0, 0]);
  }

  get peak(): number {
    return Math.max(this.earlierPeak, this.current);
  }
  get totalCount(): number {
    return this.earlierCount + this.count;
  }
  get total(): number {
    return this.earlierTotal + this.current;
  }

  save(): readonly number[] {
    return [this.count, this.current, this.earlierCount, this.earlierTotal, this.earlierPeak];
  }
  restore([count = 0, current = 0, earlierCount = 0, earlierTotal = 0, earlierPeak = 0]: readonly number[]): void {
    this.count = count;
    this.current = current;
    this.earlierCount = earlierCount;
    this.earlierTotal = earlierTotal;
    this.earlierPeak = earlierPeak;
  }
}
