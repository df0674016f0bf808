/** What every part of a manager works on: the bytes, where the system variables are, and who is told. */
import type { Cell, WordAddress } from "../../base/units.ts";
import { NOBIND, SMALL_POSITIVE, T } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { type HeapObserver, silent } from "../events.ts";
import type { Poison } from "./freeing/poison.ts";
import type { SystemVariables } from "./system-variables.ts";

/** Interrupt bits, in the high half of the interrupt state cell (memory specification, section 15). */
export const INTERRUPT_GC_DISABLED = 0x1000;
export const INTERRUPT_VMEM_FULL = 0x0800;
export const INTERRUPT_STORAGE_FULL = 0x0200;

export class StorageContext {
  readonly memory: VirtualMemory;
  readonly variables: SystemVariables;
  /** Exchanged while the machine stands still; never null. */
  observer: HeapObserver = silent;
  /** Takes what is freed before it goes to a free list; null costs a free one comparison. */
  poison: Poison | null = null;
  /** Makes the machine serve an interrupt at its next safepoint; set by the manager that owns the storage. */
  requestSafepoint: () => void = () => {};

  constructor(memory: VirtualMemory, variables: SystemVariables) {
    this.memory = memory;
    this.variables = variables;
  }

  /** Asks Lisp for attention: sets the bit and `\PENDINGINTERRUPT`. An image without an interrupt state gets the variable only. */
  requestInterrupt(bit: number): void {
    const { memory, variables } = this;
    const state = memory.pointer(variables.interruptState);
    if (state > NOBIND) memory.setCell(state, memory.cell(state) | (bit << 16));
    memory.setCell(variables.pendingInterrupt, T);
    this.requestSafepoint();
  }
}

/** The small integer as the content of a cell. */
export function smallCell(value: number): Cell {
  return SMALL_POSITIVE + value;
}

/** Value of a variable that holds NIL or a small integer: 0 stands for NIL too. */
export function smallValue(memory: VirtualMemory, variable: WordAddress): number {
  return memory.cell(variable) & 0xffff;
}
