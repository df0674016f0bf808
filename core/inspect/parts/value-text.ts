/** How a value is written on one line: immediates as they print, objects as the field writes their pointer, with a preview. */
import type { Pointer } from "../../base/units.ts";
import { isMapped } from "../../memory/translation.ts";
import { CONS_PAGE_FIRST_CELL, isCons, isReadableCons } from "../../objects/cons.ts";
import { isImmediate } from "../../objects/immediates.ts";
import { octalAddress, pointerNotation, type Radix } from "../../objects/pointer-notation.ts";
import { FULL_WRITE, PREVIEW, printValue } from "../../objects/printer.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode, Slot } from "../node.ts";
import { readSafely } from "../nodes.ts";

/** What is known of the place where a value stands. */
export interface ValuePlace {
  readonly slot?: Slot | null;
  readonly expression?: string | null;
}

/** Makes the node of a value; handed to those who make the parts of a value, which are values again. */
export type ValueNodeMaker = (view: ImageView, name: string, value: Pointer, place?: ValuePlace) => InspectNode;

/** The value text of any pointer: `42`, `foo`, `{LISTP}#57,12340 (1 2 3 …)`, `(bad pointer …)`; in hexadecimal `#x2A`, `{LISTP}#x2F14E0 (#x1 …)`. */
export function valueText(view: ImageView, value: Pointer, radix: Radix = 10): string {
  const { memory } = view;
  const options = { ...PREVIEW, radix };
  return readSafely(
    () => {
      if (isImmediate(value)) return printValue(memory, value, options);
      const problem = pointerProblem(view, value);
      if (problem !== null) return `(bad pointer ${octalAddress(value)}: ${problem})`;
      const notation = pointerNotation(memory, value, radix);
      const preview = printValue(memory, value, options);
      return preview === notation ? notation : `${notation} ${preview}`;
    },
    (message) => `(bad pointer ${octalAddress(value)}: ${message})`,
  );
}

/** All of a value, as far as a printer goes that ends on circular structures. */
export function wholeText({ memory }: ImageView, value: Pointer): string {
  return readSafely(
    () => printValue(memory, value, FULL_WRITE),
    (message) => `(bad pointer ${octalAddress(value)}: ${message})`,
  );
}

/** A raw address as the field writes it: `#57,12340`. */
export function addressText(address: number): string {
  return `#${octalAddress(address)}`;
}

/** Why a pointer cannot be an object, as far as a look at the place itself tells; null when nothing speaks against it. */
export function pointerProblem({ memory }: ImageView, value: Pointer): string | null {
  if (isImmediate(value)) return null;
  if (!isMapped(memory, value, 2)) return "outside the image";
  if ((value & 1) !== 0) return "odd address";
  if (!isCons(memory, value)) return null;
  if (!isReadableCons(memory, value)) return "its cells lead outside the image";
  return (value & 0xff) < CONS_PAGE_FIRST_CELL ? "header of a cons page" : null;
}
