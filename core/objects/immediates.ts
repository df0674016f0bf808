/**
 * Values that are their own pointer: small integers, characters. NIL and T are symbols (`layout.ts`).
 * Source: memory specification, section 2.1.
 */
import type { Pointer } from "../base/units.ts";
import { CHARACTER_BASE, NIL, SEGMENT_MASK, SMALL_NEGATIVE, SMALL_POSITIVE, T } from "../memory/layout.ts";

export const SMALL_MIN = -0x10000;
export const SMALL_MAX = 0xffff;

/** Whether an integer has an immediate form. */
export function fitsSmall(value: number): boolean {
  return value >= SMALL_MIN && value <= SMALL_MAX;
}
export function isSmall(pointer: Pointer): boolean {
  // The two segments differ in their lowest bit only.
  return (pointer & 0x0ffe0000) === SMALL_POSITIVE;
}
/** The integer that a small pointer stands for; the caller has asked `isSmall`. */
export function smallValue(pointer: Pointer): number {
  return (pointer & SEGMENT_MASK) === SMALL_POSITIVE ? pointer & 0xffff : (pointer & 0xffff) - 0x10000;
}
/** @throws {RangeError} when the value has no immediate form: it needs a FIXP */
export function smallInteger(value: number): Pointer {
  if (!Number.isInteger(value) || !fitsSmall(value)) {
    throw new RangeError(`${value} is not a small integer (${SMALL_MIN} … ${SMALL_MAX})`);
  }
  return value >= 0 ? SMALL_POSITIVE + value : SMALL_NEGATIVE + (value & 0xffff);
}

export function isCharacter(pointer: Pointer): boolean {
  return (pointer & SEGMENT_MASK) === CHARACTER_BASE;
}
/** 16-bit code of a character pointer; the caller has asked `isCharacter`. */
export function characterCode(pointer: Pointer): number {
  return pointer & 0xffff;
}
/** @throws {RangeError} for a code above 65535 */
export function character(code: number): Pointer {
  if (!Number.isInteger(code) || code < 0 || code > 0xffff) throw new RangeError(`${code} is not a character code`);
  return CHARACTER_BASE + code;
}

/** Symbols that are numbers (not addresses): segment 0. Every old symbol; whether one was made is another question. */
export function isOldSymbol(pointer: Pointer): boolean {
  return (pointer & SEGMENT_MASK) === 0;
}
/** Whether a pointer is a value without memory of its own: dereferencing it would read a table. */
export function isImmediate(pointer: Pointer): boolean {
  return isSmall(pointer) || isCharacter(pointer) || isOldSymbol(pointer);
}

/** The Lisp truth value. */
export function truth(value: boolean): Pointer {
  return value ? T : NIL;
}
