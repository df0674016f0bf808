import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import { profiled } from "../../../../core/managers/profile/profiled-manager.ts";
import { NIL, SMALL_POSITIVE } from "../../../../core/memory/layout.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";
import { Mutator, programs } from "../../../support/heap/mutator.ts";

/** A clock that takes 100 ns to look at while its cost is measured; afterwards 1 ms passes between two looks. */
function ticking(): () => number {
  let time = 0;
  let looks = 0;
  return () => {
    time += ++looks <= 1002 ? 100 : 1_000_000;
    return time;
  };
}
const refcount = MANAGERS.find(({ traits }) => traits.name === "refcount") as ManagerFactory;

function operations(heap: ManagedHeap): Map<string, string> {
  const section = heap.manager.view().sections.find(({ label }) => label === "operations");
  return new Map(section?.rows(0, section.size).map(({ label, value }) => [label, value]));
}

describe("a profile of a memory manager (I-M14)", () => {
  test("has the calls and the time of each operation, most expensive first", () => {
    const heap = new ManagedHeap(profiled(refcount, ticking()));
    const pairs = () => Number(operations(heap).get("cons")?.split(" ")[0]);
    const before = pairs();
    const list = heap.manager.cons(SMALL_POSITIVE, NIL);
    heap.manager.cons(SMALL_POSITIVE, list);
    heap.manager.collect("request");
    expect(pairs() - before).toBe(2);
    const after = operations(heap);
    expect(after.get("begin collection")).toBe("1 calls, 1.00 ms");
    expect(Number(after.get("collection step")?.split(" ")[0])).toBeGreaterThan(5);
    const calls = [...after.values()].map((value) => Number(value.split(" ")[0]));
    expect(calls).toEqual(calls.toSorted((a, b) => b - a));
  });

  test("counts what throws, too", () => {
    const heap = new ManagedHeap(profiled(refcount, ticking()));
    expect(() => heap.manager.counts?.operate(7, NIL)).toThrow(/count operation 7/);
    expect(operations(heap).get("counts")).toMatch(/^1 calls/);
  });

  test.each(MANAGERS.map((factory) => [factory.traits.name, factory] as const))(
    "changes nothing about %s",
    (_name, factory) => {
      fc.assert(
        fc.property(programs, (program) => {
          const heapAfter = (made: ManagerFactory): ManagedHeap => {
            const run = new Mutator(new ManagedHeap(made, {}));
            run.run(program);
            expect(run.problems).toEqual([]);
            return run.heap;
          };
          const [plain, timed] = [heapAfter(factory), heapAfter(profiled(factory, ticking()))];
          expect(timed.manager.statistics()).toEqual(plain.manager.statistics());
          expect(timed.manager.save()).toEqual(plain.manager.save());
          expect(Buffer.compare(timed.memory.bytes, plain.memory.bytes)).toBe(0);
          timed.manager.observer = silent;
          expect(timed.manager.observer).toBe(silent);
        }),
        { numRuns: 5 },
      );
    },
  );
});
