/** Compaction of a block heap: blocks in use slide down in address order, the free list becomes empty, `bump` the end of the last block. */
import { type BlockHeap, FLAG_USED } from "./block-heap.ts";
import { HEADER_WORDS } from "./configuration.ts";
import { POLICY_TAGGED } from "./registers.ts";

/**
 * Where compaction would put the blocks in use: old address -> new address, also of those that stay.
 * @throws {VmFault} `MemoryError` where a header was overwritten
 */
export function plannedMoves(heap: BlockHeap): ReadonlyMap<number, number> {
  const moves = new Map<number, number>();
  let bump = heap.registers.get("start");
  for (const { block, isUsed } of heap.blocks()) {
    const size = heap.checkedSize(block);
    if (!isUsed) continue;
    const to = heap.placeBlock(bump);
    moves.set(block + HEADER_WORDS, to + HEADER_WORDS);
    bump = to + HEADER_WORDS + size;
  }
  return moves;
}

/**
 * Moves blocks, and rewrites what is known to refer to them: the root cells, and in a tagged heap every object word of a block. Other references are the
 * program's business: it has the map.
 *
 * @param roots flat cells outside the heap that hold addresses of blocks
 * @returns `plannedMoves`, which are done now
 * @throws {VmFault} `MemoryError` where a header was overwritten; nothing was changed
 */
export function compact(heap: BlockHeap, roots: readonly number[]): ReadonlyMap<number, number> {
  const moves = plannedMoves(heap);
  heap.map.clear();
  heap.used.clear();
  let bump = heap.registers.get("start");
  for (const [from, to] of moves) bump = moveBlock(heap, from - HEADER_WORDS, to - HEADER_WORDS);
  heap.registers.set("bump", bump);
  heap.registers.set("freeList", 0);
  const rewrite = (cell: number) => {
    const moved = moves.get(heap.flat.get(cell));
    if (moved !== undefined) heap.flat.set(cell, moved);
  };
  for (const cell of roots) rewrite(cell);
  // Tagged object words are the addresses themselves, and no other tagged word can look like one.
  if (heap.has(POLICY_TAGGED)) {
    for (const pointer of moves.values()) {
      for (let cell = pointer; cell < pointer + heap.size(pointer - HEADER_WORDS); cell++) rewrite(cell);
    }
  }
  return moves;
}

/** Downwards, so that source and target may overlap. @returns the end of the block at its new place */
function moveBlock(heap: BlockHeap, from: number, to: number): number {
  const size = heap.size(from);
  if (from !== to) {
    for (let i = 0; i < size; i++) heap.flat.set(to + HEADER_WORDS + i, heap.flat.get(from + HEADER_WORDS + i));
    heap.flat.set(to, size);
    heap.flat.set(to + 1, FLAG_USED);
  }
  heap.map.add(to);
  heap.used.add(to);
  return to + HEADER_WORDS + size;
}

/**
 * Joins all free neighbours: for a heap that does not do it at each `free`. The free list is in address order afterwards.
 * @returns how many blocks became part of another
 * @throws {VmFault} `MemoryError` where a header or the free list was overwritten; nothing was changed
 */
export function coalesce(heap: BlockHeap): number {
  heap.freeList();
  for (const { block } of heap.blocks()) heap.checkedSize(block);
  let joined = 0;
  let last = 0;
  for (let block = heap.map.next(0); block !== -1; block = heap.map.next(block + 1)) {
    if (heap.used.has(block)) continue;
    for (let next = heap.map.next(block + 1); next !== -1 && !heap.used.has(next); next = heap.map.next(block + 1)) {
      heap.absorb(block, next);
      joined++;
    }
    if (last === 0) heap.registers.set("freeList", block);
    else heap.flat.set(last + 1, block);
    heap.flat.set(block + 1, 0);
    last = block;
  }
  return joined;
}
