/** What no root reaches: lost objects, what waits for a collection, and groups that only keep each other alive. */

import type { HeapGraph } from "../graph/building/heap-graph.ts";
import { heapGraph } from "../graph/graph-steps.ts";
import { type Amount, amountOf, exampleCycle, groupSteps, type Island, islands } from "../graph/islands.ts";
import { UNREACHED_CLASSES, type UnreachedClass, unreached } from "../graph/reach.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { gauge, makeNode } from "../nodes.ts";
import { referenceText } from "../parts/holders.ts";
import { addressText } from "../parts/value-text.ts";
import { valueNode } from "../values.ts";

const MEANINGS: Readonly<Record<UnreachedClass, string>> = {
  replaced: "code of the image itself that nothing refers to any more, and what it holds",
  waiting: "count 0: the next collection takes them",
  lost: "held by nothing, yet counted: never freed",
  cyclic: "held by cycles: never freed",
};

/** The child `not reached` of the objects. */
export function garbageNode(view: ImageView): InspectNode {
  return makeNode("not reached by any root", "open to search the heap", {
    type: "group",
    prepare: () => groupSteps(view),
    namedCount: UNREACHED_CLASSES.length + 1,
    named: () => {
      const graph = heapGraph(view);
      return [...UNREACHED_CLASSES.map((name) => classNode(graph, name)), islandsNode(graph)];
    },
  });
}

function classNode(graph: HeapGraph, name: UnreachedClass): InspectNode {
  const nodes = unreached(graph)[name];
  return makeNode(name, `${amountText(amountOf(graph, nodes))} (${MEANINGS[name]})`, {
    type: "group",
    ...objectsOf(graph, nodes),
  });
}

function islandsNode(graph: HeapGraph): InspectNode {
  const found = islands(graph);
  return makeNode("groups", `${found.length} that keep themselves alive`, {
    type: "group",
    indexedCount: found.length,
    indexed: (start, count) =>
      found.slice(start, start + count).map((island, i) => islandNode(graph, String(start + i + 1), island)),
  });
}

function islandNode(graph: HeapGraph, name: string, island: Island): InspectNode {
  const { size, hanging, members } = island;
  return makeNode(name, `${amountText(size)}; hanging on it: ${amountText(hanging)}`, {
    type: "group",
    namedCount: 1,
    named: () => [
      gauge(
        "a cycle",
        exampleCycle(graph, island)
          .map((reference) => referenceText(graph.view, reference))
          .join(" → "),
      ),
    ],
    ...objectsOf(graph, members),
  });
}

function objectsOf(graph: HeapGraph, nodes: Int32Array) {
  return {
    indexedCount: nodes.length,
    indexed: (start: number, count: number) =>
      Array.from(nodes.subarray(start, start + count), (node) => {
        const object = graph.addressOf(node);
        return valueNode(graph.view, addressText(object), object);
      }),
  };
}

function amountText({ objects, words }: Amount): string {
  return `${objects} objects, ${words} words`;
}
