import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BlockHeap } from "../../../../core/managers/malloc/blocks/block-heap.ts";
import { coalesce, compact } from "../../../../core/managers/malloc/blocks/compaction.ts";
import type { HeapConfiguration } from "../../../../core/managers/malloc/blocks/configuration.ts";
import { markAndSweep } from "../../../../core/managers/malloc/blocks/mark-and-sweep.ts";
import { tagOf, tagWord, untagWord } from "../../../../core/managers/malloc/blocks/tags.ts";
import { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";

function heapOf(configuration: Partial<HeapConfiguration> = {}): BlockHeap {
  const heap = new BlockHeap(new VirtualMemory(8));
  heap.initialize(configuration);
  return heap;
}
const mallocAll = (heap: BlockHeap, sizes: readonly number[]) => sizes.map((size) => heap.malloc(size));
const list = (heap: BlockHeap) => heap.freeList().map(({ block, size }) => [block, size]);
const TAGGED = { aligned: true, tagged: true };

describe("compaction", () => {
  test("L-A12: live blocks slide down in address order, and the map says where they went (L-M4, L-M9)", () => {
    const heap = heapOf();
    const [first = 0, second = 0, third = 0, fourth = 0] = mallocAll(heap, [10, 20, 30, 40]);
    heap.flat.set(fourth + 39, 4711);
    heap.free(first);
    heap.free(third);
    expect(heap.statistics().fragmentation).toBe(76);
    heap.flat.set(17000, fourth);
    heap.flat.set(17001, first);
    const moves = compact(heap, [17000, 17001]);
    expect([...moves]).toEqual([
      [second, 20002],
      [fourth, 20028],
    ]);
    expect([second, fourth]).toEqual([20020, 20080]);
    expect([17000, 17001].map((cell) => heap.flat.get(cell))).toEqual([20028, first]);
    expect(heap.flat.get(20028 + 39)).toBe(4711);
    expect(heap.registers.get("bump")).toBe(20068);
    expect(heap.statistics().fragmentation).toBe(0);
    expect(list(heap)).toEqual([]);
    expect(heap.malloc(1)).toBe(20070);
  });

  test("in a tagged heap, references inside blocks follow, and integers that look like them stay (L-M4, L-M14)", () => {
    const heap = heapOf(TAGGED);
    const [first = 0, second = 0, third = 0] = mallocAll(heap, [8, 8, 8]);
    heap.flat.set(second, third);
    heap.flat.set(second + 1, tagWord("integer", third) as number);
    heap.free(first);
    const moves = compact(heap, []);
    const moved = moves.get(second) as number;
    expect(heap.flat.get(moved)).toBe(moves.get(third));
    expect(untagWord(heap.flat.get(moved + 1))).toBe(third);
  });

  test("contents survive, whatever was freed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { maxLength: 40 }),
        fc.infiniteStream(fc.boolean()),
        fc.boolean(),
        (sizes, keep, aligned) => {
          const heap = heapOf({ aligned, end: 30000 });
          const live = new Map<number, number>();
          for (const [i, size] of sizes.entries()) {
            const pointer = heap.malloc(size);
            for (let word = 0; word < size; word++) heap.flat.set(pointer + word, 1000 * i + word);
            if (keep.next().value === true) live.set(pointer, i);
            else heap.free(pointer);
          }
          const { inUse } = heap.statistics();
          const moves = compact(heap, []);
          expect([...moves.keys()]).toEqual([...live.keys()].sort((a, b) => a - b));
          for (const [from, to] of moves) {
            const i = live.get(from) as number;
            for (let word = 0; word < (sizes[i] as number); word++)
              expect(heap.flat.get(to + word)).toBe(1000 * i + word);
          }
          expect(heap.statistics().inUse).toBe(inUse);
          for (const { block } of heap.blocks()) heap.checkedSize(block);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("joining on request makes one block of neighbours, in address order (L-M3, L-M9)", () => {
    const heap = heapOf({ coalesce: false });
    const pointers = mallocAll(heap, [8, 8, 8, 8, 8, 8]);
    for (const i of [4, 0, 1, 5]) heap.free(pointers[i] as number);
    expect(list(heap).length).toBe(4);
    expect(coalesce(heap)).toBe(2);
    expect(list(heap)).toEqual([
      [20000, 18],
      [20040, 18],
    ]);
    expect(coalesce(heap)).toBe(0);
  });

  test("an overwritten header stops it before anything moves", () => {
    const heap = heapOf();
    mallocAll(heap, [8, 8]);
    heap.flat.set(20010, 9);
    expect(() => compact(heap, [])).toThrow("was overwritten");
    expect(() => coalesce(heap)).toThrow("was overwritten");
    expect(() => markAndSweep(heap, () => {})).toThrow("was overwritten");
    expect([...heap.blocks()].length).toBe(2);
  });
});

describe("mark and sweep", () => {
  test("what a root reaches through blocks stays, cycles that nothing reaches go (L-M8)", () => {
    const heap = heapOf();
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = mallocAll(heap, [8, 8, 8, 8, 8]);
    heap.flat.set(a, b);
    heap.flat.set(b + 7, c + 3);
    heap.flat.set(d, e);
    heap.flat.set(e, d);
    expect(markAndSweep(heap, (visit) => visit(a))).toEqual({ blocks: 2, words: 20 });
    expect(list(heap)).toEqual([[20030, 18]]);
    expect([...heap.blocks()].filter(({ isUsed }) => isUsed).map(({ block }) => heap.flat.get(block + 1))).toEqual([
      1, 1, 1,
    ]);
    expect(markAndSweep(heap, () => {})).toEqual({ blocks: 3, words: 30 });
    expect(heap.statistics()).toMatchObject({ inUse: 0, frees: 5, totalFreed: 50 });
  });

  test("in a tagged heap an integer keeps nothing (L-M8, L-M14)", () => {
    for (const [configuration, blocks] of [
      [TAGGED, 1],
      [{ aligned: true }, 0],
    ] as const) {
      const heap = heapOf(configuration);
      const [a = 0, b = 0] = mallocAll(heap, [8, 8]);
      heap.flat.set(a, b + 1);
      expect(markAndSweep(heap, (visit) => visit(a)).blocks).toBe(blocks);
    }
  });
});

describe("tagged words", () => {
  test("L-A26: integers have the tag 001 and come back (L-M14)", () => {
    for (const [value, word] of [
      [0, 1],
      [42, 337],
      [99, 793],
      [12345, 98761],
    ] as const) {
      expect([tagWord("integer", value), untagWord(word), tagOf(word)]).toEqual([word, value, "integer"]);
    }
    for (const value of [-1, -0x10000000, 0x0fffffff])
      expect(untagWord(tagWord("integer", value) as number)).toBe(value);
    expect([tagWord("integer", 0x10000000), tagWord("integer", -0x10000001)]).toEqual([null, null]);
  });

  test("there are seven tags, and an object address is a multiple of 8 (L-M14, L-C1)", () => {
    const tags = ["object", "integer", "function", "character", "symbol", "float", "special"];
    expect(tags.map((name) => (tagWord(name, 64) as number) & 7)).toEqual([0, 1, 2, 3, 4, 5, 7]);
    for (const name of tags)
      expect([tagOf(tagWord(name, 64) as number), untagWord(tagWord(name, 64) as number)]).toEqual([name, 64]);
    expect([tagWord("object", 20002), tagWord("object", 20008), tagWord("other", 8), tagOf(6)]).toEqual([
      null,
      20008,
      null,
      null,
    ]);
  });
});
