/** When the next collection is due as more and more lives: work is counted in objects marked, not in time. */
import { describe, expect, test } from "vitest";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import type { ManagerFactory, ManagerOptions } from "../../../../core/managers/contract.ts";
import { silent } from "../../../../core/managers/events.ts";
import type { MarkSweepManager } from "../../../../core/managers/mark-sweep/mark-sweep-manager.ts";
import { NIL } from "../../../../core/memory/layout.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { ManagedHeap } from "../../../support/heap/managed-heap.ts";

/** Makes a list whose pairs are all kept, with every collection that is due. */
function keepPairs(pairs: number, options: ManagerOptions) {
  const factory = managerFactory("mark-sweep") as ManagerFactory;
  const heap = new ManagedHeap(factory, options, { megabytes: 32, endPage: 0x8000 });
  let marked = 0;
  let collections = 0;
  heap.manager.observer = {
    ...silent,
    collectionPhase: (phase, report) => {
      if (phase !== "end") return;
      marked += report.marked;
      collections++;
    },
  };
  heap.roots[0] = NIL;
  for (let i = 0; i < pairs; i++) {
    heap.roots[0] = heap.manager.cons(smallInteger(i & 0xfff), heap.roots[0] as number);
    const cause = heap.manager.due();
    if (cause !== null) heap.manager.collect(cause);
  }
  return { marked, collections, runs: (heap.manager as MarkSweepManager).heap.table.statistics.runs };
}

describe("a structure that only grows", () => {
  test.each([75_000, 300_000])("of %i pairs, about three objects are marked for each (Z-F8)", (pairs) => {
    const { marked, collections } = keepPairs(pairs, {});
    expect(marked).toBeLessThan(3.1 * pairs);
    expect(collections).toBeLessThan(16);
  });

  test("in pieces and region by region the number of cycles stays small too", () => {
    const { runs } = keepPairs(40_000, { threshold: 100, regions: 1, budget: 50 });
    expect(runs).toBeGreaterThan(5);
    expect(runs).toBeLessThan(25);
  });

  test("the option is the least threshold, and comes back when nothing lives", () => {
    const heap = new ManagedHeap(managerFactory("mark-sweep") as ManagerFactory, { threshold: 200 });
    const threshold = () => heap.manager.view().figures.find(({ label }) => label === "threshold")?.value;
    for (let i = 0; i < 1000; i++) heap.roots.push(heap.manager.cons(smallInteger(i), NIL));
    heap.manager.collect("request");
    expect(Number(threshold()?.replace(/\D/g, ""))).toBeGreaterThanOrEqual(500);
    heap.roots.length = 0;
    heap.manager.collect("request");
    expect(threshold()).toBe("200");
  });

  test("minor collections keep the threshold that was given", () => {
    const { collections } = keepPairs(20_000, { threshold: 100, generational: true });
    expect(collections).toBeGreaterThanOrEqual(195);
  });
});
