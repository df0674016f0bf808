/**
 * The object graph of an image: who refers to whom, forwards and backwards. Nodes are numbers: objects in the order of their addresses, then roots.
 * References between objects are read from the image; only the way back is a table of its own. Made by `graph-steps.ts`.
 *
 * ```
 * holderStart[n] … holderStart[n + 1]: the part of `holders` with the nodes that refer to object n, roots first, then objects, ascending;
 *                                      a node stands there once a reference
 * ```
 */
import type { Pointer } from "../../../base/units.ts";
import { TYPE_NEW_ATOM } from "../../../memory/layout.ts";
import type { HeapReference } from "../../counts/references.ts";
import type { HeapMap } from "../../heap/heap-map.ts";
import type { ImageView } from "../../image-view.ts";
import { type RootTable, rootRank } from "./roots.ts";
import type { SlotReader } from "./slot-reader.ts";

/** `childAt`: the slot refers to no object. */
export const NO_OBJECT = -1;
/** `childAt`: the node has fewer slots. */
export const NO_SLOT = -2;

export interface GraphParts {
  readonly view: ImageView;
  readonly map: HeapMap;
  readonly slots: SlotReader;
  readonly roots: RootTable;
  readonly addresses: Int32Array;
  readonly holderStart: Int32Array;
  readonly holders: Int32Array;
}

export class HeapGraph {
  readonly view: ImageView;
  readonly map: HeapMap;
  readonly slots: SlotReader;
  /** Objects are nodes 0 … objects - 1. */
  readonly objects: number;
  /** Roots are nodes objects … nodes - 1. */
  readonly nodes: number;
  private readonly roots: RootTable;
  private readonly addresses: Int32Array;
  private readonly holderStart: Int32Array;
  private readonly holderNodes: Int32Array;

  constructor(parts: GraphParts) {
    this.view = parts.view;
    this.map = parts.map;
    this.slots = parts.slots;
    this.objects = parts.map.objects;
    this.nodes = this.objects + parts.roots.nodes.length;
    this.roots = parts.roots;
    this.addresses = parts.addresses;
    this.holderStart = parts.holderStart;
    this.holderNodes = parts.holders;
  }

  /** References between nodes, in all. */
  get references(): number {
    return this.holderNodes.length;
  }
  /** Bytes of the tables, the map of the heap included. */
  get bytes(): number {
    const tables = this.addresses.byteLength + this.holderStart.byteLength + this.holderNodes.byteLength;
    return tables + this.map.bytes;
  }

  /** The node of an object; -1 when no live object begins there. */
  numberOf(pointer: Pointer): number {
    return this.map.numberOf(pointer);
  }
  addressOf(object: number): Pointer {
    return this.addresses[object] as number;
  }
  /** Roots, and symbols that are objects: what needs no holder to live. */
  isRoot(node: number): boolean {
    return node >= this.objects || this.map.typeAt(this.addressOf(node)) === TYPE_NEW_ATOM;
  }

  /** What the node's slot at a position refers to: a node, `NO_OBJECT`, or `NO_SLOT` past the last slot. */
  childAt(node: number, slot: number): number {
    if (node >= this.objects) {
      const at = (this.roots.first[node - this.objects] as number) + slot;
      if (at >= (this.roots.first[node - this.objects + 1] as number)) return NO_SLOT;
      return this.numberOf((this.roots.references[at] as HeapReference).target);
    }
    const object = this.addressOf(node);
    if (slot >= this.slots.count(object)) return NO_SLOT;
    return this.numberOf(this.slots.target(object, slot));
  }

  /** How many references lead to an object. */
  holderCount(object: number): number {
    return (this.holderStart[object + 1] as number) - (this.holderStart[object] as number);
  }
  /** The node that holds reference number `i` to an object. */
  holderAt(object: number, i: number): number {
    return this.holderNodes[(this.holderStart[object] as number) + i] as number;
  }

  /** A page of the references to an object: roots first, then objects by address. */
  holders(object: number, start: number, count: number): HeapReference[] {
    const found: HeapReference[] = [];
    const end = Math.min(this.holderCount(object), start + count);
    // A node that refers to the object several times stands there as often, one after the other.
    let run = Math.max(0, start);
    while (run > 0 && run < end && this.holderAt(object, run - 1) === this.holderAt(object, run)) run--;
    for (let i = run; i < end; ) {
      const references = this.referencesFrom(this.holderAt(object, i), object);
      for (const [k, reference] of references.entries()) if (i + k >= start && i + k < end) found.push(reference);
      i += Math.max(1, references.length);
    }
    return found;
  }

  /** All references from one node to an object, in the order of its slots. */
  referencesFrom(node: number, object: number): HeapReference[] {
    const target = this.addressOf(object);
    if (node >= this.objects) {
      const root = node - this.objects;
      return this.roots.references
        .slice(this.roots.first[root], this.roots.first[root + 1])
        .filter((reference) => reference.target === target);
    }
    const holder = this.addressOf(node);
    const holderKind = this.isRoot(node) ? "symbol" : "object";
    const found: HeapReference[] = [];
    const count = this.slots.count(holder);
    for (let slot = 0; slot < count; slot++) {
      if (this.slots.target(holder, slot) !== target) continue;
      const { kind, index } = this.slots.place(holder, slot);
      found.push({ holderKind, holder, slotKind: kind, index, target });
    }
    return found;
  }

  /** The reference from a root that says most about why the object lives. */
  bestReference(node: number, object: number): HeapReference | null {
    let best: HeapReference | null = null;
    for (const reference of this.referencesFrom(node, object)) {
      if (best === null || rootRank(reference) < rootRank(best)) best = reference;
    }
    return best;
  }

  /** Kind and holder of a root, or of a symbol or object of the heap. */
  nodeHolder(node: number): Pick<HeapReference, "holderKind" | "holder"> {
    if (node >= this.objects) return this.roots.nodes[node - this.objects] as (typeof this.roots.nodes)[number];
    return { holderKind: this.isRoot(node) ? "symbol" : "object", holder: this.addressOf(node) };
  }

  /** Words that a node takes on the heap: none for roots. */
  wordsOf(node: number): number {
    return node >= this.objects ? 0 : this.slots.words(this.addressOf(node));
  }
}
