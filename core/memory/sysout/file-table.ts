/**
 * The page table as it stands in a file: where it starts, what it lists, and how to find it when the interface page points elsewhere.
 * Source: memory specification, sections 6.1, 6.4 and 6.7.
 */
import { hex } from "../../base/errors.ts";
import type { ByteAddress, FilePage, VirtualPage, WordAddress } from "../../base/units.ts";
import { IFPAGE } from "../interface-page.ts";
import { FPTOVP_BASE, FPTOVP_WORDS, IFPAGE_BASE, PAGE_BYTES, PAGE_WORDS } from "../layout.ts";
import { NO_PAGE } from "../page-table.ts";
import type { Findings } from "./damage.ts";
import { HEADER_START, type SysoutHeader } from "./header.ts";
import { CellReader, type ImageFile } from "./image-file.ts";

/** What the pages of a file hold. */
export interface SysoutPages {
  /** Whole pages that the file has. */
  readonly count: number;
  /** Virtual page of each file page 1 … `count`, by its number; see `isUnused`. Element 0 means nothing. */
  readonly entries: Uint32Array;
  /** File page at which the table starts; null when there is no table. */
  readonly tableStart: FilePage | null;
  /** Pages that the table lists behind the end of the file. */
  readonly lost: number;
}

/** Cells of a whole page table. */
export const MOST_ENTRIES = FPTOVP_WORDS / 2;
/** The first page of memory that holds the table, and the one that holds the interface page. */
const TABLE_PAGE: VirtualPage = FPTOVP_BASE >> 8;
const INTERFACE_PAGE: VirtualPage = IFPAGE_BASE >> 8;
/** File page of the interface page, in every image. */
export const INTERFACE_FILE_PAGE: FilePage = 2;

/** Whether an entry says that its file page is not in use. */
export function isUnused(entry: number): boolean {
  return entry >>> 16 === 0xffff;
}

/** Where the table of a file was found. */
export interface TablePlace {
  readonly start: FilePage;
  /** The interface page says so; else it was searched for. */
  readonly isNamed: boolean;
  /** Entries that only a page table has: the interface page's and its own. One of them may be damaged. */
  readonly marks: 1 | 2;
}

/** Where a loadup, and Conspect, put the table. */
const USUAL_STARTS: readonly FilePage[] = [1023, INTERFACE_FILE_PAGE + 1];

/** @returns null when there is no table */
export function locateTable(file: ImageFile, header: SysoutHeader): TablePlace | null {
  const pages = Math.min(Math.floor(file.sizeBytes / PAGE_BYTES), MOST_ENTRIES - 1);
  const first = new CellReader(file);
  const own = new CellReader(file);
  const marks = marksOf(first, own, header.fptovpStart);
  if (marks !== 0) return { start: header.fptovpStart, isNamed: true, marks };
  for (let start: FilePage = INTERFACE_FILE_PAGE + 1; start <= pages; start++) {
    if (marksOf(first, own, start) === 2) return { start, isNamed: false, marks: 2 };
  }
  const usual = USUAL_STARTS.find((start) => marksOf(first, own, start) === 1);
  return usual === undefined ? null : { start: usual, isNamed: false, marks: 1 };
}

function marksOf(first: CellReader, own: CellReader, start: FilePage): 0 | 1 | 2 {
  if (start <= INTERFACE_FILE_PAGE) return 0;
  const byte = (start - 1) * PAGE_BYTES;
  const hasInterfacePage = first.cellAt(byte + 4 * INTERFACE_FILE_PAGE) === INTERFACE_PAGE;
  const hasItself = own.cellAt(byte + 4 * start) === TABLE_PAGE;
  if (hasInterfacePage) return hasItself ? 2 : 1;
  return hasItself ? 1 : 0;
}

