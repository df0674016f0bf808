/**
 * Gives a page of the image a place in its file: the page table (FPtoVP) maps file pages to pages.
 * A page without such a place is lost when the image is saved.
 * Source: memory specification, section 6.9.
 */
import { IFPAGE, IFPAGE_KEY, interfaceWord } from "../../memory/interface-page.ts";
import { FPTOVP_BASE, NIL, PAGE_CELLS, T } from "../../memory/layout.ts";
import { PAGE_ABSENT } from "../../memory/virtual-memory.ts";
import { INTERRUPT_VMEM_FULL, type StorageContext, smallCell } from "./context.ts";

/** File pages that the guard keeps below the end of the file (`GUARDVMEMFULL`). */
const GUARD_VMEM_FULL = 500;

/** Registers one page. Does not clear memory. */
export function addPage(context: StorageContext, page: number): void {
  const { memory } = context;
  const activeCell = interfaceWord(IFPAGE.activePagesCell);
  let filePage = memory.cell(activeCell) + 1;
  if (filePage % PAGE_CELLS === 0) {
    extendTable(context, filePage);
    filePage++;
  }
  memory.setCell(FPTOVP_BASE + 2 * filePage, page);
  memory.setCell(activeCell, filePage);
  memory.pageFlags[page] = (memory.pageFlags[page] as number) & ~PAGE_ABSENT;
  watchFileEnd(context, filePage);
  context.observer.pageAdded(page);
}

/** The table must be contiguous in the file: its new page takes the file page behind its last one, whose content moves to the end. */
function extendTable({ memory }: StorageContext, filePage: number): void {
  const index = filePage / PAGE_CELLS;
  const tablePage = (FPTOVP_BASE >> 8) + index;
  const home = FPTOVP_BASE + 2 * (memory.word(interfaceWord(IFPAGE.fptovpStart)) + index);
  memory.setCell(FPTOVP_BASE + 2 * filePage, memory.cell(home));
  memory.setCell(home, tablePage);
}

function watchFileEnd(context: StorageContext, activePages: number): void {
  const { memory, variables } = context;
  const last = memory.cell(variables.lastVmemFilePage);
  if (activePages <= last - GUARD_VMEM_FULL) return;
  if (memory.cell(variables.vmemFullState) === NIL) context.requestInterrupt(INTERRUPT_VMEM_FULL);
  const isValid = memory.word(interfaceWord(IFPAGE.key)) === IFPAGE_KEY;
  memory.setCell(variables.vmemFullState, activePages < last ? smallCell(0) : isValid ? T : variables.dirtySymbol);
}
