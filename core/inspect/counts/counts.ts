/**
 * The reference count tables of an image, read bit by bit. A decoder of its own: it shares no code with the collector that writes
 * the tables, so that each can be checked against the other. Damage is reported, never thrown.
 * Source: collection specification, section 3.
 */
import type { Pointer } from "../../base/units.ts";
import { HTMAIN_BASE, POINTER_MASK } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import {
  type BigCount,
  type CountEntry,
  type FreePairs,
  MAIN_CELLS,
  readBigCounts,
  walkEntries,
  walkIndex,
  walkTables,
} from "./count-walk.ts";

export { type BigCount, COLLISION_LIMIT_CELLS, type CountEntry, MAIN_CELLS, OVERFLOW_COUNT } from "./count-walk.ts";

/** The tables in figures. */
export interface CountGauges extends FreePairs {
  readonly entries: number;
  readonly zeroEntries: number;
  readonly stackEntries: number;
  readonly mainUsed: number;
  readonly chains: number;
  readonly longestChain: number;
  /** Chain length -> chains of that length. */
  readonly chainLengths: ReadonlyMap<number, number>;
  readonly bigCounts: readonly BigCount[];
  /** What is wrong with the tables, bounded. */
  readonly problems: readonly string[];
}

const MAX_PROBLEMS = 20;

/** Index in the main table of the entry of a pointer. */
export function mainIndex(pointer: Pointer): number {
  return (pointer & 0xffff) >> 1;
}

/** The entry of a pointer; null when it has none, which means a count of 1 for counted objects. */
export function countEntry(memory: VirtualMemory, pointer: Pointer): CountEntry | null {
  const wanted = pointer & POINTER_MASK & ~1;
  let found: CountEntry | null = null;
  walkIndex(memory, mainIndex(wanted), {
    entry(entry) {
      if (entry.pointer === wanted) found = entry;
      return found === null;
    },
  });
  return found;
}

/** The count of a counted object, with or without an entry. */
export function countOf(memory: VirtualMemory, pointer: Pointer): number {
  return countEntry(memory, pointer)?.count ?? 1;
}

/** All entries in the order of the main table, chains from their head. `visit` answers false to stop. */
export function eachCountEntry(memory: VirtualMemory, visit: (entry: CountEntry) => boolean | undefined): void {
  walkEntries(memory, { entry: visit });
}

/** A page of the entries, in table order. */
export function countEntries(
  memory: VirtualMemory,
  start: number,
  count: number,
  accept: (entry: CountEntry) => boolean = () => true,
): CountEntry[] {
  const page: CountEntry[] = [];
  let position = 0;
  eachCountEntry(memory, (entry) => {
    if (!accept(entry)) return true;
    if (position++ >= start) page.push(entry);
    return page.length < count;
  });
  return page;
}

export function countGauges(memory: VirtualMemory): CountGauges {
  const problems: string[] = [];
  const chainLengths = new Map<number, number>();
  const indices = { used: 0, last: -1, chain: 0 };
  let entries = 0;
  let zeroEntries = 0;
  let stackEntries = 0;
  const endChain = () => {
    if (indices.chain > 0) chainLengths.set(indices.chain, (chainLengths.get(indices.chain) ?? 0) + 1);
    indices.chain = 0;
  };
  const free = walkTables(memory, {
    entry(entry) {
      entries++;
      if (entry.count === 0) zeroEntries++;
      if (entry.onStack) stackEntries++;
      if (entry.index !== indices.last) endChain();
      indices.last = entry.index;
      if (entry.chainPosition >= 0) indices.chain++;
      if (entry.isBig && !entry.hasBigCount) {
        report(problems, `overflowed entry of ${entry.pointer.toString(16)} has no big count`);
      }
      return true;
    },
    problem: ({ what, expected, found }) => report(problems, `${what}: expected ${expected}, found ${found}`),
  });
  endChain();
  for (let index = 0; index < MAIN_CELLS; index++) if (memory.cell(HTMAIN_BASE + 2 * index) !== 0) indices.used++;
  let chains = 0;
  for (const number of chainLengths.values()) chains += number;
  return {
    entries,
    zeroEntries,
    stackEntries,
    mainUsed: indices.used,
    chains,
    longestChain: Math.max(0, ...chainLengths.keys()),
    chainLengths,
    ...free,
    bigCounts: readBigCounts(memory),
    problems,
  };
}

function report(problems: string[], text: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push(text);
}
