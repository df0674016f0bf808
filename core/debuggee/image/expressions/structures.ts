/** Lists, vectors, strings and property lists of an image, read step by step. Each walk is bounded: damaged lists run in circles. */
import type { Pointer } from "../../../base/units.ts";
import { NIL } from "../../../memory/layout.ts";
import { arrayElement, arrayHeader, isArray } from "../../../objects/arrays/arrays.ts";
import { isString, stringLength, stringText } from "../../../objects/arrays/strings.ts";
import { car, cdr, isCons, isReadableCons } from "../../../objects/cons.ts";
import { character } from "../../../objects/immediates.ts";
import { propertyListCell } from "../../../objects/symbols.ts";
import { isSymbol } from "../../../objects/types.ts";
import { type Call, pointerArgument } from "./call.ts";
import { asNumber, asPointer, asText, claim, isReadable, numeric, pointerTo, type Value } from "./value.ts";

/** Pairs that one walk looks at. */
const MOST_PAIRS = 1_000_000;

/** CAR (`a`) or CDR (`d`) of a pair; of NIL, NIL. */
export function pairOf(call: Call, value: Value, which: "a" | "d"): Value | null {
  const { memory } = call.view;
  const pointer = asPointer(value);
  if (pointer === NIL) return value;
  if (pointer === null || !isCons(memory, pointer))
    return call.fail("this is not a list: car and cdr need a pair or NIL");
  if (!isReadableCons(memory, pointer)) return call.fail("the cells of this pair lead outside the image");
  return pointerTo(which === "a" ? car(memory, pointer) : cdr(memory, pointer));
}

/** What follows after so many elements. */
export function nthTail(call: Call, index: Value, list: Value): Value | null {
  const count = asNumber(call.view.memory, index);
  if (count === null || !Number.isInteger(count) || count < 0)
    return call.fail("the index must be a whole number from 0");
  if (count > MOST_PAIRS) return call.fail(`an index of at most ${MOST_PAIRS} is possible`);
  let tail: Value | null = list;
  for (let i = 0; i < count && tail !== null && asPointer(tail) !== NIL; i++) tail = pairOf(call, tail, "d");
  return tail;
}

/** Length and last pair of a list that ends. */
export function itemsOf(call: Call, list: Pointer): { readonly count: number; readonly last: Value } | null {
  const { memory } = call.view;
  let count = 0;
  let last = list;
  let rest = list;
  while (isCons(memory, rest)) {
    if (!isReadableCons(memory, rest)) return call.fail("the list leads outside the image");
    if (++count > MOST_PAIRS) return call.fail(`the list runs in a circle, or has more than ${MOST_PAIRS} elements`);
    last = rest;
    rest = cdr(memory, rest);
  }
  return { count, last: pointerTo(last) };
}

export function lengthOf(value: Pointer, call: Call): Value | null {
  const { memory } = call.view;
  if (isString(memory, value)) return numeric(stringLength(memory, value) ?? 0);
  if (isArray(memory, value)) return numeric(arrayHeader(memory, value)?.length ?? 0);
  if (value !== NIL && !isCons(memory, value)) return call.fail("expected a list, a vector or a string");
  const items = itemsOf(call, value);
  return items === null ? null : numeric(items.count);
}

export function elementAt(sequence: Value, index: Value, call: Call): Value | null {
  const { memory } = call.view;
  const pointer = pointerArgument(call, 0);
  const at = asNumber(memory, index);
  if (pointer === null) return null;
  if (at === null || !Number.isInteger(at) || at < 0) return call.fail("the index must be a whole number from 0");
  if (isString(memory, pointer)) {
    const code = stringText(memory, pointer, at + 1)?.charCodeAt(at) ?? Number.NaN;
    return Number.isNaN(code) ? call.fail(`the string has no character ${at}`) : pointerTo(character(code));
  }
  if (!isArray(memory, pointer)) {
    const tail = nthTail(call, index, sequence);
    return tail === null ? null : pairOf(call, tail, "a");
  }
  const header = arrayHeader(memory, pointer);
  const element = header === null || at >= header.length ? null : arrayElement(memory, header, at);
  if (element === null) return call.fail(`the vector has no element ${at}, or it lies outside the image`);
  if (element.kind === "pointer") return pointerTo(element.pointer);
  return element.kind === "character" ? pointerTo(character(element.code)) : numeric(element.value);
}

/** The value behind a name on a property list; NIL when the list has no such name. */
export function propertyOf(symbol: Value, name: Value, call: Call): Value | null {
  const { memory } = call.view;
  const owner = asPointer(symbol);
  if (owner === null || !isSymbol(memory, owner)) return call.fail("expected a symbol: quote its name, as in 'CAR");
  const wanted = asPointer(name);
  let rest: Value | null = pointerTo(memory.pointer(propertyListCell(owner)));
  for (let i = 0; i < MOST_PAIRS; i++) {
    if (rest === null || asPointer(rest) === NIL) return rest;
    const key = pairOf(call, rest, "a");
    const tail = pairOf(call, rest, "d");
    if (key === null || tail === null) return null;
    if (asPointer(key) === wanted) return pairOf(call, tail, "a");
    rest = pairOf(call, tail, "d");
  }
  return call.fail("the property list runs in a circle");
}

/** Numbers by value, texts by characters, pairs by their parts. */
export function areEqual(first: Value, second: Value, call: Call): Value | null {
  const { memory } = call.view;
  const left: [Value, Value][] = [[first, second]];
  for (let steps = 0; left.length > 0; steps++) {
    if (steps > MOST_PAIRS) return call.fail(`gave up after ${MOST_PAIRS} steps`);
    const [a, b] = left.pop() as [Value, Value];
    const [p, q] = [asPointer(a), asPointer(b)];
    if (p !== null && p === q) continue;
    if (isPair(call, p) && isPair(call, q)) {
      left.push(
        [pointerTo(cdr(memory, p)), pointerTo(cdr(memory, q))],
        [pointerTo(car(memory, p)), pointerTo(car(memory, q))],
      );
      continue;
    }
    const [m, n] = [asNumber(memory, a), asNumber(memory, b)];
    if (m !== null && m === n) continue;
    if (isSymbolOrNumber(call, p) || isSymbolOrNumber(call, q)) return claim(false);
    const [s, t] = [asText(memory, a), asText(memory, b)];
    if (s === null || s !== t) return claim(false);
  }
  return claim(true);
}

function isPair({ view: { memory } }: Call, pointer: Pointer | null): pointer is Pointer {
  return pointer !== null && isReadable(memory, pointer) && isCons(memory, pointer) && isReadableCons(memory, pointer);
}
/** A symbol is not equal to a string with its name. */
function isSymbolOrNumber({ view: { memory } }: Call, pointer: Pointer | null): boolean {
  return pointer !== null && (isSymbol(memory, pointer) || asNumber(memory, pointerTo(pointer)) !== null);
}
