/** Random graphs of objects on the heap of the mark-sweep manager, and what their roots reach. */
import fc from "fast-check";
import { ZexusHeap, type ZexusOptions } from "./zexus-heap.ts";

/** Roots and edges are numbers of objects, taken modulo how many there are. */
export interface ObjectGraphPlan {
  readonly objects: number;
  readonly roots: readonly number[];
  readonly edges: readonly (readonly [number, number])[];
}

export function graphPlans(most: number): fc.Arbitrary<ObjectGraphPlan> {
  const object = fc.nat(most - 1);
  return fc.record({
    objects: fc.integer({ min: 1, max: most }),
    roots: fc.array(object, { maxLength: 6 }),
    edges: fc.array(fc.tuple(object, object), { maxLength: 3 * most, size: "max" }),
  });
}

export function buildGraph({ objects, roots, edges }: ObjectGraphPlan, options: ZexusOptions = {}) {
  const heap = new ZexusHeap({ threshold: 1_000_000, ...options });
  const handles = Array.from({ length: objects }, () => heap.allocate(16));
  for (const root of roots) heap.table.addRoot(root % objects);
  for (const [from, to] of edges) heap.refer(handles[from % objects] as number, handles[to % objects] as number);
  return { heap, handles };
}

/** Numbers of the objects that the roots reach over these edges, ascending. */
export function reached({ objects, roots, edges }: ObjectGraphPlan): number[] {
  const found = new Set<number>();
  const pending = roots.map((root) => root % objects);
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    for (const [from, to] of edges) if (from % objects === at) pending.push(to % objects);
  }
  return [...found].sort((a, b) => a - b);
}
