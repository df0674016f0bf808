/**
 * Free blocks of array space: buckets of free lists, merging with neighbours, and taking blocks back. Allocation: `block-allocator.ts`.
 *
 * ```
 * header cell   31..19 password 0x1555 | 18..17 content | 16 in use | 15..0 length in cells, header and trailer included
 * free block    data cell 0: next, data cell 1: previous free block of the same bucket (addresses of headers), a ring
 * trailer cell  as the header, content 0
 * ```
 * Source: memory specification, section 11.3; collection specification, section 7.7.
 */
import { hex } from "../../../base/errors.ts";
import type { Cells, Pointer } from "../../../base/units.ts";
import { NIL, T, TYPE_BLOCK } from "../../../memory/layout.ts";
import {
  BLOCK_PASSWORD,
  blockCell,
  isCountedBlockSpace,
  MAXIMUM_BLOCK_CELLS,
  MINIMUM_LINKED_CELLS,
} from "../../../objects/arrays/blocks.ts";
import { BLOCK_UNBOXED, type BlockContent } from "../../contract.ts";
import type { StorageContext } from "../context.ts";

const IN_USE = 0x10000;
const PASSWORD_SHIFT = 19;
const LENGTH_MASK = 0xffff;
/** Links of a free block: its first two data cells, from the header. */
const FORWARD = 2;
const BACKWARD = 4;

/** Smallest rest of a block that is worth splitting off while small requests become hunks. */
export const MIN_REST_WITH_HUNKS = 66;
export const LAST_BUCKET = 30;
/** First segment that can hold array blocks, as the reference checks it. */
const FIRST_ARRAY_SEGMENT = 0x13;

export class ArrayBlocks {
  private readonly context: StorageContext;

  // In a big heap thousands of blocks of a bucket may be too short. These two spare scans of them all; they change no choice of a block.
  /** Per bucket: no block of it has more cells, … */
  private readonly longest = new Int32Array(LAST_BUCKET + 1);
  /** … as long as its head is this one; a program that keeps the lists itself changes the head. */
  private readonly knownHead = new Int32Array(LAST_BUCKET + 1);

  constructor(context: StorageContext) {
    this.context = context;
  }

  /** Length of a block in cells, header and trailer included. */
  length(block: Pointer): Cells {
    return this.context.memory.cell(block) & LENGTH_MASK;
  }
  content(block: Pointer): BlockContent {
    return ((this.context.memory.cell(block) >>> 17) & 3) as BlockContent;
  }
  isInUse(block: Pointer): boolean {
    return (this.context.memory.cell(block) & IN_USE) !== 0;
  }
  /** Cell of a free list, which refers to its head. */
  private bucketCell(bucket: number): Pointer {
    return this.context.memory.pointer(this.context.variables.freeBlockBuckets) + 2 * bucket;
  }
  /** Whether a block of the bucket may have that many cells. */
  mayHold(bucket: number, head: Pointer, cells: Cells): boolean {
    return this.knownHead[bucket] !== head || (this.longest[bucket] as number) >= cells;
  }
  /** A scan has shown that all blocks of the bucket have fewer cells. */
  noteShorter(bucket: number, head: Pointer, cells: Cells): void {
    this.knownHead[bucket] = head;
    this.longest[bucket] = cells - 1;
  }
  /** Forgets what it knows about the buckets, because memory was changed behind its back. */
  reset(): void {
    this.knownHead.fill(NIL);
  }
  /** Next block of the same bucket. */
  nextFree(block: Pointer): Pointer {
    return this.context.memory.pointer(block + FORWARD);
  }

  /** Writes header and trailer of a used block. */
  markUsed(block: Pointer, cells: Cells, content: BlockContent): void {
    const memory = this.context.memory;
    memory.setCell(block + 2 * (cells - 1), blockCell(BLOCK_UNBOXED, true, cells));
    memory.setCell(block, blockCell(content, true, cells));
  }
  /** Writes header and trailer of a free block; it is on no list yet. */
  markFree(block: Pointer, cells: Cells): void {
    const memory = this.context.memory;
    const cell = blockCell(BLOCK_UNBOXED, false, cells);
    memory.setCell(block + 2 * (cells - 1), cell);
    memory.setCell(block, cell);
  }

  /** Why `data` is not the data of a used block; null when it is. */
  problemOf(data: Pointer): string | null {
    const memory = this.context.memory;
    if (data >> 16 < FIRST_ARRAY_SEGMENT) return "lies below array space";
    const header = memory.cell(data - 2);
    if (header >>> PASSWORD_SHIFT !== BLOCK_PASSWORD) return `has no block header (found ${hex(header)})`;
    if ((header & IN_USE) === 0) return "is free already";
    const cells = header & LENGTH_MASK;
    const end = data - 2 + 2 * (cells - 1);
    const trailer = cells === 0 || end + 2 > memory.sizeWords ? 0 : memory.cell(end);
    // The content bits of a trailer mean nothing.
    const agrees = trailer >>> PASSWORD_SHIFT === BLOCK_PASSWORD && ((trailer ^ header) & (IN_USE | LENGTH_MASK)) === 0;
    if (!agrees) return `has header ${hex(header)}, but trailer ${hex(trailer)}`;
    return null;
  }

