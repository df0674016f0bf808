/**
 * Expressions that name a place: a variable, or a part of an object, as `(car x)`, `(vector-ref v 2)`, `(point-x p)`, `(table-ref t 'key)`. The arguments are
 * evaluated without a trace; the part is found among the nodes that show the object, so that what can be set there can be set here.
 */
import type { FrameContext } from "../../inspect/image-view.ts";
import type { InspectNode, Slot } from "../../inspect/node.ts";
import type { Form } from "../../language/forms.ts";
import { read } from "../../language/reader.ts";
import { maskAddresses } from "../image/notation.ts";
import type { EvaluationResult } from "../types.ts";
import { type Evaluator, NO_FIELDS } from "./evaluator.ts";

interface PlaceSurroundings {
  /** Evaluates an argument; leaves no trace. */
  evaluate(text: string): EvaluationResult;
  /** Whether the program means something of its own by a name. */
  isOwn(name: string): boolean;
}

/** The part of an object that a function reads; null when the object has no such part. */
type Part = (object: InspectNode, index: InspectNode) => InspectNode | null;

const ELEMENT_OF_LIST: Part = (list, index) => elementAt(list, indexOf(index));
const ELEMENT: Part = (object, index) => {
  const at = indexOf(index);
  return object.type === "LISTP" ? elementAt(object, at) : (object.indexed(at, 1)[0] ?? null);
};

/** Functions of two arguments that read a part, with the position of the object among them. */
const PARTS: { readonly [name: string]: { readonly part: Part; readonly object: 0 | 1 } } = {
  "vector-ref": { part: ELEMENT, object: 0 },
  svref: { part: ELEMENT, object: 0 },
  aref: { part: ELEMENT, object: 0 },
  elt: { part: ELEMENT, object: 0 },
  "list-ref": { part: ELEMENT_OF_LIST, object: 0 },
  nth: { part: ELEMENT_OF_LIST, object: 1 },
  "table-ref": { part: entryOf, object: 0 },
};

/**
 * The node of a place, with its slot. An expression that names none has its value, as a node without a slot.
 * A part that the object does not have is a failure.
 */
export function placeOf(text: string, evaluator: Evaluator, frame: FrameContext | null): EvaluationResult {
  const around: PlaceSurroundings = {
    evaluate: (argument) => evaluator.evaluate(argument, frame, "peek", NO_FIELDS),
    isOwn: (name) => evaluator.isOwn(name, frame),
  };
  const value = around.evaluate(text);
  if (value.kind !== "value" || value.node.slot !== null) return value;
  const { forms } = read(maskAddresses(text).text);
  const [form] = forms;
  if (form?.kind !== "list" || forms.length !== 1) return value;
  const [head, ...args] = form.items;
  if (head?.kind !== "symbol" || args.length === 0 || args.length > 2) return value;
  const part = partOf(head.name, args, text, around);
  return part === null || part.slot === null ? value : { ...value, node: part };
}

/** The slot of what `placeOf` found. */
export function slotOf(place: EvaluationResult): Slot | null {
  return place.kind === "value" ? place.node.slot : null;
}

function partOf(name: string, args: readonly Form[], text: string, around: PlaceSurroundings): InspectNode | null {
  const nodes: InspectNode[] = [];
  for (const { start, end } of args) {
    const result = around.evaluate(text.slice(start, end));
    if (result.kind !== "value") return null;
    nodes.push(result.node);
  }
  const [first, second] = nodes;
  if (first === undefined) return null;
  if (second === undefined) {
    const letters = /^c([ad]{1,4})r$/i.exec(name)?.[1]?.toLowerCase();
    if (letters !== undefined && !around.isOwn(name)) return pairPart(first, letters);
    return first.named().find((field) => `${first.type}-${field.name}` === name) ?? null;
  }
  const found = Object.hasOwn(PARTS, name.toLowerCase()) ? PARTS[name.toLowerCase()] : undefined;
  if (found === undefined || around.isOwn(name)) return null;
  return found.object === 0 ? found.part(first, second) : found.part(second, first);
}

/** `ad` is the car of the cdr. */
function pairPart(pair: InspectNode, letters: string): InspectNode | null {
  let node: InspectNode | null = pair;
  for (const letter of [...letters].reverse()) node = node === null ? null : half(node, letter === "a" ? "car" : "cdr");
  return node;
}

function half(node: InspectNode, name: "car" | "cdr"): InspectNode | null {
  return node.type === "LISTP" ? (node.named().find((child) => child.name === name) ?? null) : null;
}

/** An element of a list of any length: a node shows the beginning of it, and the rest as a node of its own. */
function elementAt(list: InspectNode, index: number): InspectNode | null {
  let node: InspectNode | undefined = list;
  let left = index;
  while (node?.type === "LISTP" && left >= node.indexedCount) {
    left -= node.indexedCount;
    node = node.named().find(({ name }) => name.startsWith("rest"));
  }
  return node?.type === "LISTP" ? (node.indexed(left, 1)[0] ?? null) : null;
}

/** A whole number from 0; -1, which no element has, for anything else. */
function indexOf(node: InspectNode): number {
  return node.type === "SMALLP" && /^\d+$/.test(node.value) ? Number(node.value) : -1;
}

/** Keys that look alike in the short form in which entries are named cannot be told apart: then there is no place. */
function entryOf(table: InspectNode, key: InspectNode): InspectNode | null {
  const shown = key.value.replace(/^\{[^}]*\}#[0-7]+,[0-7]+ /, "");
  const same = table.indexed(0, table.indexedCount).filter(({ name }) => name === shown);
  return same.length === 1 ? (same[0] ?? null) : null;
}
