/** All that a memory manager promises, at once, for each of many random mutator programs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MANAGERS } from "../../core/managers/catalog.ts";
import { countProblems, storageProblems } from "../support/heap/heap-invariants.ts";
import { ManagedHeap } from "../support/heap/managed-heap.ts";
import { Mutator, programs } from "../support/heap/mutator.ts";
import { randomRuns, timeLimit } from "../support/random-runs.ts";

const RUNS = randomRuns(20);

function overlaps(run: Mutator): string[] {
  const owner = new Map<number, number>();
  const found: string[] = [];
  for (const { pointer, sizeWords } of run.allocated.values()) {
    for (let cell = pointer; cell < pointer + sizeWords; cell += 2) {
      const other = owner.get(cell);
      if (other !== undefined) found.push(`${pointer} overlaps ${other}`);
      owner.set(cell, pointer);
    }
  }
  return found;
}

function wrongCounts(run: Mutator): string[] {
  const { manager, memory } = run.heap;
  const { counts } = manager;
  if (counts === null) return [];
  const references = run.references();
  const wrong = [...run.allocated.keys()].filter((object) => counts.countOf(object) !== (references.get(object) ?? 0));
  return [...wrong.map((object) => `wrong count of ${object}`), ...countProblems(memory, (p) => run.allocated.has(p))];
}

describe.each(MANAGERS.map((factory) => [factory.traits.name, factory] as const))("manager %s", (_name, factory) => {
  test(
    "keeps every promise through random programs",
    () => {
      fc.assert(
        fc.property(programs, (program) => {
          // A countdown or threshold at which these programs meet several collections.
          const known = factory.options.map(({ name }) => name);
          const often = Object.fromEntries(
            ["countdown", "threshold"].filter((name) => known.includes(name)).map((name) => [name, 40]),
          );
          const run = new Mutator(new ManagedHeap(factory, often));
          run.run(program);
          expect(run.problems).toEqual([]);
          expect(run.reachableProblems()).toEqual([]);
          expect(overlaps(run)).toEqual([]);
          expect(wrongCounts(run)).toEqual([]);
          expect(run.heap.manager.statistics()).toMatchObject(run.events);
          expect(storageProblems(run.heap.memory, run.heap.variables)).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});
