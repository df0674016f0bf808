/**
 * The two searches of a collection over the main table, both downward (opcodes GCSCAN1 and GCSCAN2).
 * Source: collection specification, sections 5.1, 7.3 and 7.4.
 */
import { HTMAIN_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";

export const MAIN_ENTRIES = 32768;
/** Bits 16 (stack) and 0 (chain) of a main entry. */
const STACK_OR_CHAIN = 0x10001;

export class MainTableScan {
  private readonly memory: VirtualMemory;
  /** The table in the byte order of the host: good for nothing but finding cells that are not zero, which most are, twice as fast. */
  private readonly cells: Int32Array;

  constructor(memory: VirtualMemory) {
    this.memory = memory;
    this.cells = new Int32Array(memory.bytes.buffer, memory.bytes.byteOffset + HTMAIN_BASE * 2, MAIN_ENTRIES);
  }

  /** Next index below `probe` whose entry is a chain, or has count 0 and no stack bit; -1 when none. */
  nextCandidate(probe: number): number {
    for (let index = this.nextUsed(probe); index >= 0; index = this.nextUsed(index)) {
      const entry = this.memory.cell(HTMAIN_BASE + 2 * index);
      if ((entry & 1) !== 0 || entry >>> 16 === 0) return index;
    }
    return -1;
  }

  /** Next index below `probe` whose entry is a chain, or has the stack bit; -1 when none. */
  nextStackMark(probe: number): number {
    for (let index = this.nextUsed(probe); index >= 0; index = this.nextUsed(index)) {
      if ((this.memory.cell(HTMAIN_BASE + 2 * index) & STACK_OR_CHAIN) !== 0) return index;
    }
    return -1;
  }

  private nextUsed(probe: number): number {
    const cells = this.cells;
    let index = probe - 1;
    while (index >= 0 && cells[index] === 0) index--;
    return index;
  }
}
