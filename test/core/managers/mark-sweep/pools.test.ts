import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import { type Pool, pools } from "../../../../core/managers/mark-sweep/machine/pools.ts";
import type { MarkSweepManager } from "../../../../core/managers/mark-sweep/mark-sweep-manager.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

const FIXP = 2;
const HUNK_5 = 33;

function heapOf() {
  const heap = new ManagedHeap(managerFactory("mark-sweep") as ManagerFactory, { threshold: 1_000_000 });
  const manager = heap.manager as MarkSweepManager;
  const pool = (name: string) => pools(manager.storage).find((found) => found.name === name) as Pool;
  return { heap, manager, pool };
}

describe("pools by size", () => {
  test("Z-M5: each size has slots and a free list of its own, and freed storage goes back to the pool that it came from (Z-C4)", () => {
    const { heap, manager, pool } = heapOf();
    const numbers = Array.from({ length: 10 }, () => manager.allocate(FIXP));
    const hunk = manager.allocate(HUNK_5);
    heap.roots.push(hunk, ...numbers.slice(0, 4));
    const [fixp, hunks] = [pool("FIXP"), pool("\\PTRHUNK5")];
    // This heap has no symbols for the names of types: they have their built-in ones.
    expect([fixp, hunks].every((found) => found !== undefined)).toBe(true);
    expect(fixp).toMatchObject({ slotWords: 2, slots: 256, free: 246 });
    expect(hunks).toMatchObject({ slotWords: 10, free: hunks.slots - 1 });
    manager.collect("request");
    expect(pool("FIXP").free).toBe(252);
    expect(pool("\\PTRHUNK5")).toEqual(hunks);
    // The pool gives what it got back before it grows.
    const again = Array.from({ length: 6 }, () => manager.allocate(FIXP));
    expect(new Set(again)).toEqual(new Set(numbers.slice(4)));
    expect(pool("FIXP")).toEqual(fixp);
  });

  test("Z-M5: array blocks are kept by length, pairs by the cell", () => {
    const { heap, manager, pool } = heapOf();
    const cells = pool("cells of pairs");
    heap.roots.push(manager.cons(0xe0001, 0));
    expect(pool("cells of pairs")).toEqual({ ...cells, free: cells.free - 1 });
    const small = manager.allocateBlock(10, 1);
    heap.roots.push(small, manager.allocateBlock(100, 1));
    expect(pool("array blocks below 16 cells")).toMatchObject({ slotWords: 24, slots: 1, free: 0 });
    expect(pool("array blocks below 128 cells")).toMatchObject({ slots: 1, free: 0 });
    heap.roots.splice(heap.roots.indexOf(small), 1);
    manager.collect("request");
    expect(pool("array blocks below 16 cells")).toMatchObject({ slots: 1, free: 1 });
  });

  test("Z-M5: the debugger shows how full each pool is", () => {
    const { heap, manager } = heapOf();
    heap.roots.push(manager.allocate(FIXP));
    const section = manager.view().sections.find(({ label }) => label === "Pools");
    const row = section?.rows(0, 100).find(({ label }) => label === "FIXP");
    expect(row?.value).toBe("0.4% of 256 in use");
    expect(row?.details.map(({ label, value }) => [label, value])).toEqual([
      ["bytes each", "4"],
      ["in use", "1"],
      ["free", "255"],
    ]);
  });
});
