import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HeapReference } from "../../../../../core/inspect/counts/references.ts";
import { type HeapGraph, NO_SLOT } from "../../../../../core/inspect/graph/building/heap-graph.ts";
import { graphSteps, heapGraph } from "../../../../../core/inspect/graph/graph-steps.ts";
import { foldedPath, pathFromRoot } from "../../../../../core/inspect/graph/paths.ts";
import { holdersOf, why } from "../../../../../core/inspect/graph/questions.ts";
import { unreached } from "../../../../../core/inspect/graph/reach.ts";
import { deadImage, type ImageView } from "../../../../../core/inspect/image-view.ts";
import { T } from "../../../../../core/memory/layout.ts";
import { CodeDirectory } from "../../../../../core/objects/code/code-directory.ts";
import { eachPointer } from "../../../../../core/objects/object-slots.ts";
import { findSymbol, valueCell } from "../../../../../core/objects/symbols.ts";
import { buildHeap, distances, heapPlans, type PlainGraph, plainGraph } from "../../../../support/heap/random-heap.ts";
import { runProgram } from "../../../../support/lisp/run-program.ts";

const PROGRAM = `(define kept (list 1 (vector 1 2 (list 4 5)) "text" 1.5 100000))
(define (adder n) (lambda (m) (+ n m)))
(define add3 (adder 3))
(define (knot! l) (set-cdr! l (list 9 8)) (set-cdr! (cdr l) (list l l)))
(knot! (list 1 2 3))
(define here (list 'a 'b kept))`;

function programView(): ImageView {
  return deadImage(runProgram(PROGRAM).machine.memory, new CodeDirectory());
}

/** Every reference that the graph gives, forwards and backwards, is one of the plain graph, and none is missing. */
function expectSameReferences(graph: HeapGraph, plain: PlainGraph): void {
  for (let node = 0; node < graph.objects; node++) {
    const object = graph.addressOf(node);
    const children = new Set<number>();
    for (let slot = 0; ; slot++) {
      const child = graph.childAt(node, slot);
      if (child === NO_SLOT) break;
      if (child >= 0) children.add(graph.addressOf(child));
    }
    expect(children).toEqual(plain.children.get(object));
    const holders = graph.holders(node, 0, graph.holderCount(node));
    expect(holders).toHaveLength(plain.references.get(object) ?? 0);
    for (const { holderKind, holder, target } of holders) {
      expect(target).toBe(object);
      if (holderKind === "object") expect(plain.children.get(holder)?.has(object)).toBe(true);
    }
  }
}

describe("the object graph", () => {
  test("has the references that a walk over all slots finds, both ways", () => {
    fc.assert(
      fc.property(heapPlans(), (plan) => {
        const { view } = buildHeap(plan);
        expectSameReferences(heapGraph(view), plainGraph(view));
      }),
      { numRuns: 25 },
    );
  });

  test("has those of a program with closures, code, strings and vectors", () => {
    const view = programView();
    expectSameReferences(heapGraph(view), plainGraph(view));
  });

  test("names slots as the list of slots does", () => {
    const graph = heapGraph(programView());
    for (let node = 0; node < graph.objects; node += 7) {
      const object = graph.addressOf(node);
      const slots: unknown[] = [];
      eachPointer(graph.view.memory, object, (pointer, kind, index) => slots.push({ pointer, kind, index }));
      const found = Array.from({ length: graph.slots.count(object) }, (_, slot) => ({
        pointer: graph.slots.target(object, slot),
        ...graph.slots.place(object, slot),
      }));
      expect(found).toEqual(slots);
    }
  });

  test("is made in steps that say how far they are", () => {
    const view = programView();
    const steps = graphSteps(view);
    const phases = new Set<string>();
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      phases.add(step.value.phase);
      expect(step.value.done).toBeLessThanOrEqual(step.value.total);
    }
    expect([...phases]).toEqual(["typed storage", "conses", "counting objects", "addresses", "references"]);
    expect(heapGraph(view)).toBe(step.value);
  });

  test("pages of holders add up to all of them", () => {
    const { view, objects } = buildHeap({
      kinds: ["block", "block", "cons", "cons"],
      edges: [
        [0, 3],
        [0, 3],
        [0, 3],
        [1, 3],
        [1, 3],
        [2, 3],
        [3, 3],
      ],
      roots: [3],
    });
    const graph = heapGraph(view);
    const node = graph.numberOf(objects[3] ?? 0);
    const all = graph.holders(node, 0, 100);
    expect(all).toHaveLength(8);
    expect(all[0]?.holderKind).toBe("symbol");
    for (let size = 1; size < 4; size++) {
      const paged = [];
      for (let start = 0; start < all.length; start += size) paged.push(...graph.holders(node, start, size));
      expect(paged).toEqual(all);
    }
  });
});

