/**
 * The functions that an expression over an image may call: each is computed by reading the image, none runs its code or changes it.
 * Names are Lisp's, in either case; Interlisp's and Common Lisp's names stand side by side.
 */
import type { Pointer } from "../../../base/units.ts";
import { countOf } from "../../../inspect/counts/counts.ts";
import { holdersOf, why } from "../../../inspect/graph/questions.ts";
import { pathText, referenceText } from "../../../inspect/parts/holders.ts";
import { NOBIND } from "../../../memory/layout.ts";
import { isMapped } from "../../../memory/translation.ts";
import { typeName } from "../../../objects/dtd.ts";
import { definitionCell, propertyListCell, symbolName, symbolRecord, valueCell } from "../../../objects/symbols.ts";
import { isCounted, isSymbol, typeNumber } from "../../../objects/types.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { type Accessor, type Call, pointerArgument } from "./call.ts";
import { areEqual, elementAt, itemsOf, lengthOf, nthTail, pairOf, propertyOf } from "./structures.ts";
import { asPointer, asText, claim, numeric, pointerTo, textual, type Value } from "./value.ts";

const HOLDERS_IN_TEXT = 20;

function one(doc: string, apply: (pointer: Pointer, call: Call) => Value | null): Accessor {
  return {
    least: 1,
    most: 1,
    doc,
    apply(call) {
      const pointer = pointerArgument(call, 0);
      return pointer === null ? null : apply(pointer, call);
    },
  };
}
function two(doc: string, apply: (first: Value, second: Value, call: Call) => Value | null): Accessor {
  return { least: 2, most: 2, doc, apply: (call) => apply(call.args[0] as Value, call.args[1] as Value, call) };
}
function symbolCell(doc: string, cell: (symbol: Pointer) => number): Accessor {
  return one(doc, (pointer, call) => {
    const { memory } = call.view;
    if (!isSymbol(memory, pointer)) return call.fail("expected a symbol: quote its name, as in 'CAR");
    if (!isMapped(memory, symbolRecord(pointer), 10))
      return call.fail("the record of this symbol is outside the image");
    const value = memory.pointer(cell(pointer));
    return value === NOBIND ? call.fail(`${symbolName(memory, pointer)} has no value`) : pointerTo(value);
  });
}

const elt = two("element of a vector, string or list, counted from 0", elementAt);

const TABLE: { readonly [name: string]: Accessor } = {
  ...ARITHMETIC,
  nth: two("element of a list: index, list", (index, list, call) => {
    const tail = nthTail(call, index, list);
    return tail === null ? null : pairOf(call, tail, "a");
  }),
  nthcdr: two("rest of a list: index, list", (index, list, call) => nthTail(call, index, list)),
  last: one("last pair of a list", (list, call) => itemsOf(call, list)?.last ?? null),
  length: one("elements of a list, vector or string", lengthOf),
  elt,
  aref: elt,
  svref: elt,
  "vector-ref": elt,
  "string-length": one("characters of a string", lengthOf),
  "symbol-value": symbolCell("top-level value of a symbol", valueCell),
  gettopval: symbolCell("top-level value of a symbol", valueCell),
  "symbol-function": symbolCell("definition of a symbol", definitionCell),
  getd: symbolCell("definition of a symbol", definitionCell),
  "symbol-plist": symbolCell("property list of a symbol", propertyListCell),
  getproplist: symbolCell("property list of a symbol", propertyListCell),
  "symbol-name": one("name of a symbol, as a text", (symbol, call) => {
    const { memory } = call.view;
    return isSymbol(memory, symbol) ? textual(symbolName(memory, symbol)) : call.fail("expected a symbol");
  }),
  get: two("property of a symbol: symbol, name", propertyOf),
  getprop: two("property of a symbol: symbol, name", propertyOf),
  eq: two("whether two values are one object", (a, b, call) => claim(isSame(call, a, b))),
  "eq?": two("whether two values are one object", (a, b, call) => claim(isSame(call, a, b))),
  equal: two("whether two values look alike", areEqual),
  "equal?": two("whether two values look alike", areEqual),
  "address-of": one("word address of an object", (pointer) => numeric(pointer)),
  refcount: one("reference count of an object", (pointer, call) => {
    const { memory } = call.view;
    return isCounted(memory, pointer)
      ? numeric(countOf(memory, pointer))
      : call.fail("objects of this type are not counted");
  }),
  type: one("name of the type of an object", (pointer, { view: { memory } }) =>
    textual(typeName(memory, typeNumber(memory, pointer))),
  ),
  holders: one("what refers to an object; searches the heap", (pointer, { view }) => {
    const found = holdersOf(view, pointer, HOLDERS_IN_TEXT).map((reference) => referenceText(view, reference));
    const more = found.length === HOLDERS_IN_TEXT ? "; perhaps more" : "";
    return textual(found.length === 0 ? "nothing" : `${found.join("; ")}${more}`);
  }),
  why: one("the way from a root to an object; searches the heap", (pointer, { view }) => {
    const path = why(view, pointer);
    return textual(path === null ? "no root reaches it" : pathText(view, path));
  }),
  word: one("the word at an address", (address, { view: { memory } }) => numeric(memory.word(address))),
  cell: one("the cell at an even address", (address, { view: { memory } }) => numeric(memory.cell(address))),
  "pointer-at": one("the object that the cell at an address points at", (address, { view: { memory } }) =>
    pointerTo(memory.pointer(address)),
  ),
};

function isSame({ view: { memory } }: Call, a: Value, b: Value): boolean {
  const [first, second] = [asPointer(a), asPointer(b)];
  if (first !== null && second !== null) return first === second;
  if (a.kind === "number" && b.kind === "number") return a.value === b.value;
  // A field of an event whose symbol the image does not have is a text.
  return (a.kind === "text" || b.kind === "text") && asText(memory, a) === asText(memory, b);
}

/** The accessor with a name; null when there is none. `cadr` and its kin, up to four letters, are made as they are asked for. */
export function findAccessor(name: string): Accessor | null {
  const lower = name.toLowerCase();
  if (Object.hasOwn(TABLE, lower)) return TABLE[lower] as Accessor;
  const letters = /^c([ad]{1,4})r$/.exec(lower)?.[1];
  if (letters === undefined) return null;
  return { least: 1, most: 1, doc: "part of a list", apply: (call) => chain(call, letters) };
}

function chain(call: Call, letters: string): Value | null {
  let value: Value | null = call.args[0] as Value;
  for (const letter of [...letters].reverse()) {
    if (value !== null) value = pairOf(call, value, letter as "a" | "d");
  }
  return value;
}

/** Names and explanations, for completion. */
export function accessorNames(): readonly { readonly name: string; readonly doc: string }[] {
  const pairs = ["car", "cdr", "cadr", "cddr", "caar", "caddr"].map((name) => ({ name, doc: "part of a list" }));
  return [...pairs, ...Object.entries(TABLE).map(([name, { doc }]) => ({ name, doc }))];
}
