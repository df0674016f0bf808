/**
 * The pools of the heap by size: objects of one size share pages and a free list of their own, array blocks of similar length a bucket. Read from memory,
 * for who wants to see how full each is.
 */
import type { TypeNumber, Words } from "../../../base/units.ts";
import { PAGE_WORDS, TYPE_BLOCK, TYPE_LISTP } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { eachBlock } from "../../../objects/arrays/blocks.ts";
import { CONS_PAGE_CELLS, CONS_PAGE_FREE_WORD } from "../../../objects/cons.ts";
import { DTD_FREE, DTD_LIMIT, dtdAddress, instanceWords, typeName } from "../../../objects/dtd.ts";
import { unitsOfType } from "../../../objects/types.ts";
import { bucketIndex } from "../../storage/blocks/array-blocks.ts";
import { instancesPerUnit } from "../../storage/census.ts";
import type { Storage } from "../../storage/storage.ts";

const CELL_WORDS = 2;

export interface Pool {
  readonly name: string;
  /** Words of a slot; of the longest block that the bucket has, where they differ. */
  readonly slotWords: Words;
  /** Slots that there are, and those of them on the free list. */
  readonly slots: number;
  readonly free: number;
}

/** Every pool that has storage: pairs, then types by number, then buckets of array blocks by length. */
export function pools(storage: Storage): Pool[] {
  const { memory } = storage.context;
  const found: Pool[] = [];
  for (let type = TYPE_BLOCK + 1; type < DTD_LIMIT; type++) {
    const pool =
      type === TYPE_LISTP ? consPool(memory) : instanceWords(memory, type) === 0 ? null : typePool(memory, type);
    if (pool !== null) found.push(pool);
  }
  return [...found, ...blockPools(storage)];
}

function consPool(memory: VirtualMemory): Pool | null {
  const units = unitsOfType(memory, TYPE_LISTP);
  let free = 0;
  for (const unit of units) {
    for (const page of [unit, unit + PAGE_WORDS]) free += memory.word(page + CONS_PAGE_FREE_WORD) >> 8;
  }
  const slots = 2 * CONS_PAGE_CELLS * units.length;
  return slots === 0 ? null : { name: "cells of pairs", slotWords: CELL_WORDS, slots, free };
}

function typePool(memory: VirtualMemory, type: TypeNumber): Pool | null {
  const slotWords = instanceWords(memory, type);
  const slots = unitsOfType(memory, type).length * instancesPerUnit(slotWords);
  if (slots === 0) return null;
  let free = 0;
  // A damaged chain may come back to itself.
  for (let object = memory.pointer(dtdAddress(type) + DTD_FREE); object !== 0 && free < slots; free++) {
    object = memory.pointer(object);
  }
  return { name: typeName(memory, type), slotWords, slots, free };
}

function blockPools(storage: Storage): Pool[] {
  const { memory, variables } = storage.context;
  const buckets = new Map<number, { slotWords: Words; slots: number; free: number }>();
  eachBlock(memory, memory.pointer(variables.arraySpace), memory.pointer(variables.arrayFrLst), (block) => {
    const bucket = bucketIndex(block.cells);
    const pool = buckets.get(bucket) ?? { slotWords: 0, slots: 0, free: 0 };
    pool.slotWords = Math.max(pool.slotWords, CELL_WORDS * block.cells);
    pool.slots++;
    if (!block.isInUse) pool.free++;
    buckets.set(bucket, pool);
  });
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([bucket, pool]) => ({ name: `array blocks below ${2 ** bucket} cells`, ...pool }));
}
