/** A bit for each cell of the flat memory, kept in the flat memory: bit `a & 31` of cell `a >> 5` of the map. */
import { FLAT_CELLS, type FlatMemory } from "../../../memory/flat-memory.ts";

const MAP_CELLS = FLAT_CELLS >> 5;

export class BitMap {
  private readonly flat: FlatMemory;
  private readonly first: number;

  /** @param first cell where the map begins */
  constructor(flat: FlatMemory, first: number) {
    this.flat = flat;
    this.first = first;
  }

  has(address: number): boolean {
    return ((this.flat.get(this.first + (address >> 5)) >>> (address & 31)) & 1) !== 0;
  }
  add(address: number): void {
    const cell = this.first + (address >> 5);
    this.flat.set(cell, this.flat.get(cell) | (1 << (address & 31)));
  }
  remove(address: number): void {
    const cell = this.first + (address >> 5);
    this.flat.set(cell, this.flat.get(cell) & ~(1 << (address & 31)));
  }
  clear(): void {
    for (let i = 0; i < MAP_CELLS; i++) if (this.flat.get(this.first + i) !== 0) this.flat.set(this.first + i, 0);
  }

  /** The next marked address at or above one; -1 when there is none. */
  next(address: number): number {
    let index = address >> 5;
    let bits = index < MAP_CELLS ? this.flat.get(this.first + index) & (-1 << (address & 31)) : 0;
    while (bits === 0) {
      if (++index >= MAP_CELLS) return -1;
      bits = this.flat.get(this.first + index);
    }
    return (index << 5) + 31 - Math.clz32(bits & -bits);
  }
  /** The last marked address below one; -1 when there is none. */
  previous(address: number): number {
    let index = address >> 5;
    let bits = index < MAP_CELLS ? this.flat.get(this.first + index) & ~(-1 << (address & 31)) : 0;
    while (bits === 0) {
      if (--index < 0) return -1;
      bits = this.flat.get(this.first + index);
    }
    return (index << 5) + 31 - Math.clz32(bits);
  }
}
