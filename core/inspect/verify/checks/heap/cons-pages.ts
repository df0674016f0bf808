/** Cons pages: the free chain of each, the chain of pages with room, and the cells that belong to a cons. Source: memory specification, section 9. */
import { hex } from "../../../../base/errors.ts";
import type { IndexSteps } from "../../../../base/steps.ts";
import type { VirtualPage, WordAddress } from "../../../../base/units.ts";
import { PAGE_WORDS, POINTER_MASK, TYPE_LISTP } from "../../../../memory/layout.ts";
import type { VirtualMemory } from "../../../../memory/virtual-memory.ts";
import {
  CDR_INDIRECT,
  CDR_MAX_STORED,
  CDR_NIL,
  CONS_PAGE_CELLS,
  CONS_PAGE_FIRST_CELL,
  CONS_PAGE_FREE_WORD,
  CONS_PAGE_NEXT_CELL,
  CONS_PAGE_UNCHAINED,
  cdrCode,
  consPages,
  isCons,
} from "../../../../objects/cons.ts";
import { DTD_NEXT_PAGE, dtdAddress } from "../../../../objects/dtd.ts";
import { CellSet } from "../../cell-set.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

/** Pages between two reports. */
const STEP_PAGES = 4096;

export const consPagesCheck: Check = {
  name: "cons-pages",
  title: "free chains of cons pages are in order and counted, the page chain is closed, no cell belongs to two conses",
  *steps(context, findings) {
    const { memory } = context;
    const pages = consPages(memory);
    const free = new CellSet(memory.sizeWords);
    yield* pageSteps(pages, (page) => checkFreeChain(memory, page, free, findings));
    checkPageChain(memory, pages, findings);
    yield* checkOwnership(context, pages, free, findings);
    findings.looked = `${pages.length} pages`;
  },
};

/** Puts the free cells into the set. */
function checkFreeChain(memory: VirtualMemory, page: VirtualPage, free: CellSet, findings: Findings): void {
  const base = page * PAGE_WORDS;
  const header = base + CONS_PAGE_FREE_WORD;
  const count = memory.word(header) >> 8;
  const name = `free chain of cons page ${hex(page)}`;
  let holder: WordAddress = header;
  let offset = memory.word(header) & 0xff;
  let previous = 0x100;
  let length = 0;
  while (offset !== 0) {
    if (offset < CONS_PAGE_FIRST_CELL || offset % 2 !== 0) {
      findings.error(holder, `${name} leads to no cell`, "an even offset from 8 to 254, or 0", `offset ${offset}`);
      return;
    }
    if (!free.add(base + offset)) {
      findings.error(holder, `${name} runs in a circle`, "an offset that was not met before, or 0", `offset ${offset}`);
      return;
    }
    if ((offset ^ 6) >= previous) {
      const expected = `offset XOR 6 below ${previous}, that of the cell before`;
      findings.error(base + offset, `${name} is out of order`, expected, `offset ${offset}, XOR 6 is ${offset ^ 6}`);
    }
    previous = offset ^ 6;
    length++;
    holder = base + offset;
    offset = memory.cell(base + offset) >>> 24;
  }
  if (length !== count) {
    findings.error(header, `${name} is not counted right`, `${length}, the cells on the chain`, `count ${count}`);
  }
}

function checkPageChain(memory: VirtualMemory, pages: readonly VirtualPage[], findings: Findings): void {
  const known = new Set(pages);
  const chained = new Set<VirtualPage>();
  let holder: WordAddress = dtdAddress(TYPE_LISTP) + DTD_NEXT_PAGE;
  for (let page: number = memory.cell(holder); page !== 0; page = memory.cell(holder)) {
    if (!known.has(page)) {
      findings.error(holder, "the chain of cons pages leads to no cons page", "a cons page, or 0", `page ${hex(page)}`);
      break;
    }
    if (chained.has(page)) {
      findings.error(
        holder,
        "the chain of cons pages runs in a circle",
        "a page not met before, or 0",
        `page ${hex(page)}`,
      );
      break;
    }
    chained.add(page);
    holder = page * PAGE_WORDS + CONS_PAGE_NEXT_CELL;
  }
  for (const page of pages) {
    const cell = page * PAGE_WORDS + CONS_PAGE_NEXT_CELL;
    if (chained.has(page) || memory.cell(cell) === CONS_PAGE_UNCHAINED) continue;
    const what = `cons page ${hex(page)} is not on the chain of pages, and does not say so: its free cells are never used again`;
    findings.error(cell, what, hex(CONS_PAGE_UNCHAINED), hex(memory.cell(cell)));
  }
}

