/**
 * What the manager knows of each object: a slot with a generation, its strategy, its count or place, and where in the code it came from.
 * It lies beside the image, because no object of the machine has room for it.
 *
 * ```
 * slotAt      one number per cell of the image: slot + 1 of the object that begins there, 0 = none
 * slot        object | strategy | value | origin | end
 * value       counted: owners. Arena, stack, component: number of the place. Other strategies: 0
 * origin      byte address of the instruction that allocated it; end: of the one that released it
 * ```
 */
import type { ByteAddress, Pointer } from "../../../base/units.ts";
import { NIL } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import type { ManagerState } from "../../contract.ts";
import { savedNumbers } from "../../storage/state.ts";
import { GenSlots, resized, SLOT_BLOCK } from "./slots.ts";

export const NO_SLOT = -1;

export class ObjectTable {
  readonly slots: GenSlots;
  private readonly slotAt: Int32Array;
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

  add(object: Pointer, strategy: number, value: number, origin: ByteAddress): number {
    const slot = this.slots.take();
    if (slot >= this.objects.length) this.grow();
    this.slotAt[object >> 1] = slot + 1;
    this.objects[slot] = object;
    this.strategies[slot] = strategy;
    this.values[slot] = value;
    this.origins[slot] = origin;
    return slot;
  }

  /** The object is gone: references to it are stale. Its address still leads to its slot, until `forget`. */
  end(slot: number, site: ByteAddress): void {
    this.ends[slot] = site;
    this.slots.end(slot);
  }

  /** The cells of an object that is gone may be used anew, and so may its slot. */
  forget(slot: number): void {
    this.slotAt[(this.objects[slot] as number) >> 1] = 0;
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
  restore(state: ManagerState): void {
    for (let slot = 0; slot < this.slots.bound; slot++) this.slotAt[(this.objects[slot] as number) >> 1] = 0;
    this.slots.restore(state);
    if (this.objects.length < this.slots.capacity) this.grow();
    this.objects.set(savedNumbers(state, "objects"));
    this.strategies.set(savedNumbers(state, "strategies"));
    this.values.set(savedNumbers(state, "values"));
    this.origins.set(savedNumbers(state, "origins"));
    this.ends.set(savedNumbers(state, "ends"));
    for (let slot = 0; slot < this.slots.bound; slot++) {
      const object = this.objects[slot] as Pointer;
      if (object !== NIL) this.slotAt[object >> 1] = slot + 1;
    }
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
