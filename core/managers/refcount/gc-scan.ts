/**
 * The two searches of a collection over the main table, both downward (opcodes GCSCAN1 and GCSCAN2).
 * Source: collection specification, sections 5.1, 7.3 and 7.4.
 */
import { HTMAIN_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";

export const MAIN_ENTRIES = 32768;
/** Bits 16 (stack) and 0 (chain) of a main entry. */
const STACK_OR_CHAIN = 0x10001;

/** Next index below `probe` whose entry is a chain, or has count 0 and no stack bit; -1 when none. */
export function nextCandidate(memory: VirtualMemory, probe: number): number {
  const view = memory.view;
  const base = HTMAIN_BASE * 2;
  for (let index = probe - 1; index >= 0; index--) {
    const entry = view.getInt32(base + index * 4);
    if (entry !== 0 && ((entry & 1) !== 0 || entry >>> 16 === 0)) return index;
  }
  return -1;
}

/** Next index below `probe` whose entry is a chain, or has the stack bit; -1 when none. */
export function nextStackMark(memory: VirtualMemory, probe: number): number {
  const view = memory.view;
  const base = HTMAIN_BASE * 2;
  for (let index = probe - 1; index >= 0; index--) {
    if ((view.getInt32(base + index * 4) & STACK_OR_CHAIN) !== 0) return index;
  }
  return -1;
}
