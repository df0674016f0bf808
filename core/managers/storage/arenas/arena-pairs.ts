/**
 * Cells for the conses of one arena: pages of its own, taken from the top down, so that a list which is built from its end needs one cell a pair.
 * What is left of a page is a free chain in the order of all cons pages, so that whoever looks at the image sees free cells, and no page is on the chain of
 * pages with room, so that only the arena takes from it.
 */
import type { Pointer } from "../../../base/units.ts";
import { PAGE_WORDS, TYPE_LISTP } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import {
  CDR_INDIRECT,
  CDR_MAX_STORED,
  CONS_PAGE_FIRST_CELL,
  CONS_PAGE_FREE_WORD,
  CONS_PAGE_UNCHAINED,
  cdrCode,
} from "../../../objects/cons.ts";
import type { ConsCells } from "../conses.ts";
import type { Storage } from "../storage.ts";

/** Farthest that a CDR code reaches, in words. */
const REACH_WORDS = 14;
const TOP_CELL = PAGE_WORDS - 2;
/** Cells of a page form groups of four on its free chain; each group ascends. */
const GROUP_WORDS = 8;
const NO_CELL = 0;

export class ArenaPairs implements ConsCells {
  pairHelper: Pointer = 0;
  /** Start addresses of the pages that cells were taken from, in that order; the last is the current one. */
  readonly pages: Pointer[] = [];
  /** The page behind the current one, if it is untouched. */
  private spare: Pointer = 0;
  private base: Pointer = 0;
  /** Offset of the next cell; below the first cell: none is left. */
  private at = NO_CELL;
  private readonly memory: VirtualMemory;
  private readonly storage: Storage;
  private readonly takeUnit: (type: number) => Pointer;

  constructor(storage: Storage, takeUnit: (type: number) => Pointer) {
    this.storage = storage;
    this.memory = storage.context.memory;
    this.takeUnit = takeUnit;
  }

  takeAny(): Pointer {
    if (this.at < CONS_PAGE_FIRST_CELL) this.nextPage();
    return this.take();
  }

  takeBelow(cdr: Pointer): Pointer {
    const distance = cdr - this.base - this.at;
    const isHere = distance > 0 && distance <= REACH_WORDS && this.at >= CONS_PAGE_FIRST_CELL;
    return isHere && (cdr & ~0xff) === this.base ? this.take() : NO_CELL;
  }

  /** Cells above are taken already: the caller makes a replacement. */
  takeAbove(): Pointer {
    return NO_CELL;
  }

  takePair(): Pointer {
    if (this.at <= CONS_PAGE_FIRST_CELL) this.nextPage();
    this.pairHelper = this.take();
    return this.take();
  }

  /** The counters of the type are for objects of regular storage. */
  countLasting(): void {}

  /** The highest free cell leaves the chain: the one below it, if of the same group, now leads to the next group. */
  private take(): Pointer {
    const { memory, base, at } = this;
    const group = at & -GROUP_WORDS;
    const nextGroup = group - GROUP_WORDS;
    const link = nextGroup < CONS_PAGE_FIRST_CELL ? 0 : nextGroup;
    let first = group;
    if (at === group) first = link;
    else memory.setByte((base + at - 2) * 2, link);
    memory.setWord(base + CONS_PAGE_FREE_WORD, (((at - CONS_PAGE_FIRST_CELL) >> 1) << 8) | first);
    this.at = at - 2;
    return base + at;
  }

  private nextPage(): void {
    let page = this.spare;
    if (page === 0) {
      page = this.takeUnit(TYPE_LISTP);
      this.storage.consPages.format(page >> 8, CONS_PAGE_UNCHAINED);
      this.storage.consPages.format((page >> 8) + 1, CONS_PAGE_UNCHAINED);
      this.spare = page + PAGE_WORDS;
    } else this.spare = 0;
    this.pages.push(page);
    this.base = page;
    this.at = TOP_CELL;
  }

  forget(): void {
    this.pages.length = 0;
    this.spare = 0;
    this.base = 0;
    this.at = NO_CELL;
  }

  /** Every cons, in the order in which their cells were taken. */
  eachPair(visit: (pair: Pointer) => void): void {
    const { memory } = this;
    const parts = new Set<Pointer>();
    // A helper cell has the code of an indirect cons: helpers are known first.
    this.eachUsedCell((cell) => {
      const code = cdrCode(memory, cell);
      if (code !== CDR_INDIRECT && code <= CDR_MAX_STORED) parts.add(cell + 2 * code);
    });
    const replacements: Pointer[] = [];
    this.eachUsedCell((cell) => {
      if (!parts.has(cell) && cdrCode(memory, cell) === CDR_INDIRECT) replacements.push(memory.pointer(cell));
    });
    for (const cell of replacements) parts.add(cell);
    this.eachUsedCell((cell) => {
      if (!parts.has(cell)) visit(cell);
    });
  }

  private eachUsedCell(visit: (cell: Pointer) => void): void {
    for (const page of this.pages) {
      const last = page === this.base ? this.at + 2 : this.lastUsed(page);
      for (let offset = TOP_CELL; offset >= last; offset -= 2) visit(page + offset);
    }
  }
  /** A page that was left may have kept one free cell, too few for a pair. */
  private lastUsed(page: Pointer): number {
    const free = this.memory.word(page + CONS_PAGE_FREE_WORD) >> 8;
    return CONS_PAGE_FIRST_CELL + 2 * free;
  }

  save(): readonly number[] {
    return [this.at, this.spare, ...this.pages];
  }
  restore([at = NO_CELL, spare = 0, ...pages]: readonly number[]): void {
    this.forget();
    this.pages.push(...pages);
    this.base = pages.at(-1) ?? 0;
    this.at = at;
    this.spare = spare;
  }
}
