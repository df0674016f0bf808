/**
 * What an image file must have beyond whole pages: its interface page and its page table at their places, a frame that can go on, and no holes.
 * What is wrong with the objects in it is for `inspect/`. Source: memory specification, sections 6.5 and 6.7.
 */
import { hex } from "../../base/errors.ts";
import type { VirtualPage, WordAddress, Words } from "../../base/units.ts";
import { IFPAGE, interfaceWord } from "../interface-page.ts";
import {
  ATOM_HASH_BASE,
  ATOM_HASH_WORDS,
  DTD_BASE,
  FPTOVP_BASE,
  HTMAIN_BASE,
  HTMAIN_WORDS,
  IFPAGE_BASE,
  PAGE_BYTES,
  PAGE_WORDS,
  STACK_BASE,
  UFN_TABLE_BASE,
  UFN_TABLE_WORDS,
} from "../layout.ts";
import { PAGE_ABSENT, type VirtualMemory } from "../virtual-memory.ts";
import type { Findings } from "./damage.ts";
import { fileOffset, INTERFACE_FILE_PAGE, isUnused, type SysoutPages } from "./file-table.ts";
import { type ImageFile, readingAhead } from "./image-file.ts";

/** Top three bits of a free block on the stack. */
const FREE_BLOCK = 5;

export function checkInterfaceEntry(pages: SysoutPages, findings: Findings): void {
  const entry = pages.entries[INTERFACE_FILE_PAGE] ?? 0;
  if (pages.tableStart === null || entry === IFPAGE_BASE >> 8) return;
  findings.reject({
    where: "page table",
    offsetBytes: (pages.tableStart - 1) * PAGE_BYTES + 4 * INTERFACE_FILE_PAGE,
    what: "its entry for file page 2, the interface page, is wrong",
    found: isUnused(entry) ? "an unused page" : `virtual page ${hex(entry)}`,
    expected: `virtual page ${hex(IFPAGE_BASE >> 8)}`,
  });
}

/** The table is part of memory: a machine goes on with that copy. */
export function checkTableInMemory(memory: VirtualMemory, pages: SysoutPages, findings: Findings): void {
  if (pages.tableStart === null) return;
  let differing = 0;
  let first = 0;
  for (let filePage = 1; filePage <= pages.count; filePage++) {
    const inFile = pages.entries[filePage] as number;
    const inMemory = memory.cell(FPTOVP_BASE + 2 * filePage);
    if (inMemory === inFile || (isUnused(inMemory) && isUnused(inFile)) || (inMemory === 0 && isUnused(inFile)))
      continue;
    if (differing === 0) first = filePage;
    differing++;
  }
  if (differing === 0) return;
  findings.note({
    where: "page table",
    offsetBytes: (pages.tableStart - 1) * PAGE_BYTES + 4 * first,
    what: `its copy in memory differs in ${differing} entries; the first is for file page ${first}`,
    found: `${hex(memory.cell(FPTOVP_BASE + 2 * first))} in memory`,
    expected: `${hex(pages.entries[first] as number)}, as in the file`,
  });
}

/** The frame to resume needs a free block behind it. Everything else about the stack is for those who look at it. */
export function checkFreeBlock(memory: VirtualMemory, pages: SysoutPages, findings: Findings): void {
  const fx = memory.word(interfaceWord(IFPAGE.currentFx));
  const next = memory.word(STACK_BASE + fx + 4);
  const word = memory.word(STACK_BASE + next);
  if (word >> 13 === FREE_BLOCK) return;
  findings.reject({
    where: "stack",
    offsetBytes: fileOffset(pages, STACK_BASE + next),
    what: `no free block follows the frame at stack offset ${hex(fx)} (currentfxp), with which the image would go on`,
    found: `${hex(word)} at stack offset ${hex(next)}`,
    expected: "0xA000",
  });
}

/** Pages that an image has, but this file lists nowhere. Where the file is cut off, that has been said. */
export function checkHoles(memory: VirtualMemory, pages: SysoutPages, findings: Findings): void {
  if (pages.tableStart === null || pages.lost > 0) return;
  const tableWords = 2 * (pages.count + 1);
  const stackWords = memory.word(interfaceWord(IFPAGE.endOfStack)) + 2;
  checkRegion(memory, "stack", STACK_BASE, stackWords, findings);
  checkRegion(memory, "page table", FPTOVP_BASE, tableWords, findings);
  checkRegion(memory, "opcode handlers", UFN_TABLE_BASE, UFN_TABLE_WORDS, findings);
  checkRegion(memory, "type descriptors", DTD_BASE, PAGE_WORDS, findings);
  checkRegion(memory, "symbol hash table", ATOM_HASH_BASE, ATOM_HASH_WORDS, findings);
  checkRegion(memory, "main table of reference counts", HTMAIN_BASE, HTMAIN_WORDS, findings);
}

/** File pages at the start whose content means nothing when they are not in use: room for the loaders of older machines. */
const START_PAGES = 3;

/** Pages of the file that have content but no place in memory: their entries were lost. */
export function checkUnlisted(file: ImageFile, pages: SysoutPages, findings: Findings): void {
  if (pages.tableStart === null) return;
  const source = readingAhead(file);
  const bytes = new Uint8Array(PAGE_BYTES);
  let unlisted = 0;
  let first = 0;
  for (let filePage = START_PAGES + 1; filePage <= pages.count; filePage++) {
    if (!isUnused(pages.entries[filePage] as number)) continue;
    const got = source.read((filePage - 1) * PAGE_BYTES, bytes);
    if (bytes.subarray(0, got).every((byte) => byte === 0)) continue;
    if (unlisted === 0) first = filePage;
    unlisted++;
  }
  if (unlisted === 0) return;
  findings.note({
    where: `file page ${first}`,
    offsetBytes: (first - 1) * PAGE_BYTES,
    what: "pages have content, but the page table does not say where in memory they belong; they are left out",
    found: `${unlisted} pages`,
    expected: "an entry for each, or zeros",
  });
}

function checkRegion(memory: VirtualMemory, where: string, start: WordAddress, words: Words, findings: Findings): void {
  const missing: VirtualPage[] = [];
  for (let page = start >> 8; page <= (start + words - 1) >> 8; page++) {
    if (isAbsent(memory, page)) missing.push(page);
  }
  report(where, missing, findings);
}

function isAbsent(memory: VirtualMemory, page: VirtualPage): boolean {
  return ((memory.pageFlags[page] as number) & PAGE_ABSENT) !== 0;
}

function report(where: string, missing: readonly VirtualPage[], findings: Findings): void {
  if (missing.length === 0) return;
  findings.note({
    where,
    offsetBytes: null,
    what: "pages are not in the file, and read as zeros",
    found: `${missing.length} missing, the first is virtual page ${hex(missing[0] as number)}`,
    expected: "each page that is in use",
  });
}
