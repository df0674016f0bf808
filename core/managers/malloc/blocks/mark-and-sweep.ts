/**
 * Mark and sweep of a block heap, when the program asks for it. A mark is bit 1 of header word 1. Without types a word is taken for a reference when it
 * lies in a block, so what only looks like one keeps a block too. In a tagged heap only object words are references.
 */
import { type BlockHeap, FLAG_MARKED, FLAG_USED } from "./block-heap.ts";
import { HEADER_WORDS } from "./configuration.ts";
import { POLICY_TAGGED } from "./registers.ts";

export interface Sweep {
  readonly blocks: number;
  /** Words that were freed, headers included. */
  readonly words: number;
}

/**
 * Frees every block that nothing refers to: no root, and no block that something refers to.
 *
 * @param eachRoot visits words that may be addresses of blocks
 * @throws {VmFault} `MemoryError` where a header or the free list was overwritten; nothing was changed
 */
export function markAndSweep(heap: BlockHeap, eachRoot: (visit: (word: number) => void) => void): Sweep {
  heap.freeList();
  for (const { block } of heap.blocks()) heap.checkedSize(block);
  mark(heap, eachRoot);
  let blocks = 0;
  const before = heap.statistics().totalFreed;
  for (const { block, isUsed } of [...heap.blocks()]) {
    if (!isUsed) continue;
    if ((heap.flat.get(block + 1) & FLAG_MARKED) !== 0) heap.flat.set(block + 1, FLAG_USED);
    else {
      heap.reclaim(block);
      blocks++;
    }
  }
  return { blocks, words: heap.statistics().totalFreed - before };
}

function mark(heap: BlockHeap, eachRoot: (visit: (word: number) => void) => void): void {
  const pending: number[] = [];
  const isTagged = heap.has(POLICY_TAGGED);
  const start = heap.registers.get("start");
  const bump = heap.registers.get("bump");
  const visit = (word: number) => {
    if (word < start || word >= bump) return;
    const block = isTagged ? word - HEADER_WORDS : heap.map.previous(word + 1);
    if (block < start || !heap.map.has(block) || !heap.used.has(block)) return;
    const flags = heap.flat.get(block + 1);
    if ((flags & FLAG_MARKED) !== 0) return;
    heap.flat.set(block + 1, flags | FLAG_MARKED);
    pending.push(block);
  };
  eachRoot(visit);
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    const end = block + HEADER_WORDS + heap.size(block);
    for (let cell = block + HEADER_WORDS; cell < end; cell++) visit(heap.flat.get(cell));
  }
}