/** Helper and replacement cells: of one cons each, in use, with the codes that such cells have. */
function* checkOwnership(
  context: CheckContext,
  pages: readonly VirtualPage[],
  free: CellSet,
  findings: Findings,
): IndexSteps<void> {
  const { memory } = context;
  const owned = new CellSet(memory.sizeWords);
  const own = (cons: WordAddress, cell: WordAddress, role: string): boolean => {
    const problem = !isConsCell(memory, cell) ? "no cell of a cons page" : free.has(cell) ? "a free cell" : null;
    if (problem !== null) {
      findings.error(
        cons,
        `the ${role} of the cons at ${hex(cons)} is missing`,
        "a cell in use of a cons page",
        `${hex(cell)}, ${problem}`,
      );
      return false;
    }
    if (owned.add(cell)) return true;
    findings.error(cell, `a ${role} belongs to two conses`, "one", `the second is ${hex(cons)}`);
    return false;
  };
  yield* eachUsedCell(memory, pages, free, (address, code) => {
    if (code === CDR_INDIRECT || code > CDR_MAX_STORED) return;
    const helper = address + 2 * code;
    if (helper >> 8 === address >> 8) own(address, helper, "stored CDR");
    else
      findings.error(
        address,
        `the CDR code of the cell at ${hex(address)} leads out of its page`,
        "a cell of the same page",
        `code ${code}`,
      );
  });
  yield* eachUsedCell(memory, pages, free, (address, code) => {
    if (code !== CDR_INDIRECT || owned.has(address) || context.isReleased(address)) return;
    const replacement = memory.pointer(address);
    if (!own(address, replacement, "replacement cell")) return;
    const inner = cdrCode(memory, replacement);
    if (inner === CDR_INDIRECT || inner > CDR_MAX_STORED) {
      findings.error(replacement, "a replacement cell does not store its CDR", "CDR code 1 to 7", `code ${inner}`);
    }
  });
  yield* eachUsedCell(memory, pages, free, (address, code) => {
    if (code <= CDR_NIL || owned.has(address)) return;
    const next = address + 2 * (code - CDR_NIL);
    const problem =
      next >> 8 !== address >> 8
        ? "outside of its page"
        : free.has(next)
          ? "a free cell"
          : owned.has(next)
            ? "part of another cons"
            : null;
    if (problem === null) return;
    findings.error(
      address,
      `the CDR code of the cons at ${hex(address)} leads to no cons`,
      "a cons of the same page",
      `${hex(next)}, ${problem}`,
    );
  });
}

function isConsCell(memory: VirtualMemory, address: number): boolean {
  const isCell = address % 2 === 0 && address < memory.sizeWords && (address & 0xff) >= CONS_PAGE_FIRST_CELL;
  return isCell && isCons(memory, address & POINTER_MASK);
}

function eachUsedCell(
  memory: VirtualMemory,
  pages: readonly VirtualPage[],
  free: CellSet,
  visit: (address: WordAddress, code: number) => void,
): IndexSteps<void> {
  return pageSteps(pages, (page) => {
    const first = page * PAGE_WORDS + CONS_PAGE_FIRST_CELL;
    for (let address = first; address < first + 2 * CONS_PAGE_CELLS; address += 2) {
      if (!free.has(address)) visit(address, cdrCode(memory, address));
    }
  });
}

function* pageSteps(pages: readonly VirtualPage[], visit: (page: VirtualPage) => void): IndexSteps<void> {
  for (const [i, page] of pages.entries()) {
    if (i % STEP_PAGES === 0) yield { phase: "cons pages", done: i, total: pages.length };
    visit(page);
  }
}
