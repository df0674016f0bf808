/**
 * Counts of the references between objects, beside the tracer: an object whose count falls to 0 can go at once, and need not wait for a collection.
 * References from the stack are not counted, so the last word has who knows them. Cycles keep their counts and are left to the tracer.
 */
import { IntList } from "../../../base/int-list.ts";
import { FLAG_PERMANENT, FLAG_ROOT, FLAG_ZERO, type ObjectTable } from "../table/object-table.ts";
import type { IdSink } from "./marks.ts";

export class ReferenceCounters implements IdSink {
  private readonly table: ObjectTable;
  private zeros = new IntList();
  /** Objects that were released because their count was 0. */
  released = 0;
  /** References added and deleted. */
  operations = 0;
  /** Objects that have come to wait since the last release. */
  fresh = 0;
  /** Told of an object whose count falls to 0. */
  whenZero: (id: number) => void = () => {};

  constructor(table: ObjectTable) {
    this.table = table;
  }

  /** Objects that wait to be released. */
  get waiting(): number {
    return this.zeros.length;
  }

  add(id: number): void {
    this.operations++;
    this.table.counts[id] = (this.table.counts[id] as number) + 1;
  }

  /** One reference less. */
  drop(id: number): void {
    this.operations++;
    const { counts } = this.table;
    const count = counts[id] as number;
    // A reference that nobody had told of.
    if (count === 0) return;
    counts[id] = count - 1;
    if (count === 1) this.whenZero(id);
    if (count === 1 && !this.table.hasFlag(id, FLAG_ZERO)) {
      this.table.setFlag(id, FLAG_ZERO);
      this.zeros.push(id);
      this.fresh++;
    }
  }
  /** As a sink of the references of a dead object: each is one less. */
  mark(id: number): void {
    this.drop(id);
  }

  /**
   * The next object that can go; -1 when there is none. Objects that something holds wait on.
   * @param isHeld the stack refers to it
   */
  next(isHeld: (id: number) => boolean, held: IntList): number {
    while (this.zeros.length > 0) {
      const id = this.zeros.pop();
      // Its flag is gone when it went with a collection.
      if (!this.table.isLive(id) || !this.table.hasFlag(id, FLAG_ZERO)) continue;
      if ((this.table.counts[id] as number) > 0) this.table.clearFlag(id, FLAG_ZERO);
      else if (this.table.hasFlag(id, FLAG_ROOT | FLAG_PERMANENT) || isHeld(id)) held.push(id);
      else return id;
    }
    return -1;
  }
  /** They wait for the next time. */
  waitOn(held: IntList): void {
    this.fresh = 0;
    for (let i = 0; i < held.length; i++) this.zeros.push(held.at(i));
  }

  /** The waiting objects, and figures. */
  save(): { readonly zeros: Int32Array; readonly countFigures: readonly number[] } {
    return { zeros: this.zeros.toArray(), countFigures: [this.fresh, this.released, this.operations] };
  }
  restore(zeros: ArrayLike<number>, figures: ArrayLike<number>): void {
    [this.fresh = 0, this.released = 0, this.operations = 0] = Array.from(figures);
    this.zeros = IntList.of(zeros);
  }
}
