/**
 * What an expression over an image can be worth: an object of the image, or a number or text that was computed here and is nowhere in the image.
 */
import type { Pointer } from "../../../base/units.ts";
import type { ImageView } from "../../../inspect/image-view.ts";
import type { InspectNode } from "../../../inspect/node.ts";
import { makeNode } from "../../../inspect/nodes.ts";
import { valueNode } from "../../../inspect/values.ts";
import { NIL, TYPE_BIGNUM } from "../../../memory/layout.ts";
import { isMapped } from "../../../memory/translation.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { stringText } from "../../../objects/arrays/strings.ts";
import { fitsSmall, isImmediate, smallInteger, truth } from "../../../objects/immediates.ts";
import { bignumValue, numberValue } from "../../../objects/numbers.ts";
import { stringLiteral } from "../../../objects/printer.ts";
import { symbolName } from "../../../objects/symbols.ts";
import { isSymbol, typeNumber } from "../../../objects/types.ts";

export type Value =
  | { readonly kind: "pointer"; readonly pointer: Pointer }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly text: string };

export function pointerTo(pointer: Pointer): Value {
  return { kind: "pointer", pointer };
}
export function numeric(value: number): Value {
  return { kind: "number", value };
}
export function textual(text: string): Value {
  return { kind: "text", text };
}
export function claim(holds: boolean): Value {
  return pointerTo(truth(holds));
}

/** NIL is the only false value. */
export function isTrue(value: Value): boolean {
  return value.kind !== "pointer" || value.pointer !== NIL;
}

/** The pointer of a value that is in the image or needs no storage; null for the others. */
export function asPointer(value: Value): Pointer | null {
  if (value.kind === "pointer") return value.pointer;
  if (value.kind === "number" && Number.isInteger(value.value) && fitsSmall(value.value))
    return smallInteger(value.value);
  return null;
}

/** The number that a value is; null for anything else. */
export function asNumber(memory: VirtualMemory, value: Value): number | null {
  if (value.kind === "number") return value.value;
  if (value.kind === "text" || !isReadable(memory, value.pointer)) return null;
  const found = numberValue(memory, value.pointer);
  if (found !== null || typeNumber(memory, value.pointer) !== TYPE_BIGNUM) return found;
  const big = bignumValue(memory, value.pointer);
  return big === null ? null : Number(big);
}

/** The text of a string or the name of a symbol; null for anything else. */
export function asText(memory: VirtualMemory, value: Value): string | null {
  if (value.kind === "text") return value.text;
  if (value.kind === "number") return null;
  if (isSymbol(memory, value.pointer)) return symbolName(memory, value.pointer);
  return isReadable(memory, value.pointer) ? stringText(memory, value.pointer) : null;
}

/** Whether the words of an object can be looked at: pointers of damaged images lead anywhere. */
export function isReadable(memory: VirtualMemory, pointer: Pointer): boolean {
  return isImmediate(pointer) || (pointer % 2 === 0 && isMapped(memory, pointer, 2));
}

export function nodeOf(view: ImageView, name: string, value: Value): InspectNode {
  switch (value.kind) {
    case "pointer":
      return valueNode(view, name, value.pointer);
    case "number":
      return makeNode(name, String(value.value), { type: "number", pointer: asPointer(value) });
    case "text":
      return makeNode(name, stringLiteral(value.text), { type: "text" });
  }
}
