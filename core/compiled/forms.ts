/**
 * What a compiled file holds besides code: Lisp objects as a plain tree, before they exist in any image.
 *
 * A form that the file shares (a DFASL table entry, `#1=`) is one JavaScript object wherever it is used. So trees may be DAGs whose printed
 * form is exponentially long, and code that refers to itself makes cycles: whoever walks them remembers what it has seen, or stops early.
 * Source: compiled files specification, sections 2 and 5.
 */
import type { CompiledFunction } from "./types.ts";

export interface SymbolForm {
  readonly kind: "symbol";
  /** Name of the package in which the reader looks it up (a nickname is resolved), `null`: a symbol of its own, in no package. */
  readonly package: string | null;
  readonly name: string;
}

export interface ListForm {
  readonly kind: "list";
  /** At least one. The empty list is the symbol NIL. */
  readonly items: readonly Form[];
  /** What stands behind the dot; never a list and never NIL. */
  readonly tail: Form | null;
}

export type Form =
  | SymbolForm
  | ListForm
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "ratio"; readonly numerator: bigint; readonly denominator: bigint }
  /** IEEE single. */
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "complex"; readonly real: Form; readonly imaginary: Form }
  /** Character code of the machine: character set * 256 + byte. */
  | { readonly kind: "character"; readonly code: number }
  /** One UTF-16 unit a character: its code in the machine. */
  | { readonly kind: "string"; readonly text: string }
  /** Simple vector. */
  | { readonly kind: "vector"; readonly items: readonly Form[] }
  | { readonly kind: "bits"; readonly bits: readonly number[] }
  | ArrayForm
  | BitmapForm
  | { readonly kind: "structure"; readonly type: Form; readonly fields: readonly Form[] }
  | { readonly kind: "pathname"; readonly name: Form }
  | { readonly kind: "package"; readonly name: string }
  /** The value that `form` has when the file is loaded. */
  | { readonly kind: "load-time"; readonly form: Form }
  | { readonly kind: "code"; readonly function: CompiledFunction };

/** `(MAKE-ARRAY dimensions . options)`, then filled in row-major order. */
export interface ArrayForm {
  readonly kind: "array";
  readonly dimensions: Form;
  readonly options: Form;
  readonly elements: readonly Form[];
}

/** Rows top down, each padded to 16 bits. */
export interface BitmapForm {
  readonly kind: "bitmap";
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
  readonly bytes: Uint8Array;
}

export const INTERLISP = "INTERLISP";
export const LISP = "LISP";
export const KEYWORD = "KEYWORD";

export const symbolForm = (name: string, inPackage: string | null = INTERLISP): SymbolForm => ({
  kind: "symbol",
  package: inPackage,
  name,
});
export const NIL_FORM = symbolForm("NIL");
export const T_FORM = symbolForm("T");

/** NIL is one symbol in every package that inherits from the two base packages; only a keyword of that name is another. */
export function isNil(form: Form): boolean {
  return form.kind === "symbol" && form.name === "NIL" && form.package !== KEYWORD && form.package !== null;
}

/** As `isNil`, and the uninterned NIL too: some files print the empty list and the end mark as `#:NIL`. */
export function isPrintedNil(form: Form): boolean {
  return isNil(form) || (form.kind === "symbol" && form.name === "NIL" && form.package === null);
}

/** A list of these items; NIL when there is none. A tail that is a list itself is spliced in. */
export function listForm(items: readonly Form[], tail: Form | null = null): Form {
  if (tail !== null && tail.kind === "list") return listForm([...items, ...tail.items], tail.tail);
  if (items.length === 0) return tail ?? NIL_FORM;
  return { kind: "list", items, tail: tail === null || isNil(tail) ? null : tail };
}

/** Items of a proper list, NIL included; `null` for anything else. */
export function listItems(form: Form): readonly Form[] | null {
  if (isPrintedNil(form)) return [];
  return form.kind === "list" && form.tail === null ? form.items : null;
}

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ["IL", INTERLISP],
  ["CL", LISP],
  ["COMMON-LISP", LISP],
  ["XCL", "XEROX-COMMON-LISP"],
  ["SI", "SYSTEM"],
  ["SYS", "SYSTEM"],
  ["", KEYWORD],
]);

/** Full name of a package of the base system; any other name is its own. */
export function packageName(name: string): string {
  return NICKNAMES.get(name) ?? name;
}