describe("the way from a root", () => {
  test("is a shortest one, and each step is a reference of the image", () => {
    fc.assert(
      fc.property(heapPlans(), (plan) => {
        const { view, objects } = buildHeap(plan);
        const plain = plainGraph(view);
        const graph = heapGraph(view);
        const distance = distances(plain, plain.roots);
        for (const object of objects) {
          if (plain.roots.has(object) && graph.isRoot(graph.numberOf(object))) continue;
          const path = pathFromRoot(graph, graph.numberOf(object));
          expect(path === null ? undefined : path.length).toBe(lengthOf(plain, graph, distance, object));
          for (const [i, step] of (path ?? []).entries()) {
            expect(step.target).toBe(path?.[i + 1]?.holder ?? object);
            if (i > 0) expect(plain.children.get(step.holder)?.has(step.target)).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test("is shown without the middle of long lists", () => {
    const step = (slotKind: "cdr" | "car" | "value", holder: number): HeapReference => {
      return { holderKind: "object", holder, slotKind, index: 0, target: holder + 1 };
    };
    const way = (cdrs: number) => [
      step("value", 0),
      ...Array.from({ length: cdrs }, (_, i) => step("cdr", i + 1)),
      step("car", cdrs + 1),
    ];
    const shown = (cdrs: number) =>
      [...foldedPath(way(cdrs))].map((one) => ("leftOut" in one ? `-${one.leftOut}` : one.position));
    expect(shown(0)).toEqual([0, 1]);
    expect(shown(5)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(shown(100)).toEqual([0, 1, 2, "-96", 99, 100, 101]);
  });

  test("starts at the value of a symbol rather than at its property list or at the stack", () => {
    const { view, objects } = buildHeap({ kinds: ["cons"], edges: [], roots: [0, 0] });
    const object = objects[0] ?? 0;
    const symbol = findSymbol(view.memory, "ROOT1") ?? 0;
    view.memory.setPointer(valueCell(symbol) + 4, object);
    expect(why(view, object)).toMatchObject([{ holderKind: "symbol", slotKind: "value" }]);
  });
});

/** References on a shortest way: one more than the distance from what a root holds; symbols that are objects are roots themselves. */
function lengthOf(
  plain: PlainGraph,
  graph: HeapGraph,
  distance: ReadonlyMap<number, number>,
  object: number,
): number | undefined {
  let best = Number.POSITIVE_INFINITY;
  const symbols = [...plain.roots].filter((root) => graph.isRoot(graph.numberOf(root)));
  const held = [...plain.roots].filter((root) => !symbols.includes(root));
  if (!distance.has(object)) return undefined;
  const fromHeld = distances(plain, held).get(object);
  if (fromHeld !== undefined) best = Math.min(best, fromHeld + 1);
  const fromSymbols = distances(plain, symbols).get(object);
  if (fromSymbols !== undefined) best = Math.min(best, fromSymbols);
  return best;
}

describe("what refers to something", () => {
  test("is found for symbols, whose references nobody counts, and for the inside of objects", () => {
    const { view, objects } = buildHeap({ kinds: ["block", "cons"], edges: [], roots: [0] });
    const [block = 0, cons = 0] = objects;
    view.memory.setPointer(block, T);
    view.memory.setPointer(block + 4, block + 6);
    expect(holdersOf(view, T, 10)).toContainEqual({
      holderKind: "object",
      holder: block,
      slotKind: "element",
      index: 0,
      target: T,
    });
    expect(holdersOf(view, block + 6, 10)).toMatchObject([{ holder: block, slotKind: "element", index: 2 }]);
    expect(holdersOf(view, cons, 10)).toEqual([]);
  });
});

describe("what no root reaches", () => {
  test("is what tracing leaves over, sorted into lost objects and cycles", () => {
    fc.assert(
      fc.property(heapPlans(), (plan) => {
        const { view } = buildHeap(plan);
        const plain = plainGraph(view);
        const graph = heapGraph(view);
        const reached = distances(plain, plain.roots);
        const rest = [...plain.children.keys()].filter((object) => !reached.has(object));
        const heads = rest.filter((object) => !rest.some((other) => plain.children.get(other)?.has(object)));
        const lost = distances({ ...plain }, heads);
        const { lost: foundLost, cyclic } = unreached(graph);
        const addresses = (nodes: Int32Array) => Array.from(nodes, (node) => graph.addressOf(node));
        expect(addresses(foundLost)).toEqual(rest.filter((object) => lost.has(object)));
        expect(addresses(cyclic)).toEqual(rest.filter((object) => !lost.has(object)));
      }),
      { numRuns: 40 },
    );
  });
});
