/** The last allocations of a heap: a ring of a fixed length, so that a long run costs no more than a short one. */
export interface AllocationEntry {
  /** When, in milliseconds of the heap's clock. */
  readonly time: number;
  readonly id: number;
  /** Bytes. */
  readonly size: number;
}

export class AllocationHistory {
  readonly capacity: number;
  /** Allocations told, those that the ring has lost included. */
  total = 0;
  private readonly times: Float64Array;
  private readonly ids: Int32Array;
  private readonly sizes: Int32Array;

  /** @param capacity entries kept; 0 keeps none */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.times = new Float64Array(capacity);
    this.ids = new Int32Array(capacity);
    this.sizes = new Int32Array(capacity);
  }

  add(time: number, id: number, size: number): void {
    if (this.capacity === 0) return;
    const at = this.total++ % this.capacity;
    this.times[at] = time;
    this.ids[at] = id;
    this.sizes[at] = size;
  }

  /** Entries that are there. */
  get length(): number {
    return Math.min(this.total, this.capacity);
  }
  /** Entries, newest first. */
  newest(start: number, count: number): AllocationEntry[] {
    const found: AllocationEntry[] = [];
    for (let i = start; i < Math.min(start + count, this.length); i++) {
      const at = (this.total - 1 - i) % this.capacity;
      found.push({ time: this.times[at] as number, id: this.ids[at] as number, size: this.sizes[at] as number });
    }
    return found;
  }

  save(): { readonly history: readonly number[]; readonly historyTotal: number } {
    const history = this.newest(0, this.length).flatMap(({ time, id, size }) => [time, id, size]);
    return { history, historyTotal: this.total };
  }
  restore(history: ArrayLike<number>, total: number): void {
    this.total = total - history.length / 3;
    for (let i = history.length - 3; i >= 0; i -= 3) {
      this.add(history[i] as number, history[i + 1] as number, history[i + 2] as number);
    }
  }
}
