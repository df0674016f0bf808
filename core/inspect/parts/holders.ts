/** Who holds an object: the shortest way from a root, and every reference. Costs the graph of the whole heap, so it is made when somebody opens it. */
import type { Pointer } from "../../base/units.ts";
import { STACK_BASE } from "../../memory/layout.ts";
import { frameNameText, functionHeader } from "../../objects/code/functions.ts";
import { typeName } from "../../objects/dtd.ts";
import { symbolName } from "../../objects/symbols.ts";
import type { HeapReference, HolderKind } from "../counts/references.ts";
import type { HeapGraph } from "../graph/building/heap-graph.ts";
import { graphSteps, heapGraph } from "../graph/graph-steps.ts";
import { foldedPath, pathFromRoot } from "../graph/paths.ts";
import { slotText } from "../heap/counted-slots.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { makeNode, VALUE_LIMIT } from "../nodes.ts";
import { type ValueNodeMaker, valueText } from "./value-text.ts";

/** The child `held by` of an object. */
export function holdersNode(view: ImageView, object: Pointer, makeValue: ValueNodeMaker): InspectNode {
  return makeNode("held by", "open to search the heap", {
    type: "references",
    prepare: () => graphSteps(view),
    namedCount: 2,
    named: () => {
      const graph = heapGraph(view);
      const node = graph.numberOf(object);
      if (node < 0) return [makeNode("references", `not counted: ${graph.map.damageOf(object)}`, { type: "damage" })];
      return [pathNode(graph, node, makeValue), listNode(graph, node, makeValue)];
    },
  });
}

function pathNode(graph: HeapGraph, node: number, makeValue: ValueNodeMaker): InspectNode {
  const { view } = graph;
  const path = pathFromRoot(graph, node);
  if (path === null)
    return makeNode("way from a root", "none: nothing that lives refers to it", { type: "references" });
  return makeNode("way from a root", pathText(view, path), {
    type: "references",
    indexedCount: path.length,
    indexed: (start, count) =>
      path.slice(start, start + count).map((step, i) => stepNode(view, String(start + i + 1), step, makeValue)),
  });
}

/** The way on one line, as far as one line shows it. */
export function pathText(view: ImageView, path: readonly HeapReference[]): string {
  let text = "";
  for (const step of foldedPath(path)) {
    if (text.length > VALUE_LIMIT) break;
    text += text === "" ? "" : " → ";
    text += "leftOut" in step ? `${step.leftOut} more steps down the list` : referenceText(view, step.reference);
  }
  return text;
}

function listNode(graph: HeapGraph, node: number, makeValue: ValueNodeMaker): InspectNode {
  const count = graph.holderCount(node);
  return makeNode("references", String(count), {
    type: "references",
    indexedCount: count,
    indexed: (start, size) =>
      graph.holders(node, start, size).map((holder, i) => stepNode(graph.view, String(start + i), holder, makeValue)),
  });
}

function stepNode(view: ImageView, name: string, reference: HeapReference, makeValue: ValueNodeMaker): InspectNode {
  const text = referenceText(view, reference);
  if (reference.holderKind !== "object" && reference.holderKind !== "symbol") {
    return makeNode(name, text, { type: reference.holderKind });
  }
  return makeNode(name, text, {
    type: reference.holderKind,
    pointer: reference.holder,
    namedCount: 1,
    named: () => [makeValue(view, "holder", reference.holder)],
  });
}

/** `value of symbol X`, `car of {LISTP}#57,12340`, `stack frame 1000 of FOO`. */
export function referenceText(view: ImageView, { holderKind, holder, slotKind, index }: HeapReference): string {
  const slot = slotKind === null ? "" : `${slotText(slotKind, index)} of `;
  return `${slot}${holderText(view, holderKind, holder)}`;
}

/** `symbol X`, `{LISTP}#57,12340 (1 2 3 …)`, `stack frame 1000 of FOO`. */
export function holderText(view: ImageView, holderKind: HolderKind, holder: number): string {
  switch (holderKind) {
    case "object":
      return valueText(view, holder);
    case "symbol":
      return `symbol ${symbolName(view.memory, holder)}`;
    case "type":
      return `descriptor of type ${typeName(view.memory, holder)}`;
    case "stack":
      return holder === 0 ? "arguments on the stack" : `stack frame ${holder.toString(8)}${ofFunction(view, holder)}`;
    case "system":
      return `system context, stack offset ${holder.toString(8)}`;
    case "interface":
      return `interface page, word ${holder}`;
    case "buffer":
      return "a buffer of the system, which keeps its page";
  }
}

function ofFunction({ memory }: ImageView, frame: number): string {
  const header = functionHeader(memory, memory.pointer(STACK_BASE + frame + 2));
  const name = header === null ? null : frameNameText(memory, header.frameName);
  return name === null ? "" : ` of ${name}`;
}
