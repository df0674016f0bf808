/** Why an object lives: the shortest way from a root to it, found backwards from the object. */
import { IntList } from "../../base/int-list.ts";
import { RankedBits } from "../../base/ranked-bits.ts";
import { finish, type IndexSteps } from "../../base/steps.ts";
import type { HeapReference } from "../counts/references.ts";
import { rememberedSteps } from "../steps.ts";
import type { HeapGraph } from "./building/heap-graph.ts";
import { rootRank } from "./building/roots.ts";

/** Objects between two reports. */
const STEP_OBJECTS = 1 << 16;

/**
 * The references of a shortest way: the first is a root's, the last one leads to the object. Of several roots at the same distance it is that which says
 * most: the value of a symbol before its definition, symbols before the stack, the stack before system contexts. Null when no root reaches the object.
 */
export function pathFromRoot(graph: HeapGraph, object: number): readonly HeapReference[] | null {
  return finish(pathSteps(graph, object));
}

/** The same step by step; the way stays with the view. */
export function pathSteps(graph: HeapGraph, object: number): IndexSteps<readonly HeapReference[] | null> {
  return rememberedSteps(graph.view, `way to ${object}`, () => findPath(graph, object));
}

function* findPath(graph: HeapGraph, object: number): IndexSteps<readonly HeapReference[] | null> {
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
      if (at % STEP_OBJECTS === STEP_OBJECTS - 1) yield { phase: "way from a root", done: at, total: graph.objects };
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

/** A step of a way, with its place in it, counted from 0; or how many steps down a list are left out. */
export type FoldedStep =
  | { readonly position: number; readonly reference: HeapReference }
  | { readonly leftOut: number };

/** Steps of a run down a list that are shown at each of its ends. */
const SHOWN_ENDS = 2;

/** A way for readers: long runs from cons to cons down a list are cut out of it. */
export function* foldedPath(path: readonly HeapReference[]): Generator<FoldedStep> {
  for (let at = 0; at < path.length; ) {
    let end = at;
    while (end < path.length && path[end]?.slotKind === "cdr") end++;
    const leftOut = end - at - 2 * SHOWN_ENDS;
    if (leftOut > 1) {
      for (let i = 0; i < SHOWN_ENDS; i++) yield { position: at + i, reference: path[at + i] as HeapReference };
      yield { leftOut };
      at = end - SHOWN_ENDS;
    }
    for (end = Math.max(end, at + 1); at < end; at++) yield { position: at, reference: path[at] as HeapReference };
  }
}
