/** Marking in pieces while the program goes on (Z-M2), on the heap of the mark-sweep manager. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildGraph, graphPlans, reached } from "../../../support/heap/object-graphs.ts";
import { ZexusHeap } from "../../../support/heap/zexus-heap.ts";

/** Finishes a cycle that is under way, in pieces. @returns pieces */
function finish(heap: ZexusHeap, budget: number): number {
  let pieces = 1;
  while (!heap.heap.trace(budget)) pieces++;
  heap.sweep();
  return pieces;
}

const graphs = graphPlans(60);

describe("marking in pieces", () => {
  test("Z-M2: the survivors are those of a full collection, whatever the budget", () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 7 }), (graph, budget) => {
        const whole = buildGraph(graph).heap;
        whole.collect();
        const { heap } = buildGraph(graph);
        heap.heap.begin("major", false);
        finish(heap, budget);
        expect(heap.live()).toEqual(whole.live());
      }),
    );
  });

  test("Z-M2: no piece looks into more objects than its budget", () => {
    const heap = new ZexusHeap();
    let chain = heap.allocate(16);
    for (let i = 0; i < 99; i++) chain = heap.allocate(16, null, { references: [chain] });
    heap.table.addRoot(heap.id(chain));
    heap.heap.begin("major", false);
    expect(finish(heap, 10)).toBe(10);
    expect(heap.table.liveObjects).toBe(100);
  });

  test("Z-M2: a reference that moves from an object not yet looked into to one that is done is not lost", () => {
    const heap = new ZexusHeap();
    const hidden = heap.allocate(16, "hidden");
    const late = heap.allocate(16, null, { references: [hidden] });
    const early = heap.allocate(16);
    heap.table.addRoot(heap.id(late));
    heap.table.addRoot(heap.id(early));
    heap.heap.begin("major", false);
    // The last root marked is the first looked into.
    heap.heap.trace(1);
    heap.refer(early, hidden);
    heap.cut(late, hidden);
    finish(heap, 1);
    expect(heap.get(hidden)).toBe("hidden");
  });

  test("Z-M2: what comes into being during a cycle outlives it, and what dies meanwhile goes with the next", () => {
    const heap = new ZexusHeap();
    const root = heap.allocate(16, "root", { root: true });
    const part = heap.allocate(16, "part");
    heap.refer(root, part);
    heap.heap.begin("major", false);
    const young = heap.allocate(16, "young");
    heap.cut(root, part);
    finish(heap, 1);
    expect([heap.get(part), heap.get(young)]).toEqual(["part", "young"]);
    expect(heap.collect()).toBe(2);
  });

  test("Z-M2: however many objects come into being during a cycle, they outlive it", () => {
    const heap = new ZexusHeap({ threshold: 1_000_000 });
    heap.heap.begin("major", false);
    for (let i = 0; i < 10_000; i++) heap.allocate(16);
    finish(heap, 10);
    expect(heap.table.liveObjects).toBe(10_000);
    expect(heap.collect()).toBe(10_000);
  });

  test("Z-M2: changes between the pieces lose nothing that can be reached, and the next collection is exact", () => {
    const change = fc.tuple(fc.nat(59), fc.nat(59), fc.boolean());
    fc.assert(
      fc.property(graphs, fc.array(change, { maxLength: 40 }), (graph, changes) => {
        const { heap, handles } = buildGraph(graph);
        const edges = graph.edges.map(([from, to]) => [from % graph.objects, to % graph.objects] as const);
        heap.heap.begin("major", false);
        for (const [a, b, isCut] of changes) {
          heap.heap.trace(1);
          // A program can only store what it reaches.
          const reachable = new Set(reached({ ...graph, edges }));
          const [from, to] = [a % graph.objects, b % graph.objects];
          if (!reachable.has(from)) continue;
          if (isCut) {
            const at = edges.findIndex(([holder]) => holder === from);
            const [[, target] = [0, 0]] = at < 0 ? [] : edges.splice(at, 1);
            if (at >= 0) heap.cut(handles[from] as number, handles[target] as number);
          } else if (reachable.has(to)) {
            edges.push([from, to]);
            heap.refer(handles[from] as number, handles[to] as number);
          }
        }
        finish(heap, 3);
        const expected = reached({ ...graph, edges }).map((i) => handles[i]);
        expect(heap.live()).toEqual(expect.arrayContaining(expected));
        heap.collect();
        expect(heap.live()).toEqual(expected);
      }),
    );
  });

  test("an object that is freed by hand during a cycle is not looked into: marking begins anew", () => {
    const heap = new ZexusHeap();
    const part = heap.allocate(16);
    const root = heap.allocate(16, null, { root: true, references: [part] });
    heap.heap.begin("major", false);
    heap.heap.trace(1);
    heap.heap.deallocate(part);
    expect([heap.heap.cycle, heap.heap.isDue]).toEqual([null, true]);
    expect(heap.collect()).toBe(0);
    expect(heap.live()).toEqual([root]);
  });
});
