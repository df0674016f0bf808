import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finish } from "../../../../core/base/steps.ts";
import { type HeapGraph, NO_SLOT } from "../../../../core/inspect/graph/building/heap-graph.ts";
import { componentSteps } from "../../../../core/inspect/graph/components.ts";
import { heapGraph } from "../../../../core/inspect/graph/graph-steps.ts";
import { exampleCycle, islands } from "../../../../core/inspect/graph/islands.ts";
import { retainedSizes } from "../../../../core/inspect/graph/retained.ts";
import { deadImage } from "../../../../core/inspect/image-view.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { sizeOf } from "../../../../core/objects/object-slots.ts";
import { buildHeap, distances, heapPlans, plainGraph, reusableHeap } from "../../../support/heap/random-heap.ts";
import { runProgram } from "../../../support/lisp/run-program.ts";

const childrenOf = (graph: HeapGraph, node: number) => {
  const found: number[] = [];
  for (let slot = 0; graph.childAt(node, slot) !== NO_SLOT; slot++) found.push(graph.childAt(node, slot));
  return found;
};

describe("what would be freed with an object", () => {
  test("is what cannot be reached any more without it", () => {
    fc.assert(
      fc.property(heapPlans(), (plan) => {
        const { view, objects } = buildHeap(plan);
        const plain = plainGraph(view);
        const sizes = retainedSizes(view);
        const reached = distances(plain, plain.roots);
        for (const object of objects) {
          if (!reached.has(object)) continue;
          const left = distances(plain, plain.roots, object);
          const gone = [...reached.keys()].filter((other) => !left.has(other));
          const words = gone.reduce((sum, other) => sum + sizeOf(view.memory, other), 0);
          expect(sizes.sizeOf(sizes.graph.numberOf(object))).toMatchObject({ objects: gone.length, words });
        }
      }),
      { numRuns: 60 },
    );
  });

  test("is that in dense graphs too, where many ways cross", () => {
    const size = 16;
    const { blocks, wire } = reusableHeap(size);
    const edges = fc.array(fc.array(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size });
    fc.assert(
      fc.property(edges, (plan) => {
        const view = wire(plan);
        const plain = plainGraph(view);
        const sizes = retainedSizes(view);
        const reached = distances(plain, plain.roots);
        for (const object of blocks) {
          if (!reached.has(object)) continue;
          const lost = reached.size - distances(plain, plain.roots, object).size;
          expect(sizes.sizeOf(sizes.graph.numberOf(object)).objects).toBe(lost);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("adds up to the whole heap, at the top and at each node", () => {
    const view = deadImage(
      runProgram(`(define all (let loop ((i 0) (l nil)) (if (= i 3000) l (loop (+ i 1) (cons (list i l) l)))))
(define some (cdr (cdr all)))`).machine.memory,
      new CodeDirectory(),
    );
    const sizes = retainedSizes(view);
    const { graph } = sizes;
    let words = 0;
    for (let node = 0; node < graph.objects; node++) words += sizeOf(view.memory, graph.addressOf(node));
    expect(sizes.sizeOf(sizes.top)).toMatchObject({ objects: graph.objects, words });
    for (let node = 0; node < graph.nodes; node += 211) {
      const { objects, words: all } = sizes.sizeOf(node);
      const children = sizes.children(node, 0, sizes.childCount(node));
      expect(children.map((child) => child.words)).toEqual(children.map((child) => child.words).sort((a, b) => b - a));
      expect(children.reduce((sum, child) => sum + child.words, graph.wordsOf(node))).toBe(all);
      expect(children.reduce((sum, child) => sum + child.objects, node < graph.objects ? 1 : 0)).toBe(objects);
      for (const child of children) expect(sizes.keeperOf(child.node)).toBe(node);
    }
    // 3000 elements of three conses each; their tails are the list itself.
    const [biggest] = sizes.children(sizes.top, 0, 1);
    expect(biggest?.objects).toBeGreaterThanOrEqual(8990);
  });

  test("is known for what no root reaches as well: a chain of lost objects goes with its head", () => {
    const { view, objects } = buildHeap({
      kinds: ["cons", "closure", "cons", "block"],
      edges: [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 2],
      ],
      roots: [],
    });
    const sizes = retainedSizes(view);
    const counts = objects.map((object) => sizes.sizeOf(sizes.graph.numberOf(object)).objects);
    expect(counts).toEqual([4, 3, 2, 1]);
  });

  test("is found for a long list without running out of stack", () => {
    const program = "(define long (let loop ((i 0) (l nil)) (if (= i 60000) l (loop (+ i 1) (cons i l)))))";
    const long = deadImage(runProgram(program).machine.memory, new CodeDirectory());
    const sizes = retainedSizes(long);
    expect(sizes.children(sizes.top, 0, 1)[0]?.objects).toBeGreaterThanOrEqual(60000);
  });
});

describe("strongly connected components", () => {
  test("are the objects that lead to each other, and refer downwards only", () => {
    fc.assert(
      fc.property(heapPlans(), (plan) => {
        const { view } = buildHeap(plan);
        const plain = plainGraph(view);
        const graph = heapGraph(view);
        const members = Int32Array.from({ length: graph.objects }, (_, node) => node);
        const { component } = finish(componentSteps(graph, members));
        const reach = members.reduce<Map<number, ReadonlyMap<number, number>>>(
          (all, node) => all.set(node, distances(plain, [graph.addressOf(node)])),
          new Map(),
        );
        const own = plan.kinds.length;
        for (const a of members.slice(-own * 2)) {
          for (const b of members.slice(-own * 2)) {
            const both = reach.get(a)?.has(graph.addressOf(b)) && reach.get(b)?.has(graph.addressOf(a));
            expect(component[a] === component[b]).toBe(both === true);
          }
          for (const child of childrenOf(graph, a)) {
            if (child >= 0) expect(component[child]).toBeLessThanOrEqual(component[a] ?? 0);
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe("islands", () => {
  test("are the groups that keep themselves, each with a way round and what hangs off it", () => {
    const { view, objects } = buildHeap({
      kinds: ["cons", "cons", "block", "closure", "cons", "cons", "closure"],
      edges: [
        [0, 1],
        [1, 0],
        [1, 2],
        [2, 3],
        [4, 4],
        [5, 4],
        [2, 6],
      ],
      roots: [6],
    });
    const graph = heapGraph(view);
    const found = islands(graph);
    const addresses = found.map(({ members }) => Array.from(members, (node) => graph.addressOf(node)));
    const [a = 0, b = 0, , , loop = 0] = objects;
    expect(addresses).toEqual([[a, b].sort((x, y) => x - y), [loop]]);
    expect(found[0]).toMatchObject({ size: { objects: 2, words: 8 }, hanging: { objects: 2 }, heldBy: "cyclic" });
    expect(found[1]).toMatchObject({ size: { objects: 1 }, hanging: { objects: 0 }, heldBy: "lost" });
    for (const island of found) {
      const cycle = exampleCycle(graph, island);
      expect(cycle).toHaveLength(island.members.length);
      for (const [i, step] of cycle.entries()) expect(step.target).toBe(cycle[(i + 1) % cycle.length]?.holder);
    }
  });

  test("of a program are the cycles that it dropped", () => {
    const view = deadImage(
      runProgram(`(define (knot! n) (let ((l (list n (list n n)))) (set-cdr! (cdr l) l) nil))
(for (i 0 20) (knot! i))
(gc)`).machine.memory,
      new CodeDirectory(),
    );
    const found = islands(heapGraph(view));
    expect(found).toHaveLength(20);
    for (const { size, hanging } of found) expect([size.objects, hanging.objects]).toEqual([2, 2]);
  });
});
