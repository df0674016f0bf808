/** What belongs to a table of the library alone: its buckets, and the pairs of its lists. The library hands out copies of them, never these. */
import type { Pointer } from "../../../base/units.ts";
import { arrayElement, arrayHeader } from "../../../objects/arrays/arrays.ts";
import { car, cdr, isCons } from "../../../objects/cons.ts";
import type { Storage } from "../storage.ts";
import { type Part, partsOf, problemOf } from "./parts.ts";

const BUCKETS_FIELD = 2;

/** The parts of a table: the table first, then everything that the program cannot reach without it. Keys and values stay. */
export function tableParts(storage: Storage, table: Pointer): Part[] {
  const { memory } = storage.context;
  const buckets = memory.pointer(table + BUCKETS_FIELD);
  const parts = partsOf(storage, table);
  const header = arrayHeader(memory, buckets);
  if (header === null || problemOf(storage, buckets) !== null) return parts;
  parts.push(...partsOf(storage, buckets));
  const taken = new Set<Pointer>();
  const take = (pair: Pointer): boolean => {
    if (!isCons(memory, pair) || taken.has(pair) || problemOf(storage, pair) !== null) return false;
    taken.add(pair);
    parts.push(...partsOf(storage, pair));
    return true;
  };
  for (let i = 0; i < header.length; i++) {
    const bucket = arrayElement(memory, header, i);
    let list = bucket?.kind === "pointer" ? bucket.pointer : 0;
    while (take(list)) {
      take(car(memory, list));
      list = cdr(memory, list);
    }
  }
  return parts;
}
