/** The objects that live and are not marked, in the order of the table: bits of `live & ~marked`, thirty-two objects at a time. */
import type { ObjectTable } from "../table/object-table.ts";
import type { Marks } from "./marks.ts";

export class DeadObjects {
  private readonly table: ObjectTable;
  private readonly marks: Marks;
  /** Where the search stands: the number of a word, and what is left of its dead objects. */
  at = -1;
  word = 0;
  private readonly end: number;

  /** @param first and `end` are ids; `first` is a multiple of 32 */
  constructor(table: ObjectTable, marks: Marks, first = 0, end = table.used) {
    this.table = table;
    this.marks = marks;
    this.at = (first >> 5) - 1;
    this.end = (end + 31) >> 5;
  }

  /** The next dead object; -1 when there is none. */
  next(): number {
    let word = this.word;
    if (word === 0) {
      const { live } = this.table;
      const { bits } = this.marks;
      do {
        if (++this.at >= this.end) return -1;
        word = (live[this.at] as number) & ~(bits[this.at] as number);
      } while (word === 0);
    }
    this.word = word & (word - 1);
    return (this.at << 5) + 31 - Math.clz32(word & -word);
  }
}
