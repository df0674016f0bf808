/**
 * What the manager knows of each object: a slot with a generation, its strategy, its count or place, and where in the code it came from.
 * It lies beside the image, because no object of the machine has room for it.
 *
 * ```
 * slotAt      one number per cell of the image: slot + 1 of the object that the cell belongs to, 0 = none
 * slot        object | strategy | value | origin | end
 * value       counted and number boxes: references. Owned: its owner (`release/edges.ts`). Arena, stack: number of the place. Others: 0
 * origin      byte address of the instruction that allocated it; end: of the one that released it
 * ```
 */
import type { ByteAddress, Cells, Pointer, WordAddress } from "../../../base/units.ts";
import { NIL, PAGE_CELLS, PAGE_WORDS } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import type { ManagerState } from "../../contract.ts";
import { savedNumbers } from "../../storage/state.ts";
import { GenSlots, resized, SLOT_BLOCK } from "./slots.ts";

export const NO_SLOT = -1;

// In place of a strategy of the plan.
/** A number box, which the plan is not about: the references from objects to it are counted. */
export const BOX = 6;
/** The object is being released. */
export const DYING = 7;

export class ObjectTable {
  readonly slots: GenSlots;
  private readonly slotAt: Int32Array;
  /** Pages of the image with covered cells: 1 each. */
  private readonly touched: Uint8Array;
  objects: Int32Array;
  strategies: Int32Array;
  values: Int32Array;
  origins: Int32Array;
  ends: Int32Array;

  constructor(memory: VirtualMemory) {
    const cells = memory.sizeWords / 2;
    // As many as there can be objects: an object has at least a cell.
    this.slots = new GenSlots(Math.ceil(cells / SLOT_BLOCK));
    // Pages of it that are never written cost nothing.
    this.slotAt = new Int32Array(cells);
    this.touched = new Uint8Array(memory.sizeWords / PAGE_WORDS);
    this.objects = new Int32Array(SLOT_BLOCK);
    this.strategies = new Int32Array(SLOT_BLOCK);
    this.values = new Int32Array(SLOT_BLOCK);
    this.origins = new Int32Array(SLOT_BLOCK);
    this.ends = new Int32Array(SLOT_BLOCK);
  }

  /** Slot of an object that is there, or of one that is gone and not reused yet; `NO_SLOT` for everything else. */
  slotOf(pointer: Pointer): number {
    const slot = (this.slotAt[pointer >> 1] ?? 0) - 1;
    return slot !== NO_SLOT && this.objects[slot] === pointer ? slot : NO_SLOT;
  }

  /** The object that a cell belongs to; `NO_SLOT` when none of this table does. */
  holderOf(cell: WordAddress): number {
    const slot = (this.slotAt[cell >> 1] ?? 0) - 1;
    return slot !== NO_SLOT && this.slots.isInUse(slot) ? slot : NO_SLOT;
  }

  /** Enters an object, without its cells. */
  add(object: Pointer, strategy: number, value: number, origin: ByteAddress): number {
    const slot = this.slots.take();
    if (slot >= this.objects.length) this.grow();
    this.objects[slot] = object;
    this.strategies[slot] = strategy;
    this.values[slot] = value;
    this.origins[slot] = origin;
    return slot;
  }

  /** Cells belong to an object from now on. */
  cover(slot: number, start: WordAddress, cells: Cells): void {
    const first = start >> 1;
    for (let page = start >> 8; page <= (start + 2 * cells - 1) >> 8; page++) this.touched[page] = 1;
    if (cells === 1) this.slotAt[first] = slot + 1;
    else this.slotAt.fill(slot + 1, first, first + cells);
  }
  /** Cells belong to no object any more. */
  uncover(start: WordAddress, cells: Cells): void {
    if (cells === 1) this.slotAt[start >> 1] = 0;
    else this.slotAt.fill(0, start >> 1, (start >> 1) + cells);
  }
  /** No cell belongs to any object: the image was put back to an earlier state. */
  uncoverAll(): void {
    for (let page = 0; page < this.touched.length; page++) {
      if (this.touched[page] === 1) this.slotAt.fill(0, page * PAGE_CELLS, (page + 1) * PAGE_CELLS);
    }
    this.touched.fill(0);
  }

  /** The object is gone: references to it are stale. Its address still leads to its slot, until `forget`. */
  end(slot: number, site: ByteAddress): void {
    this.ends[slot] = site;
    this.slots.end(slot);
  }

  /** The storage of an object that is gone may be used anew, and so may its slot. */
  forget(slot: number): void {
    this.objects[slot] = NIL;
    this.slots.recycle(slot);
  }

  /** Slots of all objects that are there, ascending. */
  liveSlots(): number[] {
    const live: number[] = [];
    for (let slot = 0; slot < this.slots.bound; slot++) if (this.slots.isInUse(slot)) live.push(slot);
    return live;
  }

  save(): ManagerState {
    const used = <T extends Int32Array>(list: T) => list.slice(0, this.slots.bound);
    return {
      ...this.slots.save(),
      objects: used(this.objects),
      strategies: used(this.strategies),
      values: used(this.values),
      origins: used(this.origins),
      ends: used(this.ends),
    };
  }
  /** The cells have to be covered anew. */
  restore(state: ManagerState): void {
    this.uncoverAll();
    this.slots.restore(state);
    if (this.objects.length < this.slots.capacity) this.grow();
    this.objects.fill(NIL);
    this.objects.set(savedNumbers(state, "objects"));
    this.strategies.set(savedNumbers(state, "strategies"));
    this.values.set(savedNumbers(state, "values"));
    this.origins.set(savedNumbers(state, "origins"));
    this.ends.set(savedNumbers(state, "ends"));
  }

  private grow(): void {
    const length = this.slots.capacity;
    this.objects = resized(this.objects, length);
    this.strategies = resized(this.strategies, length);
    this.values = resized(this.values, length);
    this.origins = resized(this.origins, length);
    this.ends = resized(this.ends, length);
  }
}
