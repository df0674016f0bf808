/**
 * What a reference from one object to another means for the second: a number box counts it, and an owned object without an owner among objects gets one. The
 * first object that takes it owns it, and releases it with itself; what refers to it later does so weakly. Fields that are declared weak, or are weak by their
 * names (back edges), are told to nobody and own nothing.
 *
 * ```
 * value of an owned object   slot + 1 of the object that owns it; 0: a variable
 * ```
 */
import type { Pointer, WordAddress } from "../../../base/units.ts";
import { STRATEGY } from "../../../isa/plan.ts";
import type { AsapHeap } from "../heap.ts";
import { BOX, NO_SLOT } from "../objects/object-table.ts";
import type { Boxes } from "./boxes.ts";

export class Edges {
  private readonly heap: AsapHeap;
  private readonly boxes: Boxes;

  constructor(heap: AsapHeap, boxes: Boxes) {
    this.heap = heap;
    this.boxes = boxes;
  }

  /** A pointer was stored into a cell, or into a pair that stands for its CDR. */
  stored(cell: WordAddress, pointer: Pointer): void {
    const slot = this.heap.liveSlot(pointer);
    if (slot === NO_SLOT) return;
    const { strategies, values } = this.heap.table;
    const strategy = strategies[slot];
    if (strategy === BOX) (values[slot] as number)++;
    else if (strategy === STRATEGY.OWNED && values[slot] === 0) values[slot] = this.heap.table.holderOf(cell) + 1;
  }

  /** A pointer in a cell was overwritten. */
  overwritten(cell: WordAddress, pointer: Pointer): void {
    const slot = this.heap.liveSlot(pointer);
    if (slot !== NO_SLOT) this.left(this.heap.table.holderOf(cell), slot);
  }

  /** An object does not refer to another any more. */
  left(holder: number, slot: number): void {
    const { strategies, values } = this.heap.table;
    const strategy = strategies[slot];
    if (strategy === BOX) this.boxes.lose(slot);
    else if (strategy === STRATEGY.OWNED && holder !== NO_SLOT && values[slot] === holder + 1) values[slot] = 0;
  }

  /** Whether an owned object goes with one that refers to it. */
  isOwnedBy(holder: number, slot: number): boolean {
    const owner = this.heap.table.values[slot];
    return owner === 0 || owner === holder + 1;
  }
}
