/**
 * The flat memory of `peek` and `poke`: 65 536 cells of 32 bits, where the real machine keeps its screen. Addresses count cells.
 *
 * ```
 *     0 … 16383   write-protected for programs: the block heap keeps its registers there (`managers/malloc/blocks/registers.ts`)
 * 16384 … 65535   the program's own
 * ```
 */
import { DISPLAY_BASE, DISPLAY_WORDS } from "./layout.ts";
import type { VirtualMemory } from "./virtual-memory.ts";

export const FLAT_CELLS = DISPLAY_WORDS / 2;
/** Cells at its start that a program must not write. */
export const FLAT_PROTECTED_CELLS = 16384;

/** Reads and writes flat cells by number, unchecked: callers know their bounds. */
export class FlatMemory {
  private readonly memory: VirtualMemory;

  constructor(memory: VirtualMemory) {
    this.memory = memory;
  }

  /** Content of a cell, signed. */
  get(address: number): number {
    return this.memory.signedCell(DISPLAY_BASE + 2 * address);
  }
  set(address: number, value: number): void {
    this.memory.setCell(DISPLAY_BASE + 2 * address, value);
  }
}
