/** A set of cells by word address. Addresses outside the image are in no set. */
import { RankedBits } from "../../base/ranked-bits.ts";
import type { WordAddress, Words } from "../../base/units.ts";

export class CellSet {
  private readonly cells: RankedBits;

  /** @param sizeWords of the image */
  constructor(sizeWords: Words) {
    this.cells = new RankedBits(sizeWords >> 1);
  }
  has(address: WordAddress): boolean {
    return this.cells.has(address >> 1);
  }
  /** @returns false when it was in the set before */
  add(address: WordAddress): boolean {
    if (this.cells.has(address >> 1)) return false;
    this.cells.add(address >> 1);
    return true;
  }
}
