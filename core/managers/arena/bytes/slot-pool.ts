/** A pool of slots of one size, for things that come and go all the time: values, tokens. A slot that was freed last is used first. */
import { VmFault } from "../../../base/errors.ts";

/** What happens when all slots are taken: as many again, or an error. */
export type PoolGrowth = "double" | "fixed";

export class SlotPool {
  readonly name: string;
  readonly slotBytes: number;
  private readonly growth: PoolGrowth;
  private readonly free: number[] = [];
  private readonly isTaken: boolean[] = [];
  private capacity: number;

  constructor(name: string, slotBytes: number, slots: number, growth: PoolGrowth) {
    this.name = name;
    this.slotBytes = slotBytes;
    this.growth = growth;
    this.capacity = slots;
  }

  /**
   * @returns number of the slot, from 1 on
   * @throws {VmFault} `StorageFull` when the pool is full and may not grow; nothing was changed
   */
  allocate(): number {
    const slot = this.free.pop() ?? this.nextSlot();
    this.isTaken[slot] = true;
    return slot;
  }

  private nextSlot(): number {
    const next = Math.max(this.isTaken.length, 1);
    if (next > this.capacity) {
      if (this.growth === "fixed") {
        throw new VmFault(
          "StorageFull",
          `storage full: pool ${this.name} has ${this.capacity} slots, and all are taken`,
        );
      }
      this.capacity = Math.max(1, 2 * this.capacity);
    }
    return next;
  }

  /** @throws {VmFault} `MemoryError` when the slot is not taken; nothing was changed */
  release(slot: number): void {
    if (this.isTaken[slot] !== true) throw new VmFault("MemoryError", `slot ${slot} of pool ${this.name} is not taken`);
    this.isTaken[slot] = false;
    this.free.push(slot);
  }

  figures(): { readonly capacity: number; readonly taken: number; readonly bytes: number } {
    const taken = Math.max(this.isTaken.length - 1, 0) - this.free.length;
    return { capacity: this.capacity, taken, bytes: taken * this.slotBytes };
  }
}
