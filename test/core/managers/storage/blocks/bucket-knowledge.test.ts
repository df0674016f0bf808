/** What array space knows about its buckets spares scans, and changes no choice of a block. */
import { expect, test } from "vitest";
import type { Pointer } from "../../../../../core/base/units.ts";
import type { BlockContent } from "../../../../../core/managers/contract.ts";
import { Storage } from "../../../../../core/managers/storage/storage.ts";
import { SMALL_POSITIVE, T } from "../../../../../core/memory/layout.ts";
import { goldenHeap, testVariables } from "../../../../support/heap/golden-heap.ts";

const ARRAY_START = 0x2e0000;

/** Memory and addresses after random allocations and releases of blocks. */
function outcomeOf(seed: number, forgets: boolean) {
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const { memory } = goldenHeap(null, 8);
  const { arraySpace, arrayFrLst, nxtArrayPage, nxtMdsPage, leastMdsPage } = testVariables;
  memory.setCell(arraySpace, ARRAY_START);
  memory.setCell(arrayFrLst, ARRAY_START);
  memory.setCell(nxtArrayPage, ARRAY_START >> 8);
  memory.setCell(nxtMdsPage, 0x3ffe);
  memory.setCell(leastMdsPage, 0x3ffe);
  memory.setCell(testVariables.arrayMerging, T);
  memory.setCell(testVariables.freeBlockBuckets, 0x120100);
  memory.setCell(testVariables.lastVmemFilePage, SMALL_POSITIVE);
  const storage = new Storage(memory, testVariables);
  const live: Pointer[] = [];
  const addresses: Pointer[] = [];
  for (let n = 0; n < 400; n++) {
    if (forgets) storage.blocks.reset();
    if (random(5) < 3 || live.length === 0) {
      const align = ([1, 1, 2, 4] as const)[random(4)] as 1 | 2 | 4;
      const block = storage.allocateBlock(random(8) === 0 ? random(400) : random(40), random(3) as BlockContent, align);
      live.push(block);
      addresses.push(block);
    } else storage.freeBlock(live.splice(random(live.length), 1)[0] as Pointer);
  }
  return { bytes: Buffer.from(memory.bytes.buffer), addresses };
}

test("blocks come from where they would come from if all buckets were scanned", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const knowing = outcomeOf(seed, false);
    const forgetful = outcomeOf(seed, true);
    expect(knowing.addresses, `seed ${seed}`).toEqual(forgetful.addresses);
    expect(knowing.bytes.equals(forgetful.bytes), `memory, seed ${seed}`).toBe(true);
  }
});
