/**
 * Float opcodes: boxed singles, and raw singles in stack cells. Every operation rounds to single precision; results that are not finite go to the handler.
 * Source: instruction specification, section 2.10.10.
 */
import type { ByteAddress } from "../../../base/units.ts";
import { SEGMENT_MASK, TYPE_FLOATP } from "../../../memory/layout.ts";
import { bytesOf, type Processor } from "../../processor.ts";
import { punt } from "../calls.ts";
import { bitsFloat, box, floatBits, isReal, realValue, T } from "./numbers.ts";

const SIGN_BIT = 0x80000000 | 0;
/** 2^31 as a single: the one float that UFIX converts in the reference VM, by accident. */
const TWO_TO_31 = 0x4f000000;

function finish(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, exact: number): void {
  const result = Math.fround(exact);
  if (Number.isFinite(result)) m.next(pc + 1, csp - 4, box(m, TYPE_FLOATP, floatBits(result)));
  else punt(m, pc, csp, tos);
}

export function floatPlus(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isReal(m, a) && isReal(m, tos)) finish(m, pc, csp, tos, realValue(m, a) + realValue(m, tos));
  else punt(m, pc, csp, tos);
}
export function floatDifference(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isReal(m, a) && isReal(m, tos)) finish(m, pc, csp, tos, realValue(m, a) - realValue(m, tos));
  else punt(m, pc, csp, tos);
}
export function floatTimes(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isReal(m, a) && isReal(m, tos)) finish(m, pc, csp, tos, realValue(m, a) * realValue(m, tos));
  else punt(m, pc, csp, tos);
}
export function floatQuotient(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isReal(m, a) && isReal(m, tos)) finish(m, pc, csp, tos, realValue(m, a) / realValue(m, tos));
  else punt(m, pc, csp, tos);
}
export function floatGreater(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const a = m.cell(csp - 4);
  if (isReal(m, a) && isReal(m, tos)) m.next(pc + 1, csp - 4, realValue(m, a) > realValue(m, tos) ? T : 0);
  else punt(m, pc, csp, tos);
}

/** UBFLOAT1: one operand, raw except for sub-opcode 1. */
export function unboxedFloat1(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  switch (m.memory.bytes[pc + 1]) {
    case 0: // BOX
      m.next(pc + 2, csp, box(m, TYPE_FLOATP, tos));
      return;
    case 1: // UNBOX
      if (m.typeNumber(tos) === TYPE_FLOATP) m.next(pc + 2, csp, m.cell(bytesOf(tos)));
      else if (isReal(m, tos)) m.next(pc + 2, csp, floatBits(realValue(m, tos)));
      else punt(m, pc, csp, tos);
      return;
    case 2: // ABS
      m.next(pc + 2, csp, tos & ~SIGN_BIT);
      return;
    case 3: // NEG
      m.next(pc + 2, csp, tos ^ SIGN_BIT);
      return;
    case 4: // UFIX
      if (tos === TWO_TO_31 || Number.isNaN(bitsFloat(tos))) m.next(pc + 2, csp, boxedMinimum(m));
      else punt(m, pc, csp, tos);
      return;
    default:
      punt(m, pc, csp, tos);
  }
}

/** -2^31 as the reference VM returns it for floats that it cannot convert. */
function boxedMinimum(m: Processor): number {
  return box(m, 2, SIGN_BIT);
}

/** UBFLOAT2: two raw operands; `x` lies deeper. */
export function unboxedFloat2(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const xBits = m.cell(csp - 4);
  const x = bitsFloat(xBits);
  const y = bitsFloat(tos);
  const subOp = m.memory.bytes[pc + 1] as number;
  if (subOp >= 5 && subOp <= 7) {
    const greater = x > y;
    const result = subOp === 5 ? (greater ? T : 0) : greater === (subOp === 6) ? xBits : tos;
    m.next(pc + 2, csp - 4, result);
    return;
  }
  const result = Math.fround(combine(subOp, x, y));
  if (Number.isFinite(result)) m.next(pc + 2, csp - 4, floatBits(result));
  else punt(m, pc, csp, tos);
}

/** NaN for sub-opcodes that do not exist: they go to the handler as any result that is not finite. */
function combine(subOp: number, x: number, y: number): number {
  switch (subOp) {
    case 0:
      return y + x;
    case 1:
      return x - y;
    case 2:
      return y - x;
    case 3:
      return y * x;
    case 4:
      return x / y;
    case 8:
      return x % y;
    default:
      return Number.NaN;
  }
}

/** UBFLOAT3, sub-opcode 0: polynomial by Horner's rule over raw singles in memory, highest coefficient first. */
export function unboxedFloat3(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if (m.memory.bytes[pc + 1] !== 0 || (tos & SEGMENT_MASK) !== 0xe0000) {
    punt(m, pc, csp, tos);
    return;
  }
  const coefficients = bytesOf(m.cell(csp - 4));
  const x = bitsFloat(m.cell(csp - 8));
  const view = m.memory.view;
  const degree = tos & 0xffff;
  let sum = view.getFloat32(coefficients);
  for (let i = 1; i <= degree; i++) {
    sum = Math.fround(Math.fround(sum * x) + view.getFloat32(coefficients + 4 * i));
  }
  if (Number.isFinite(sum)) m.next(pc + 2, csp - 8, floatBits(sum));
  else punt(m, pc, csp, tos);
}
