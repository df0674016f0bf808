/**
 * Which pages of memory are in the file of a boot image, and the page table that says so. Pages stand in ascending order behind the interface page. Tables that
 * a machine writes are in the file even while they are empty: what has no file page is lost when the machine saves.
 * Source: memory specification, sections 4 and 6; linking specification, section 2 and pitfalls.
 */
import type { Pointer, WordAddress, Words } from "../../base/units.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import {
  ARRAY_BASE,
  ATOM_HASH_BASE,
  ATOM_HASH_WORDS,
  ATOMS_BASE,
  DISPLAY_BASE,
  DTD_BASE,
  DTD_WORDS,
  FPTOVP_BASE,
  HTCOLL_BASE,
  HTCOLL_WORDS,
  HTMAIN_BASE,
  HTMAIN_WORDS,
  HTOVERFLOW_BASE,
  HTOVERFLOW_WORDS,
  IFPAGE_BASE,
  IOPAGE_BASE,
  MISCSTATS_BASE,
  MISCSTATS_WORDS,
  PAGE_CELLS,
  PAGE_WORDS,
  PRIMARY_HEAP_END,
  STACK_BASE,
  TYPE_TABLE_BASE,
  TYPE_TABLE_WORDS,
  UFN_TABLE_BASE,
  UFN_TABLE_WORDS,
} from "../../memory/layout.ts";
import { NO_PAGE } from "../../memory/page-table.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { LAST_TYPE } from "./types.ts";

const IOCB_PAGE: WordAddress = 0x100;
const NAME_PAGES: WordAddress = 0xda00;
const NAME_PAGES_WORDS: Words = 16 * PAGE_WORDS;
/** Pages of the stack that exist at first; it grows by pages. */
const STACK_PAGES = 36;
/** Page map of older machines: first words of a region that the page table has taken over. */
const OLD_PAGE_MAP: WordAddress = 0x50000;
const OLD_PAGE_MAP_PAGES = 52;
/** Its index, in which all ones mean that there is none. */
const OLD_MAP_INDEX: WordAddress = 0x140200;
const OLD_MAP_INDEX_WORDS: Words = 0x800;
const OLD_LOCKED_PAGES: WordAddress = 0x147000;
const OLD_LOCKED_WORDS: Words = 0x1000;
/** Big reference counts where Lisp itself looks for them. The machine has them elsewhere. */
const OLD_BIG_COUNTS: WordAddress = 0x178000;
/** A screen of 1056 by 784 points; starting a display adds what it needs. */
const DISPLAY_PAGES = 202;

const FIRST_FILE_PAGES = [NO_PAGE, IFPAGE_BASE / PAGE_WORDS];

/** What of the heap is in use. */
export interface HeapExtent {
  readonly symbolPages: number;
  /** End of the pages of array space. */
  readonly arrayEnd: Pointer;
  /** Start of the lowest typed page. */
  readonly typedStart: Pointer;
}

/** Writes the tables of older machines that are not zero. */
export function writeOldTables(memory: VirtualMemory): void {
  for (let i = 0; i < OLD_MAP_INDEX_WORDS; i++) memory.setWord(OLD_MAP_INDEX + i, 0xffff);
}

/** Numbers of the pages, ascending, without the interface page and the page table. */
function pagesInUse({ symbolPages, arrayEnd, typedStart }: HeapExtent): number[] {
  const ranges: readonly (readonly [start: WordAddress, words: Words])[] = [
    [IOCB_PAGE, PAGE_WORDS],
    [NAME_PAGES, NAME_PAGES_WORDS],
    [IOPAGE_BASE, PAGE_WORDS],
    [STACK_BASE, STACK_PAGES * PAGE_WORDS],
    [OLD_PAGE_MAP, OLD_PAGE_MAP_PAGES * PAGE_WORDS],
    [DISPLAY_BASE, DISPLAY_PAGES * PAGE_WORDS],
    [OLD_MAP_INDEX, OLD_MAP_INDEX_WORDS],
    [MISCSTATS_BASE, MISCSTATS_WORDS],
    [UFN_TABLE_BASE, UFN_TABLE_WORDS],
    [DTD_BASE, (LAST_TYPE + 1) * DTD_WORDS],
    [OLD_LOCKED_PAGES, OLD_LOCKED_WORDS],
    [ATOM_HASH_BASE, ATOM_HASH_WORDS],
    [HTMAIN_BASE, HTMAIN_WORDS],
    [HTOVERFLOW_BASE, HTOVERFLOW_WORDS],
    [OLD_BIG_COUNTS, PAGE_WORDS],
    [TYPE_TABLE_BASE, TYPE_TABLE_WORDS],
    [HTCOLL_BASE, HTCOLL_WORDS],
    [ATOMS_BASE, symbolPages * PAGE_WORDS],
    [ARRAY_BASE, arrayEnd - ARRAY_BASE],
    [typedStart, PRIMARY_HEAP_END - typedStart],
  ];
  return ranges.flatMap(([start, words]) => {
    const first = start / PAGE_WORDS;
    return Array.from({ length: Math.ceil(words / PAGE_WORDS) }, (_, i) => first + i);
  });
}

/**
 * Gives every page in use a file page.
 *
 * @returns file pages, holes included
 */
export function writePageTable(memory: VirtualMemory, extent: HeapExtent): number {
  const others = pagesInUse(extent);
  const files = FIRST_FILE_PAGES.length + others.length;
  // One page more than the table needs by now: it grows while the machine runs.
  const tablePages = Math.ceil(files / PAGE_CELLS) + 1;
  const tableStart = FPTOVP_BASE / PAGE_WORDS;
  const table = Array.from({ length: tablePages }, (_, i) => tableStart + i);
  const before = others.filter((page) => page < tableStart);
  const entries = [...FIRST_FILE_PAGES, ...before, ...table, ...others.slice(before.length)];
  for (let i = 0; i < tablePages * PAGE_CELLS; i++) memory.setCell(FPTOVP_BASE + 2 * i, NO_PAGE);
  for (const [i, page] of entries.entries()) memory.setCell(FPTOVP_BASE + 2 * (i + 1), page);
  memory.setWord(interfaceWord(IFPAGE.fptovpStart), FIRST_FILE_PAGES.length + before.length + 1);
  memory.setCell(interfaceWord(IFPAGE.activePagesCell), entries.length);
  memory.setCell(interfaceWord(IFPAGE.dirtyPagesCell), entries.length);
  return entries.length;
}
