/** What storage hands out: empty whatever lay there before, and taken from what was freed before the heap grows. */
import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import { BLOCK_UNBOXED, type ManagerFactory } from "../../../../core/managers/contract.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

const refcount = managerFactory("refcount") as ManagerFactory;
const FIXP = 2;
const FLOATP = 3;
const HUNK_4 = 33;
const JUNK = 0x05a5a5a5;

const REQUESTS = [
  ["an integer cell", 1, (heap: ManagedHeap) => heap.manager.allocate(FIXP)],
  ["a float cell", 1, (heap: ManagedHeap) => heap.manager.allocate(FLOATP)],
  ["an object of several cells", 4, (heap: ManagedHeap) => heap.manager.allocate(HUNK_4)],
  ["a block", 10, (heap: ManagedHeap) => heap.manager.allocateBlock(10, BLOCK_UNBOXED)],
] as const;

/** Cells of an object. */
function cells({ memory }: ManagedHeap, object: Pointer, count: number): number[] {
  return Array.from({ length: count }, (_, i) => memory.cell(object + 2 * i));
}

describe("what is handed out", () => {
  test.each(REQUESTS)("is empty, and so it is where another one lay: %s (I-F6)", (_what, count, allocate) => {
    const heap = new ManagedHeap(refcount);
    const first = allocate(heap);
    expect(cells(heap, first, count)).toEqual(Array(count).fill(0));
    // Small integers are no references.
    const value = count === 4 ? 0xe0007 : JUNK;
    for (let i = 0; i < count; i++) heap.memory.setCell(first + 2 * i, value);
    heap.manager.collect("request");
    const second = allocate(heap);
    expect(second).toBe(first);
    expect(cells(heap, second, count)).toEqual(Array(count).fill(0));
  });

  test.each(REQUESTS)(
    "comes from what was freed, by type and by size, before the heap grows: %s (I-M9)",
    (_what, _count, allocate) => {
      const heap = new ManagedHeap(refcount);
      const take = () => Array.from({ length: 500 }, () => allocate(heap));
      const first = take();
      heap.roots.push(...first.slice(0, 3));
      heap.manager.collect("request");
      const { usedWords } = heap.manager.usage();
      const pages = [heap.variables.nxtMdsPage, heap.variables.nxtArrayPage].map((cell) => heap.memory.cell(cell));
      const again = Array.from({ length: 497 }, () => allocate(heap));
      expect(new Set([...again, ...first.slice(0, 3)]).size).toBe(500);
      expect(heap.manager.usage().usedWords).toBeGreaterThan(usedWords);
      expect([heap.variables.nxtMdsPage, heap.variables.nxtArrayPage].map((cell) => heap.memory.cell(cell))).toEqual(
        pages,
      );
    },
  );
});
