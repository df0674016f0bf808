/**
 * The reference count tables of an image, read bit by bit. A decoder of its own: it shares no code with the collector that writes
 * the tables, so that each can be checked against the other. Damage is reported, never thrown.
 * Source: collection specification, section 3.
 */
import type { Cell, Pointer, WordAddress } from "../base/units.ts";
import { HTBIG_BASE, HTBIG_WORDS, HTCOLL_BASE, HTMAIN_BASE, POINTER_MASK, T } from "../memory/layout.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";

/*
 * Count entry, in the main table or in the first cell of a pair of the collision table:
 *
 *   31            17  16  15  13 12                 1  0
 *  +----------------+---+------+---------------------+---+
 *  |     count      | S |  0   | address bits 27..16 | 0 |      S: on the stack, during a collection
 *  +----------------+---+------+---------------------+---+
 *  Main table, bit 0 set: the rest is the cell index of the first pair [entry, index of the next pair or 0].
 */
const COUNT_SHIFT = 17;
const STACK_BIT = 0x10000;
const TAG_MASK = 0x1ffe;
/** Bits that no count entry has. */
const ENTRY_UNUSED_BITS = 0xe001;
/** Inline count that says: the true count is in the big-count table. */
export const OVERFLOW_COUNT = 0x7fff;
export const MAIN_CELLS = 32768;
/** Pairs from this cell index on are never handed out: the collector switches itself off instead. */
export const COLLISION_LIMIT_CELLS = 524272;
const BIG_SLOTS = HTBIG_WORDS / 4;

/** One entry of the tables, decoded. */
export interface CountEntry {
  readonly pointer: Pointer;
  /** The stored count; for an overflowed entry the one of the big-count table, or `OVERFLOW_COUNT` when that has none. */
  readonly count: number;
  readonly onStack: boolean;
  /** The inline count is exhausted. */
  readonly isBig: boolean;
  /** The table of big counts has it. False after an image without that table was loaded again. */
  readonly hasBigCount: boolean;
  /** Where the entry lies. */
  readonly address: WordAddress;
  /** Index in the main table. */
  readonly index: number;
  /** Place in its chain, counted from 0; -1 for an entry in the main table itself. */
  readonly chainPosition: number;
}

export interface BigCount {
  readonly pointer: Pointer;
  readonly count: number;
  readonly address: WordAddress;
}

/** The tables in figures. */
export interface CountGauges {
  readonly entries: number;
  readonly zeroEntries: number;
  readonly stackEntries: number;
  readonly mainUsed: number;
  readonly chains: number;
  readonly longestChain: number;
  /** Chain length -> chains of that length. */
  readonly chainLengths: ReadonlyMap<number, number>;
  readonly freePairs: number;
  /** Cell index of the first free pair, 0 = none. */
  readonly freeHead: number;
  /** Cell index of the next pair that was never used. */
  readonly nextPair: number;
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
  eachEntryAt(memory, mainIndex(wanted), null, (entry) => {
    if (entry.pointer === wanted) found = entry;
    return found === null;
  });
  return found;
}

/** The count of a counted object, with or without an entry. */
export function countOf(memory: VirtualMemory, pointer: Pointer): number {
  return countEntry(memory, pointer)?.count ?? 1;
}

/** All entries in the order of the main table, chains from their head. `visit` answers false to stop. */
export function eachCountEntry(memory: VirtualMemory, visit: (entry: CountEntry) => boolean | undefined): void {
  for (let index = 0; index < MAIN_CELLS; index++) {
    if (memory.cell(HTMAIN_BASE + 2 * index) === 0) continue;
    if (!eachEntryAt(memory, index, null, visit)) return;
  }
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
  const bigCounts = readBigCounts(memory);
  const chainLengths = new Map<number, number>();
  let entries = 0;
  let zeroEntries = 0;
  let stackEntries = 0;
  let mainUsed = 0;
  for (let index = 0; index < MAIN_CELLS; index++) {
    const cell = memory.cell(HTMAIN_BASE + 2 * index);
    if (cell === 0) continue;
    mainUsed++;
    let length = 0;
    eachEntryAt(memory, index, problems, (entry) => {
      length++;
      entries++;
      if (entry.count === 0) zeroEntries++;
      if (entry.onStack) stackEntries++;
      if (entry.isBig && !entry.hasBigCount) {
        report(problems, `overflowed entry of ${entry.pointer.toString(16)} has no big count`);
      }
      return true;
    });
    if ((cell & 1) !== 0) chainLengths.set(length, (chainLengths.get(length) ?? 0) + 1);
  }
  const free = readFreePairs(memory, problems);
  let chains = 0;
  for (const number of chainLengths.values()) chains += number;
  return {
    entries,
    zeroEntries,
    stackEntries,
    mainUsed,
    chains,
    longestChain: Math.max(0, ...chainLengths.keys()),
    chainLengths,
    ...free,
    bigCounts,
    problems,
  };
}

