/**
 * Slots with generations: the names of objects that can go stale. A reference is a pair of slot number and generation; the generation of a slot
 * changes when its object goes and again when the slot is used anew, so that a stale reference never agrees with its slot.
 *
 * ```
 * generation  odd: in use | even: free | 0: retired, because the 32 bits have wrapped
 * capacity    blocks of 4096 slots; 1, 2, 4 … blocks, never given back
 * ```
 * Source: description of system O, "Rules that make results definite" (GenRef) and its error codes.
 */

import type { ManagerState } from "../../contract.ts";
import { savedNumber, savedNumbers } from "../../storage/state.ts";

/** What a check of a reference answers besides 0. */
export const SLOT_ERROR = {
  /** The null reference: generation 0. */
  null: -1,
  /** The slot is free already. */
  freed: -2,
  /** The slot is free, or belongs to another object now. */
  usedAfterFree: -3,
  /** All slots are in use. */
  allocation: -4,
  /** A closure has captured something that is gone. */
  invalidCapture: -5,
} as const;

export const SLOT_BLOCK = 4096;
export const MOST_SLOT_BLOCKS = 256;

/** Both are 32 bits; generation 0 is the null reference. */
export interface SlotReference {
  readonly index: number;
  readonly generation: number;
}

export interface SlotStatistics {
  readonly inUse: number;
  readonly free: number;
  /** Never used again: their generation has wrapped. */
  readonly retired: number;
  /** Slots that have storage. */
  readonly capacity: number;
}

const NO_LINK = -1;

export class GenSlots {
  /** Generation of each slot, as signed 32 bits. */
  generations: Int32Array;
  /** Free slots: the next one. */
  private links: Int32Array;
  private readonly mostBlocks: number;
  private head = NO_LINK;
  /** Slots that were in use at some time: those below. */
  private touched = 0;
  private inUse = 0;
  private retired = 0;

  /** @param mostBlocks limit of growth, in blocks of 4096 slots */
  constructor(mostBlocks: number = MOST_SLOT_BLOCKS) {
    this.mostBlocks = mostBlocks;
    this.generations = new Int32Array(SLOT_BLOCK);
    this.links = new Int32Array(SLOT_BLOCK);
  }

  get capacity(): number {
    return this.generations.length;
  }
  /** Slots that were ever in use have numbers below this one. */
  get bound(): number {
    return this.touched;
  }

  /** @returns number of a slot that is in use now, or `SLOT_ERROR.allocation` */
  take(): number {
    let index = this.head;
    if (index !== NO_LINK) this.head = this.links[index] as number;
    else {
      if (this.touched === this.generations.length && !this.grow()) return SLOT_ERROR.allocation;
      index = this.touched++;
    }
    (this.generations[index] as number)++;
    this.inUse++;
    return index;
  }

  /** Ends the use of a slot: every reference to it is stale from now on. @returns 0, or `SLOT_ERROR.freed`: nothing changed */
  end(index: number): number {
    if (!this.isInUse(index)) return SLOT_ERROR.freed;
    this.generations[index] = ((this.generations[index] as number) + 1) | 0;
    this.inUse--;
    return 0;
  }

  /** A slot whose use has ended may be used anew, unless its generation has wrapped. */
  recycle(index: number): void {
    if (this.generations[index] === 0) {
      this.retired++;
      return;
    }
    this.links[index] = this.head;
    this.head = index;
  }

  isInUse(index: number): boolean {
    return ((this.generations[index] ?? 0) & 1) === 1;
  }
  generationOf(index: number): number {
    return (this.generations[index] ?? 0) >>> 0;
  }

  /** A reference to what is in a slot, or an error code. */
  refer(index: number): SlotReference | number {
    return this.isInUse(index) ? { index, generation: this.generationOf(index) } : SLOT_ERROR.freed;
  }

  /** 0 when the reference is good; otherwise `SLOT_ERROR.null` or `usedAfterFree`. The whole generation is compared. */
  check({ index, generation }: SlotReference): number {
    if (generation === 0) return SLOT_ERROR.null;
    return this.generationOf(index) === generation >>> 0 && this.isInUse(index) ? 0 : SLOT_ERROR.usedAfterFree;
  }

  /** 0 when all that a closure has captured is there; otherwise `SLOT_ERROR.invalidCapture`: it must not run. */
  checkCaptures(captures: readonly SlotReference[]): number {
    return captures.every((capture) => this.check(capture) === 0) ? 0 : SLOT_ERROR.invalidCapture;
  }

  statistics(): SlotStatistics {
    const { inUse, retired, capacity } = this;
    return { inUse, free: capacity - inUse - retired, retired, capacity };
  }

  save(): ManagerState {
    const { head, touched, inUse, retired } = this;
    const generations = this.generations.slice(0, touched);
    return { head, touched, inUse, retired, generations, links: this.links.slice(0, touched) };
  }
  restore(state: ManagerState): void {
    this.head = savedNumber(state, "head");
    this.touched = savedNumber(state, "touched");
    this.inUse = savedNumber(state, "inUse");
    this.retired = savedNumber(state, "retired");
    while (this.capacity < this.touched && this.grow());
    this.generations.fill(0);
    this.generations.set(savedNumbers(state, "generations"));
    this.links.set(savedNumbers(state, "links"));
  }

  private grow(): boolean {
    const blocks = Math.min(2 * (this.capacity / SLOT_BLOCK), this.mostBlocks);
    if (blocks * SLOT_BLOCK <= this.capacity) return false;
    this.generations = resized(this.generations, blocks * SLOT_BLOCK);
    this.links = resized(this.links, blocks * SLOT_BLOCK);
    return true;
  }
}

/** The same numbers, with zeros behind them. */
export function resized(old: Int32Array, length: number): Int32Array {
  const grown = new Int32Array(length);
  grown.set(old);
  return grown;
}
