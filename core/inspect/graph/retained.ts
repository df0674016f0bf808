/** What would be freed with an object: retained sizes, and the tree of who keeps what. */

import { finish, type IndexProgress, type IndexSteps } from "../../base/steps.ts";
import type { Words } from "../../base/units.ts";
import type { ImageView } from "../image-view.ts";
import { rememberedSteps } from "../steps.ts";
import type { HeapGraph } from "./building/heap-graph.ts";
import { type DominatorTables, dominatorSteps } from "./dominators.ts";
import { graphSteps } from "./graph-steps.ts";
import { headSteps } from "./islands.ts";

/** What would go with a node, itself included. */
export interface RetainedSize {
  readonly node: number;
  readonly objects: number;
  readonly words: Words;
}

/** Words and node share a float that sorts by words, then by node: 27 and 26 bits. */
const NODE_LIMIT = 2 ** 26;

export class RetainedSizes {
  readonly graph: HeapGraph;
  private readonly tables: DominatorTables;
  /** The children that were asked for last, sorted. */
  private sorted: { readonly node: number; readonly children: Int32Array } | null = null;

  constructor(graph: HeapGraph, tables: DominatorTables) {
    this.graph = graph;
    this.tables = tables;
  }

  /** The node above all roots: its children are what nothing else keeps alone. */
  get top(): number {
    return this.graph.nodes;
  }

  /** Bytes of the tables, without those of the graph. */
  get bytes(): number {
    const { dominators, words, objects } = this.tables;
    return dominators.byteLength + words.byteLength + objects.byteLength;
  }

  sizeOf(node: number): RetainedSize {
    return { node, objects: this.tables.objects[node] as number, words: this.tables.words[node] as number };
  }

  /** The node without which this one would be freed too: `top` when there is no single one. */
  keeperOf(node: number): number {
    return this.tables.dominators[node] as number;
  }

  /** Nodes that only this one keeps directly: how many. */
  childCount(node: number): number {
    return this.childrenOf(node).length;
  }

  /** A page of them, biggest first. */
  children(node: number, start: number, count: number): RetainedSize[] {
    const all = this.childrenOf(node);
    return Array.from(all.subarray(Math.max(0, start), Math.max(0, start + count)), (child) => this.sizeOf(child));
  }

  private childrenOf(node: number): Int32Array {
    if (this.sorted?.node === node) return this.sorted.children;
    const { dominators, words } = this.tables;
    let count = 0;
    for (let child = 0; child < this.top; child++) if (dominators[child] === node) count++;
    const keys = new Float64Array(count);
    for (let child = 0, at = 0; child < this.top; child++) {
      if (dominators[child] === node) keys[at++] = (words[child] as number) * NODE_LIMIT + (NODE_LIMIT - 1 - child);
    }
    const children = Int32Array.from(keys.sort().reverse(), (key) => NODE_LIMIT - 1 - (key % NODE_LIMIT));
    this.sorted = { node, children };
    return children;
  }
}

/** Makes the graph, when there is none yet, and the sizes, step by step, and leaves them with the view. */
export function retainedSteps(view: ImageView): IndexSteps<RetainedSizes> {
  return rememberedSteps(view, "retained sizes", function* () {
    const graph = yield* graphSteps(view);
    return new RetainedSizes(graph, yield* dominatorSteps(graph, (reached) => headSteps(graph, reached)));
  });
}

export function retainedSizes(view: ImageView, progress?: (report: IndexProgress) => void): RetainedSizes {
  return finish(retainedSteps(view), progress);
}
