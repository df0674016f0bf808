import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import { NIL, SMALL_POSITIVE } from "../../../../core/memory/layout.ts";
import { countProblems, storageProblems } from "../../../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";
import { Mutator, programs } from "../../../support/heap/mutator.ts";

const refcount = managerFactory("refcount") as ManagerFactory;

describe("a collection in increments (I-M16)", () => {
  test("frees at most its budget at each safepoint, and everything in the end", () => {
    const heap = new ManagedHeap(refcount, { countdown: 2000, budget: 50 });
    let list = NIL;
    for (let i = 0; i < 1000; i++) list = heap.manager.cons(heap.manager.cons(SMALL_POSITIVE + i, NIL), list);
    for (let i = 0; i < 2000; i++) heap.manager.cons(SMALL_POSITIVE, NIL);
    const freed: number[] = [];
    for (let cause = heap.manager.due(); cause !== null; cause = heap.manager.due()) {
      freed.push(heap.manager.collect(cause)?.freedObjects ?? -1);
    }
    expect(Math.max(...freed)).toBe(50);
    expect(freed.reduce((sum, count) => sum + count)).toBe(4000);
  });

  test("what is asked for, and the last one, are whole", () => {
    for (const cause of ["request", "exit"] as const) {
      const heap = new ManagedHeap(refcount, { budget: 3 });
      for (let i = 0; i < 10; i++) heap.manager.cons(SMALL_POSITIVE, NIL);
      expect(heap.manager.collect(cause)?.freedObjects).toBe(10);
      expect(heap.manager.due()).toBe(null);
    }
  });

  test("leaves the same objects as whole collections, whatever the program does in between", () => {
    fc.assert(
      fc.property(programs, fc.integer({ min: 1, max: 12 }), (program, budget) => {
        const runs = [0, budget].map((most) => {
          const run = new Mutator(new ManagedHeap(refcount, { countdown: 20, budget: most }));
          run.run(program);
          expect(run.problems).toEqual([]);
          expect(run.reachableProblems()).toEqual([]);
          for (let before = -1; before !== run.allocated.size; ) {
            before = run.allocated.size;
            run.heap.manager.collect("request");
          }
          expect(storageProblems(run.heap.memory, run.heap.variables)).toEqual([]);
          expect(countProblems(run.heap.memory, (pointer) => run.allocated.has(pointer))).toEqual([]);
          return run;
        });
        const shape = (run: Mutator | undefined) => [...(run?.allocated.values() ?? [])].map(({ type }) => type).sort();
        expect(shape(runs[1])).toEqual(shape(runs[0]));
      }),
      { numRuns: 60 },
    );
  });

  test("goes on where it was after its state was saved and restored", () => {
    const heap = new ManagedHeap(refcount, { countdown: 10, budget: 2 });
    for (let i = 0; i < 20; i++) heap.manager.cons(SMALL_POSITIVE, NIL);
    heap.manager.collect("countdown");
    const state = heap.manager.save();
    const bytes = heap.memory.bytes.slice();
    const finish = () => {
      let freed = 0;
      heap.manager.observer = { ...silent, freed: () => freed++ };
      for (let cause = heap.manager.due(); cause !== null; cause = heap.manager.due()) heap.manager.collect(cause);
      return [freed, heap.manager.statistics().collections];
    };
    const first = finish();
    heap.memory.bytes.set(bytes);
    heap.manager.restore(state);
    expect(finish()).toEqual(first);
    expect(first[0]).toBe(18);
  });
});
