/**
 * Cells for conses: pages of 124 cells, the chain of pages with room, and the free chain within each page. What the cells mean: `conses.ts`.
 * Each taker of cells picks the very cell that the reference VM picks, so that images agree bit for bit.
 * Layout: `objects/cons.ts`. Source: memory specification, sections 9.2 and 9.3; collection specification, section 7.6.
 */
import { hex, VmFault } from "../../base/errors.ts";
import type { Pointer } from "../../base/units.ts";
import { DTD_BASE, DTD_WORDS, TYPE_LISTP } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import {
  CONS_PAGE_CELLS,
  CONS_PAGE_FIRST_CELL,
  CONS_PAGE_FREE_WORD,
  CONS_PAGE_NEXT_CELL,
  CONS_PAGE_UNCHAINED,
} from "../../objects/cons.ts";
import { DTD_ALLOCATIONS, DTD_ENTRY, DTD_NEXT_PAGE, DTD_SIZE } from "../../objects/dtd.ts";
import type { ConsCells } from "./conses.ts";
import type { StorageContext } from "./context.ts";
import type { TypedPages } from "./typed-pages.ts";

const LISTP_DTD = DTD_BASE + DTD_WORDS * TYPE_LISTP;
const FREE_WORD = CONS_PAGE_FREE_WORD;
const NEXT_PAGE_CELL = CONS_PAGE_NEXT_CELL;
/** A page that is off the chain comes back when it has more free cells than this. */
const REJOIN_ABOVE = 32;
/** Farthest that a CDR code reaches, in words. */
const REACH_WORDS = 14;
const FIRST_CELL = CONS_PAGE_FIRST_CELL;
const UNCHAINED = CONS_PAGE_UNCHAINED;

/** First free cell of a fresh page. */
const FRESH_FIRST = 254 ^ 6;

export class ConsPages implements ConsCells {
  private readonly context: StorageContext;
  private readonly memory: VirtualMemory;
  private readonly typed: TypedPages;
  /** The cells of a fresh page. */
  private readonly freshCells = freshCells();

  // A long list leaves thousands of full pages on the chain. These two spare walking over them; they change no choice of a cell.
  /** No page before this one on the chain has two free cells within reach of each other; 0 = nothing is known. */
  private pairStart = 0;
  /** End of the chain, when its link says so; 0 = nothing is known. */
  private lastPage = 0;

  constructor(context: StorageContext, typed: TypedPages) {
    this.context = context;
    this.memory = context.memory;
    this.typed = typed;
  }

  /** A cell for a cons whose CDR is NIL: the first free one of the first page with room. */
  takeAny(): Pointer {
    const memory = this.memory;
    const base = memory.view.getInt32((LISTP_DTD + DTD_NEXT_PAGE) * 2) << 8;
    const first = memory.bytes[(base + FREE_WORD) * 2 + 1] as number;
    if (base === 0 || first === 0) return this.takeElsewhere();
    this.unlink(base, 0, first);
    this.countRecent();
    return base + first;
  }

  /** The page at the head of the chain, if there is one, is full. */
  private takeElsewhere(): Pointer {
    const memory = this.memory;
    let page = memory.cell(LISTP_DTD + DTD_NEXT_PAGE);
    while (page !== 0 && memory.bytes[((page << 8) + FREE_WORD) * 2 + 1] === 0) {
      // A full page leaves the chain; it is always the head here.
      if (page === this.pairStart) this.pairStart = 0;
      const next = this.nextPage(page);
      memory.setCell((page << 8) + NEXT_PAGE_CELL, UNCHAINED);
      memory.setCell(LISTP_DTD + DTD_NEXT_PAGE, next);
      page = next;
    }
    const isFresh = page === 0;
    const base = (isFresh ? this.addUnit() : page) << 8;
    const first = memory.bytes[(base + FREE_WORD) * 2 + 1] as number;
    this.unlink(base, 0, first);
    if (isFresh) this.countLasting();
    else this.countRecent();
    return base + first;
  }

  /**
   * A cell from which a CDR code reaches `cdr` on the same page, 0 when there is none.
   * Of a cons among the first three of its page the reference finds no cell below (its distance is computed without sign), so neither do we.
   */
  takeBelow(cdr: Pointer): Pointer {
    const memory = this.memory;
    const base = cdr & 0x0fffff00;
    const target = cdr & 0xff;
    if (target < REACH_WORDS) return 0;
    const bytes = memory.bytes;
    let left = bytes[(base + FREE_WORD) * 2] as number;
    let previous = 0;
    let at = bytes[(base + FREE_WORD) * 2 + 1] as number;
    while (left > 0 && !(at < target && at + REACH_WORDS >= target)) {
      previous = at;
      at = bytes[(base + at) * 2] as number;
      left--;
    }
    if (left === 0) return 0;
    // Up to the nearest of an ascending run.
    for (let next = bytes[(base + at) * 2] as number; next > at && next < target; ) {
      previous = at;
      at = next;
      next = bytes[(base + at) * 2] as number;
    }
    this.unlink(base, previous, at);
    this.countRecent();
    return base + at;
  }

