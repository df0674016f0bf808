/**
 * Hands out array blocks: from the buckets first, then from the end of array space, two pages at a time.
 * Requests of every size become blocks here; small ones do not become hunks.
 * Source: memory specification, section 11.3 ("Allocation").
 */
import { VmFault } from "../../../base/errors.ts";
import type { Cells, Pointer } from "../../../base/units.ts";
import { NIL, PAGE_WORDS, SEGMENT_WORDS, TYPE_TABLE_BASE } from "../../../memory/layout.ts";
import { MAXIMUM_BLOCK_CELLS } from "../../../objects/arrays/blocks.ts";
import { BLOCK_CODE, type BlockContent } from "../../contract.ts";
import { clearWords } from "../clear-words.ts";
import type { StorageContext } from "../context.ts";
import { addPage } from "../new-page.ts";
import type { StorageLimit } from "../storage-limit.ts";
import { type ArrayBlocks, bucketIndex, LAST_BUCKET, MIN_REST_WITH_HUNKS } from "./array-blocks.ts";

/** Header and trailer. */
export const BLOCK_OVERHEAD_CELLS = 2;
export const MIN_DATA_CELLS = 2;
export const MAX_DATA_CELLS = MAXIMUM_BLOCK_CELLS - BLOCK_OVERHEAD_CELLS;
const CODE_ALIGN_CELLS = 2;
/** Array space grows by a unit of the type table. */
const GROWTH_PAGES = 2;

/** Which free block is taken, and whether the rest of it is cut off. */
export interface PlacementPolicy {
  /** The smallest block that is large enough, instead of the first in its bucket. */
  readonly isBestFit: boolean;
  readonly splits: boolean;
}

export class BlockAllocator {
  policy: PlacementPolicy = { isBestFit: false, splits: true };
  private readonly context: StorageContext;
  private readonly blocks: ArrayBlocks;
  private readonly limit: StorageLimit;

  constructor(context: StorageContext, blocks: ArrayBlocks, limit: StorageLimit) {
    this.context = context;
    this.blocks = blocks;
    this.limit = limit;
  }

  /**
   * A block with cleared data.
   * @returns pointer to its first data cell
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  allocate(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4): Pointer {
    const cells = Math.max(dataCells, MIN_DATA_CELLS) + BLOCK_OVERHEAD_CELLS;
    const align = content === BLOCK_CODE ? Math.max(alignCells, CODE_ALIGN_CELLS) : alignCells;
    this.refuseLonger(dataCells, cells, content);
    let block = this.takeFree(cells, content, align);
    if (block === 0) block = this.extend(cells, content, align);
    // A block may be longer than asked for: what is too short to split off stays in it.
    const length = this.blocks.length(block);
    this.blocks.markUsed(block, length, content);
    clearWords(this.context.memory, block + 2, 2 * (length - BLOCK_OVERHEAD_CELLS));
    return block + 2;
  }

  private refuseLonger(dataCells: Cells, cells: Cells, content: BlockContent): void {
    const most = content === BLOCK_CODE ? SEGMENT_WORDS / 2 - BLOCK_OVERHEAD_CELLS : MAX_DATA_CELLS;
    if (cells - BLOCK_OVERHEAD_CELLS <= most) return;
    const message = `storage full: requested a block of ${dataCells} cells (${4 * dataCells} bytes), one block holds at most ${most} cells`;
    this.context.observer.storageFull(message);
    throw new VmFault("StorageFull", message);
  }

  /** A free block that is long enough after alignment, unlinked and cut to size; 0 when there is none. */
  private takeFree(cells: Cells, content: BlockContent, align: Cells): Pointer {
    const memory = this.context.memory;
    const buckets = memory.pointer(this.context.variables.freeBlockBuckets);
    for (let i = bucketIndex(cells); i <= LAST_BUCKET; i++) {
      const head = memory.pointer(buckets + 2 * i);
      if (head === NIL || !this.blocks.mayHold(i, head, cells)) continue;
      const block = this.findIn(head, cells, content, align);
      if (block !== 0) {
        const start = placeBlock(block, cells, content, align);
        const length = this.blocks.length(block);
        this.blocks.unlink(block);
        this.cut(block, length, start, cells);
        return start;
      }
      if (align === 1 && content !== BLOCK_CODE) this.blocks.noteShorter(i, head, cells);
    }
    return 0;
  }

