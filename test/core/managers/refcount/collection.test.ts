import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { CollectCause, ManagerFactory, ManagerOptions } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import { HTCOLL_BASE, NIL, SMALL_POSITIVE, T, TYPE_TABLE_BASE } from "../../../../core/memory/layout.ts";
import { storageProblems } from "../../../support/heap/heap-invariants.ts";
import { type HeapSize, ManagedHeap } from "../../../support/heap/managed-heap.ts";

const refcount = managerFactory("refcount") as ManagerFactory;
const CLOSURE = 13;
const HUNK_2 = 31;
const HUNK_64 = 43;

function newHeap(options: ManagerOptions = {}, size: Partial<HeapSize> = {}): ManagedHeap {
  return new ManagedHeap(refcount, options, size);
}
const countdown = (heap: ManagedHeap) => heap.memory.cell(heap.variables.reclaimCountdown);

describe("a collection", () => {
  test("goes through its phases, with the countdown NIL until the end, where it starts anew (I-F12)", () => {
    const heap = newHeap({ countdown: 500 });
    const announced: string[] = [];
    heap.manager.observer = { ...silent, collectionPhase: (phase) => announced.push(phase) };
    for (let i = 0; i < 3; i++) heap.manager.cons(NIL, NIL);
    const steps = heap.manager.beginCollection("request");
    if (steps === null) throw new Error("no collection");
    const seen: [string, number][] = [];
    while (steps.phase !== "done") {
      seen.push([steps.phase, countdown(heap)]);
      steps.step();
    }
    const before = SMALL_POSITIVE + 497;
    expect(seen.map(([phase]) => phase)).toEqual([
      ...["start", "scan"],
      // A step that only announces, one object a step, and one step that finds nothing.
      ...["reclaim", "reclaim", "reclaim", "reclaim", "reclaim"],
      ...["unscan", "end"],
    ]);
    expect(seen.map(([, value]) => value)).toEqual([expect.any(Number), 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(seen[0]?.[1]).toBeLessThanOrEqual(before);
    expect(countdown(heap)).toBe(SMALL_POSITIVE + 500);
    expect(announced).toEqual(["start", "scan", "reclaim", "end"]);
    expect(steps.report).toMatchObject({ number: 1, cause: "request", marked: 0, freedObjects: 3, freedWords: 6 });
    expect(steps.report.freedByType).toEqual(new Map([[5, 3]]));
  });

  test("does not begin while another is under way", () => {
    const heap = newHeap();
    const steps = heap.manager.beginCollection("request");
    expect(heap.manager.beginCollection("request")).toBe(null);
    while (steps !== null && steps.phase !== "done") steps.step();
    expect(heap.manager.beginCollection("request")).not.toBe(null);
  });

  test("marks what the stack holds, once each, and frees it after it has left the stack (I-M6)", () => {
    const heap = newHeap();
    const list = heap.manager.cons(SMALL_POSITIVE, NIL);
    heap.roots.push(list, list, SMALL_POSITIVE, NIL, T);
    expect(heap.manager.collect("request")).toMatchObject({ marked: 1, freedObjects: 0 });
    heap.roots.length = 0;
    expect(heap.manager.collect("request")).toMatchObject({ marked: 0, freedObjects: 1 });
  });

  test("frees a list of 100000 cells and its holder in one cycle (I-A39)", () => {
    const heap = newHeap({}, { megabytes: 16, endPage: 0x8000 });
    const holder = heap.manager.allocate(CLOSURE);
    let list: Pointer = NIL;
    for (let i = 0; i < 100_000; i++) list = heap.manager.cons(SMALL_POSITIVE, list);
    heap.setField(holder, 1, list);
    expect(heap.manager.collect("request")?.freedObjects).toBe(100_001);
  });

  test("frees structures that nest 100000 deep through CARs", () => {
    const heap = newHeap({}, { megabytes: 16, endPage: 0x8000 });
    let tree: Pointer = NIL;
    for (let i = 0; i < 100_000; i++) tree = heap.manager.cons(tree, NIL);
    expect(heap.manager.collect("request")?.freedObjects).toBe(100_000);
  });

  test("loses no object whose next field is far from its start, however deep they nest", () => {
    const heap = newHeap({}, { megabytes: 16, endPage: 0x8000 });
    let chain: Pointer = NIL;
    for (let i = 0; i < 3000; i++) {
      const hunk = heap.manager.allocate(HUNK_64);
      heap.setField(hunk, 40, chain);
      heap.setField(hunk, 63, heap.manager.cons(NIL, NIL));
      chain = hunk;
    }
    expect(heap.manager.collect("request")?.freedObjects).toBe(6000);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test("keeps cycles", () => {
    const heap = newHeap();
    const cons = heap.manager.cons(NIL, NIL);
    heap.manager.replaceCdr(cons, cons);
    heap.manager.collect("request");
    expect(heap.manager.collect("request")?.freedObjects).toBe(0);
  });
});

describe("when a collection is due", () => {
  test("stress asks every N allocations", () => {
    const heap = newHeap({ stress: 3 });
    const due: CollectCause[] = [];
    heap.manager.observer = { ...silent, collectionDue: (cause) => due.push(cause) };
    heap.manager.collect("request");
    const seen = Array.from({ length: 7 }, () => {
      heap.roots.push(heap.manager.cons(NIL, NIL));
      const cause = heap.manager.due();
      if (cause !== null) heap.manager.collect(cause);
      return cause;
    });
    expect(seen).toEqual([null, null, "stress", null, null, "stress", null]);
    expect(due).toEqual(["stress", "stress"]);
  });

  test("few pages ask once, and again only after pages were used up (I-F13)", () => {
    // 200 pages: the guard of 128 is passed at once.
    const heap = newHeap({}, { endPage: 0x2e00 + 200 });
    const causes: [CollectCause, number][] = [];
    for (let i = 0; i < 90; i++) {
      heap.roots.push(heap.manager.allocate(HUNK_64), heap.manager.allocate(HUNK_64), heap.manager.allocate(HUNK_64));
      const cause = heap.manager.due();
      if (cause === null) continue;
      causes.push([cause, heap.memory.cell(heap.variables.nxtMdsPage)]);
      heap.manager.collect(cause);
    }
    expect(causes.length).toBeGreaterThan(2);
    for (const [i, [cause, page]] of causes.entries()) {
      expect(cause).toBe("pressure");
      if (i > 0) expect((causes[i - 1] as [CollectCause, number])[1] - page).toBeGreaterThanOrEqual(16);
    }
  });

  test("pressure is reported below 128 pages, with the pages that are left (I-C3)", () => {
    const heap = newHeap({}, { endPage: 0x2e00 + 160 });
    const { memory, variables } = heap;
    const left: number[] = [];
    heap.manager.observer = { ...silent, storagePressure: (pages) => left.push(pages) };
    const flags = new Map<number, number>();
    for (let i = 0; i < 80; i++) {
      heap.roots.push(heap.manager.allocateBlock(200, 0));
      const pages = left.at(-1);
      if (pages === undefined) expect(memory.cell(variables.pendingInterrupt)).toBe(NIL);
      else flags.set(pages, memory.cell(variables.storageFull));
    }
    expect(left.every((pages, i) => pages < 128 && (i === 0 || pages < (left[i - 1] as number)))).toBe(true);
    expect(left[0]).toBeGreaterThanOrEqual(120);
    expect(memory.cell(variables.pendingInterrupt)).toBe(T);
    // T says that storage is short, and 0 that 64 pages or less are left.
    for (const [pages, flag] of flags) expect([pages, flag]).toEqual([pages, pages > 64 ? T : SMALL_POSITIVE]);
    expect(Math.min(...flags.keys())).toBeLessThan(64);
  });

  test("a block of as many cells, header and data, as the countdown has left asks for a collection (I-C14)", () => {
    const heap = newHeap({ countdown: 300 });
    heap.manager.collect("request");
    heap.manager.allocateBlock(200, 0);
    expect(heap.manager.due()).toBe(null);
    const block = heap.manager.allocateBlock(299, 0);
    // Entries that come and go before the safepoint change nothing.
    heap.manager.counts?.operate(0, block);
    expect(heap.manager.due()).toBe("countdown");
    heap.manager.collect("countdown");
    expect(heap.manager.due()).toBe(null);
  });
});

describe("a collector that is off (I-F14)", () => {
  test("neither begins nor counts", () => {
    const heap = newHeap();
    heap.memory.setCell(heap.variables.gcDisabled, T);
    expect(heap.manager.beginCollection("request")).toBe(null);
    expect(heap.manager.collect("request")).toBe(null);
    const list = heap.manager.cons(NIL, NIL);
    expect(heap.manager.counts?.countOf(list)).toBe(null);
  });

  test("is switched off when the collision table is used up", () => {
    const heap = newHeap();
    const messages: string[] = [];
    heap.manager.observer = { ...silent, collectorDisabled: (message) => messages.push(message) };
    heap.memory.setCell(HTCOLL_BASE + 2, 524272);
    // Two objects of one bucket: 64K words apart.
    const index = (pointer: Pointer) => pointer & 0xffff;
    const first = heap.manager.allocate(HUNK_64);
    let second = first;
    for (let i = 0; i < 3000 && (second === first || index(second) !== index(first)); i++) {
      second = heap.manager.allocate(HUNK_64);
    }
    expect(messages).toEqual(["collector turned off: collision table full: all 262136 pairs in use"]);
    expect(heap.memory.cell(heap.variables.gcDisabled)).toBe(T);
    expect([countdown(heap), heap.memory.cell(heap.variables.reclaimMin), heap.manager.due()]).toEqual([0, 0, null]);
    expect(heap.memory.word(TYPE_TABLE_BASE + (first >> 9)) & 0x8000).toBe(0x8000);
  });
});

describe("damage", () => {
  test("an entry that stands for no block is reported, and nothing else happens", () => {
    const heap = newHeap();
    const data = heap.manager.allocateBlock(10, 0);
    const errors: string[] = [];
    heap.manager.observer = { ...silent, memoryError: (_object, message) => errors.push(message) };
    heap.manager.counts?.operate(1, data + 8);
    expect(heap.manager.collect("request")?.freedObjects).toBe(1);
    expect(errors).toEqual([expect.stringContaining("as an array block it has no block header")]);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test("a block with a torn trailer is reported and kept", () => {
    const heap = newHeap();
    const data = heap.manager.allocateBlock(10, 0);
    heap.memory.setCell(data + 20, 0x12345678);
    const errors: string[] = [];
    heap.manager.observer = { ...silent, memoryError: (_object, message) => errors.push(message) };
    expect(heap.manager.collect("request")?.freedObjects).toBe(0);
    expect(errors).toEqual([expect.stringContaining("but trailer 0x12345678")]);
  });

  test("a store into a free object stops the allocation that would hand it out", () => {
    const heap = newHeap();
    const errors: string[] = [];
    heap.manager.observer = { ...silent, memoryError: (_object, message) => errors.push(message) };
    const next = heap.manager.allocate(HUNK_2) - 4;
    heap.memory.setCell(next, 0x12345679);
    expect(() => heap.manager.allocate(HUNK_2)).toThrow("something was stored into it after it was freed");
    expect(errors.length).toBe(1);
  });

  test("a store into a free cons cell stops the allocation that would hand it out", () => {
    const heap = newHeap();
    let page = 0;
    do page = heap.manager.cons(NIL, NIL) & ~0xff;
    while (heap.memory.word(page + 4) >> 8 < 2);
    const next = heap.memory.word(page + 4) & 0xff;
    heap.memory.setCell(page + next, 0x05000000);
    expect(() => heap.manager.cons(NIL, NIL)).toThrow("free chain of cons page");
  });
});