  /** A cell that a CDR code reaches from `cons` on the same page, 0 when there is none. */
  takeAbove(cons: Pointer): Pointer {
    const base = cons & 0x0fffff00;
    const origin = cons & 0xff;
    const bytes = this.memory.bytes;
    let left = bytes[(base + FREE_WORD) * 2] as number;
    let previous = 0;
    let at = bytes[(base + FREE_WORD) * 2 + 1] as number;
    while (left > 0 && !(at > origin && at <= origin + REACH_WORDS)) {
      previous = at;
      at = bytes[(base + at) * 2] as number;
      left--;
    }
    if (left === 0) return 0;
    this.unlink(base, previous, at);
    return base + at;
  }

  /**
   * Two cells of one page, the second in reach of a CDR code of the first. Returned as the address of the first;
   * `pairHelper` is the address of the second.
   */
  takePair(): Pointer {
    const memory = this.memory;
    let page = this.pairStart !== 0 ? this.pairStart : memory.cell(LISTP_DTD + DTD_NEXT_PAGE);
    while (page !== 0) {
      const base = page << 8;
      const cell = memory.word(base + FREE_WORD) >> 8 >= 2 ? this.takePairOf(base) : 0;
      if (cell !== 0) {
        this.pairStart = page;
        return cell;
      }
      page = memory.cell(base + NEXT_PAGE_CELL);
    }
    const known = this.pairStart;
    const fresh = this.addUnit();
    // When storage gets scarce the first time, a list cell is made meanwhile, on a page of its own before this one.
    if (this.pairStart === known) this.pairStart = fresh;
    return this.takePairOf(fresh << 8);
  }

  /** Forgets what it knows about the page chain, because memory was changed behind its back. */
  reset(): void {
    this.pairStart = 0;
    this.lastPage = 0;
  }

  /** Second cell of the last pair. */
  pairHelper: Pointer = 0;

  private takePairOf(base: Pointer): Pointer {
    const bytes = this.memory.bytes;
    let before = 0;
    let p = bytes[(base + FREE_WORD) * 2 + 1] as number;
    for (let left = bytes[(base + FREE_WORD) * 2] as number; left > 1; left--) {
      const q = bytes[(base + p) * 2] as number;
      if (q < p && p <= q + REACH_WORDS) return this.takeDescending(base, before, p, q);
      if (p < q && q <= p + REACH_WORDS) {
        this.unlink(base, before, p);
        this.unlink(base, before, q);
        this.pairHelper = base + q;
        return base + p;
      }
      before = p;
      p = q;
    }
    return 0;
  }

  /** The pair of a helper at `p` and, behind it on the chain, the highest cell of an ascending run below `p`. */
  private takeDescending(base: Pointer, before: number, p: number, start: number): Pointer {
    const bytes = this.memory.bytes;
    let beforeQ = p;
    let q = start;
    for (let next = bytes[(base + q) * 2] as number; next > q && next < p; ) {
      beforeQ = q;
      q = next;
      next = bytes[(base + q) * 2] as number;
    }
    this.unlink(base, beforeQ, q);
    this.unlink(base, before, p);
    this.pairHelper = base + p;
    return base + q;
  }

  /**
   * Puts a cell back on the free chain of its page, which is kept in descending order of (offset XOR 6).
   * @returns false when the cell is free already, or no cons cell: reported, nothing changed
   */
  free(cell: Pointer): boolean {
    const memory = this.memory;
    const base = cell & 0x0fffff00;
    const offset = cell & 0xff;
    const header = memory.word(base + FREE_WORD);
    if (offset < FIRST_CELL) return this.refuse(cell, "lies in the header of its page");
    const { poison } = this.context;
    if (poison?.isWaiting(cell) === true) return this.refuse(cell, "was freed already");
    if (poison?.take(cell, TYPE_LISTP, 1) === true) return true;
    const key = offset ^ 6;
    let previous = 0;
    let at = header & 0xff;
    for (let left = header >> 8; left > 0 && (at ^ 6) > key; left--) {
      previous = at;
      at = memory.bytes[(base + at) * 2] as number;
    }
    if (at === offset) return this.refuse(cell, "is on the free chain already");
    memory.setByte(cell * 2, at);
    const count = (header >> 8) + 1;
    const first = previous === 0 ? offset : header & 0xff;
    if (previous !== 0) memory.setByte((base + previous) * 2, offset);
    memory.setWord(base + FREE_WORD, (count << 8) | first);
    if (count >= 2) this.pairStart = 0;
    if (count > REJOIN_ABOVE && memory.cell(base + NEXT_PAGE_CELL) === UNCHAINED) {
      memory.setCell(base + NEXT_PAGE_CELL, memory.cell(LISTP_DTD + DTD_NEXT_PAGE));
      memory.setCell(LISTP_DTD + DTD_NEXT_PAGE, cell >> 8);
    }
    return true;
  }