/** The big counts, up to the first empty slot; deleted slots left out. */
export function readBigCounts(memory: VirtualMemory): BigCount[] {
  const found: BigCount[] = [];
  for (let slot = 0; slot < BIG_SLOTS; slot++) {
    const address = HTBIG_BASE + 4 * slot;
    const pointer = memory.pointer(address);
    if (pointer === 0) break;
    if (pointer !== T) found.push({ pointer, count: memory.cell(address + 2), address });
  }
  return found;
}

/** @returns false when `visit` asked to stop */
function eachEntryAt(
  memory: VirtualMemory,
  index: number,
  problems: string[] | null,
  visit: (entry: CountEntry) => boolean | undefined,
): boolean {
  const address = HTMAIN_BASE + 2 * index;
  const cell = memory.cell(address);
  if (cell === 0) return true;
  if ((cell & 1) === 0) return visit(decodeEntry(memory, cell, address, index, -1)) !== false;
  const next = memory.cell(HTCOLL_BASE + 2);
  let link = cell - 1;
  // Members of a chain are distinct pairs, so more steps than pairs means a cycle.
  for (let position = 0; link !== 0; position++) {
    if (!isPair(link, next) || position > MAIN_CELLS) {
      if (problems !== null)
        report(problems, `chain of main entry ${index} leads to pair ${link} (next unused ${next})`);
      return true;
    }
    const pair = HTCOLL_BASE + 2 * link;
    const entry = memory.cell(pair);
    if (problems !== null && (entry & ENTRY_UNUSED_BITS) !== 0) {
      report(problems, `chain of main entry ${index}: pair ${link} is no count entry`);
    }
    if (visit(decodeEntry(memory, entry, pair, index, position)) === false) return false;
    link = memory.cell(pair + 2);
    if (problems !== null && position === 0 && link === 0) {
      report(problems, `chain of main entry ${index} has one member`);
    }
  }
  return true;
}

function decodeEntry(
  memory: VirtualMemory,
  cell: Cell,
  address: WordAddress,
  index: number,
  chainPosition: number,
): CountEntry {
  const inline = cell >>> COUNT_SHIFT;
  const pointer = ((cell & TAG_MASK) << 15) | (index << 1);
  const isBig = inline === OVERFLOW_COUNT;
  const big = isBig ? bigCountOf(memory, pointer) : null;
  return {
    pointer,
    count: big ?? inline,
    onStack: (cell & STACK_BIT) !== 0,
    isBig,
    hasBigCount: big !== null,
    address,
    index,
    chainPosition,
  };
}

function bigCountOf(memory: VirtualMemory, pointer: Pointer): number | null {
  for (const big of readBigCounts(memory)) if (big.pointer === pointer) return big.count;
  return null;
}

function isPair(link: number, next: number): boolean {
  return link >= 2 && (link & 1) === 0 && link < next && link < COLLISION_LIMIT_CELLS + 16;
}

function readFreePairs(
  memory: VirtualMemory,
  problems: string[],
): { freeHead: number; nextPair: number; freePairs: number } {
  const freeHead = memory.cell(HTCOLL_BASE);
  const nextPair = memory.cell(HTCOLL_BASE + 2);
  const seen = new Set<number>();
  for (let link = freeHead; link !== 0; link = memory.cell(HTCOLL_BASE + 2 * link + 2)) {
    if (!isPair(link, nextPair) || seen.has(link)) {
      report(problems, `free list of the collision table leads to ${link} (next unused ${nextPair})`);
      break;
    }
    seen.add(link);
    if (memory.cell(HTCOLL_BASE + 2 * link) !== 0) report(problems, `free pair ${link} is not empty`);
  }
  return { freeHead, nextPair, freePairs: seen.size };
}

function report(problems: string[], text: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push(text);
}
