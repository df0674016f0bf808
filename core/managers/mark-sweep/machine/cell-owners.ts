/**
 * Which managed object each cell of memory belongs to: one 32-bit number a cell, 0 for none, else id + 1. So a pointer leads to its object, and a store
 * into the middle of an object to the object, in one read. Pages of the table that nobody touches cost the host nothing.
 */
import type { Pointer, Words } from "../../../base/units.ts";

export class CellOwners {
  /** By cell number, which is half the word address. */
  readonly cells: Int32Array;

  constructor(sizeWords: Words) {
    this.cells = new Int32Array(sizeWords >> 1);
  }

  /** Id of the object that a word belongs to; -1 when it belongs to none. */
  ownerOf(address: number): number {
    const cell = address >> 1;
    return cell < this.cells.length ? (this.cells[cell] as number) - 1 : -1;
  }

  claim(address: Pointer, words: Words, id: number): void {
    if (words === 2) this.cells[address >> 1] = id + 1;
    else this.cells.fill(id + 1, address >> 1, (address + words) >> 1);
  }
  release(address: Pointer, words: Words): void {
    if (words === 2) this.cells[address >> 1] = 0;
    else this.cells.fill(0, address >> 1, (address + words) >> 1);
  }
  clear(): void {
    this.cells.fill(0);
  }
}
