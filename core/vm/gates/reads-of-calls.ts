/**
 * What a host call is taken to read: everything that it is given, with all that hangs on that, as far as lists, arrays, strings and records go. Calls that only
 * want to know which object it is read nothing, and PEEK one cell.
 */
import { SUBR } from "../../isa/subrs.ts";
import { FLAT_CELLS } from "../../memory/flat-memory.ts";
import { DISPLAY_BASE, POINTER_MASK } from "../../memory/layout.ts";
import { blockData } from "../../objects/arrays/blocks.ts";
import { eachPointer, sizeOf } from "../../objects/object-slots.ts";
import { isSymbol } from "../../objects/types.ts";
import { integerValue, isInteger } from "../ops/numbers/numbers.ts";
import type { Processor } from "../processor.ts";
import type { ReadVisitor } from "./reads.ts";

/** Objects that one call is followed into: printing a long list must not take forever. */
const MOST_OBJECTS = 10_000;
const CELL = 4;

/** They look at the pointer, or keep it, and not at what is there. */
const BLIND: ReadonlySet<number> = new Set([
  SUBR.ERROR,
  SUBR.GC,
  SUBR.REFCOUNT,
  SUBR.ADDRESS_OF,
  SUBR.MAKE_VECTOR,
  SUBR.REGION,
  SUBR.VECTOR,
  SUBR.CHECK_BOUND,
  SUBR.MAKE_CLOSURE,
  SUBR.RUNTIME,
  SUBR.EXIT,
  SUBR.PLAN,
]);

export function readsOfCall(m: Processor, visit: ReadVisitor): void {
  const number = m.memory.bytes[m.pc + 1] as number;
  const count = m.memory.bytes[m.pc + 2] as number;
  if (BLIND.has(number) || count === 0) return;
  const given = Array.from({ length: count }, (_, i) => {
    return i === count - 1 ? m.tos : m.cell(m.csp - CELL * (count - 1 - i));
  });
  const [first = 0] = given;
  if (number === SUBR.PEEK && isInteger(m, first)) {
    const cell = integerValue(m, first);
    if (cell >= 0 && cell < FLAT_CELLS) visit(2 * DISPLAY_BASE + CELL * cell, CELL);
  } else if (number === SUBR.VECTOR_LENGTH)
    visit(2 * (first & POINTER_MASK), 2 * sizeOf(m.memory, first & POINTER_MASK));
  else follow(m, given, visit);
}

function follow(m: Processor, given: readonly number[], visit: ReadVisitor): void {
  const { memory } = m;
  const seen = new Set<number>();
  const open = given.map((cell) => cell & POINTER_MASK);
  for (let next = open.pop(); next !== undefined && seen.size < MOST_OBJECTS; next = open.pop()) {
    // A symbol is an end: who prints one does not read its value.
    if (seen.has(next) || isSymbol(memory, next)) continue;
    const words = blockData(memory, next) === null ? sizeOf(memory, next) : (blockData(memory, next)?.cells ?? 0) * 2;
    if (words === 0) continue;
    seen.add(next);
    visit(2 * next, 2 * words);
    eachPointer(memory, next, (pointer, kind) => {
      if (kind === "car" || kind === "cdr" || kind === "field" || kind === "element") open.push(pointer);
    });
  }
}
