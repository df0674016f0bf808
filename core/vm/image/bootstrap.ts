/**
 * The tables of a fresh image: type table, interface page, stack segment, page table. What a Xerox loadup would have written,
 * for an image that starts with nothing but built-in types.
 * Source: memory specification, sections 4 to 7 and 14.
 */
import type { Cells, Pointer, VirtualPage, WordAddress, Words } from "../../base/units.ts";
import {
  IFPAGE,
  IFPAGE_KEY,
  IMAGE_LVERSION,
  IMAGE_MINBVERSION,
  IMAGE_MINRVERSION,
  interfaceWord,
  MACHINE_TYPE_MAIKO,
} from "../../memory/interface-page.ts";
import {
  ADDRESS_LIMIT_WORDS,
  ARRAY_BASE,
  ATOM_HASH_BASE,
  ATOM_HASH_WORDS,
  ATOM_WORDS,
  ATOMS_BASE,
  CHARACTER_BASE,
  DISPLAY_BASE,
  DISPLAY_WORDS,
  DTD_BASE,
  FPTOVP_BASE,
  HTBIG_BASE,
  HTCOLL_BASE,
  HTCOLL_WORDS,
  HTMAIN_BASE,
  HTMAIN_WORDS,
  HTOVERFLOW_BASE,
  IFPAGE_BASE,
  MDS_UNIT_WORDS,
  MISCSTATS_BASE,
  MISCSTATS_WORDS,
  OLD_ATOM_LIMIT,
  PAGE_CELLS,
  PAGE_WORDS,
  PRIMARY_HEAP_END,
  SMALL_NEGATIVE,
  SMALL_POSITIVE,
  STACK_BASE,
  TYPE_NOREF,
  TYPE_TABLE_BASE,
  TYPE_TABLE_WORDS,
  UFN_TABLE_BASE,
} from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { BOTTOM_LINK } from "../../objects/code/frames.ts";

const MEGABYTE_WORDS = 0x80000;
/** Words of primary heap: what fits between array space and the end of the first 16 MB. */
const PRIMARY_HEAP_WORDS = PRIMARY_HEAP_END - ARRAY_BASE;
/** The second heap area starts where the first ends; an image may grow to 256 MB. */
const MAX_IMAGE_MB = 256;

/** Where the heap of an image ends, derived from the heap limit that the user asked for. */
export interface HeapPlan {
  /** Size of the address space in megabytes. */
  readonly imageMB: number;
  /** First word above the typed pages of the primary area. */
  readonly primaryEnd: WordAddress;
  /** A second area exists beyond the primary one. */
  readonly hasSecondArea: boolean;
}

/** Smallest and largest heap limit in megabytes. */
export const HEAP_MB = { least: 0.125, most: MAX_IMAGE_MB - 16 + PRIMARY_HEAP_WORDS / MEGABYTE_WORDS } as const;

/**
 * @param heapMB heap limit in megabytes, within `HEAP_MB`
 * @param builtWords words that the image itself occupies in array space before the program runs
 */
export function planHeap(heapMB: number, builtWords: Words): HeapPlan {
  const units = Math.ceil((heapMB * MEGABYTE_WORDS + builtWords) / MDS_UNIT_WORDS);
  const words = units * MDS_UNIT_WORDS;
  if (words <= PRIMARY_HEAP_WORDS) {
    const primaryEnd = ARRAY_BASE + words;
    return { imageMB: Math.ceil(primaryEnd / MEGABYTE_WORDS), primaryEnd, hasSecondArea: false };
  }
  const second = Math.ceil((words - PRIMARY_HEAP_WORDS) / MEGABYTE_WORDS);
  return { imageMB: Math.min(16 + second, MAX_IMAGE_MB), primaryEnd: PRIMARY_HEAP_END, hasSecondArea: true };
}

/** Initial type table: everything uncounted memory, but for the immediates, the statistics page and symbol numbers. */
export function writeTypeTable(memory: VirtualMemory): void {
  // The memory is new and nobody watches it: the whole table at once, past the store gate.
  const table = memory.bytes.subarray(2 * TYPE_TABLE_BASE, 2 * (TYPE_TABLE_BASE + TYPE_TABLE_WORDS));
  for (let i = 0; i < table.length; i += 2) table[i] = TYPE_NOREF >> 8;
  const range = (start: WordAddress, words: Words, entry: number) => {
    for (let a = start; a < Math.min(start + words, ADDRESS_LIMIT_WORDS); a += MDS_UNIT_WORDS) {
      memory.setWord(TYPE_TABLE_BASE + (a >> 9), entry);
    }
  };
  range(0, OLD_ATOM_LIMIT, 0xc804);
  range(SMALL_POSITIVE, 0x10000, 0xb801);
  range(SMALL_NEGATIVE, 0x10000, 0xb801);
  range(CHARACTER_BASE, 0x10000, 0x8009);
  range(MISCSTATS_BASE, MISCSTATS_WORDS, 0xb802);
}

