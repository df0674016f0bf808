/**
 * Compaction of array space: blocks slide down into the free blocks before them, so that free storage lies together. Headers of arrays, pairs and typed
 * objects stay: what a program can name keeps its address. Ids stay valid: a block's line in the table gets the new address.
 *
 * Pinned are blocks that the stack refers to (also into their middle), code and what code refers to directly, blocks that never go, and blocks of the image.
 * A block moves by multiples of 4 cells only, so that every alignment that was asked for holds.
 */
import type { Cells, Pointer, WordAddress, Words } from "../../../base/units.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { blockAt, CONTENT_CODE, eachBlock, MAXIMUM_BLOCK_CELLS } from "../../../objects/arrays/blocks.ts";
import type { Storage } from "../../storage/storage.ts";
import { STATE_ARRAYS_SWITCHED } from "../../storage/storage-limit.ts";
import { FLAG_PERMANENT, type ObjectTable } from "../table/object-table.ts";
import type { MachineObjects } from "./machine-objects.ts";

const CELL_WORDS = 2;
/** Blocks move by multiples of so many words. */
const MOVE_WORDS = 8;

/** How scattered the free storage of array space is. */
export interface Fragmentation {
  readonly freeWords: Words;
  readonly largestWords: Words;
  /** Free words outside the largest free block, in percent of the free words; 0 when nothing is free. */
  readonly percent: number;
}

export function fragmentationOf(storage: Storage): Fragmentation {
  const { memory, variables } = storage.context;
  let freeWords = 0;
  let largestWords = 0;
  eachBlock(memory, memory.pointer(variables.arraySpace), memory.pointer(variables.arrayFrLst), (block) => {
    if (block.isInUse) return;
    freeWords += CELL_WORDS * block.cells;
    largestWords = Math.max(largestWords, CELL_WORDS * block.cells);
  });
  return { freeWords, largestWords, percent: freeWords === 0 ? 0 : (100 * (freeWords - largestWords)) / freeWords };
}

/** Compaction is possible while array space is in one piece. */
export function canCompact(storage: Storage): boolean {
  return storage.limit.state() < STATE_ARRAYS_SWITCHED;
}

export class Compaction {
  private readonly memory: VirtualMemory;
  private readonly storage: Storage;
  private readonly objects: MachineObjects;
  private readonly table: ObjectTable;
  private readonly pinned: ReadonlySet<number>;
  /** Old address -> new address. */
  private readonly moved = new Map<Pointer, Pointer>();
  /** The free words right before the block that is looked at, on no list. */
  private holeStart: WordAddress = 0;
  private holeWords: Words = 0;

  /** @param pinned ids of objects that must stay where they are */
  constructor(storage: Storage, objects: MachineObjects, table: ObjectTable, pinned: ReadonlySet<number>) {
    this.storage = storage;
    this.memory = storage.context.memory;
    this.objects = objects;
    this.table = table;
    this.pinned = pinned;
  }

  /** @returns blocks that have moved */
  run(): number {
    const { memory } = this;
    const { variables } = this.storage.context;
    const end = memory.pointer(variables.arrayFrLst);
    let at: number = memory.pointer(variables.arraySpace);
    while (at < end) {
      const block = blockAt(memory, at);
      if (block === null) break;
      const words = CELL_WORDS * block.cells;
      if (block.isInUse) this.visitUsed(at, words);
      else this.takeHole(at, words);
      at += words;
    }
    this.closeHole();
    this.storage.blocks.reset();
    if (this.moved.size > 0) this.objects.forward(this.moved);
    return this.moved.size;
  }

  private takeHole(header: WordAddress, words: Words): void {
    this.storage.blocks.unlink(header as Pointer);
    if (this.holeWords === 0) this.holeStart = header;
    this.holeWords += words;
  }

  private visitUsed(header: WordAddress, words: Words): void {
    const distance = this.holeWords - (this.holeWords % MOVE_WORDS);
    if (distance === 0 || !this.isMovable(header)) {
      this.closeHole();
      return;
    }
    const to = header - distance;
    this.move(header, to, words);
    // What is left before the block is too short for anything but its alignment.
    this.free(this.holeStart, this.holeWords - distance);
    this.holeStart = to + words;
    this.holeWords = distance;
  }

  private isMovable(header: WordAddress): boolean {
    const id = this.objects.idAt((header + CELL_WORDS) as Pointer);
    if (id < 0 || this.pinned.has(id) || this.table.hasFlag(id, FLAG_PERMANENT)) return false;
    return this.storage.blocks.content(header as Pointer) !== CONTENT_CODE;
  }

  private move(from: WordAddress, to: WordAddress, words: Words): void {
    const oldData = (from + CELL_WORDS) as Pointer;
    const newData = (to + CELL_WORDS) as Pointer;
    const id = this.objects.idAt(oldData);
    const dataWords = words - 2 * CELL_WORDS;
    this.objects.owners.release(oldData, dataWords);
    copyDown(this.memory, from, to, words);
    this.objects.owners.claim(newData, dataWords, id);
    this.table.payloads[id] = newData;
    this.storage.weak.moved(oldData, newData);
    this.moved.set(oldData, newData);
  }

  private closeHole(): void {
    this.free(this.holeStart, this.holeWords);
    this.holeWords = 0;
  }

  /** Makes free blocks of a range, as few as there can be. */
  private free(start: WordAddress, words: Words): void {
    const { blocks } = this.storage;
    let at = start;
    let left: Cells = words / CELL_WORDS;
    while (left > 0) {
      const cells = Math.min(left, MAXIMUM_BLOCK_CELLS);
      blocks.markFree(at as Pointer, cells);
      blocks.link(at as Pointer);
      at += CELL_WORDS * cells;
      left -= cells;
    }
  }
}

/** Copies words to a lower address: at once where nobody watches, through the store gate elsewhere. The ranges may overlap. */
function copyDown(memory: VirtualMemory, from: WordAddress, to: WordAddress, words: Words): void {
  const first = to >> 8;
  const last = (to + words - 1) >> 8;
  let isWatched = false;
  for (let page = first; page <= last; page++) isWatched ||= memory.pageFlags[page] !== 0;
  if (!isWatched) memory.bytes.copyWithin(2 * to, 2 * from, 2 * (from + words));
  else for (let word = 0; word < words; word += CELL_WORDS) memory.setCell(to + word, memory.cell(from + word));
}