  /**
   * Takes a used block back, which joins its free neighbours.
   * @returns false when there is no used block: reported, nothing changed
   */
  free(data: Pointer): boolean {
    const problem = this.context.poison?.isWaiting(data) === true ? "was freed already" : this.problemOf(data);
    if (problem !== null) {
      this.context.observer.memoryError(data, `array block ${hex(data)} was not freed: it ${problem}`);
      return false;
    }
    const block = data - 2;
    if (this.context.poison?.take(data, TYPE_BLOCK, this.length(block) - 2) === true) return true;
    this.markFree(block, this.length(block));
    this.mergeForward(this.mergeBackward(block));
    return true;
  }

  /** Joins a free, unlinked block to the free block before it, if there is one. @returns the block that it is part of now */
  mergeBackward(block: Pointer): Pointer {
    const { memory, variables } = this.context;
    const isFirst = block === memory.pointer(variables.arraySpace) || block === memory.pointer(variables.arraySpace2);
    if (!this.merges() || isFirst || this.isInUse(block - 2)) {
      this.link(block);
      return block;
    }
    const before = block - 2 * this.length(block - 2);
    if (!isCountedBlockSpace(memory, before + 2)) {
      // Padding of the image builder: a block that began there would be counted by nobody, and live for ever.
      this.link(block);
      return block;
    }
    this.unlink(before);
    return this.merge(before, block);
  }

  /** Joins a free, linked block to the free block behind it, if there is one. */
  mergeForward(block: Pointer): void {
    const { memory, variables } = this.context;
    if (!this.merges()) return;
    const next = block + 2 * this.length(block);
    const isLast = next === memory.pointer(variables.arrayFrLst) || next === memory.pointer(variables.arrayFrLst2);
    if (isLast || this.isInUse(next)) return;
    this.unlink(next);
    this.unlink(block);
    this.merge(block, next);
  }

  private merges(): boolean {
    return this.context.memory.cell(this.context.variables.arrayMerging) !== NIL;
  }

  /** Makes two adjacent unlinked blocks one, or two of other lengths where one would be too long. @returns the first */
  private merge(first: Pointer, second: Pointer): Pointer {
    const cells = this.length(first) + this.length(second);
    const least = this.smallestRest();
    let firstCells = Math.min(cells, MAXIMUM_BLOCK_CELLS);
    if (cells > MAXIMUM_BLOCK_CELLS) {
      const rest = Math.max(cells - MAXIMUM_BLOCK_CELLS, least);
      firstCells = cells - rest;
      const restBlock = first + 2 * firstCells;
      this.markFree(restBlock, rest);
      this.link(restBlock);
    }
    this.markFree(first, firstCells);
    this.link(first);
    return first;
  }

  /** Fewest cells that a block split off another may have. */
  smallestRest(): Cells {
    const hunking = this.context.memory.cell(this.context.variables.hunking) === T;
    return hunking ? MIN_REST_WITH_HUNKS : MINIMUM_LINKED_CELLS;
  }

  /** Puts a free block at the head of its bucket. */
  link(block: Pointer): void {
    const memory = this.context.memory;
    const cells = this.length(block);
    if (cells < MINIMUM_LINKED_CELLS) return;
    const bucket = bucketIndex(cells);
    const head = memory.pointer(this.bucketCell(bucket));
    if (head === NIL) {
      memory.setCell(block + FORWARD, block);
      memory.setCell(block + BACKWARD, block);
    } else {
      const last = memory.pointer(head + BACKWARD);
      memory.setCell(block + FORWARD, head);
      memory.setCell(block + BACKWARD, last);
      memory.setCell(head + BACKWARD, block);
      memory.setCell(last + FORWARD, block);
    }
    memory.setCell(this.bucketCell(bucket), block);
    if (head !== NIL && this.knownHead[bucket] !== head) return;
    this.knownHead[bucket] = block;
    this.longest[bucket] = head === NIL ? cells : Math.max(this.longest[bucket] as number, cells);
  }

  /** Takes a free block off its bucket; blocks that no list knows (too short, or padding of the image builder) are left alone. */
  unlink(block: Pointer): void {
    const memory = this.context.memory;
    const cells = this.length(block);
    if (cells < MINIMUM_LINKED_CELLS) return;
    const next = memory.pointer(block + FORWARD);
    if (next === NIL) return;
    const bucket = bucketIndex(cells);
    const head = this.bucketCell(bucket);
    const newHead = next === block ? NIL : next;
    if (newHead !== NIL) {
      const previous = memory.pointer(block + BACKWARD);
      memory.setCell(next + BACKWARD, previous);
      memory.setCell(previous + FORWARD, next);
      if (memory.pointer(head) !== block) return;
    }
    memory.setCell(head, newHead);
    if (this.knownHead[bucket] === block) this.knownHead[bucket] = newHead;
  }
}

/** Number of the bucket for blocks of that length: its bit length. */
export function bucketIndex(cells: Cells): number {
  return Math.min(32 - Math.clz32(cells), LAST_BUCKET);
}
