/** What the mark-sweep manager promises to the machine: the limit is looked at first, and a collection is due when the threshold is reached. */
import { expect, test } from "vitest";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory, ManagerOptions } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import type { MarkSweepManager } from "../../../../core/managers/mark-sweep/mark-sweep-manager.ts";
import { NIL, T } from "../../../../core/memory/layout.ts";
import { CDR_INDIRECT, cdrCode } from "../../../../core/objects/cons.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

const FIXP = 2;
const POINTERS = 1;

function heapOf(options: ManagerOptions) {
  const heap = new ManagedHeap(managerFactory("mark-sweep") as ManagerFactory, options);
  const manager = heap.manager as MarkSweepManager;
  manager.collect("request");
  return { heap, manager, table: manager.heap.table };
}

test("Z-F3: what would go over the limit is refused before storage changes anything, and told", () => {
  const { heap, manager, table } = heapOf({ maxHeapBytes: 4000 });
  while (table.statistics.current < 4000) manager.allocate(FIXP);
  const told: string[] = [];
  manager.observer = { ...silent, storageFull: (message) => told.push(message) };
  const before = heap.save();
  expect(() => manager.allocate(FIXP)).toThrow("Heap full: 4004 > 4000");
  expect(() => manager.cons(NIL, NIL)).toThrow("Heap full: 4004 > 4000");
  expect(() => manager.cons(NIL, T)).toThrow("Heap full: 4008 > 4000");
  expect(() => manager.allocateBlock(3, POINTERS)).toThrow("Heap full: 4020 > 4000");
  expect(told).toHaveLength(4);
  expect(manager.save()).toEqual(before.state);
  expect(Buffer.compare(heap.memory.bytes, before.bytes)).toBe(0);
});

test("Z-F9: a collection is forced, or runs when the threshold is reached, and answers what it has collected (Z-F8)", () => {
  const { heap, manager } = heapOf({ threshold: 1000 });
  const { collections } = manager.statistics();
  for (let i = 0; i < 999; i++) manager.cons(NIL, NIL);
  expect([manager.due(), heap.safepointRequests]).toEqual([null, 0]);
  manager.cons(NIL, NIL);
  expect([manager.due(), heap.safepointRequests]).toEqual(["countdown", 1]);
  expect(manager.collect("countdown")).toMatchObject({ freedObjects: 999, freedWords: 2 * 999 });
  expect(manager.due()).toBe(null);
  expect(manager.collect("request")).toMatchObject({ freedObjects: 1, freedWords: 2 });
  expect(manager.collect("request")).toMatchObject({ freedObjects: 0, freedWords: 0 });
  expect(manager.statistics().collections - collections).toBe(3);
});

test("Z-M2: a cycle with a budget goes on at each safepoint until it has marked and freed, so much at a time", () => {
  const { heap, manager, table } = heapOf({ threshold: 1000, budget: 50 });
  for (let i = 0; i < 400; i++) heap.roots.push(manager.cons(NIL, NIL));
  while (manager.due() === null) manager.cons(NIL, NIL);
  const runs = table.statistics.runs;
  const freed: number[] = [];
  while (manager.due() === "countdown") freed.push(manager.collect("countdown")?.freedObjects ?? 0);
  expect(freed.length).toBeGreaterThanOrEqual(8 + 11);
  expect(Math.max(...freed)).toBe(50);
  expect(freed.reduce((sum, each) => sum + each, 0)).toBe(599);
  expect(table.statistics.runs - runs).toBe(1);
});

test("Z-M3: the option says how many workers mark, and figures show what each has looked into", () => {
  const { heap, manager } = heapOf({ workers: 3 });
  for (let i = 0; i < 600; i++) heap.roots.push(manager.cons(NIL, NIL));
  manager.collect("request");
  const shown = manager.view().figures.filter(({ label }) => /^worker \d$/.test(label));
  expect(shown.map(({ label }) => label)).toEqual(["worker 1", "worker 2", "worker 3"]);
  for (const { value } of shown) expect(Number(value)).toBeGreaterThanOrEqual(100);
});

test("Z-M8: a collection that is due sweeps the region with the most garbage only, one on request all of them", () => {
  const { manager } = heapOf({ regions: 1, threshold: 1000 });
  for (let i = 0; i < 100; i++) manager.allocateBlock(100, POINTERS);
  for (let i = 0; i < 900; i++) manager.cons(NIL, NIL);
  expect(manager.due()).toBe("countdown");
  expect(manager.collect("countdown")?.freedObjects).toBe(100);
  const section = manager.view().sections.find(({ label }) => label === "Regions");
  expect(section?.rows(0, 2).map(({ value }) => value)).toEqual(["40,800 bytes of garbage", "3,596 bytes of garbage"]);
  expect(manager.collect("request")?.freedObjects).toBe(900);
});

test("Z-M9: a pair owns its further cells: what is stored there is a reference of the pair", () => {
  const { heap, manager, table } = heapOf({ threshold: 1_000_000 });
  const pairs = Array.from({ length: 300 }, () => manager.cons(NIL, NIL));
  heap.roots.push(...pairs);
  for (const pair of pairs) manager.replaceCdr(pair, T);
  const isIndirect = (pair: number) => cdrCode(heap.memory, pair) === CDR_INDIRECT;
  expect(pairs.filter(isIndirect).length).toBeGreaterThan(50);
  const { residentSlots } = manager.save();
  const before = table.liveObjects;
  for (const pair of pairs) heap.setCar(pair, manager.cons(NIL, NIL));
  expect(manager.save().residentSlots).toEqual(residentSlots);
  manager.collect("request");
  expect(table.liveObjects - before).toBe(300);
});

test("Z-F11: the history shows the object of an allocation, and not what has got its id since", () => {
  const { heap, manager } = heapOf({ history: 2 });
  manager.allocate(FIXP);
  manager.collect("request");
  const number = manager.allocate(FIXP);
  heap.roots.push(number);
  const rows = manager
    .view()
    .sections.find(({ label }) => label === "History")
    ?.rows(0, 10);
  expect(rows?.map(({ object }) => object)).toEqual([number, null]);
  const [id] = rows?.[0]?.value.split(",") ?? [];
  expect(rows?.map(({ value }) => value)).toEqual([`${id}, 4 bytes`, `${id}, 4 bytes, gone`]);
});
