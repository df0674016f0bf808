/** Why an object lives: the shortest way from a root to it, found backwards from the object. */
import { IntList } from "../../base/int-list.ts";
import { RankedBits } from "../../base/ranked-bits.ts";
import type { HeapReference } from "../references.ts";
import type { HeapGraph } from "./heap-graph.ts";
import { rootRank } from "./roots.ts";

/**
 * The references of a shortest way: the first is a root's, the last one leads to the object. Of several roots at the same distance it is that which says
 * most: the value of a symbol before its definition, symbols before the stack, the stack before system contexts. Null when no root reaches the object.
 */
export function pathFromRoot(graph: HeapGraph, object: number): readonly HeapReference[] | null {
  const seen = new RankedBits(graph.objects);
  const queue = new IntList();
  /** Position in the queue of the object that each one refers to. */
  const towards = new IntList();
  queue.push(object);
  towards.push(-1);
  seen.add(object);
  for (let from = 0; from < queue.length; ) {
    const levelEnd = queue.length;
    let best: { readonly reference: HeapReference; readonly at: number } | null = null;
    for (let at = from; at < levelEnd; at++) {
      const target = queue.at(at);
      const count = graph.holderCount(target);
      for (let i = 0; i < count; i++) {
        const holder = graph.holderAt(target, i);
        if (!graph.isRoot(holder)) {
          if (best !== null || seen.has(holder)) continue;
          seen.add(holder);
          queue.push(holder);
          towards.push(at);
          continue;
        }
        const reference = graph.bestReference(holder, target);
        if (reference !== null && (best === null || rootRank(reference) < rootRank(best.reference))) {
          best = { reference, at };
        }
      }
    }
    if (best !== null) return wayDown(graph, queue, towards, best.reference, best.at);
    from = levelEnd;
  }
  return null;
}

function wayDown(
  graph: HeapGraph,
  queue: IntList,
  towards: IntList,
  first: HeapReference,
  from: number,
): readonly HeapReference[] {
  const path = [first];
  for (let at = from; towards.at(at) >= 0; at = towards.at(at)) {
    const reference = graph.referencesFrom(queue.at(at), queue.at(towards.at(at)))[0];
    if (reference !== undefined) path.push(reference);
  }
  return path;
}
