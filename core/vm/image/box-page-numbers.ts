/**
 * Page numbers of an image that was never started are small integers; a machine keeps them in boxes, because there may be more pages than 65535.
 * Source: memory specification, section 6.5, "page-number variables"; maiko: src/initsout.c `fixp_value`.
 */

import type { Cell, WordAddress } from "../../base/units.ts";
import type { ManagerFactory } from "../../managers/contract.ts";
import { noSites } from "../../managers/contract.ts";
import { MISCSTATS_BASE, NIL, SMALL_NEGATIVE, TYPE_FIXP } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { findSymbol, valueCell } from "../../objects/symbols.ts";

/** In the order in which they get their boxes. */
export const PAGE_VARIABLES = [
  "\\LeastMDSPage",
  "\\SecondMDSPage",
  "\\SecondArrayPage",
  "\\LASTVMEMFILEPAGE",
  "\\NxtMDSPage",
  "\\NxtArrayPage",
] as const;

/** Statistics cells that nobody uses. To make a box takes an allocator, which finds its page numbers in boxes: these are the first ones. */
const FIRST_BOXES: WordAddress = MISCSTATS_BASE + 2 * 240;
const FIRST_REAL_POINTER = SMALL_NEGATIVE + 0xffff;

/**
 * Gives each of the variables a box, unless it has one. A variable whose symbol is missing is left to those who need it.
 * @throws {ImageError} when the image lacks a symbol that allocation needs
 * @throws {VmFault} `StorageFull`, `MemoryError`
 */
export function boxPageNumbers(memory: VirtualMemory, manager: ManagerFactory): void {
  const cells = PAGE_VARIABLES.map((name) => findSymbol(memory, name))
    .filter((symbol) => symbol !== null)
    .map((symbol) => valueCell(symbol));
  const unboxed = cells.filter((cell) => memory.cell(cell) < FIRST_REAL_POINTER);
  if (unboxed.length === 0) return;
  const before: Cell[] = unboxed.map((_, i) => memory.cell(FIRST_BOXES + 2 * i));
  for (const [i, cell] of unboxed.entries()) {
    memory.setCell(FIRST_BOXES + 2 * i, memory.cell(cell) & 0xffff);
    memory.setCell(cell, FIRST_BOXES + 2 * i);
  }
  const allocator = manager.create(
    { memory, eachStackPointer() {}, eachRoot() {}, requestSafepoint() {}, sites: noSites },
    {},
  );
  const boxes = unboxed.map(() => allocator.allocate(TYPE_FIXP));
  for (const [i, cell] of unboxed.entries()) {
    const box = boxes[i] as number;
    memory.setCell(box, memory.cell(FIRST_BOXES + 2 * i));
    memory.setCell(cell, box);
    allocator.barrier(cell, NIL, box, "add-first");
    memory.setCell(FIRST_BOXES + 2 * i, before[i] as number);
  }
}
