/**
 * How the object graph is made: the map of the heap, the addresses of its objects, and the references turned round, in steps of some milliseconds.
 * Memory: 4 bytes an object for its address, 4 for the start of its holders, 4 a reference; the map takes 1/8 byte a word of the image.
 */

import { finish, type IndexProgress, type IndexSteps } from "../../base/steps.ts";
import type { Pointer } from "../../base/units.ts";
import { heapMapSteps } from "../counts/references.ts";
import type { HeapMap } from "../heap/heap-map.ts";
import type { ImageView } from "../image-view.ts";
import { rememberedSteps } from "../steps.ts";
import { HeapGraph } from "./building/heap-graph.ts";
import { type RootTable, rootTable } from "./building/roots.ts";
import { SlotReader } from "./building/slot-reader.ts";

/** Objects between two reports. */
const STEP_OBJECTS = 1 << 17;
const STEP_ADDRESSES = 1 << 20;

/** The graph of the image, kept with the view when that keeps anything. */
export function heapGraph(view: ImageView, progress?: (report: IndexProgress) => void): HeapGraph {
  return finish(graphSteps(view), progress);
}

/** Makes the graph step by step and leaves it with the view: for shells that must stay responsive. */
export function graphSteps(view: ImageView): IndexSteps<HeapGraph> {
  return rememberedSteps(view, "heap graph", () => makeGraph(view));
}

function* makeGraph(view: ImageView): IndexSteps<HeapGraph> {
  const map = yield* heapMapSteps(view);
  const slots = new SlotReader(map);
  const addresses = yield* addressesOf(map);
  const roots = rootTable(view, map);
  const edges = new EdgeTable(map, slots, addresses);
  edges.countRoots(roots);
  for (let at = 0; at < addresses.length; at += STEP_OBJECTS) {
    yield { phase: "references", done: at, total: 2 * addresses.length };
    edges.count(at, Math.min(at + STEP_OBJECTS, addresses.length));
  }
  yield { phase: "references", done: addresses.length, total: 2 * addresses.length };
  edges.prepare();
  // Each list fills from its end: objects from the last one down, then the roots, which so come first.
  for (let end = addresses.length; end > 0; end -= STEP_OBJECTS) {
    yield { phase: "references", done: 2 * addresses.length - end, total: 2 * addresses.length };
    edges.fill(Math.max(0, end - STEP_OBJECTS), end);
  }
  edges.fillRoots(roots);
  const { starts: holderStart, holders } = edges;
  return new HeapGraph({ view, map, slots, roots, addresses, holderStart, holders });
}

function* addressesOf(map: HeapMap): IndexSteps<Int32Array> {
  const addresses = new Int32Array(map.objects);
  const end = map.memory.sizeWords;
  let n = 0;
  for (let object = map.nextObject(0, end); object >= 0; object = map.nextObject(object + 2, end)) {
    if (n % STEP_ADDRESSES === 0) yield { phase: "addresses", done: n, total: addresses.length };
    addresses[n++] = object;
  }
  return addresses;
}

/** The references turned round: counted first, then laid down list by list. */
class EdgeTable {
  /** While counting: how many references lead to an object. Then: where its list ends, and as it fills, begins. */
  readonly starts: Int32Array;
  holders: Int32Array = new Int32Array(0);
  private readonly map: HeapMap;
  private readonly slots: SlotReader;
  private readonly addresses: Int32Array;

  constructor(map: HeapMap, slots: SlotReader, addresses: Int32Array) {
    this.map = map;
    this.slots = slots;
    this.addresses = addresses;
    this.starts = new Int32Array(addresses.length + 1);
  }

  count(from: number, to: number): void {
    const { map, slots, addresses, starts } = this;
    for (let n = from; n < to; n++) {
      const object = addresses[n] as Pointer;
      const count = slots.count(object);
      for (let slot = 0; slot < count; slot++) {
        const target = map.numberOf(slots.target(object, slot));
        if (target >= 0) (starts[target] as number)++;
      }
    }
  }

  countRoots({ references }: RootTable): void {
    for (const { target } of references) (this.starts[this.map.numberOf(target)] as number)++;
  }

  prepare(): void {
    const { starts } = this;
    let end = 0;
    for (let n = 0; n < starts.length; n++) {
      end += starts[n] as number;
      starts[n] = end;
    }
    this.holders = new Int32Array(end);
  }

  fill(from: number, to: number): void {
    const { map, slots, addresses, starts, holders } = this;
    for (let n = to - 1; n >= from; n--) {
      const object = addresses[n] as Pointer;
      for (let slot = slots.count(object) - 1; slot >= 0; slot--) {
        const target = map.numberOf(slots.target(object, slot));
        if (target < 0) continue;
        const place = (starts[target] as number) - 1;
        starts[target] = place;
        holders[place] = n;
      }
    }
  }

  fillRoots({ nodes, first, references }: RootTable): void {
    for (let root = nodes.length - 1; root >= 0; root--) {
      for (let at = (first[root + 1] as number) - 1; at >= (first[root] as number); at--) {
        const target = this.map.numberOf(references[at]?.target ?? 0);
        const place = (this.starts[target] as number) - 1;
        this.starts[target] = place;
        this.holders[place] = this.addresses.length + root;
      }
    }
  }
}
