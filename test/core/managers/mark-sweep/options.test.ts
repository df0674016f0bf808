/** Each way to collect, on random mutator programs against a model: whatever the options say, what can be reached stays, and the rest goes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory, ManagerOptions } from "../../../../core/managers/contract.ts";
import { storageProblems } from "../../../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";
import { Mutator, operation, programs } from "../../../support/heap/mutator.ts";

const factory = managerFactory("mark-sweep") as ManagerFactory;
const RUNS = { numRuns: 12, endOnFailure: true };

const VARIANTS: readonly (readonly [string, ManagerOptions])[] = [
  ["young and old objects (Z-M1)", { threshold: 20, generational: true, promoteAfter: 1 }],
  ["pieces of five objects (Z-M2)", { threshold: 20, budget: 5 }],
  ["counts beside the tracer (Z-M4)", { threshold: 60, hybrid: 1 }],
  ["three workers (Z-M3)", { threshold: 20, workers: 3 }],
  ["one region at a time (Z-M8)", { threshold: 20, regions: 1 }],
  ["all of it", { threshold: 15, generational: true, budget: 3, hybrid: 2, workers: 2, regions: 2 }],
];

function mutator(options: ManagerOptions): Mutator {
  return new Mutator(new ManagedHeap(factory, options));
}

describe.each(VARIANTS)("with %s", (_name, options) => {
  test("nothing reachable is lost, nothing is freed twice, and storage stays well formed", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = mutator(options);
        run.run(program);
        expect(run.problems).toEqual([]);
        expect(run.reachableProblems()).toEqual([]);
        expect(storageProblems(run.heap.memory, run.heap.variables)).toEqual([]);
        expect(run.heap.manager.statistics()).toMatchObject(run.events);
      }),
      RUNS,
    );
  });

  test("a collection on request leaves exactly what the roots reach", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const run = mutator(options);
        run.run(program);
        run.heap.manager.collect("request");
        const reachable = new Set([...run.reachable()].map(({ pointer }) => pointer));
        expect(new Set(run.allocated.keys())).toEqual(reachable);
      }),
      RUNS,
    );
  });

  test("restoring a state and going on equals going on at once", () => {
    fc.assert(
      fc.property(programs, fc.array(operation, { maxLength: 100, size: "max" }), (program, rest) => {
        const run = mutator(options);
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
      { numRuns: 6, endOnFailure: true },
    );
  });
});
