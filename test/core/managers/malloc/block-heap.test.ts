import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BlockHeap } from "../../../../core/managers/malloc/blocks/block-heap.ts";
import type { HeapConfiguration } from "../../../../core/managers/malloc/blocks/configuration.ts";
import { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";

const SIZES = [1, 7, 8, 9, 15, 16, 17, 23, 24, 25];

function heapOf(configuration: Partial<HeapConfiguration> = {}): BlockHeap {
  const heap = new BlockHeap(new VirtualMemory(8));
  heap.initialize(configuration);
  return heap;
}
const mallocAll = (heap: BlockHeap, sizes: readonly number[]) => sizes.map((size) => heap.malloc(size));
const list = (heap: BlockHeap) => heap.freeList().map(({ block, size }) => [block, size]);
const blocks = (heap: BlockHeap) => [...heap.blocks()].map(({ block, size }) => [block, size]);
/** Allocations, frees, total, in use, free, fragmentation: what print-stats prints. */
function six(heap: BlockHeap): number[] {
  const { allocations, frees, total, inUse, free, fragmentation } = heap.statistics();
  return [allocations, frees, total, inUse, free, fragmentation];
}
const freed = (configuration: Partial<HeapConfiguration> = {}) => {
  const heap = heapOf(configuration);
  const pointers = mallocAll(heap, [64, 8, 16, 8, 32, 8]);
  for (const i of [0, 2, 4]) heap.free(pointers[i] as number);
  return heap;
};

describe("allocation", () => {
  test("L-A1 L-A2 L-A3: sizes are rounded up to 8 words, pointers are not aligned (L-F2, L-F3, L-F6, L-C1)", () => {
    const heap = heapOf();
    const pointers = mallocAll(heap, SIZES);
    expect(pointers).toEqual([20002, 20012, 20022, 20032, 20050, 20068, 20086, 20112, 20138, 20164]);
    expect(blocks(heap).map(([, size]) => size)).toEqual([8, 8, 8, 16, 16, 16, 24, 24, 24, 32]);
    expect(six(heap)).toEqual([10, 0, 196, 196, 19804, 0]);
    expect(pointers.map((pointer) => pointer % 8)).toEqual([2, 4, 6, 0, 2, 4, 6, 0, 2, 4]);
  });

  test("L-A4: in aligned mode every pointer is a multiple of 8 (L-C1, L-C3)", () => {
    const heap = heapOf({ aligned: true });
    expect(mallocAll(heap, SIZES)).toEqual([20008, 20024, 20040, 20056, 20080, 20104, 20128, 20160, 20192, 20224]);
    expect(heap.registers.get("bump")).toBe(20256);
    expect(heap.statistics().fragmentation).toBe(30);
  });

  test("L-A5 to L-A9: a freed block is counted, found, split and joined again (L-F4, L-M1, L-M2, L-M3, L-M6, L-M10, L-M12)", () => {
    const heap = heapOf();
    mallocAll(heap, SIZES);
    expect(mallocAll(heap, [100, 200, 300])).toEqual([20198, 20304, 20506]);
    expect(six(heap)).toEqual([13, 0, 810, 810, 19190, 0]);
    heap.free(20304);
    expect(six(heap)).toEqual([13, 1, 810, 608, 19392, 33]);
    expect(heap.statistics().totalFreed).toBe(202);
    expect(list(heap)).toEqual([[20302, 200]]);
    expect(heap.malloc(5000)).toBe(20812);
    expect(six(heap)).toEqual([14, 1, 5812, 5610, 14390, 3]);
    expect(heap.malloc(50)).toBe(20304);
    expect(list(heap)).toEqual([[20360, 142]]);
    expect(heap.malloc(150)).toBe(25814);
    heap.free(20304);
    expect(list(heap)).toEqual([[20302, 200]]);
    expect(heap.statistics().fragmentation).toBe(3);
  });

  test("L-A10: neighbours join on both sides, and slack stays in the block (L-M3, L-M9)", () => {
    const heap = heapOf();
    const [, second = 0, third = 0, fourth = 0] = mallocAll(heap, [8, 8, 8, 8, 8]);
    heap.free(second);
    expect(list(heap)).toEqual([[20010, 8]]);
    heap.free(fourth);
    expect(list(heap)).toEqual([
      [20030, 8],
      [20010, 8],
    ]);
    heap.free(third);
    expect(list(heap)).toEqual([[20010, 28]]);
    expect(heap.malloc(24)).toBe(20012);
    expect(heap.size(20010) - 24).toBe(4);
    expect(list(heap)).toEqual([]);
  });

  test("L-A11: first fit takes the first block that fits, best fit the smallest (L-M2, L-M5)", () => {
    const all = [
      [20104, 32],
      [20076, 16],
      [20000, 64],
    ];
    const first = freed();
    expect(list(first)).toEqual(all);
    expect(first.malloc(12)).toBe(20106);
    expect(list(first)).toEqual([[20122, 14], ...all.slice(1)]);
    const best = freed({ fit: "best" });
    expect(best.malloc(12)).toBe(20078);
    expect(list(best)).toEqual([all[0], all[2]]);
  });

  test("where no block has exactly the size, best fit takes the smallest that is large enough (L-M5)", () => {
    const heap = heapOf({ fit: "best" });
    const pointers = mallocAll(heap, [64, 8, 32, 8, 40, 8]);
    for (const i of [0, 2, 4]) heap.free(pointers[i] as number);
    expect(list(heap).map(([, size]) => size)).toEqual([40, 32, 64]);
    expect(heap.malloc(16)).toBe(pointers[2]);
  });

  test("splitting can be turned off (L-M6)", () => {
    const heap = freed({ split: false });
    expect(heap.malloc(12)).toBe(20106);
    expect(heap.size(20104)).toBe(32);
    expect(heap.statistics().inUse).toBe(34 + 3 * 10);
  });

  test("L-A13: a heap that is used up answers NULL (L-F5)", () => {
    const heap = heapOf();
    expect(mallocAll(heap, [19992, 1])).toEqual([20002, 0]);
    expect(heap.statistics()).toMatchObject({ allocations: 1, free: 6 });
  });

  test("L-A14 L-A15: 2000 blocks fill it to the last word, and a freed one is found again", () => {
    const heap = heapOf();
    const pointers = mallocAll(heap, Array<number>(2000).fill(8));
    expect(pointers.at(-1)).toBe(39992);
    expect(heap.registers.get("bump")).toBe(40000);
    expect(heap.malloc(8)).toBe(0);
    heap.free(pointers[999] as number);
    expect(mallocAll(heap, [1, 1])).toEqual([29992, 0]);
  });

  test("L-A16: what does not fit with its header is NULL", () => {
    expect(mallocAll(heapOf(), [19993, 19998, 20000])).toEqual([0, 0, 0]);
  });

  test("L-A17 L-A18: no words are 8 words; negative sizes and sizes above the heap are errors (L-F2)", () => {
    const heap = heapOf();
    expect(heap.malloc(0)).toBe(20002);
    expect(heap.registers.get("bump")).toBe(20010);
    for (const size of [-5, -16, 20001, 1.5]) expect(() => heap.malloc(size)).toThrow(`a size of ${size} words`);
    expect(six(heap)).toEqual([1, 0, 10, 10, 19990, 0]);
  });

  test("L-A20 L-A21: alignment and minimum can be changed (L-F7, L-C3)", () => {
    const sizes = [1, 4, 5, 8, 9, 16, 17, 33];
    const four = heapOf({ alignment: 4, minimum: 4 });
    expect(mallocAll(four, sizes)).toEqual([20002, 20008, 20014, 20024, 20034, 20048, 20066, 20088]);
    expect(four.statistics().total).toBe(124);
    const sixteen = heapOf({ alignment: 16, minimum: 16 });
    expect(mallocAll(sixteen, sizes)).toEqual([20002, 20020, 20038, 20056, 20074, 20092, 20110, 20144]);
    expect(sixteen.statistics().total).toBe(192);
  });

  test("L-A22: headers are in memory, in another heap range too (L-F3, L-F7, L-M7, L-C5, L-C6)", () => {
    const range = { start: 30000, end: 50000 };
    const apart = heapOf({ ...range, coalesce: false });
    const [first = 0, second = 0] = mallocAll(apart, [10, 20, 30]);
    expect(blocks(apart)).toEqual([
      [30000, 16],
      [30018, 24],
      [30044, 32],
    ]);
    apart.free(second);
    apart.free(first);
    expect([30000, 30001, 30018, 30019].map((address) => apart.flat.get(address))).toEqual([16, 30018, 24, 0]);
    expect(apart.registers.get("bump") - 30000).toBe(78);
    expect(apart.registers.get("end") - apart.registers.get("bump")).toBe(19922);

    const joined = heapOf(range);
    mallocAll(joined, [10, 20, 30]);
    joined.free(30020);
    joined.free(30002);
    expect(list(joined)).toEqual([[30000, 42]]);
    expect(joined.statistics()).toMatchObject({ inUse: 34, fragmentation: 129, wastedShare: 56 });
  });

  test("L-A24: without rounding blocks have the size asked for", () => {
    const heap = heapOf({ end: 30000, alignment: 1, minimum: 1 });
    expect(mallocAll(heap, [10, 20, 50, 100])).toEqual([20002, 20014, 20036, 20088]);
    expect(six(heap)).toEqual([4, 0, 188, 188, 9812, 0]);
    expect(heap.malloc(5000)).toBe(20190);
    expect(six(heap)).toEqual([5, 0, 5190, 5190, 4810, 0]);
  });
});

test("L-C2: every figure is in words: a header of 2, padding of 0 to 7, so 2 to 9 more than asked for", () => {
  const heap = heapOf();
  const overheads = Array.from({ length: 64 }, (_, i) => {
    const before = heap.statistics().inUse;
    heap.malloc(i + 1);
    return heap.statistics().inUse - before - (i + 1);
  });
  expect([Math.min(...overheads), Math.max(...overheads)]).toEqual([2, 9]);
  const one = heapOf();
  expect([one.malloc(1), one.malloc(100), one.statistics().inUse]).toEqual([20002, 20012, 10 + 106]);
});

describe("errors", () => {
  test("L-A19: NULL is ignored; freeing twice and freeing what is no block are errors that change nothing (L-F4, L-C4)", () => {
    const heap = heapOf();
    heap.free(0);
    expect(heap.statistics().frees).toBe(0);
    const pointer = heap.malloc(20);
    heap.free(pointer);
    expect(heap.statistics()).toMatchObject({ frees: 1, inUse: 0 });
    expect(() => heap.free(pointer)).toThrow("double free: the block at 20002 is free already");
    heap.malloc(8);
    for (const wrong of [-1, 1, 19999, 20003, 30000, 70000]) {
      expect(() => heap.free(wrong)).toThrow(`free: ${wrong} is not an address that malloc answered`);
    }
    expect(heap.statistics()).toMatchObject({ frees: 1, inUse: 10 });
  });

  test("L-A25: a range that overlaps variables or stack is refused (L-C7)", () => {
    const heap = new BlockHeap(new VirtualMemory(8));
    expect(() => heap.initialize({ start: 16384, end: 65536 })).toThrow("overlaps the variables");
    expect(() => heap.initialize({ end: 65536 })).toThrow("overlaps the stack");
    expect(() => heap.initialize({ start: 30000, end: 30000 })).toThrow("no room");
    expect(() => heap.initialize({ alignment: 0 })).toThrow("alignment 0");
    expect(() => heap.initialize({ minimum: -1 })).toThrow("minimum -1");
    expect(() => heap.initialize({ tagged: true })).toThrow("multiples of 8");
    expect(heap.isInitialized).toBe(false);
  });

  test("a header that was overwritten is noticed before anything changes (L-M7)", () => {
    const heap = heapOf();
    const [first = 0, second = 0] = mallocAll(heap, [8, 8, 8]);
    heap.flat.set(first - 2, 500);
    expect(() => heap.free(first)).toThrow(
      "header of the block at 20000 was overwritten: it says 500 words, room is for 8",
    );
    heap.flat.set(first - 2, 8);
    heap.free(first);
    for (const link of [12345, 20010, 20000, -1]) {
      heap.flat.set(first - 1, link);
      expect(() => heap.malloc(8 + 8)).toThrow("free list is broken");
      expect(() => heap.free(second)).toThrow("free list is broken");
    }
    expect(heap.statistics()).toMatchObject({ allocations: 3, frees: 1 });
  });
});

test("the top of the heap is lowered only when trimming is asked for", () => {
  for (const trim of [false, true]) {
    const heap = heapOf({ trim });
    const [first = 0, second = 0] = mallocAll(heap, [8, 8]);
    heap.free(first);
    heap.free(second);
    expect(heap.registers.get("bump")).toBe(trim ? 20000 : 20020);
    expect(list(heap)).toEqual(trim ? [] : [[20000, 18]]);
  }
});

describe("random sequences", () => {
  const configurations = fc.record({
    fit: fc.constantFrom("first" as const, "best" as const),
    split: fc.boolean(),
    coalesce: fc.boolean(),
    aligned: fc.boolean(),
    trim: fc.boolean(),
    alignment: fc.constantFrom(1, 4, 8, 16),
    minimum: fc.constantFrom(1, 8, 10),
  });
  const operations = fc.array(fc.tuple(fc.boolean(), fc.nat(300)), { maxLength: 150 });

  test("blocks never overlap, nothing is lost, figures add up", () => {
    fc.assert(
      fc.property(configurations, operations, (configuration, steps) => {
        const heap = heapOf({ ...configuration, end: 22000 });
        const live = new Map<number, number>();
        for (const [isMalloc, n] of steps) {
          if (isMalloc || live.size === 0) {
            const pointer = heap.malloc(n);
            if (pointer === 0) continue;
            for (const [other, size] of live) expect(pointer + n <= other || other + size <= pointer).toBe(true);
            if (configuration.aligned) expect(pointer % configuration.alignment).toBe(0);
            live.set(pointer, n);
          } else {
            const pointer = [...live.keys()][n % live.size] as number;
            live.delete(pointer);
            heap.free(pointer);
          }
          const all = [...heap.blocks()];
          for (const { block } of all) heap.checkedSize(block);
          expect(all.filter(({ isUsed }) => isUsed).map(({ block }) => block + 2)).toEqual(
            [...live.keys()].sort((a, b) => a - b),
          );
          const free = heap.freeList();
          expect(free.length).toBe(all.length - live.size);
          const used = all.filter(({ isUsed }) => isUsed).reduce((sum, { size }) => sum + size + 2, 0);
          const { inUse, total, totalFreed } = heap.statistics();
          expect([inUse, total - totalFreed]).toEqual([used, used]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