/** Reads the table, and says what is wrong with its place and length. Whether the pages that it lists make sense is for the loader. */
export function readTable(
  file: ImageFile,
  header: SysoutHeader,
  place: TablePlace | null,
  findings: Findings,
): SysoutPages {
  const count = Math.floor(file.sizeBytes / PAGE_BYTES);
  const usable = Math.min(count, MOST_ENTRIES - 1);
  checkLength(file, header, count, findings);
  if (place === null || !place.isNamed) reportPlace(header, count, place, findings);
  const entries = new Uint32Array(usable + 1).fill(NO_PAGE);
  if (place === null) return { count: usable, entries, tableStart: null, lost: 0 };
  const isBeyond = header.activePages > usable && header.activePages < MOST_ENTRIES;
  const cells = readCells(file, place.start, isBeyond ? header.activePages : usable);
  entries.set(cells.subarray(0, entries.length));
  // Behind the last page in use the table is zero, which does not mean page 0.
  for (let page = header.activePages + 1; page <= usable; page++) if (entries[page] === 0) entries[page] = NO_PAGE;
  reportMissingEntries(place.start, usable, cells.length - 1, findings);
  return { count: usable, entries, tableStart: place.start, lost: countLost(cells, usable, findings) };
}

function checkLength(file: ImageFile, header: SysoutHeader, count: number, findings: Findings): void {
  const rest = file.sizeBytes % PAGE_BYTES;
  if (rest !== 0) {
    findings.note({
      where: "file",
      offsetBytes: count * PAGE_BYTES,
      what: "its size is no multiple of 512: the last page is cut off, or something follows it",
      found: `${rest} bytes behind page ${count}`,
      expected: "whole pages",
    });
  }
  if (header.activePages === count) return;
  findings.reject({
    where: "interface page",
    offsetBytes: HEADER_START + 2 * IFPAGE.activePagesCell,
    what: `the file is ${header.activePages > count ? "shorter" : "longer"} than the image (nactivepages)`,
    found: `${header.activePages} pages in use`,
    expected: `${count}, as many as the file has`,
  });
}

/** Cells 0 … `last` of the table, or as many as lie in the file. */
function readCells(file: ImageFile, start: FilePage, last: number): Uint32Array {
  const begin = (start - 1) * PAGE_BYTES;
  const bytes = new Uint8Array(Math.max(0, Math.min(4 * (last + 1), file.sizeBytes - begin)));
  const got = file.read(begin, bytes);
  const view = new DataView(bytes.buffer);
  return Uint32Array.from({ length: got >> 2 }, (_, i) => view.getUint32(4 * i));
}

function reportPlace(header: SysoutHeader, count: number, place: TablePlace | null, findings: Findings): void {
  const isInside = header.fptovpStart > 0 && header.fptovpStart <= count;
  findings.reject({
    where: "page table",
    offsetBytes: HEADER_START + 2 * IFPAGE.fptovpStart,
    what:
      place === null
        ? "there is none in the file: of memory, nothing but the interface page is known"
        : "it is not where the interface page says (fptovpstart); it was found by the entries that it has for itself",
    found: `file page ${header.fptovpStart}${isInside ? ", which holds something else" : ` of ${count}`}`,
    expected: place === null ? "a page table within the file" : `file page ${place.start}`,
  });
}

function reportMissingEntries(start: FilePage, count: number, got: number, findings: Findings): void {
  if (got >= count) return;
  findings.reject({
    where: "page table",
    offsetBytes: (start - 1) * PAGE_BYTES + 4 * (got + 1),
    what: "it goes on behind the end of the file",
    found: `${Math.max(0, got)} entries`,
    expected: `${count}, one for each page of the file`,
  });
}

/** Pages that the table lists behind the end of the file. */
function countLost(cells: Uint32Array, count: number, findings: Findings): number {
  let lost = 0;
  let firstLost = 0;
  for (let filePage = count + 1; filePage < cells.length; filePage++) {
    const entry = cells[filePage] as number;
    if (isUnused(entry) || entry === 0) continue;
    if (lost === 0) firstLost = filePage;
    lost++;
  }
  if (lost > 0) {
    findings.reject({
      where: "file",
      offsetBytes: count * PAGE_BYTES,
      what: "it is cut off: pages that its table lists are missing, and read as zeros",
      found: `${lost} missing pages, the first is file page ${firstLost} (virtual page ${hex(cells[firstLost] as number)})`,
      expected: "all pages of the table",
    });
  }
  return lost;
}

/** Byte of the file that holds a word of memory; null when none does. */
export function fileOffset(pages: SysoutPages, address: WordAddress): ByteAddress | null {
  const filePage = pages.entries.lastIndexOf(address >> 8);
  return filePage < 1 ? null : (filePage - 1) * PAGE_BYTES + 2 * (address % PAGE_WORDS);
}
