/**
 * Slots outside managed objects that were given a managed object: values of symbols, type descriptors, and what was there before the manager. Collections
 * need not look through the rest of the image for references. A CDR may have no cell of its own; its cons is remembered instead.
 */
import type { Pointer, WordAddress } from "../../../base/units.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { cdr, cdrCell } from "../../../objects/cons.ts";

export class ResidentSlots {
  private readonly memory: VirtualMemory;
  private slots = new Set<WordAddress>();
  private conses = new Set<Pointer>();

  constructor(memory: VirtualMemory) {
    this.memory = memory;
  }

  get size(): number {
    return this.slots.size + this.conses.size;
  }
  addSlot(slot: WordAddress): void {
    this.slots.add(slot);
  }
  /** The CDR of a cons. */
  addCons(cons: Pointer): void {
    this.conses.add(cons);
  }

  /** What the slots hold now. A slot of which the visitor says no is forgotten. */
  visit(holdsManaged: (pointer: Pointer) => boolean): void {
    for (const slot of this.slots) if (!holdsManaged(this.memory.pointer(slot))) this.slots.delete(slot);
    for (const cons of this.conses) if (!holdsManaged(cdr(this.memory, cons))) this.conses.delete(cons);
  }

  /** Calls `visit` for each cell that a slot is. */
  eachCell(visit: (cell: WordAddress) => void): void {
    for (const slot of this.slots) visit(slot);
    for (const cons of this.conses) {
      const cell = cdrCell(this.memory, cons);
      if (cell !== null) visit(cell);
    }
  }

  save(): { readonly slots: readonly number[]; readonly conses: readonly number[] } {
    return { slots: [...this.slots], conses: [...this.conses] };
  }
  restore(slots: ArrayLike<number>, conses: ArrayLike<number>): void {
    this.slots = new Set(Array.from(slots));
    this.conses = new Set(Array.from(conses));
  }
}
