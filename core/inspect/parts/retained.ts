/** What would be freed with an object, as nodes. Costs the graph and its dominators, so it is made when somebody opens it. */
import type { Pointer } from "../../base/units.ts";
import type { HeapGraph } from "../graph/building/heap-graph.ts";
import { type RetainedSize, type RetainedSizes, retainedSizes, retainedSteps } from "../graph/retained.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { gauge, makeNode } from "../nodes.ts";
import { holderText } from "./holders.ts";
import type { ValueNodeMaker } from "./value-text.ts";

/** The child `keeps alive` of an object. */
export function retainedNode(view: ImageView, object: Pointer, makeValue: ValueNodeMaker): InspectNode {
  return makeNode("keeps alive", "open to search the heap", {
    type: "references",
    prepare: () => retainedSteps(view),
    namedCount: 3,
    named: () => {
      const sizes = retainedSizes(view);
      const node = sizes.graph.numberOf(object);
      if (node < 0) return [];
      const { objects, words } = sizes.sizeOf(node);
      return [
        gauge("freed with it", `${objects} objects, ${words} words`, "itself included"),
        gauge("goes with", keeperText(sizes, node)),
        partsNode(sizes, node, "parts", makeValue),
      ];
    },
  });
}

function keeperText(sizes: RetainedSizes, node: number): string {
  const keeper = sizes.keeperOf(node);
  return keeper === sizes.top ? "several roots or objects, or none" : nodeText(sizes.graph, keeper);
}

/** What a node alone keeps, biggest first. */
export function partsNode(sizes: RetainedSizes, node: number, name: string, makeValue: ValueNodeMaker): InspectNode {
  const count = sizes.childCount(node);
  return makeNode(name, `${count}, biggest first`, {
    type: "references",
    indexedCount: count,
    indexed: (start, size) =>
      sizes.children(node, start, size).map((part, i) => partNode(sizes, String(start + i), part, makeValue)),
  });
}

function partNode(
  sizes: RetainedSizes,
  name: string,
  { node, objects, words }: RetainedSize,
  makeValue: ValueNodeMaker,
): InspectNode {
  const { graph } = sizes;
  const { holderKind, holder } = graph.nodeHolder(node);
  const isValue = holderKind === "object" || holderKind === "symbol";
  return makeNode(name, `${words} words, ${objects} objects: ${nodeText(graph, node)}`, {
    type: holderKind,
    pointer: isValue ? holder : null,
    namedCount: isValue ? 2 : 1,
    named: () => [
      ...(isValue ? [makeValue(graph.view, "object", holder)] : []),
      partsNode(sizes, node, "parts", makeValue),
    ],
  });
}

function nodeText(graph: HeapGraph, node: number): string {
  const { holderKind, holder } = graph.nodeHolder(node);
  return holderText(graph.view, holderKind, holder);
}
