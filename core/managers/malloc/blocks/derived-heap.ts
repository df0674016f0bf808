/**
 * The blocks of an allocator that a program has written itself: found in flat memory by their headers (payload size, next free block or flags), which must be
 * well formed from the first to the last. Nobody says where such a heap begins, so the usual start and the first cell with content are tried.
 */
import { FLAT_CELLS, FLAT_PROTECTED_CELLS, type FlatMemory } from "../../../memory/flat-memory.ts";
import type { Block } from "./block-heap.ts";
import { DEFAULT_HEAP, HEADER_WORDS } from "./configuration.ts";
import { Registers } from "./registers.ts";

export interface DerivedHeap {
  readonly start: number;
  /** Where the next header would stand. */
  readonly end: number;
  readonly blocks: readonly Block[];
  /** Header addresses in the order of the free list, as far as it can be told: from a block that no other refers to. */
  readonly freeList: readonly number[];
}

/** Second header words that are flags of a block in use. */
const MOST_FLAGS = 3;

/** The heap of a program's own allocator; null when there are no headers that make one. */
export function derivedHeap(flat: FlatMemory): DerivedHeap | null {
  const registers = new Registers(flat);
  const isBuiltIn = (cell: number) =>
    registers.isInitialized && cell >= registers.get("start") && cell < registers.get("end");
  let first = FLAT_PROTECTED_CELLS;
  while (first < FLAT_CELLS && (flat.get(first) === 0 || isBuiltIn(first))) first++;
  for (const start of [DEFAULT_HEAP.start, first]) {
    const heap = start >= FLAT_CELLS || isBuiltIn(start) ? null : walk(flat, start);
    if (heap !== null) return heap;
  }
  return null;
}

function walk(flat: FlatMemory, start: number): DerivedHeap | null {
  const sizes = new Map<number, number>();
  let block = start;
  while (block + HEADER_WORDS < FLAT_CELLS && flat.get(block) !== 0) {
    const size = flat.get(block);
    if (size < 0 || block + HEADER_WORDS + size > FLAT_CELLS) return null;
    sizes.set(block, size);
    block += HEADER_WORDS + size;
  }
  if (sizes.size === 0) return null;
  const next = (of: number) => flat.get(of + 1);
  const links = [...sizes.keys()].filter((each) => sizes.has(next(each)));
  const isSound = [...sizes.keys()].every(
    (each) => sizes.has(next(each)) || (next(each) >= 0 && next(each) <= MOST_FLAGS),
  );
  if (!isSound) return null;
  const targets = new Set(links.map(next));
  const free = new Set([...links, ...targets]);
  const blocks = [...sizes].map(([each, size]) => ({ block: each, size, isUsed: !free.has(each) }));
  return { start, end: block, blocks, freeList: listFrom(links, targets, free, next) };
}

/** Follows the links from the one block that none refers to. */
function listFrom(
  links: readonly number[],
  targets: ReadonlySet<number>,
  free: ReadonlySet<number>,
  next: (of: number) => number,
): number[] {
  const list = new Set<number>();
  let at = links.find((each) => !targets.has(each));
  while (at !== undefined && free.has(at) && !list.has(at)) {
    list.add(at);
    at = next(at);
  }
  return [...list];
}
