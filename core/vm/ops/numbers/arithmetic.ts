/**
 * Integer and generic arithmetic, logic and shifts: the cases that the interpreter does not finish itself.
 * Source: instruction specification, sections 2.10.8 and 2.10.9.
 */
import type { ByteAddress } from "../../../base/units.ts";
import { TYPE_FIXP } from "../../../memory/layout.ts";
import { bytesOf, type Processor } from "../../processor.ts";
import { punt } from "../calls.ts";
import { floatDifference, floatGreater, floatPlus, floatQuotient, floatTimes } from "./floats.ts";
import { integerCell, integerValue, isInteger, T } from "./numbers.ts";

const INT32_MIN = -0x80000000;
const INT32_MAX = 0x7fffffff;

/** Result of an integer opcode, or its handler when 32 bits do not hold it (NaN included). */
function finish(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, result: number): void {
  if (result >= INT32_MIN && result <= INT32_MAX) m.next(pc + 1, csp - 4, integerCell(m, result));
  else punt(m, pc, csp, tos);
}

export function plus(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) finish(m, pc, csp, tos, integerValue(m, a) + integerValue(m, tos));
  else floatPlus(m, pc, csp, tos);
}
export function difference(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) finish(m, pc, csp, tos, integerValue(m, a) - integerValue(m, tos));
  else floatDifference(m, pc, csp, tos);
}
export function times(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) finish(m, pc, csp, tos, integerValue(m, a) * integerValue(m, tos));
  else floatTimes(m, pc, csp, tos);
}
export function quotient(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) {
    finish(m, pc, csp, tos, divide(integerValue(m, a), integerValue(m, tos)));
  } else floatQuotient(m, pc, csp, tos);
}
export function greater(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) {
    m.next(pc + 1, csp - 4, integerValue(m, a) > integerValue(m, tos) ? T : 0);
  } else floatGreater(m, pc, csp, tos);
}

export function integerPlus(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) finish(m, pc, csp, tos, integerValue(m, a) + integerValue(m, tos));
  else punt(m, pc, csp, tos);
}
export function integerDifference(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) finish(m, pc, csp, tos, integerValue(m, a) - integerValue(m, tos));
  else punt(m, pc, csp, tos);
}
export function integerTimes(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) finish(m, pc, csp, tos, integerValue(m, a) * integerValue(m, tos));
  else punt(m, pc, csp, tos);
}
export function integerQuotient(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) {
    finish(m, pc, csp, tos, divide(integerValue(m, a), integerValue(m, tos)));
  } else punt(m, pc, csp, tos);
}
export function integerRemainder(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (!isInteger(m, a) || !isInteger(m, tos)) {
    punt(m, pc, csp, tos);
    return;
  }
  const x = integerValue(m, a);
  const y = integerValue(m, tos);
  // The one overflowing division goes to the handler, as its quotient does.
  finish(m, pc, csp, tos, y === -1 && x === INT32_MIN ? Number.NaN : (x % y) + 0);
}
export function integerGreater(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) {
    m.next(pc + 1, csp - 4, integerValue(m, a) > integerValue(m, tos) ? T : 0);
  } else punt(m, pc, csp, tos);
}

/** IPLUS.N and IDIFFERENCE.N: the operand byte is added, or subtracted. */
export function integerPlusByte(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, operand: number): void {
  if (!isInteger(m, tos)) {
    punt(m, pc, csp, tos);
    return;
  }
  const result = integerValue(m, tos) + operand;
  if (result >= INT32_MIN && result <= INT32_MAX) m.next(pc + 2, csp, integerCell(m, result));
  else punt(m, pc, csp, tos);
}

/** Truncates towards zero; NaN where there is no quotient. */
function divide(a: number, b: number): number {
  return b === 0 ? Number.NaN : Math.trunc(a / b) + 0;
}

export function logOr(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) finish(m, pc, csp, tos, integerValue(m, a) | integerValue(m, tos));
  else punt(m, pc, csp, tos);
}
export function logAnd(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) finish(m, pc, csp, tos, integerValue(m, a) & integerValue(m, tos));
  else punt(m, pc, csp, tos);
}
export function logXor(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isInteger(m, a) && isInteger(m, tos)) finish(m, pc, csp, tos, integerValue(m, a) ^ integerValue(m, tos));
  else punt(m, pc, csp, tos);
}

/** LLSH1, LLSH8: bits that leave the word are lost. */
export function shiftLeft(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, distance: number): void {
  if (isInteger(m, tos)) m.next(pc + 1, csp, integerCell(m, integerValue(m, tos) << distance));
  else punt(m, pc, csp, tos);
}
/** LRSH1, LRSH8: zeros come in from the left. */
export function shiftRight(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, distance: number): void {
  if (isInteger(m, tos)) m.next(pc + 1, csp, integerCell(m, (integerValue(m, tos) >>> distance) | 0));
  else punt(m, pc, csp, tos);
}

/** LSH: arithmetic shift that must not lose bits to the left. */
export function shift(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (!isInteger(m, a) || !isInteger(m, tos)) {
    punt(m, pc, csp, tos);
    return;
  }
  const value = integerValue(m, a);
  const distance = integerValue(m, tos);
  if (distance === 0) m.next(pc + 1, csp - 4, a);
  else if (distance > 31 || distance < -31) punt(m, pc, csp, tos);
  else if (distance > 0) finish(m, pc, csp, tos, value * 2 ** distance);
  else finish(m, pc, csp, tos, value >> -distance);
}

/** MAKENUMBER: two halves to one integer. */
export function makeNumber(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const high = m.cell(csp - 4);
  if (high >>> 16 !== 0xe || tos >>> 16 !== 0xe) punt(m, pc, csp, tos);
  else m.next(pc + 1, csp - 4, integerCell(m, ((high & 0xffff) << 16) | (tos & 0xffff)));
}

/** BOXIPLUS (`sign` 1) and BOXIDIFFERENCE (-1): changes the box in place, modulo 2^32. */
export function addToBox(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, sign: number): void {
  const target = m.cell(csp - 4);
  if (m.typeNumber(target) !== TYPE_FIXP || !isInteger(m, tos)) {
    punt(m, pc, csp, tos);
    return;
  }
  m.memory.setCell(target & 0x0fffffff, (m.cell(bytesOf(target)) + sign * integerValue(m, tos)) | 0);
  m.next(pc + 1, csp - 4, target);
}