  /** Two fresh pages at the end of the page chain; the lower one comes first. */
  private addUnit(): number {
    const memory = this.memory;
    const lower = this.typed.allocateUnit(memory.word(LISTP_DTD + DTD_ENTRY));
    this.format(lower, lower + 1);
    this.format(lower + 1, 0);
    const head = memory.cell(LISTP_DTD + DTD_NEXT_PAGE);
    if (head === 0) memory.setCell(LISTP_DTD + DTD_NEXT_PAGE, lower);
    else {
      let last = this.lastPage !== 0 && this.nextPage(this.lastPage) === 0 ? this.lastPage : head;
      for (let next = this.nextPage(last); next !== 0; next = this.nextPage(last)) last = next;
      memory.setCell((last << 8) + NEXT_PAGE_CELL, lower);
    }
    this.lastPage = lower + 1;
    return lower;
  }

  private nextPage(page: number): number {
    return this.memory.cell((page << 8) + NEXT_PAGE_CELL);
  }

  /** Chains all cells of a page, and the page to the next one. */
  format(page: number, nextPage: number): void {
    const memory = this.memory;
    const base = page << 8;
    const cells = this.freshCells;
    if (memory.pageFlags[page] === 0) memory.bytes.set(cells, 2 * (base + FIRST_CELL));
    else
      for (let i = 0; i < cells.length; i += 4) memory.setCell(base + FIRST_CELL + i / 2, (cells[i] as number) << 24);
    memory.setWord(base + FREE_WORD, (CONS_PAGE_CELLS << 8) | FRESH_FIRST);
    memory.setCell(base + NEXT_PAGE_CELL, nextPage);
  }

  /**
   * Takes `offset` off the chain, where it follows `previous` (0 = it is the first).
   * @throws {VmFault} `MemoryError` when one of the links is none that a free cell can have
   */
  private unlink(base: Pointer, previous: number, offset: number): void {
    const memory = this.memory;
    const next = memory.bytes[(base + offset) * 2] as number;
    const count = (memory.bytes[(base + FREE_WORD) * 2] as number) - 1;
    if (((offset | next) & 1) !== 0 || offset < FIRST_CELL || (next < FIRST_CELL && next !== 0) || count < 0) {
      throw this.damaged(base + offset);
    }
    memory.setByte(previous === 0 ? (base + FREE_WORD) * 2 + 1 : (base + previous) * 2, next);
    memory.setByte((base + FREE_WORD) * 2, count);
  }

  /** A cons from a page that was there: the 16-bit counter of the type. */
  private countRecent(): void {
    const memory = this.memory;
    memory.setWord(LISTP_DTD + DTD_SIZE, (memory.word(LISTP_DTD + DTD_SIZE) + 1) & 0xffff);
  }
  /** A cons that cost a page or a pair: the 32-bit counter. */
  countLasting(): void {
    const memory = this.memory;
    memory.setCell(LISTP_DTD + DTD_ALLOCATIONS, memory.cell(LISTP_DTD + DTD_ALLOCATIONS) + 1);
  }

  private refuse(cell: Pointer, why: string): false {
    this.context.observer.memoryError(cell, `cons cell ${hex(cell)} was not freed: it ${why}`);
    return false;
  }

  private damaged(cell: Pointer): VmFault {
    const page = hex(cell >> 8);
    const message = `free chain of cons page ${page} is damaged at ${hex(cell)}: something was stored into a free cell`;
    this.context.observer.memoryError(cell, message);
    return new VmFault("MemoryError", message, cell);
  }
}

/** All cells of a page as a free chain: groups of four descending, ascending within a group. */
function freshCells(): Uint8Array {
  const bytes = new Uint8Array(4 * CONS_PAGE_CELLS);
  let next = 0;
  for (let key = FIRST_CELL; key < 256; key += 2) {
    // Built from the end: offsets in ascending order of (offset XOR 6).
    const offset = key ^ 6;
    bytes[2 * (offset - FIRST_CELL)] = next;
    next = offset;
  }
  return bytes;
}
