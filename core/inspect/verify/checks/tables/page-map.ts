/**
 * The page table: which page of memory each page of the file holds. What is not listed is not saved.
 * Source: memory specification, sections 6.1, 6.7, 6.9; collection specification, section 3.3.
 */
import { hex } from "../../../../base/errors.ts";
import type { FilePage, VirtualPage, WordAddress, Words } from "../../../../base/units.ts";
import { IFPAGE, interfaceWord } from "../../../../memory/interface-page.ts";
import {
  ARRAY_BASE,
  ATOM_HASH_BASE,
  ATOM_HASH_WORDS,
  DISPLAY_BASE,
  DISPLAY_WORDS,
  DTD_BASE,
  DTD_WORDS,
  FPTOVP_BASE,
  FPTOVP_WORDS,
  HTBIG_BASE,
  HTCOLL_BASE,
  HTMAIN_BASE,
  HTMAIN_WORDS,
  IFPAGE_BASE,
  MDS_UNIT_WORDS,
  PAGE_WORDS,
  STACK_BASE,
  STACK_WORDS,
  TYPE_BLOCK,
  TYPE_TABLE_BASE,
  UFN_TABLE_BASE,
  UFN_TABLE_WORDS,
} from "../../../../memory/layout.ts";
import { regionOf } from "../../../../memory/regions.ts";
import type { VirtualMemory } from "../../../../memory/virtual-memory.ts";
import { DTD_LIMIT, instanceWords } from "../../../../objects/dtd.ts";
import { typeNumber } from "../../../../objects/types.ts";
import { readBigCounts } from "../../../counts/count-walk.ts";
import { arraySpans } from "../../../heap/system.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

const IFPAGE_FILE_PAGE = 2;
/** Pages of these are registered again by healthy machines, with the same content. */
const REPEATED: readonly (readonly [name: string, start: WordAddress, words: Words])[] = [
  ["stack", STACK_BASE, STACK_WORDS],
  ["page table", FPTOVP_BASE, FPTOVP_WORDS],
  ["display", DISPLAY_BASE, DISPLAY_WORDS],
];

export const pageMap: Check = {
  name: "page-map",
  title: "every page in use is listed in the page table, once, and the table lists itself",
  run(context, findings) {
    const { memory } = context;
    const active = memory.cell(interfaceWord(IFPAGE.activePagesCell));
    if (active >= FPTOVP_WORDS / 2) {
      findings.skipped = `${active} file pages do not fit into the page table`;
      return;
    }
    const filePages = readTable(memory, active, findings);
    checkFixedPages(memory, active, findings);
    for (const [start, end, what] of neededRanges(context, active)) {
      for (let page = start >> 8; page < (end + PAGE_WORDS - 1) >> 8; page++) {
        if (filePages[page] === 0) reportHole(page, what, findings);
      }
    }
    noteBigCounts(memory, filePages, findings);
    findings.looked = `${active} file pages`;
  },
};

/** @returns the first file page of each page of memory, 0 where there is none */
function readTable(memory: VirtualMemory, active: number, findings: Findings): Int32Array {
  const filePages = new Int32Array(memory.sizeWords >> 8);
  const repeated = new Map<string, number>();
  for (let filePage: FilePage = 1; filePage <= active; filePage++) {
    const cell = FPTOVP_BASE + 2 * filePage;
    const page: VirtualPage = memory.cell(cell) as number;
    if (page >>> 16 === 0xffff) continue;
    if (page >= filePages.length) {
      const expected = `a page below ${hex(filePages.length)}, or 0xFFFFFFFF`;
      findings.error(cell, `file page ${filePage} is for a page outside the image`, expected, hex(page));
      continue;
    }
    const first = filePages[page] as number;
    if (first === 0) {
      filePages[page] = filePage;
      continue;
    }
    const usual = REPEATED.find(([, start, words]) => page << 8 >= start && page << 8 < start + words);
    if (usual !== undefined) repeated.set(usual[0], (repeated.get(usual[0]) ?? 0) + 1);
    else {
      const what = `page ${hex(page)} is listed twice: one copy is never written, or hides the other`;
      findings.error(cell, what, "one file page", `file pages ${first} and ${filePage}`);
    }
  }
  for (const [name, number] of repeated) {
    findings.note(
      null,
      `${number} pages of the ${name} are listed twice`,
      "so in every image that has run",
      `${number}`,
    );
  }
  return filePages;
}