  /** The first free block of a bucket that is long enough, or the shortest; 0 when there is none. */
  private findIn(head: Pointer, cells: Cells, content: BlockContent, align: Cells): Pointer {
    let found = 0;
    let block = head;
    do {
      const start = placeBlock(block, cells, content, align);
      const length = this.blocks.length(block);
      if ((start - block) / 2 + cells <= length && (found === 0 || length < this.blocks.length(found))) {
        found = block;
        if (!this.policy.isBestFit) return found;
      }
      block = this.blocks.nextFree(block);
    } while (block !== head);
    return found;
  }

  /** Splits a free, unlinked block: what lies before `start` becomes free, and what is left behind `cells` if it is worth it. */
  private cut(block: Pointer, length: Cells, start: Pointer, cells: Cells): void {
    const before = (start - block) / 2;
    const rest = length - before - cells;
    const used = this.policy.splits && rest > MIN_REST_WITH_HUNKS ? cells : cells + rest;
    // The middle is marked first, so that its neighbours do not merge with it.
    this.blocks.markUsed(start, used, 0);
    if (before > 0) {
      this.blocks.markFree(block, before);
      this.blocks.mergeBackward(block);
    }
    if (used === cells && rest > 0) {
      const tail = start + 2 * cells;
      this.blocks.markFree(tail, rest);
      this.blocks.link(tail);
      this.blocks.mergeForward(tail);
    }
  }

  /** A block of exactly `cells` at the end of array space. */
  private extend(cells: Cells, content: BlockContent, align: Cells): Pointer {
    const { memory, variables } = this.context;
    // Growing may move array space to the second area, where the need for alignment is another.
    for (;;) {
      const end = memory.pointer(variables.arrayFrLst);
      const start = placeBlock(end, cells, content, align);
      const next = start + 2 * cells;
      const missing = next - memory.cell(variables.nxtArrayPage) * PAGE_WORDS;
      const pages = missing <= 0 ? 0 : Math.ceil(missing / (GROWTH_PAGES * PAGE_WORDS)) * GROWTH_PAGES;
      if (pages > 0) this.limit.reserveArrayPages(pages);
      if (memory.pointer(variables.arrayFrLst) !== end) continue;
      for (let i = 0; i < pages; i += GROWTH_PAGES) this.grow();
      memory.setCell(variables.arrayFrLst, next);
      this.blocks.markUsed(start, cells, content);
      if (start > end) {
        this.blocks.markFree(end, (start - end) / 2);
        this.blocks.mergeBackward(end);
      }
      return start;
    }
  }

  private grow(): void {
    const { memory, variables } = this.context;
    const page = memory.cell(variables.nxtArrayPage);
    addPage(this.context, page);
    addPage(this.context, page + 1);
    memory.setWord(TYPE_TABLE_BASE + (page >> 1), 0);
    memory.setCell(variables.nxtArrayPage, page + GROWTH_PAGES);
  }

  /** Makes what is left of array space a free block and continues at `page` (collection specification, section 8). */
  moveTo(page: number): void {
    const { memory, variables } = this.context;
    const end = memory.pointer(variables.arrayFrLst);
    const cells = (memory.cell(variables.nxtArrayPage) * PAGE_WORDS - end) / 2;
    if (cells >= 4) {
      this.blocks.markFree(end, cells);
      this.blocks.mergeBackward(end);
      memory.setCell(variables.arrayFrLst2, memory.cell(variables.leastMdsPage) * PAGE_WORDS);
    } else memory.setCell(variables.arrayFrLst2, end);
    memory.setCell(variables.nxtArrayPage, page);
    memory.setCell(variables.arrayFrLst, page * PAGE_WORDS);
    memory.setCell(variables.arraySpace2, page * PAGE_WORDS);
  }
}

/** Where a block must start in free space at `from`: its data aligned; code, header included, within one segment. */
function placeBlock(from: Pointer, cells: Cells, content: BlockContent, align: Cells): Pointer {
  const start = alignData(from, align);
  if (content !== BLOCK_CODE) return start;
  const lastWord = start + 2 * cells - 1;
  const segmentEnd = (Math.floor(start / SEGMENT_WORDS) + 1) * SEGMENT_WORDS;
  return lastWord < segmentEnd ? start : alignData(segmentEnd, align);
}

function alignData(from: Pointer, align: Cells): Pointer {
  const words = 2 * align;
  return Math.ceil((from + 2) / words) * words - 2;
}
