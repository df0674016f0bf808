/** A set of cells: one bit each, by word address. Addresses outside the image are in no set. */
import type { WordAddress, Words } from "../../base/units.ts";

export class CellSet {
  private readonly bits: Uint8Array;

  /** @param sizeWords of the image */
  constructor(sizeWords: Words) {
    this.bits = new Uint8Array(sizeWords >> 4);
  }
  has(address: WordAddress): boolean {
    return ((this.bits[address >> 4] ?? 0) & (1 << ((address >> 1) & 7))) !== 0;
  }
  /** @returns false when it was in the set before */
  add(address: WordAddress): boolean {
    if (this.has(address)) return false;
    this.bits[address >> 4] = (this.bits[address >> 4] ?? 0) | (1 << ((address >> 1) & 7));
    return true;
  }
}