/** The interface page is file page 2; the table is mapped by its own entries, one behind the other. */
function checkFixedPages(memory: VirtualMemory, active: number, findings: Findings): void {
  const start = memory.word(interfaceWord(IFPAGE.fptovpStart));
  const expectPage = (filePage: FilePage, page: VirtualPage, what: string) => {
    const cell = FPTOVP_BASE + 2 * filePage;
    const found: number = memory.cell(cell);
    if (filePage <= active && found !== page)
      findings.error(cell, `file page ${filePage} is not ${what}`, hex(page), hex(found));
  };
  expectPage(IFPAGE_FILE_PAGE, IFPAGE_BASE >> 8, "the interface page");
  const tablePages = (2 * (active + 1) + PAGE_WORDS - 1) >> 8;
  if (start === 0) return;
  for (let i = 0; i < tablePages; i++) expectPage(start + i, (FPTOVP_BASE >> 8) + i, `page ${i + 1} of the page table`);
}

type NeededRange = readonly [start: WordAddress, end: WordAddress, what: string];

/** What must be saved: tables as far as they are used, and the heap as far as it was handed out. */
function neededRanges({ memory }: CheckContext, active: number): NeededRange[] {
  let types = DTD_LIMIT;
  while (types > 0 && instanceWords(memory, types - 1) === 0) types--;
  const pairs = Math.min(memory.cell(HTCOLL_BASE + 2), (1 << 19) - 2);
  const ranges: NeededRange[] = [
    [STACK_BASE, STACK_BASE + memory.word(interfaceWord(IFPAGE.endOfStack)), "stack"],
    [FPTOVP_BASE, FPTOVP_BASE + 2 * (active + 1), "page table"],
    [IFPAGE_BASE, IFPAGE_BASE + PAGE_WORDS, "interface page"],
    [UFN_TABLE_BASE, UFN_TABLE_BASE + UFN_TABLE_WORDS, "table of opcode handlers"],
    [DTD_BASE, DTD_BASE + types * DTD_WORDS, "type descriptors"],
    [ATOM_HASH_BASE, ATOM_HASH_BASE + ATOM_HASH_WORDS, "symbol hash table"],
    [HTMAIN_BASE, HTMAIN_BASE + HTMAIN_WORDS, "main table of reference counts"],
    [HTCOLL_BASE, HTCOLL_BASE + 2 * pairs, "collision table of reference counts"],
    [TYPE_TABLE_BASE, TYPE_TABLE_BASE + (memory.sizeWords >> 9), "type table"],
  ];
  for (const [start, end] of arraySpans(memory)) ranges.push([start, Math.min(end, memory.sizeWords), "array space"]);
  for (let unit = ARRAY_BASE; unit < memory.sizeWords; unit += MDS_UNIT_WORDS) {
    const type = typeNumber(memory, unit);
    if (type !== TYPE_BLOCK) ranges.push([unit, unit + MDS_UNIT_WORDS, `objects of type ${type}`]);
  }
  return ranges;
}

function reportHole(page: VirtualPage, what: string, findings: Findings): void {
  const address = page << 8;
  const region = regionOf(address)?.name ?? "?";
  const text = `page ${hex(page)} (${what}, region ${region}) is in no file page: it is lost when the image is saved`;
  findings.error(address, text, "an entry in the page table", "none");
}

/** The reference VM never registers the first page of the big counts. */
function noteBigCounts(memory: VirtualMemory, filePages: Int32Array, findings: Findings): void {
  if (filePages[HTBIG_BASE >> 8] !== 0 || readBigCounts(memory).length === 0) return;
  const what = "the page with the big reference counts is in no file page: after a save these objects are never freed";
  findings.note(HTBIG_BASE, what, "an entry in the page table; the reference VM makes none", "none");
}
