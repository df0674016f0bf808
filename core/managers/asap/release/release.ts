/**
 * Releases trees and counted objects: what an object owns goes with it, counted objects below it lose an owner, everything else stays.
 * No host recursion: what waits is on a list of its own, so that structures may be as deep as memory (O-M12).
 */
import type { ByteAddress, Pointer } from "../../../base/units.ts";
import { STRATEGY } from "../../../isa/plan.ts";
import { TYPE_LISTP } from "../../../memory/layout.ts";
import { car, cdr } from "../../../objects/cons.ts";
import { eachPointer, type PointerOffsets, pointerOffsetsOf } from "../../../objects/object-slots.ts";
import { typeNumber } from "../../../objects/types.ts";
import type { AsapHeap } from "../heap.ts";
import { DYING, NO_SLOT } from "../objects/object-table.ts";
import type { Edges } from "./edges.ts";

export class Releaser {
  private readonly heap: AsapHeap;
  private readonly edges: Edges;
  private offsets: PointerOffsets;
  /** Slots of objects that are to be freed, and whose parts have not been looked at. */
  private readonly waiting: number[] = [];
  /** Number of the release that is under way: what it has freed itself may be met again. */
  round = 0;
  /** The object whose parts are looked at. */
  private holder = NO_SLOT;
  private readonly visitPart = (pointer: Pointer) => this.releasePart(pointer);
  private readonly visitLeft = (pointer: Pointer) => {
    const slot = this.heap.liveSlot(pointer);
    if (slot !== NO_SLOT) this.edges.left(this.holder, slot);
  };

  constructor(heap: AsapHeap, edges: Edges) {
    this.heap = heap;
    this.edges = edges;
    this.offsets = pointerOffsetsOf(heap.memory);
  }

  /** The types of the image may have changed behind our back. */
  reset(): void {
    this.offsets = pointerOffsetsOf(this.heap.memory);
  }

  /** Frees all members of a component, with what they own outside of it. */
  dismantle(members: readonly number[], site: ByteAddress): void {
    this.round++;
    for (const member of members) this.doom(member);
    this.releaseWaiting(site);
  }

  /** An object will not be there any more, and what it refers to stays. */
  leaveParts(slot: number): void {
    this.holder = slot;
    this.eachPointer(this.heap.table.objects[slot] as Pointer, this.visitLeft);
  }

  /** Frees an object and what it owns. The caller has made sure that nobody else owns it. */
  release(slot: number, site: ByteAddress): void {
    this.round++;
    this.doom(slot);
    this.releaseWaiting(site);
  }

  private releaseWaiting(site: ByteAddress): void {
    const { heap, waiting } = this;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      this.holder = next;
      this.eachPointer(heap.table.objects[next] as Pointer, this.visitPart);
      heap.free(next, site);
    }
  }

  /** One owner less of a counted object; without owners it is released. */
  drop(slot: number, site: ByteAddress): void {
    if (this.loseOwner(slot) === 0) this.release(slot, site);
  }

  /** What the object refers to now has several owners, if it was owned: it and all that it owns are counted from here on. */
  share(slot: number): void {
    const { table, memory } = this.heap;
    const pending = [slot];
    const visit = (pointer: Pointer) => {
      const part = this.heap.liveSlot(pointer);
      if (part !== NO_SLOT && table.strategies[part] === STRATEGY.OWNED) pending.push(part);
    };
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (table.strategies[next] !== STRATEGY.OWNED) continue;
      table.strategies[next] = STRATEGY.COUNTED;
      table.values[next] = 1;
      eachPointer(memory, table.objects[next] as Pointer, visit, this.offsets);
    }
  }

  /** Pairs are most of what there is. */
  private eachPointer(object: Pointer, visit: (pointer: Pointer) => void): void {
    const { memory } = this.heap;
    if (typeNumber(memory, object) === TYPE_LISTP) {
      visit(car(memory, object));
      visit(cdr(memory, object));
    } else eachPointer(memory, object, visit, this.offsets);
  }

  private releasePart(pointer: Pointer): void {
    const { heap } = this;
    const slot = heap.table.slotOf(pointer);
    if (slot === NO_SLOT) return;
    if (!heap.table.slots.isInUse(slot)) {
      if (heap.table.values[slot] === -this.round) return;
      heap.fault(pointer, heap.staleReport(slot, "a part of a released object was gone already"));
      return;
    }
    const strategy = heap.table.strategies[slot];
    if (strategy === STRATEGY.OWNED) {
      if (this.edges.isOwnedBy(this.holder, slot)) this.doom(slot);
    } else if (strategy === STRATEGY.COUNTED) {
      if (this.loseOwner(slot) === 0) this.doom(slot);
    } else this.edges.left(this.holder, slot);
  }

  /** From here on it belongs to nobody: a second reference to it does not release it again. */
  private doom(slot: number): void {
    this.heap.table.strategies[slot] = DYING;
    this.heap.table.values[slot] = -this.round;
    this.waiting.push(slot);
  }

  private loseOwner(slot: number): number {
    const { table, observer, counting } = this.heap;
    const left = counting.remove(table.values, slot);
    observer.lifetime("dec", table.objects[slot] as Pointer, this.heap.objectWords(slot), left, "");
    if (left === 0) observer.countZero(table.objects[slot] as Pointer);
    return left;
  }
}
