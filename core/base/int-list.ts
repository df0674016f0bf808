/** A growing list of 32-bit integers: a quarter of the memory of an array of numbers, and nothing for the garbage collector to look at. */
const FIRST_CAPACITY = 256;

export class IntList {
  private items: Int32Array;
  length = 0;

  static of(items: ArrayLike<number>): IntList {
    const list = new IntList(items.length);
    list.items.set(items);
    list.length = items.length;
    return list;
  }

  constructor(capacity = FIRST_CAPACITY) {
    this.items = new Int32Array(capacity);
  }

  push(item: number): void {
    if (this.length === this.items.length) {
      const grown = new Int32Array(Math.max(FIRST_CAPACITY, 2 * this.length));
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.length++] = item;
  }
  /** Takes the last item off; the list is not empty. */
  pop(): number {
    return this.items[--this.length] as number;
  }
  at(index: number): number {
    return this.items[index] as number;
  }
  /** Replaces an item that there is. */
  set(index: number, item: number): void {
    this.items[index] = item;
  }
  /** The items, without room to grow. */
  toArray(): Int32Array {
    return this.items.slice(0, this.length);
  }
}
