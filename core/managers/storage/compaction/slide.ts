/**
 * Compaction of array space: blocks slide down into the free blocks before them, so that free storage lies together. Headers of arrays, pairs and typed
 * objects stay: what a program can name keeps its address. Which blocks may move, and how references follow them, is the manager's business.
 *
 * A block moves by multiples of 4 cells only, so that every alignment that was asked for holds.
 */
import type { Cells, Pointer, WordAddress, Words } from "../../../base/units.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { blockAt, CONTENT_CODE, eachBlock, MAXIMUM_BLOCK_CELLS } from "../../../objects/arrays/blocks.ts";
import type { Storage } from "../storage.ts";
import { STATE_ARRAYS_SWITCHED } from "../storage-limit.ts";

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

/** What a manager knows of its blocks. Blocks of code never move, and are not asked about. */
export interface Relocation {
  /** @param data first data cell of a block in use */
  isMovable(data: Pointer): boolean;
  /** A block is about to be copied, data and all, to another place. */
  moving(from: Pointer, to: Pointer, dataWords: Words): void;
  /** All blocks have moved: references to the old addresses are changed now. */
  forward(moved: ReadonlyMap<Pointer, Pointer>): void;
}

/** Slides what may move. @returns blocks that have moved */
export function slideBlocks(storage: Storage, relocation: Relocation): number {
  return new Slide(storage, relocation).run();
}

class Slide {
  private readonly memory: VirtualMemory;
  private readonly storage: Storage;
  private readonly relocation: Relocation;
  /** Old address -> new address. */
  private readonly moved = new Map<Pointer, Pointer>();
  /** The free words right before the block that is looked at, on no list. */
  private holeStart: WordAddress = 0;
  private holeWords: Words = 0;

  constructor(storage: Storage, relocation: Relocation) {
    this.storage = storage;
    this.memory = storage.context.memory;
    this.relocation = relocation;
  }

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
    if (this.moved.size > 0) this.relocation.forward(this.moved);
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
    if (this.storage.blocks.content(header as Pointer) === CONTENT_CODE) return false;
    return this.relocation.isMovable((header + CELL_WORDS) as Pointer);
  }

  private move(from: WordAddress, to: WordAddress, words: Words): void {
    const oldData = (from + CELL_WORDS) as Pointer;
    const newData = (to + CELL_WORDS) as Pointer;
    this.relocation.moving(oldData, newData, words - 2 * CELL_WORDS);
    copyDown(this.memory, from, to, words);
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
