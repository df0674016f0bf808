/** Host calls for vectors, closures, equality and numbers. */
import type { Pointer } from "../../base/units.ts";
import { NIL, NOBIND, TYPE_CLOSURE, TYPE_FLOATP, TYPE_LISTP } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { arrayElement, arrayHeader } from "../../objects/arrays/arrays.ts";
import { isString, stringText } from "../../objects/arrays/strings.ts";
import { car, cdr } from "../../objects/cons.ts";
import { FIXP_MAX, FIXP_MIN, floatValue, integerValue, numberValue } from "../../objects/numbers.ts";
import { valueCell } from "../../objects/symbols.ts";
import { isSymbol, typeNumber } from "../../objects/types.ts";
import { signal } from "../faults.ts";
import { initializeSlot, makeInteger, makeVector } from "../image/datum.ts";
import { type Subr, truth } from "./arguments.ts";

/** Elements of the longest vector: its block, with header and trailer, has at most 65535 cells. */
const LONGEST_VECTOR = 65533;
/** Comparisons after which a structure counts as circular. */
const LONGEST_COMPARISON = 1_000_000;

export const makeVectorSubr: Subr = (m, args) => {
  const length = args.integer(0);
  if (length < 0 || length > LONGEST_VECTOR)
    signal(m.memory, "bad-size", [args.pointer(0), makeInteger(m, LONGEST_VECTOR)]);
  return makeVector(m, length, args.pointer(1));
};
export const vector: Subr = (m, args) => {
  const made = makeVector(m, args.count, NIL);
  const base = m.memory.pointer(made);
  for (let i = 0; i < args.count; i++) initializeSlot(m, base + 2 * i, args.pointer(i));
  return made;
};
export const vectorLength: Subr = (m, args) => {
  const header = arrayHeader(m.memory, args.readable(0));
  if (header === null) return signal(m.memory, "wrong-type", [args.pointer(0)]);
  return makeInteger(m, header.length);
};

export const makeClosure: Subr = (m, args) => {
  const closure = m.manager.allocate(TYPE_CLOSURE);
  initializeSlot(m, closure, args.pointer(0));
  initializeSlot(m, closure + 2, args.pointer(1));
  return closure;
};
export const checkBound: Subr = (m, args) => {
  const symbol = args.pointer(0);
  if (!isSymbol(m.memory, symbol)) signal(m.memory, "wrong-type", [symbol]);
  const value = m.memory.cell(valueCell(symbol));
  if (value === NOBIND) signal(m.memory, "unbound-variable", [symbol]);
  return value;
};

export const truncate: Subr = (m, args) => {
  const number = args.pointer(0);
  if (integerValue(m.memory, number) !== null) return number;
  if (typeNumber(m.memory, number) !== TYPE_FLOATP) signal(m.memory, "wrong-type", [number]);
  const value = Math.trunc(floatValue(m.memory, number)) + 0;
  if (!(value >= FIXP_MIN && value <= FIXP_MAX)) signal(m.memory, "not-a-number", [number, NIL]);
  return makeInteger(m, value);
};

export const equal: Subr = (m, args) => {
  const answer = sameStructure(m.memory, args.readable(0), args.readable(1));
  return answer === null ? signal(m.memory, "too-deep", [args.pointer(0)]) : truth(answer);
};

/** Same structure and equal leaves; null when the comparison does not end. */
function sameStructure(memory: VirtualMemory, first: Pointer, second: Pointer): boolean | null {
  const pending: Pointer[] = [first, second];
  for (let steps = 0; steps < LONGEST_COMPARISON; steps++) {
    const b = pending.pop();
    const a = pending.pop();
    if (a === undefined || b === undefined) return true;
    if (a === b) continue;
    const type = typeNumber(memory, a);
    if (type === TYPE_LISTP && typeNumber(memory, b) === TYPE_LISTP) {
      pending.push(cdr(memory, a), cdr(memory, b), car(memory, a), car(memory, b));
    } else if (isString(memory, a) || isString(memory, b)) {
      if (stringText(memory, a) !== stringText(memory, b)) return false;
    } else if (!pushElements(memory, a, b, pending)) {
      const value = numberValue(memory, a);
      // Integers and floats are different things, whatever their value.
      if (value === null || type !== typeNumber(memory, b) || value !== numberValue(memory, b)) return false;
    }
  }
  return null;
}

/** Two vectors of one length: their elements are still to compare. False when they are no such vectors. */
function pushElements(memory: VirtualMemory, a: Pointer, b: Pointer, pending: Pointer[]): boolean {
  const headerA = arrayHeader(memory, a);
  const headerB = arrayHeader(memory, b);
  if (headerA === null || headerB === null || headerA.length !== headerB.length) return false;
  const found: Pointer[] = [];
  for (let i = headerA.length - 1; i >= 0; i--) {
    const elementA = arrayElement(memory, headerA, i);
    const elementB = arrayElement(memory, headerB, i);
    if (elementA?.kind !== "pointer" || elementB?.kind !== "pointer") return false;
    found.push(elementA.pointer, elementB.pointer);
  }
  for (const pointer of found) pending.push(pointer);
  return true;
}
