/** Questions about one pointer, whatever it is: who refers to it, and why it lives. */
import type { Pointer } from "../../base/units.ts";
import { eachRoot, type HeapReference } from "../counts/references.ts";
import type { ImageView } from "../image-view.ts";
import type { HeapGraph } from "./building/heap-graph.ts";
import { heapGraph } from "./graph-steps.ts";
import { pathFromRoot } from "./paths.ts";

/**
 * References to a pointer, those of the stack included. Objects have theirs in a table; for anything else (a symbol that is a number, a free cell,
 * the inside of an object) every slot of the heap is looked at.
 */
export function holdersOf(view: ImageView, pointer: Pointer, limit: number): readonly HeapReference[] {
  const graph = heapGraph(view);
  const node = graph.numberOf(pointer);
  return node >= 0 ? graph.holders(node, 0, limit) : searchHolders(graph, pointer, limit);
}

/** The references of a shortest way from a root to an object; null when there is none, or no object begins there. */
export function why(view: ImageView, pointer: Pointer): readonly HeapReference[] | null {
  const graph = heapGraph(view);
  const node = graph.numberOf(pointer);
  return node < 0 ? null : pathFromRoot(graph, node);
}

function searchHolders(graph: HeapGraph, pointer: Pointer, limit: number): readonly HeapReference[] {
  const found: HeapReference[] = [];
  const { view, map, slots } = graph;
  eachRoot(view, map, (reference) => {
    const isOnHeap = reference.holderKind === "symbol" && map.isObject(reference.holder);
    if (reference.target === pointer && !isOnHeap && found.length < limit) found.push(reference);
  });
  for (let node = 0; node < graph.objects && found.length < limit; node++) {
    const holder = graph.addressOf(node);
    const count = slots.count(holder);
    for (let slot = 0; slot < count; slot++) {
      if (slots.target(holder, slot) !== pointer || found.length >= limit) continue;
      const { kind, index } = slots.place(holder, slot);
      found.push({ ...graph.nodeHolder(node), slotKind: kind, index, target: pointer });
    }
  }
  return found;
}
