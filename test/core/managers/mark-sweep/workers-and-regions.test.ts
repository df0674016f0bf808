/** Several workers (Z-M3), bulk operations on bits (Z-M6) and regions (Z-M8), on the heap of the mark-sweep manager. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IntList } from "../../../../core/base/int-list.ts";
import { findAllDead } from "../../../../core/managers/mark-sweep/trace/dead-objects.ts";
import { MarkingWorkers } from "../../../../core/managers/mark-sweep/trace/workers.ts";
import { buildGraph, graphPlans, reached } from "../../../support/heap/object-graphs.ts";
import { REGION_OBJECTS, ZexusHeap } from "../../../support/heap/zexus-heap.ts";

describe("several workers", () => {
  test("Z-M3: what survives depends neither on their number nor on whose turn it is", () => {
    const turns = fc.array(fc.nat(7), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(graphPlans(200), fc.integer({ min: 1, max: 8 }), turns, (plan, count, order) => {
        const { heap, handles } = buildGraph(plan);
        const { marks } = heap.heap;
        marks.begin(heap.table.capacity, null);
        heap.heap.markRoots();
        const workers = new MarkingWorkers(marks, count, (turn) => order[turn % order.length] as number);
        while (!workers.trace(heap.scanObject, 40));
        const marked = handles.filter((handle) => marks.isMarked(heap.id(handle)));
        expect(marked).toEqual(reached(plan).map((i) => handles[i]));
        expect(workers.figures().reduce((sum, done) => sum + done, 0)).toBe(marked.length);
      }),
    );
  });

  test("Z-M3: ids are freed in the same order, so that they are given again in the same order", () => {
    fc.assert(
      fc.property(graphPlans(200), fc.integer({ min: 2, max: 8 }), (plan, workers) => {
        const one = buildGraph(plan).heap;
        const several = buildGraph(plan, { workers }).heap;
        expect(several.collect()).toBe(one.collect());
        expect(several.live()).toEqual(one.live());
        expect(several.allocate(16)).toBe(one.allocate(16));
      }),
    );
  });

  test("Z-M3: work is shared: with a wide graph every worker has its part", () => {
    const heap = new ZexusHeap({ workers: 4, threshold: 1_000_000 });
    const parts = Array.from({ length: 1000 }, () => heap.allocate(16, null, { references: [heap.allocate(16)] }));
    heap.allocate(16, null, { root: true, references: parts });
    heap.collect();
    const figures = heap.heap.workers?.figures() ?? [];
    expect(figures.reduce((sum, done) => sum + done, 0)).toBe(2001);
    for (const done of figures) expect(done).toBeGreaterThan(200);
  });
});

describe("bulk operations on bits", () => {
  test("Z-M6: the dead objects are those that a look at each object finds", () => {
    fc.assert(
      fc.property(graphPlans(300), fc.array(fc.nat(299)), (plan, freed) => {
        const { heap, handles } = buildGraph(plan);
        for (const i of freed) heap.heap.deallocate(handles[i % handles.length] as number);
        heap.heap.begin("major", false);
        heap.heap.trace(Number.POSITIVE_INFINITY);
        const byObject = new IntList();
        for (let id = 0; id < heap.table.used; id++) {
          if (heap.table.isLive(id) && !heap.heap.marks.isMarked(id)) byObject.push(id);
        }
        expect(findAllDead(heap.table, heap.heap.marks, 1).toArray()).toEqual(byObject.toArray());
      }),
    );
  });

  test("Z-M6: a minor collection begins with the bits of all old objects at once", () => {
    const heap = new ZexusHeap({ promoteAfter: 1 });
    const handles = Array.from({ length: 100 }, () => heap.allocate(16, null, { root: true }));
    heap.collect({ kind: "minor" });
    const young = heap.allocate(16);
    heap.heap.begin("minor", false);
    expect(handles.every((handle) => heap.heap.marks.isMarked(heap.id(handle)))).toBe(true);
    expect(heap.heap.marks.isMarked(heap.id(young))).toBe(false);
    expect(heap.heap.marks.marked).toBe(0);
  });
});

describe("regions", () => {
  /** Three regions, of which so many objects are dead. */
  const heapWith = (...dead: number[]) => {
    const heap = new ZexusHeap({ hasRegions: true, threshold: 1_000_000 });
    for (const count of dead) {
      for (let i = 0; i < REGION_OBJECTS; i++) heap.allocate(10, null, { root: i >= count });
    }
    return heap;
  };
  const collect = (heap: ZexusHeap, mostRegions?: number) => {
    heap.heap.begin("major", false);
    heap.heap.trace(Number.POSITIVE_INFINITY);
    return heap.sweep(mostRegions);
  };

  test("Z-M8: the region with the most garbage is collected first", () => {
    const heap = heapWith(20, 70, 50);
    expect(collect(heap, 1)).toBe(70);
    expect(collect(heap, 1)).toBe(50);
    expect(collect(heap, 1)).toBe(20);
    expect(collect(heap, 1)).toBe(0);
  });

  test("Z-M8: figures say of each region what lives and what is garbage", () => {
    const heap = heapWith(20, 70, 50);
    collect(heap, 2);
    expect(heap.heap.regions?.figures()).toEqual([
      { region: 1, objects: 100, live: 300, garbage: 700 },
      { region: 2, objects: 100, live: 500, garbage: 500 },
      { region: 0, objects: 100, live: 800, garbage: 200 },
    ]);
  });

  test("Z-M8: with all regions the survivors are those of a collection without regions", () => {
    fc.assert(
      fc.property(graphPlans(400), (plan) => {
        const plain = buildGraph(plan).heap;
        const inRegions = buildGraph(plan, { hasRegions: true }).heap;
        plain.collect();
        inRegions.collect();
        expect(inRegions.live()).toEqual(plain.live());
      }),
    );
  });
});
