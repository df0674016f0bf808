/** What every memory manager of the catalog must do, checked with random mutator programs against a model. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VmFault } from "../../core/base/errors.ts";
import { MANAGERS, managerFactory } from "../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../core/managers/contract.ts";
import { noSites } from "../../core/managers/contract.ts";
import { silent } from "../../core/managers/events.ts";
import { countProblems, storageProblems } from "../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../support/heap/managed-heap.ts";
import { Mutator, operation, programs } from "../support/heap/mutator.ts";

const RUNS = { numRuns: 25 };
/** A countdown at which the programs of this suite meet several collections. */
const OPTIONS = { countdown: 40, threshold: 40 };

function mutator(factory: ManagerFactory, options = {}): Mutator {
  return new Mutator(new ManagedHeap(factory, { ...OPTIONS, ...options }));
}

/** These programs tell a manager nothing about lifetimes. */
function freesNothing({ traits }: ManagerFactory): boolean {
  return traits.reclaims === "never" || traits.reclaims === "on-request" || traits.usesPlan;
}

describe.each(MANAGERS.map((factory) => [factory.traits.name, factory] as const))("manager %s", (_name, factory) => {
  test("nothing reachable is lost or changed, and nothing is freed twice", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = mutator(factory);
        run.run(program);
        expect(run.problems).toEqual([]);
        expect(run.reachableProblems()).toEqual([]);
      }),
      RUNS,
    );
  });

  test("no two live objects overlap", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = mutator(factory);
        run.run(program);
        const owner = new Map<number, number>();
        for (const { pointer, sizeWords } of run.allocated.values()) {
          for (let cell = pointer; cell < pointer + sizeWords; cell += 2) {
            expect(owner.get(cell)).toBe(undefined);
            owner.set(cell, pointer);
          }
        }
      }),
      RUNS,
    );
  });

  test("storage stays well formed", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = mutator(factory);
        run.run(program);
        expect(storageProblems(run.heap.memory, run.heap.variables)).toEqual([]);
      }),
      RUNS,
    );
  });

  test("counts are the references of objects that are not freed yet", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = mutator(factory);
        const { manager, memory } = run.heap;
        if (manager.counts === null) return;
        run.run(program);
        const references = run.references();
        for (const pointer of run.allocated.keys()) {
          expect([pointer, manager.counts.countOf(pointer)]).toEqual([pointer, references.get(pointer) ?? 0]);
        }
        // Only objects of the model have entries: those before it have count 1.
        expect(countProblems(memory, (pointer) => run.allocated.has(pointer))).toEqual([]);
      }),
      RUNS,
    );
  });

  test("without roots only cyclic garbage remains, or all of it where nothing is freed", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = mutator(factory);
        run.run(program);
        run.roots.length = 0;
        run.heap.roots.length = 0;
        const cyclic = run.cyclic();
        const all = new Set(run.allocated.keys());
        // What dies inside an array block waits for the next collection.
        for (let freed = -1; freed !== run.events.freedObjects; ) {
          freed = run.events.freedObjects;
          run.heap.manager.collect("request");
        }
        const { collectsCycles } = factory.traits;
        const expected = freesNothing(factory) ? all : collectsCycles ? new Set() : cyclic;
        expect(new Set(run.allocated.keys())).toEqual(expected);
        expect(run.problems).toEqual([]);
        expect(storageProblems(run.heap.memory, run.heap.variables)).toEqual([]);
      }),
      RUNS,
    );
  });

  test("statistics equal what the observer was told", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = mutator(factory);
        run.run(program);
        expect(run.heap.manager.statistics()).toMatchObject(run.events);
      }),
      RUNS,
    );
  });

  test("usage follows allocation and comes back when everything is freed", () => {
    const run = mutator(factory);
    const before = run.heap.manager.usage();
    for (let i = 0; i < 500; i++) run.perform({ kind: "cons", car: 0, cdr: i });
    run.perform({ kind: "vector", cells: 100 });
    const during = run.heap.manager.usage();
    expect(during.usedWords - before.usedWords).toBeGreaterThanOrEqual(500 * 2 + 100 * 2);
    expect(during.usedWords + during.freeWords).toBe(before.usedWords + before.freeWords);
    run.roots.length = 0;
    run.heap.roots.length = 0;
    run.heap.manager.collect("request");
    run.heap.manager.collect("request");
    const after = run.heap.manager.usage();
    expect(after.usedWords).toBe(freesNothing(factory) ? during.usedWords : before.usedWords);
  });

  test("a new manager on an old heap finds the same usage", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = mutator(factory);
        run.run(program);
        const { memory, manager } = run.heap;
        const other = factory.create(
          { memory, eachStackPointer() {}, eachRoot() {}, requestSafepoint() {}, sites: noSites },
          {},
        );
        expect(other.usage()).toEqual(manager.usage());
      }),
      RUNS,
    );
  });

  test("restoring a state and going on equals going on at once", () => {
    fc.assert(
      fc.property(programs, fc.array(operation, { maxLength: 200, size: "max" }), (program, rest) => {
        const run = mutator(factory);
        run.run(program);
        const saved = run.heap.save();
        const roots = { model: [...run.roots], heap: [...run.heap.roots] };
        const fields = new Map([...run.reachable()].map((object) => [object, [...object.fields]]));
        run.run(rest);
        const first = { bytes: run.heap.memory.bytes.slice(), state: run.heap.manager.save() };

        run.heap.restore(saved);
        run.roots.splice(0, Number.POSITIVE_INFINITY, ...roots.model);
        run.heap.roots.splice(0, Number.POSITIVE_INFINITY, ...roots.heap);
        for (const [object, values] of fields) object.fields.splice(0, values.length, ...values);
        run.run(rest);
        expect(run.heap.manager.save()).toEqual(first.state);
        expect(Buffer.compare(run.heap.memory.bytes, first.bytes)).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  test("a full heap is a fault before anything changes, and names limit, use and request", () => {
    const heap = new ManagedHeap(factory, {}, { endPage: 0x2e00 + 100 });
    const full: string[] = [];
    heap.manager.observer = { ...silent, storageFull: (message) => full.push(message) };
    const attempts = [
      () => heap.manager.allocate(43),
      () => heap.manager.cons(0, 0),
      () => heap.manager.cons(0, 76),
      () => heap.manager.allocateBlock(200, 1),
      () => heap.manager.allocateBlock(1, 2),
    ];
    for (const attempt of attempts) {
      // Everything is on the stack.
      const fault = untilFault(heap, attempt);
      const before = heap.save();
      expect(attempt).toThrow(fault.message);
      expect(fault.kind).toBe("StorageFull");
      expect(fault.message).toMatch(/^storage full: heap limit 50 KB, used \d+(\.\d)? KB, requested \d+(\.\d)? KB$/);
      expect(heap.manager.save()).toEqual(before.state);
      expect(Buffer.compare(heap.memory.bytes, before.bytes)).toBe(0);
    }
    expect(full.length).toBe(2 * attempts.length);
    expect(storageProblems(heap.memory, heap.variables)).toEqual([]);
  });

  test("a change of the CDR that finds no cell is a fault before anything changes", () => {
    const heap = new ManagedHeap(factory, {}, { endPage: 0x2e00 + 20 });
    const list = heap.manager.cons(0, 0);
    heap.roots.push(list);
    untilFault(heap, () => heap.manager.cons(0, 0));
    const before = heap.save();
    expect(() => heap.manager.replaceCdr(list, 76)).toThrow(VmFault);
    expect(Buffer.compare(heap.memory.bytes, before.bytes)).toBe(0);
  });

  test("a block longer than a header can say is a fault that names the limit", () => {
    const { manager } = new ManagedHeap(factory);
    expect(() => manager.allocateBlock(65534, 1)).toThrow("requested a block of 65534 cells (262136 bytes)");
    const longest = manager.allocateBlock(65533, 1);
    expect(manager.allocateBlock(1, 0)).toBeGreaterThan(longest);
  });

  test("new storage is zero, wherever it was before", () => {
    const heap = new ManagedHeap(factory);
    const { manager, memory } = heap;
    for (let round = 0; round < 3; round++) {
      const hunk = manager.allocate(43);
      const block = manager.allocateBlock(50, 0);
      for (let cell = 0; cell < 50; cell++) {
        expect([memory.cell(hunk + 2 * cell), memory.cell(block + 2 * cell)]).toEqual([0, 0]);
        memory.setCell(block + 2 * cell, 0xffffffff);
      }
      manager.collect("request");
    }
  });

  test("blocks are aligned as asked, and code does not cross a segment", () => {
    const { manager } = new ManagedHeap(factory, {}, { megabytes: 16, endPage: 0x8000 });
    for (let i = 1; i <= 32; i++) {
      expect(manager.allocateBlock(i, 1, 4) % 8).toBe(0);
      expect(manager.allocateBlock(i, 0, 2) % 4).toBe(0);
      const code = manager.allocateBlock(1000 * i, 2);
      expect(code % 4).toBe(0);
      expect((code - 2) >> 16).toBe((code + 2000 * i) >> 16);
    }
    expect(() => manager.allocateBlock(32768, 2)).toThrow("one block holds at most");
  });

  test("the view names the manager and tells figures", () => {
    const heap = new ManagedHeap(factory);
    const before = heap.save();
    const view = heap.manager.view();
    expect(view.traits).toBe(factory.traits);
    expect(view.figures.length).toBeGreaterThan(0);
    for (const { label, value, meaning } of view.figures) expect([label, value, meaning]).not.toContain("");
    expect(heap.manager.save()).toEqual(before.state);
    expect(Buffer.compare(heap.memory.bytes, before.bytes)).toBe(0);
  });
});

/** Allocates until the heap is full; everything stays on the stack. */
function untilFault(heap: ManagedHeap, allocate: () => number): VmFault {
  for (let i = 0; i < 100_000; i++) {
    try {
      heap.roots.push(allocate());
    } catch (error) {
      if (error instanceof VmFault) return error;
      throw error;
    }
  }
  throw new RangeError("the heap does not fill up");
}

describe("catalog", () => {
  test("names are unique, and an unknown name gives nothing", () => {
    const names = MANAGERS.map(({ traits }) => traits.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(managerFactory(name)?.traits.name).toBe(name);
    expect(managerFactory("no-such-manager")).toBe(null);
  });
});
