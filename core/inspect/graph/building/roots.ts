/**
 * The roots of the object graph as nodes: each symbol that is a number, type descriptor, frame, context cell, and so on, with the objects it refers to.
 * Symbols that are objects are roots too, but nodes of the heap.
 * Source: collection specification, section 11.2, "Unreachable objects".
 */
import { IntList } from "../../../base/int-list.ts";
import { eachRoot, type HeapReference, type HolderKind } from "../../counts/references.ts";
import type { HeapMap } from "../../heap/heap-map.ts";
import type { ImageView } from "../../image-view.ts";

export interface RootTable {
  /** Kind and holder of each root, as in the references that it holds. */
  readonly nodes: readonly Pick<HeapReference, "holderKind" | "holder">[];
  /** The references of root i are those from `first[i]` up to `first[i + 1]`. */
  readonly first: Int32Array;
  readonly references: readonly HeapReference[];
}

/** Which root a reader wants to hear of first, when several are equally near. */
const KIND_ORDER: readonly HolderKind[] = ["symbol", "type", "stack", "interface", "buffer", "system", "object"];
const SLOT_ORDER = ["value", "definition", "properties", "print-name"];

/** Smaller is better. */
export function rootRank({ holderKind, slotKind }: HeapReference): number {
  return KIND_ORDER.indexOf(holderKind) * SLOT_ORDER.length + Math.max(0, SLOT_ORDER.indexOf(slotKind ?? ""));
}

/** Only references that lead to objects are in the table. */
export function rootTable(view: ImageView, map: HeapMap): RootTable {
  const nodes: Pick<HeapReference, "holderKind" | "holder">[] = [];
  const numbers = new Map<string, number>();
  const found: HeapReference[] = [];
  const owners = new IntList();
  eachRoot(view, map, (reference) => {
    const { holderKind, holder, target } = reference;
    // Symbols that are objects hold their references as objects do.
    if (!map.isObject(target) || (holderKind === "symbol" && map.isObject(holder))) return;
    const key = `${holderKind} ${holder}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = nodes.length;
      numbers.set(key, number);
      nodes.push({ holderKind, holder });
    }
    owners.push(number);
    found.push(reference);
  });
  const first = new Int32Array(nodes.length + 1);
  for (let i = 0; i < owners.length; i++) (first[owners.at(i) + 1] as number)++;
  for (let i = 0; i < nodes.length; i++) first[i + 1] = (first[i + 1] as number) + (first[i] as number);
  const next = first.slice();
  const references: HeapReference[] = new Array(found.length);
  for (const [i, reference] of found.entries()) {
    const owner = owners.at(i);
    references[next[owner] as number] = reference;
    (next[owner] as number)++;
  }
  return { nodes, first, references };
}
