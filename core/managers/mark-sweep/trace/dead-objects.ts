/** The objects that live and are not marked: bits of `live & ~marked`, thirty-two objects at a time. */
import { IntList } from "../../../base/int-list.ts";
import type { ObjectTable } from "../table/object-table.ts";
import type { Marks } from "./marks.ts";

/**
 * Appends the dead objects of a range, in the order of the table.
 * @param first and `end` are ids, multiples of 32
 */
export function findDead(table: ObjectTable, marks: Marks, first: number, end: number, found: IntList): void {
  const { live } = table;
  const { bits } = marks;
  const last = end >> 5;
  for (let at = first >> 5; at < last; at++) {
    let word = (live[at] as number) & ~(bits[at] as number);
    while (word !== 0) {
      found.push((at << 5) + 31 - Math.clz32(word & -word));
      word &= word - 1;
    }
  }
}

/** The dead objects of the whole table, found range by range as so many workers would: whatever their number, the list is the same. */
export function findAllDead(table: ObjectTable, marks: Marks, workers: number): IntList {
  const found = new IntList();
  const words = (table.used + 31) >> 5;
  for (let worker = 0; worker < workers; worker++) {
    const first = Math.floor((words * worker) / workers);
    const end = Math.floor((words * (worker + 1)) / workers);
    findDead(table, marks, 32 * first, 32 * end, found);
  }
  return found;
}
