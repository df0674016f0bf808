/**
 * One walk over the reference count tables that sees each pair once, whatever the links say, and reports what is wrong with their structure.
 * It shares no code with the collector that writes the tables, so that each can be checked against the other. Damage is reported, never thrown.
 * Whether an entry is right for its object is for others to say (`audit.ts`).
 * Source: collection specification, sections 3 and 11.1.
 */
import { hex } from "../../base/errors.ts";
import type { Cell, Pointer, WordAddress } from "../../base/units.ts";
import { HTBIG_BASE, HTBIG_WORDS, HTCOLL_BASE, HTMAIN_BASE, T } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";

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
const FIRST_PAIR = 2;
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

/** Something that no sound table has. `address` is the first cell that is wrong. */
export interface TableProblem {
  readonly address: WordAddress;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export interface TableVisitor {
  /** Answers false to stop the walk. */
  entry(entry: CountEntry): boolean | undefined;
  problem?(problem: TableProblem): void;
}

/** The free pairs of the collision table. */
export interface FreePairs {
  /** Cell index of the first free pair, 0 = none. */
  readonly freeHead: number;
  /** Cell index of the next pair that was never used. */
  readonly nextPair: number;
  readonly freePairs: number;
}

/** Visits all entries in the order of the main table, chains from their head. */
export function walkEntries(memory: VirtualMemory, visitor: TableVisitor): void {
  new Walk(memory, visitor).entries();
}

/** Visits all entries, then free pairs, pairs that nobody has, and big counts that belong to no entry. */
export function walkTables(memory: VirtualMemory, visitor: TableVisitor): FreePairs {
  const walk = new Walk(memory, visitor);
  walk.entries();
  const free = walk.freePairs();
  walk.lostPairs();
  walk.orphanedBigCounts();
  return free;
}

/** Visits the entries at one index of the main table. */
export function walkIndex(memory: VirtualMemory, index: number, visitor: TableVisitor): void {
  new Walk(memory, visitor).index(index);
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

/** Word address of a pair. */
export function pairAddress(link: number): WordAddress {
  return HTCOLL_BASE + 2 * link;
}

class Walk {
  private readonly memory: VirtualMemory;
  private readonly visitor: TableVisitor;
  private readonly nextPair: number;
  /** One bit per pair that was seen, in a chain or in the free list. */
  private seen: Uint8Array | null = null;
  private bigCounts: Map<Pointer, BigCount> | null = null;
  private readonly bigEntries = new Set<Pointer>();

  constructor(memory: VirtualMemory, visitor: TableVisitor) {
    this.memory = memory;
    this.visitor = visitor;
    this.nextPair = memory.cell(pairAddress(1));
  }

  entries(): void {
    for (let index = 0; index < MAIN_CELLS; index++) if (!this.index(index)) return;
  }

  /** @returns false when the visitor asked to stop */
  index(index: number): boolean {
    const address = HTMAIN_BASE + 2 * index;
    const cell = this.memory.cell(address);
    if (cell === 0) return true;
    if ((cell & 1) !== 0) return this.chain(index, address, cell - 1);
    this.checkEntry(cell, address, `main entry ${index}`);
    return this.visitor.entry(this.decode(cell, address, index, -1)) !== false;
  }

  private chain(index: number, main: WordAddress, first: number): boolean {
    const { memory } = this;
    const name = `chain of main entry ${index}`;
    const tags = new Set<number>();
    const links = new Set<number>();
    // The cell that holds the link which is followed.
    let holder = main;
    let link = first;
    for (let position = 0; link !== 0; position++) {
      if (!this.isPair(link)) {
        this.report(holder, `${name} leads to no pair`, this.pairRange(), `pair ${link}`);
        return true;
      }
      if (!this.see(link)) {
        const what = links.has(link) ? "runs in a circle" : "leads to a pair that another chain has";
        this.report(holder, `${name} ${what}`, "a pair that is nowhere else, or 0", `pair ${link}`);
        return true;
      }
      const pair = pairAddress(link);
      const entry = memory.cell(pair);
      this.checkEntry(entry, pair, `${name}: pair ${link}`);
      if (tags.has(entry & TAG_MASK)) {
        this.report(
          pair,
          `${name} has two entries for one object`,
          "different objects",
          `a second entry of ${hex(entry)}`,
        );
      }
      tags.add(entry & TAG_MASK);
      links.add(link);
      if (this.visitor.entry(this.decode(entry, pair, index, position)) === false) return false;
      holder = pair + 2;
      link = memory.cell(holder);
    }
    if (links.size < 2) this.report(main, `${name} is too short`, "at least 2 pairs", `${links.size}`);
    return true;
  }

  freePairs(): FreePairs {
    const { memory, nextPair } = this;
    const freeHead = memory.cell(pairAddress(0));
    if (nextPair < FIRST_PAIR || nextPair > COLLISION_LIMIT_CELLS || nextPair % 2 !== 0) {
      const expected = `an even index from ${FIRST_PAIR} to ${COLLISION_LIMIT_CELLS}`;
      this.report(pairAddress(1), "the next pair that was never used is impossible", expected, `${nextPair}`);
    }
    let freePairs = 0;
    let holder = pairAddress(0);
    for (let link = freeHead; link !== 0; freePairs++) {
      if (!this.isPair(link)) {
        this.report(holder, "the free list of the collision table leads to no pair", this.pairRange(), `pair ${link}`);
        break;
      }
      if (!this.see(link)) {
        const what = "the free list of the collision table leads to a pair that is free already, or in a chain";
        this.report(holder, what, "a pair that is nowhere else, or 0", `pair ${link}`);
        break;
      }
      const pair = pairAddress(link);
      if (memory.cell(pair) !== 0) this.report(pair, `free pair ${link} is not empty`, "0", hex(memory.cell(pair)));
      holder = pair + 2;
      link = memory.cell(holder);
    }
    return { freeHead, nextPair, freePairs };
  }

  /** Pairs below the next unused one that neither a chain nor the free list has, in runs. */
  lostPairs(): void {
    const end = Math.min(this.nextPair, COLLISION_LIMIT_CELLS);
    for (let link = FIRST_PAIR; link < end; link += 2) {
      if (this.isSeen(link)) continue;
      const first = link;
      while (link + 2 < end && !this.isSeen(link + 2)) link += 2;
      const what = first === link ? `pair ${link} is lost` : `pairs ${first} to ${link} are lost`;
      const expected = "every pair handed out once to be in a chain or in the free list";
      const found = `[${hex(this.memory.cell(pairAddress(first)))}] in neither`;
      this.report(pairAddress(first), what, expected, found);
    }
  }

  /** Big counts are one to one with overflowed entries. An entry without one is right in an image that was loaded again. */
  orphanedBigCounts(): void {
    const met = new Set<Pointer>();
    for (const { pointer, count, address } of readBigCounts(this.memory)) {
      const name = `big count of ${hex(pointer)}`;
      if (met.has(pointer)) this.report(address, `${name} stands twice`, "one slot an object", "a second one");
      else if (!this.bigEntries.has(pointer)) {
        this.report(address, `${name} belongs to no entry`, "an entry with the overflow count", "none");
      }
      if (count < OVERFLOW_COUNT) this.report(address + 2, `${name} is small`, `${OVERFLOW_COUNT} or more`, `${count}`);
      met.add(pointer);
    }
  }

  private checkEntry(cell: Cell, address: WordAddress, name: string): void {
    if ((cell & ENTRY_UNUSED_BITS) === 0) return;
    this.report(address, `${name} is no count entry`, "bits 15 to 13 and bit 0 clear", hex(cell));
  }

  private decode(cell: Cell, address: WordAddress, index: number, chainPosition: number): CountEntry {
    const inline = cell >>> COUNT_SHIFT;
    const pointer = ((cell & TAG_MASK) << 15) | (index << 1);
    const isBig = inline === OVERFLOW_COUNT;
    const big = isBig ? this.bigCountOf(pointer) : null;
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

  private bigCountOf(pointer: Pointer): number | null {
    this.bigCounts ??= new Map(readBigCounts(this.memory).map((big) => [big.pointer, big]));
    this.bigEntries.add(pointer);
    return this.bigCounts.get(pointer)?.count ?? null;
  }

  private isPair(link: number): boolean {
    return link >= FIRST_PAIR && (link & 1) === 0 && link < this.nextPair && link < COLLISION_LIMIT_CELLS + 16;
  }
  private pairRange(): string {
    return `an even index from ${FIRST_PAIR} below ${this.nextPair}, the next pair that was never used`;
  }

  /** @returns false when the pair was seen before */
  private see(link: number): boolean {
    if (this.isSeen(link)) return false;
    this.seen ??= new Uint8Array((COLLISION_LIMIT_CELLS >> 4) + 1);
    this.seen[link >> 4] = (this.seen[link >> 4] as number) | (1 << ((link >> 1) & 7));
    return true;
  }
  private isSeen(link: number): boolean {
    return this.seen !== null && ((this.seen[link >> 4] as number) & (1 << ((link >> 1) & 7))) !== 0;
  }

  private report(address: WordAddress, what: string, expected: string, found: string): void {
    this.visitor.problem?.({ address, what, expected, found });
  }
}
