/**
 * Reading conses: CDR codes, lists, and the enumeration of all conses of an image. Changing them is the managers' business.
 *
 * ```
 *  31   28 27                          0
 * +-------+-----------------------------+   code 8:      CDR is NIL
 * | code  | CAR                         |   code 9 … 15: CDR is the cons at a + 2 * (code - 8)
 * +-------+-----------------------------+   code 1 … 7:  CDR is the pointer in the cell at a + 2 * code
 *                                           code 0:      the pointer field is the address of a replacement cell, which has code 1 … 7
 * ```
 * Source: memory specification, section 9.
 */
import type { Pointer, VirtualPage, WordAddress } from "../base/units.ts";
import { NIL, PAGE_WORDS, TYPE_LISTP } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { typeNumber, unitsOfType } from "./types.ts";

/** CDR codes. */
export const CDR_INDIRECT = 0;
export const CDR_MAX_STORED = 7;
export const CDR_NIL = 8;

// A cons page: header of 8 words, then 124 cells.
/** Word of the page header: free cells in bits 15..8, word offset of the first free cell in bits 7..0. */
export const CONS_PAGE_FREE_WORD = 4;
/** Cell of the page header: number of the next page with room, 0 = end of chain, CONS_PAGE_UNCHAINED = not on the chain. */
export const CONS_PAGE_NEXT_CELL = 6;
export const CONS_PAGE_FIRST_CELL = 8;
export const CONS_PAGE_CELLS = 124;
export const CONS_PAGE_UNCHAINED = 0xffffffff;

export function isCons(memory: VirtualMemory, pointer: Pointer): boolean {
  return typeNumber(memory, pointer) === TYPE_LISTP;
}

/** CDR code of the cons, or replacement cell, at an address: 0 … 15. */
export function cdrCode(memory: VirtualMemory, cons: WordAddress): number {
  return memory.view.getInt32(cons * 2) >>> 28;
}
/** Address of the cell whose low 28 bits are the CAR: the cons itself or its replacement. */
export function carCell(memory: VirtualMemory, cons: Pointer): WordAddress {
  const cell = memory.view.getInt32(cons * 2);
  return cell >>> 28 === CDR_INDIRECT ? cell & 0x0fffffff : cons;
}
/** Address of the cell that holds the CDR; null when a CDR code says it all. */
export function cdrCell(memory: VirtualMemory, cons: Pointer): WordAddress | null {
  const holder = carCell(memory, cons);
  const code = cdrCode(memory, holder);
  return code <= CDR_MAX_STORED ? holder + 2 * code : null;
}

/** CAR of a cons; the caller has asked `isCons`. */
export function car(memory: VirtualMemory, cons: Pointer): Pointer {
  const cell = memory.view.getInt32(cons * 2);
  if (cell >>> 28 !== CDR_INDIRECT) return cell & 0x0fffffff;
  return memory.view.getInt32((cell & 0x0fffffff) * 2) & 0x0fffffff;
}
/** CDR of a cons; the caller has asked `isCons`. */
export function cdr(memory: VirtualMemory, cons: Pointer): Pointer {
  let address = cons;
  let cell = memory.view.getInt32(address * 2);
  if (cell >>> 28 === CDR_INDIRECT) {
    address = cell & 0x0fffffff;
    cell = memory.view.getInt32(address * 2);
  }
  const code = cell >>> 28;
  if (code === CDR_NIL) return NIL;
  if (code > CDR_NIL) return address + 2 * (code - CDR_NIL);
  return memory.view.getInt32((address + 2 * code) * 2) & 0x0fffffff;
}

/** Whether every cell that `car` and `cdr` would read of a cons lies in the image: for memory that may be damaged. */
export function isReadableCons(memory: VirtualMemory, cons: Pointer): boolean {
  if (cons % 2 !== 0 || !isMapped(memory, cons, 2)) return false;
  const holder = carCell(memory, cons);
  if (holder % 2 !== 0 || !isMapped(memory, holder, 2)) return false;
  const code = cdrCode(memory, holder);
  return code > CDR_MAX_STORED || isMapped(memory, holder + 2 * code, 2);
}

/** What `listItems` found: the elements, and what stood where the list should have ended. */
export interface ListItems {
  readonly items: readonly Pointer[];
  /** NIL for a proper list; otherwise the dotted tail, or the rest of a list that is longer than the limit. */
  readonly tail: Pointer;
}

/** The elements of a list, at most `limit` of them: circular lists end there. */
export function listItems(memory: VirtualMemory, list: Pointer, limit: number): ListItems {
  const items: Pointer[] = [];
  let rest = list;
  while (items.length < limit && isCons(memory, rest) && isReadableCons(memory, rest)) {
    items.push(car(memory, rest));
    rest = cdr(memory, rest);
  }
  return { items, tail: rest };
}

/** Pages that hold conses, ascending. */
export function consPages(memory: VirtualMemory): VirtualPage[] {
  return unitsOfType(memory, TYPE_LISTP)
    .flatMap((unit) => [unit >> 8, (unit >> 8) + 1])
    .filter((page) => isMapped(memory, page * PAGE_WORDS, PAGE_WORDS));
}

/** Counts of cells by role; the roles of all cells of all cons pages. */
export interface ConsCensus {
  readonly conses: number;
  /** Cells that hold the CDR, or the whole, of another. */
  readonly helpers: number;
  readonly free: number;
}

/** Offsets of the cells on the free chain of a cons page, in chain order. Stops where a damaged chain repeats or leaves the page. */
export function freeConsOffsets(memory: VirtualMemory, page: VirtualPage): number[] {
  const base = page * PAGE_WORDS;
  const offsets: number[] = [];
  const seen = new Set<number>();
  let offset = memory.word(base + CONS_PAGE_FREE_WORD) & 0xff;
  while (offset >= CONS_PAGE_FIRST_CELL && offset % 2 === 0 && !seen.has(offset)) {
    seen.add(offset);
    offsets.push(offset);
    offset = memory.cell(base + offset) >>> 24;
  }
  return offsets;
}

/**
 * Visits every cons of the image, ascending by address. Three passes over all cons pages set aside free cells, helper cells and replacement cells;
 * they are global because a replacement often lies on another page, where its helper would look like an indirect cons.
 */
export function enumerateConses(memory: VirtualMemory, visit: (cons: Pointer) => void): ConsCensus {
  const pages = consPages(memory);
  const aside = new Set<WordAddress>();
  for (const page of pages) {
    for (const offset of freeConsOffsets(memory, page)) aside.add(page * PAGE_WORDS + offset);
  }
  const free = aside.size;
  eachConsCell(pages, (address) => {
    const code = cdrCode(memory, address);
    if (code !== CDR_INDIRECT && code <= CDR_MAX_STORED && !aside.has(address)) aside.add(address + 2 * code);
  });
  const replacements: WordAddress[] = [];
  eachConsCell(pages, (address) => {
    if (!aside.has(address) && cdrCode(memory, address) === CDR_INDIRECT) replacements.push(memory.pointer(address));
  });
  for (const address of replacements) aside.add(address);
  let conses = 0;
  eachConsCell(pages, (address) => {
    if (aside.has(address)) return;
    conses++;
    visit(address);
  });
  return { conses, helpers: pages.length * CONS_PAGE_CELLS - free - conses, free };
}

function eachConsCell(pages: readonly VirtualPage[], visit: (address: Pointer) => void): void {
  for (const page of pages) {
    const end = (page + 1) * PAGE_WORDS;
    for (let address = page * PAGE_WORDS + CONS_PAGE_FIRST_CELL; address < end; address += 2) visit(address);
  }
}
