/**
 * Reading numbers: immediates, boxed integers and floats, and what is built of them. Making boxes is the managers' business.
 * Source: memory specification, section 10.
 */
import type { Pointer } from "../base/units.ts";
import { TYPE_BIGNUM, TYPE_FIXP, TYPE_FLOATP } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { listItems } from "./cons.ts";
import { isSmall, smallValue } from "./immediates.ts";
import { typeNumber } from "./types.ts";

export const FIXP_MIN = -0x80000000;
export const FIXP_MAX = 0x7fffffff;
/** Bits of a bignum digit; each digit carries the sign of the number. */
export const BIGNUM_DIGIT_BITS = 14;
/** More digits than any printed number needs: a damaged list ends here. */
const BIGNUM_DIGIT_LIMIT = 10_000;

/** Whether a number is an integer that a box can hold. */
export function fixpFits(value: number): boolean {
  return Number.isInteger(value) && value >= FIXP_MIN && value <= FIXP_MAX;
}
/** Content of a FIXP box. */
export function fixpValue(memory: VirtualMemory, box: Pointer): number {
  return memory.view.getInt32(box * 2);
}
/** Content of a FLOATP box: an IEEE single, exactly. */
export function floatValue(memory: VirtualMemory, box: Pointer): number {
  return memory.view.getFloat32(box * 2);
}
/** The cell that holds an IEEE single; NaN gets its canonical bits. */
export function floatBits(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}
export function setFixp(memory: VirtualMemory, box: Pointer, value: number): void {
  memory.setCell(box, value);
}
export function setFloat(memory: VirtualMemory, box: Pointer, value: number): void {
  memory.setCell(box, floatBits(value));
}

/** The value of a small integer or FIXP; null when the pointer is neither. */
export function integerValue(memory: VirtualMemory, pointer: Pointer): number | null {
  if (isSmall(pointer)) return smallValue(pointer);
  return typeNumber(memory, pointer) === TYPE_FIXP ? fixpValue(memory, pointer) : null;
}
/** The value of a small integer, FIXP or FLOATP; null when the pointer is none of them. */
export function numberValue(memory: VirtualMemory, pointer: Pointer): number | null {
  if (isSmall(pointer)) return smallValue(pointer);
  const type = typeNumber(memory, pointer);
  if (type === TYPE_FIXP) return fixpValue(memory, pointer);
  return type === TYPE_FLOATP ? floatValue(memory, pointer) : null;
}

/**
 * The value of a BIGNUM. Null when it is no bignum, or an infinity, which has a symbol for digits: the caller prints that symbol.
 * The C header speaks of 12-bit digits; the Lisp code, which makes them, uses 14.
 */
export function bignumValue(memory: VirtualMemory, pointer: Pointer): bigint | null {
  if (typeNumber(memory, pointer) !== TYPE_BIGNUM || !isMapped(memory, pointer, 2)) return null;
  const digits = listItems(memory, memory.pointer(pointer), BIGNUM_DIGIT_LIMIT);
  if (digits.items.length === 0 || digits.tail !== 0) return null;
  let value = 0n;
  for (let i = digits.items.length - 1; i >= 0; i--) {
    const digit = integerValue(memory, digits.items[i] as Pointer);
    if (digit === null) return null;
    value = (value << BigInt(BIGNUM_DIGIT_BITS)) + BigInt(digit);
  }
  return value;
}

const scratch = new DataView(new ArrayBuffer(4));
