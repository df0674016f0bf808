/**
 * What the block heap knows about itself, in the write-protected cells of the flat memory: a program can look at it with `peek` and cannot overwrite it,
 * and whatever saves, restores or copies memory has it too.
 *
 * ```
 * cell 16 mark | 17 start | 18 end | 19 alignment | 20 minimum | 21 policy bits | 22 bump | 23 first free block, 0 = none
 *      24 allocations | 25 frees | 26 total | 27 in use | 28 total freed        (all but 16, 21, 24 and 25 in words)
 * cells 4096 … 6143   one bit for each flat cell: a block begins there        (`bit-map.ts`)
 * cells 6144 … 8191   one bit for each flat cell: the block that begins there is in use
 * ```
 */
import type { FlatMemory } from "../../../memory/flat-memory.ts";

export const REGISTER_CELL = 16;
export const BLOCK_BITS_CELL = 4096;
export const USED_BITS_CELL = 6144;
/** "HEAP": cell 16 of a heap that was initialized. */
const MARK = 0x48454150;

/** Bits of the policy cell. */
export const POLICY_BEST_FIT = 1;
export const POLICY_NO_SPLIT = 2;
export const POLICY_NO_COALESCE = 4;
export const POLICY_ALIGNED = 8;
export const POLICY_TRIM = 16;
export const POLICY_TAGGED = 32;

/** Cells behind the mark, in order. */
const NAMES = [
  "start",
  "end",
  "alignment",
  "minimum",
  "policy",
  "bump",
  "freeList",
  "allocations",
  "frees",
  "total",
  "inUse",
  "totalFreed",
] as const;
export type Register = (typeof NAMES)[number];
const CELLS = Object.fromEntries(NAMES.map((name, i) => [name, REGISTER_CELL + 1 + i])) as {
  readonly [key in Register]: number;
};

export class Registers {
  private readonly flat: FlatMemory;

  constructor(flat: FlatMemory) {
    this.flat = flat;
  }

  get isInitialized(): boolean {
    return this.flat.get(REGISTER_CELL) === MARK;
  }
  /** Writes the mark, and zero into everything else. */
  clear(): void {
    this.flat.set(REGISTER_CELL, MARK);
    for (const name of NAMES) this.set(name, 0);
  }
  get(name: Register): number {
    return this.flat.get(CELLS[name]);
  }
  set(name: Register, value: number): void {
    this.flat.set(CELLS[name], value);
  }
  add(name: Register, amount: number): void {
    this.set(name, this.get(name) + amount);
  }
}
