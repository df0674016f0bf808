/**
 * Array space as blocks. Where no block begins, the walk looks for the next place at which one does, so that one broken header does not hide the rest.
 * Source: memory specification, section 11.3.
 */
import type { Cells, WordAddress } from "../../base/units.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { type ArrayBlock, BLOCK_PASSWORD, blockAt } from "../../objects/arrays/blocks.ts";
import type { ArraySpan } from "../heap/heap-map.ts";

/** A stretch of array space that is no block. */
export interface BlockGap {
  readonly start: WordAddress;
  /** Where the next sound block begins, or the end of the space. */
  readonly end: WordAddress;
  /** A sound block begins at `end`. */
  readonly isFollowed: boolean;
}

export interface Tiling {
  readonly blocks: number;
  /** Header of each free block, with its length. */
  readonly free: ReadonlyMap<WordAddress, Cells>;
  readonly gaps: readonly BlockGap[];
}

/** Gaps that are listed. An image of noise is one long gap, or many. */
const GAP_LIMIT = 1000;

/** @param visit told each sound block in order, with the one that ends where it begins; null when there is none */
export function tileArraySpace(
  memory: VirtualMemory,
  spans: readonly ArraySpan[],
  visit: (block: ArrayBlock, before: ArrayBlock | null) => void,
): Tiling {
  const free = new Map<WordAddress, Cells>();
  const gaps: BlockGap[] = [];
  let blocks = 0;
  for (const [start, limit] of spans) {
    const end = Math.min(limit, memory.sizeWords);
    let before: ArrayBlock | null = null;
    for (let at = start; at < end; ) {
      const block: ArrayBlock | null = soundBlock(memory, at, end);
      if (block !== null) {
        blocks++;
        if (!block.isInUse) free.set(at, block.cells);
        visit(block, before);
        before = block;
        at += 2 * block.cells;
        continue;
      }
      const next = nextBlock(memory, at + 2, end);
      if (gaps.length < GAP_LIMIT) gaps.push({ start: at, end: next, isFollowed: next < end });
      before = null;
      at = next;
    }
  }
  return { blocks, free, gaps };
}

function soundBlock(memory: VirtualMemory, at: WordAddress, end: WordAddress): ArrayBlock | null {
  const block = blockAt(memory, at);
  return block !== null && at + 2 * block.cells <= end ? block : null;
}

/** The first place from `from` on at which a block begins that another one, or the end, follows. */
function nextBlock(memory: VirtualMemory, from: WordAddress, end: WordAddress): WordAddress {
  for (let at = from; at < end; at += 2) {
    // Most cells are ruled out by one look.
    if (memory.word(at) >> 3 !== BLOCK_PASSWORD) continue;
    const block = soundBlock(memory, at, end);
    if (block === null) continue;
    const next = at + 2 * block.cells;
    if (next === end || soundBlock(memory, next, end) !== null) return at;
  }
  return end;
}
