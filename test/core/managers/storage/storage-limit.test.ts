import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import { IFPAGE, interfaceWord } from "../../../../core/memory/interface-page.ts";
import { listItems } from "../../../../core/objects/cons.ts";
import { storageProblems } from "../../../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

const none = managerFactory("none") as ManagerFactory;
const refcount = managerFactory("refcount") as ManagerFactory;
const HUNK_64 = 43;

/** 300 pages in the primary area, 200 in the second. */
function twoAreas(factory: ManagerFactory): ManagedHeap {
  return new ManagedHeap(
    factory,
    {},
    { megabytes: 17, firstPage: 0x8000 - 300, endPage: 0x8000, second: { firstPage: 0x8000, endPage: 0x8000 + 200 } },
  );
}
const state = (heap: ManagedHeap) => heap.memory.cell(heap.variables.storageFullState) & 0xffff;

describe("a heap with a second area", () => {
  test("goes on there with typed pages and arrays, when typed pages meet the arrays (state 4)", () => {
    const heap = twoAreas(refcount);
    const states = new Set<number>();
    while (!states.has(4)) {
      heap.roots.push(heap.manager.allocate(HUNK_64));
      states.add(state(heap));
    }
    expect([...states]).toEqual([0, 2, 4]);
    expect(heap.roots.at(-1)).toBeGreaterThan(0x8000 * 256);
    heap.roots.push(heap.manager.allocateBlock(10, 0));
    expect(heap.roots.at(-1)).toBe(0x8000 * 256 + 2);
    expect(heap.memory.word(interfaceWord(IFPAGE.fullSpaceUsed))).toBe(0xffff);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
    // The list of cached variables was used in between, and nobody holds it now.
    expect(heap.memory.pointer(heap.variables.systemCacheVars)).toBe(0);
    expect(heap.manager.collect("request")?.freedObjects).toBe(1);
  });

  test("moves the arrays alone when a block does not fit, and typed pages later (states 3, 4)", () => {
    const heap = twoAreas(refcount);
    const states = new Set<number>();
    heap.roots.push(heap.manager.allocateBlock(150 * 128, 0));
    heap.roots.push(heap.manager.allocateBlock(150 * 128, 0));
    expect(state(heap)).toBe(3);
    expect(heap.roots[1]).toBe(0x8000 * 256 + 2);
    while (!states.has(4)) {
      heap.roots.push(heap.manager.allocate(HUNK_64));
      states.add(state(heap));
    }
    expect([...states]).toEqual([3, 4]);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test("leaves the rest of the first array space to later blocks", () => {
    const heap = twoAreas(none);
    heap.manager.allocateBlock(150 * 128 - 60, 0);
    heap.manager.allocateBlock(150 * 128, 0);
    expect(state(heap)).toBe(3);
    const small = heap.manager.allocateBlock(40, 0);
    expect(small).toBeLessThan(0x800000);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test.each([
    ["typed objects", (heap: ManagedHeap) => heap.manager.allocate(HUNK_64)],
    ["conses", (heap: ManagedHeap) => heap.manager.cons(0, 76)],
    ["blocks", (heap: ManagedHeap) => heap.manager.allocateBlock(1000, 0)],
    ["long blocks", (heap: ManagedHeap) => heap.manager.allocateBlock(12_000, 0)],
  ])("is full when both areas are: %s", (_what, allocate) => {
    const heap = twoAreas(none);
    const full: string[] = [];
    heap.manager.observer = { ...silent, storageFull: (message) => full.push(message) };
    expect(() => {
      for (;;) allocate(heap);
    }).toThrow("storage full: heap limit 250 KB");
    expect(full.length).toBe(1);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
    // What is left cannot hold the request.
    const used = Number(/used ([\d.]+) KB/.exec(full[0] as string)?.[1]);
    const requested = Number(/requested ([\d.]+) KB/.exec(full[0] as string)?.[1]);
    expect(used).toBeLessThanOrEqual(250);
    expect(used + requested).toBeGreaterThan(200);
  });
});

describe("a heap without a second area", () => {
  test("notes its state on the list of cached variables, once", () => {
    const heap = new ManagedHeap(refcount, {}, { endPage: 0x2e00 + 100 });
    for (let i = 0; i < 10; i++) heap.roots.push(heap.manager.allocateBlock(300, 0));
    expect(state(heap)).toBe(1);
    const { items } = listItems(heap.memory, heap.memory.pointer(heap.variables.systemCacheVars), 10);
    expect(items).toEqual([heap.variables.storageFullStateSymbol]);
    expect(heap.manager.collect("request")?.freedObjects).toBe(0);
  });

  test("warns by the variable, first with T, then with 0", () => {
    const heap = new ManagedHeap(none, {}, { endPage: 0x2e00 + 100 });
    heap.manager.allocateBlock(300, 0);
    expect(heap.memory.cell(heap.variables.storageFull)).toBe(76);
    for (let i = 0; i < 20; i++) heap.manager.allocateBlock(300, 0);
    expect(heap.memory.cell(heap.variables.storageFull)).toBe(0xe0000);
  });
});

describe("blocks", () => {
  test("come from the free list when one is long enough, and the surplus is split off if it is worth it", () => {
    const heap = new ManagedHeap(refcount);
    const { manager, memory } = heap;
    const first = manager.allocateBlock(200, 0);
    heap.roots.push(manager.allocateBlock(20, 0));
    manager.collect("request");
    // 202 cells free: 68 are left over, more than 66.
    expect(manager.allocateBlock(132, 0)).toBe(first);
    expect(memory.cell(first - 2) & 0xffff).toBe(134);
    expect(memory.cell(first - 2 + 268)).toBe(0xaaa80000 + 68);
    // 56 of the 68 would be left over: too few.
    expect(manager.allocateBlock(10, 0)).toBe(first + 268);
    expect(memory.cell(first - 2 + 268)).toBe(0xaaa90000 + 68);
    expect(storageProblems(memory, heap.variables)).toEqual([]);
  });

  test("keep a surplus of 66 cells", () => {
    const heap = new ManagedHeap(refcount);
    const { manager, memory } = heap;
    const first = manager.allocateBlock(198, 0);
    heap.roots.push(manager.allocateBlock(20, 0));
    manager.collect("request");
    expect(manager.allocateBlock(132, 0)).toBe(first);
    expect(memory.cell(first - 2)).toBe(0xaaa90000 + 200);
  });

  test("never begin in storage that is not counted", () => {
    const heap = new ManagedHeap(refcount);
    const { manager, memory } = heap;
    // As if an image builder had ended array space with padding that no list knows.
    const padding = memory.pointer(heap.variables.arrayFrLst);
    memory.setCell(padding, 0xaaa80000 + 256);
    memory.setCell(padding + 510, 0xaaa80000 + 256);
    memory.setCell(heap.variables.arrayFrLst, padding + 512);
    memory.setCell(heap.variables.nxtArrayPage, (padding + 512) >> 8);
    const first = manager.allocateBlock(50, 0);
    heap.roots.push(manager.allocateBlock(50, 0));
    manager.collect("request");
    expect(manager.allocateBlock(45, 0)).toBe(first);
  });
});
