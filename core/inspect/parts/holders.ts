/** Who holds an object: the shortest way from a root, and every reference. Costs a walk over the heap, so it is done when somebody opens it. */
import type { Pointer } from "../../base/units.ts";
import { typeName } from "../../objects/dtd.ts";
import { symbolName } from "../../objects/symbols.ts";
import { slotText } from "../heap/counted-slots.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { makeNode } from "../nodes.ts";
import { type HeapReference, holdersOf, why } from "../references.ts";
import { type ValueNodeMaker, valueText } from "./value-text.ts";

/** Most references that are listed. */
const HOLDERS_IN_VIEW = 200;

/** The child `held by` of an object. */
export function holdersNode(view: ImageView, object: Pointer, makeValue: ValueNodeMaker): InspectNode {
  return makeNode("held by", "open to search the heap", {
    type: "references",
    isExpensive: true,
    namedCount: 2,
    named: () => [pathNode(view, object, makeValue), listNode(view, object, makeValue)],
  });
}

function pathNode(view: ImageView, object: Pointer, makeValue: ValueNodeMaker): InspectNode {
  const path = why(view, object);
  if (path === null)
    return makeNode("way from a root", "none: nothing that lives refers to it", { type: "references" });
  return makeNode("way from a root", path.map((step) => referenceText(view, step)).join(" → "), {
    type: "references",
    namedCount: path.length,
    named: () => path.map((step, i) => stepNode(view, String(i + 1), step, makeValue)),
  });
}

function listNode(view: ImageView, object: Pointer, makeValue: ValueNodeMaker): InspectNode {
  const holders = holdersOf(view, object, HOLDERS_IN_VIEW);
  const more = holders.length === HOLDERS_IN_VIEW ? ", or more" : "";
  return makeNode("references", `${holders.length}${more}`, {
    type: "references",
    indexedCount: holders.length,
    indexed: (start, count) =>
      holders.slice(start, start + count).map((holder, i) => stepNode(view, String(start + i), holder, makeValue)),
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

/** `value of symbol X`, `car of {LISTP}#57,12340`, `stack frame 1000`. */
export function referenceText(view: ImageView, { holderKind, holder, slotKind, index }: HeapReference): string {
  const slot = slotKind === null ? "" : `${slotText(slotKind, index)} of `;
  switch (holderKind) {
    case "object":
      return `${slot}${valueText(view, holder)}`;
    case "symbol":
      return `${slot}symbol ${symbolName(view.memory, holder)}`;
    case "type":
      return `descriptor of type ${typeName(view.memory, holder)}`;
    case "stack":
      return holder === 0 ? "arguments on the stack" : `stack frame ${holder.toString(8)}`;
    case "system":
      return `system context, stack offset ${holder.toString(8)}`;
  }
}
