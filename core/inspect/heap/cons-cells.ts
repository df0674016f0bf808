/**
 * Which cells of cons pages begin a cons: all but the free ones, those that hold the CDR of another, and those that stand for another.
 * Three passes over all pages, because a replacement often lies on another page than its cons, and its own helper must be known by then.
 * Source: memory specification, section 9.1.
 */
import type { RankedBits } from "../../base/ranked-bits.ts";
import type { Pointer } from "../../base/units.ts";
import { PAGE_WORDS, POINTER_MASK, TYPE_LISTP } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { CDR_INDIRECT, CDR_MAX_STORED, CONS_PAGE_FIRST_CELL, CONS_PAGE_FREE_WORD } from "../../objects/cons.ts";
import { octalAddress } from "../../objects/pointer-notation.ts";
import { typeNumber } from "../../objects/types.ts";

/** Told what is wrong with the storage that is walked. */
export type Note = (problem: string) => void;

/** Puts all cells of a cons page into the set. */
export function addConsCells(cells: RankedBits, page: Pointer): void {
  const at = page >> 6;
  cells.words.fill(-1, at, at + PAGE_WORDS / 64);
  // The header takes the first four cells.
  cells.words[at] = -1 << (CONS_PAGE_FIRST_CELL >> 1);
}

/** First pass: takes the cells of the page's free chain out of the set. @returns how many */
export function removeFreeChain(memory: VirtualMemory, cells: RankedBits, page: Pointer, note: Note): number {
  const header = memory.word(page + CONS_PAGE_FREE_WORD);
  const count = header >> 8;
  let offset = header & 0xff;
  let length = 0;
  for (; offset !== 0; length++) {
    const cell = (page + offset) >> 1;
    if (offset < CONS_PAGE_FIRST_CELL || (offset & 1) !== 0 || !cells.has(cell)) {
      note(`free chain of cons page ${(page >> 8).toString(8)} leads to word ${offset}`);
      return length;
    }
    cells.remove(cell);
    offset = memory.byte(2 * (page + offset));
  }
  if (length !== count) {
    note(`cons page ${(page >> 8).toString(8)} counts ${count} free cells, its chain has ${length}`);
  }
  return length;
}

/** Second pass: takes the cells that hold a CDR out of the set. @returns how many */
export function removeHelpers(memory: VirtualMemory, cells: RankedBits, page: Pointer, note: Note): number {
  const { bytes } = memory;
  let removed = 0;
  for (let offset = CONS_PAGE_FIRST_CELL; offset < PAGE_WORDS; offset += 2) {
    const address = page + offset;
    if (!cells.has(address >> 1)) continue;
    const code = (bytes[2 * address] as number) >> 4;
    if (code === CDR_INDIRECT || code > CDR_MAX_STORED) continue;
    const helper = address + 2 * code;
    if (offset + 2 * code < PAGE_WORDS && cells.has(helper >> 1)) {
      cells.remove(helper >> 1);
      removed++;
    } else noteTaken(note, address, helper);
  }
  return removed;
}

/** Third pass: takes the cells that stand for an indirect cons out of the set. @returns how many */
export function removeReplacements(memory: VirtualMemory, cells: RankedBits, page: Pointer, note: Note): number {
  let removed = 0;
  for (let address = page + CONS_PAGE_FIRST_CELL; address < page + PAGE_WORDS; address += 2) {
    if (!cells.has(address >> 1)) continue;
    const cell = memory.view.getInt32(2 * address);
    if (cell >>> 28 !== CDR_INDIRECT) continue;
    const replacement = cell & POINTER_MASK;
    if (replacement !== address && isConsCell(memory, replacement) && cells.has(replacement >> 1)) {
      cells.remove(replacement >> 1);
      removed++;
    } else noteTaken(note, address, replacement);
  }
  return removed;
}

function noteTaken(note: Note, cons: Pointer, cell: Pointer): void {
  note(`cons ${octalAddress(cons)} has its other cell at ${octalAddress(cell)}, which is taken`);
}

function isConsCell(memory: VirtualMemory, address: Pointer): boolean {
  return address < memory.sizeWords && (address & 1) === 0 && typeNumber(memory, address) === TYPE_LISTP;
}