/** Stack offset of the first frame's basic frame cell. System contexts, which live below in other images, do not exist here. */
const STACK_START = 0x100;
/** Words that the stack has at first, as in a loadup; it grows by pages. */
const FIRST_STACK_WORDS = 9216;
/** Stack offset of the guard block that ends the stack. */
const STACK_END = FIRST_STACK_WORDS - 2;

/** Writes the bottom frame, which is about to run the function at `header`, free space above it, and the guard. */
export function writeStack(memory: VirtualMemory, header: Pointer, startPc: number, pvarCells: Cells): void {
  const at = (offset: number) => STACK_BASE + offset;
  const fx = STACK_START + 2;
  const free = fx + 10 + 2 * pvarCells + 4;
  memory.setCell(at(STACK_START), (0x80000000 | STACK_START) >>> 0);
  memory.setWord(at(fx), 0xc000);
  memory.setWord(at(fx + 1), BOTTOM_LINK);
  memory.setCell(at(fx + 2), header);
  memory.setWord(at(fx + 4), free);
  memory.setWord(at(fx + 5), startPc);
  // A frame with the slow flag (odd alink) names its basic frame and control link itself.
  memory.setWord(at(fx + 8), STACK_START);
  memory.setWord(at(fx + 9), BOTTOM_LINK - 1);
  for (let i = 0; i < pvarCells; i++) memory.setCell(at(fx + 10 + 2 * i), 0xffffffff);
  memory.setWord(at(free), 0xa000);
  memory.setWord(at(free + 1), STACK_END - free);
  memory.setWord(at(STACK_END), 0xe000);
  memory.setWord(at(STACK_END + 1), 2);
  memory.setWord(interfaceWord(IFPAGE.currentFx), fx);
  memory.setWord(interfaceWord(IFPAGE.stackBase), STACK_START);
  memory.setWord(interfaceWord(IFPAGE.endOfStack), STACK_END);
}

/** Empty count tables: the first pair of the collision table that was never used is the one after its header. */
export function writeCountTables(memory: VirtualMemory): void {
  memory.setCell(HTCOLL_BASE + 2, FIRST_PAIR);
}
const FIRST_PAIR = 2;

export function writeInterfacePage(memory: VirtualMemory, plan: HeapPlan): void {
  const word = (field: number, value: number) => memory.setWord(interfaceWord(field), value);
  word(IFPAGE.lversion, IMAGE_LVERSION);
  word(IFPAGE.minrversion, IMAGE_MINRVERSION);
  word(IFPAGE.minbversion, IMAGE_MINBVERSION);
  word(IFPAGE.machineType, MACHINE_TYPE_MAIKO);
  word(IFPAGE.key, IFPAGE_KEY);
  word(IFPAGE.dl24BitAddressable, plan.hasSecondArea ? 0xffff : 0);
  memory.setCell(interfaceWord(IFPAGE.lastVmemPageCell), plan.imageMB * 2048 - 1);
  memory.setCell(interfaceWord(IFPAGE.processSizeCell), plan.imageMB);
}

/** Pages of the tables that every image has, in the order in which they get their file pages. */
function tablePages(builtEnd: WordAddress): VirtualPage[] {
  const pages: VirtualPage[] = [];
  const range = (start: WordAddress, words: Words) => {
    for (let page = start >> 8; page < (start + words) >> 8; page++) pages.push(page);
  };
  range(STACK_BASE, FIRST_STACK_WORDS);
  range(DISPLAY_BASE, DISPLAY_WORDS);
  range(MISCSTATS_BASE, MISCSTATS_WORDS);
  range(UFN_TABLE_BASE, 0x200);
  range(DTD_BASE, 0x1000);
  range(ATOM_HASH_BASE, ATOM_HASH_WORDS);
  range(HTMAIN_BASE, HTMAIN_WORDS);
  range(HTOVERFLOW_BASE, 0x100);
  range(HTBIG_BASE, PAGE_WORDS);
  range(TYPE_TABLE_BASE, TYPE_TABLE_WORDS);
  range(HTCOLL_BASE, HTCOLL_WORDS);
  range(ATOMS_BASE, ATOM_WORDS * OLD_ATOM_LIMIT);
  range(ARRAY_BASE, builtEnd - ARRAY_BASE);
  return pages;
}

/**
 * Gives every page in use a file page: page 1 is filler, page 2 the interface page, then the table itself, then the rest.
 *
 * @param builtEnd end of what is built in array space, page aligned
 */
export function writePageTable(memory: VirtualMemory, builtEnd: WordAddress): void {
  const others = tablePages(builtEnd);
  const start = 3;
  let tableLength = 1;
  while (tableLength * PAGE_CELLS <= start - 1 + tableLength + others.length) tableLength++;
  const table = Array.from({ length: tableLength }, (_, i) => (FPTOVP_BASE >> 8) + i);
  const entries = [0, 0xffffffff, IFPAGE_BASE >> 8, ...table, ...others];
  for (const [filePage, entry] of entries.entries()) memory.setCell(FPTOVP_BASE + 2 * filePage, entry);
  memory.setWord(interfaceWord(IFPAGE.fptovpStart), start);
  memory.setCell(interfaceWord(IFPAGE.activePagesCell), entries.length - 1);
}
