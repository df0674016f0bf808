/**
 * Mark bits over ids, thirty-two objects a word, and the objects that are marked but not looked into yet ("grey").
 * Objects that need no look, such as old ones in a minor collection, begin marked: a bulk copy. What is dead is `live & ~marked`, word by word.
 */
import { IntList } from "../../../base/int-list.ts";

/** What takes the ids that an object refers to. */
export interface IdSink {
  mark(id: number): void;
}

/** Looks into an object: calls `sink.mark` for each managed object that it refers to. */
export type ScanObject = (id: number, sink: IdSink) => void;

export class Marks implements IdSink {
  bits = new Int32Array(0);
  /** Objects marked since `begin`. */
  marked = 0;
  private grey = new IntList();

  /**
   * No object is marked but those of `known`.
   * @param objects ids that there may be
   */
  begin(objects: number, known: Int32Array | null): void {
    const words = (objects + 31) >> 5;
    if (this.bits.length < words) this.bits = new Int32Array(2 * words);
    else this.bits.fill(0);
    if (known !== null) this.bits.set(known.subarray(0, words));
    this.marked = 0;
    this.grey.length = 0;
  }

  /** There is room for a further id. */
  reach(id: number): void {
    if (id >> 5 < this.bits.length) return;
    const grown = new Int32Array(2 * ((id >> 5) + 1));
    grown.set(this.bits);
    this.bits = grown;
  }

  isMarked(id: number): boolean {
    return (((this.bits[id >> 5] as number) >>> (id & 31)) & 1) !== 0;
  }

  /** Marks an object, to be looked into. */
  mark(id: number): void {
    const at = id >> 5;
    const bit = 1 << (id & 31);
    const word = this.bits[at] as number;
    if ((word & bit) !== 0) return;
    this.bits[at] = word | bit;
    this.marked++;
    this.grey.push(id);
  }

  /** Marks an object, for who looks into it himself. @returns false when it is marked already */
  claim(id: number): boolean {
    const at = id >> 5;
    const bit = 1 << (id & 31);
    const word = this.bits[at] as number;
    if ((word & bit) !== 0) return false;
    this.bits[at] = word | bit;
    this.marked++;
    return true;
  }

  get isDone(): boolean {
    return this.grey.length === 0;
  }
  /** Takes over an object that is to be looked into; there is one. */
  take(): number {
    return this.grey.pop();
  }
  putBack(id: number): void {
    this.grey.push(id);
  }

  /** Marks an object that needs no look. */
  markOnly(id: number): void {
    const at = id >> 5;
    this.bits[at] = (this.bits[at] as number) | (1 << (id & 31));
  }

  /**
   * Looks into marked objects, and those that they refer to.
   * @param budget objects at most
   * @returns whether none is left
   */
  trace(scan: ScanObject, budget: number): boolean {
    for (let left = budget; left > 0; left--) {
      if (this.grey.length === 0) return true;
      scan(this.grey.pop(), this);
    }
    return this.grey.length === 0;
  }

  save(): { readonly markBits: Int32Array; readonly marked: number; readonly grey: Int32Array } {
    return { markBits: this.bits.slice(), marked: this.marked, grey: this.grey.toArray() };
  }
  restore(bits: ArrayLike<number>, marked: number, grey: ArrayLike<number>): void {
    this.bits = Int32Array.from(bits);
    this.marked = marked;
    this.grey = IntList.of(grey);
  }
}
