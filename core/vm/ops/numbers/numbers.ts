/**
 * Numeric operands and results: what a cell means as an integer or as a float, and the cell for a number.
 * Source: instruction specification, section 2.5.
 */
import { SEGMENT_MASK, TYPE_FIXP, TYPE_FLOATP } from "../../../memory/layout.ts";
import { bytesOf, type Processor } from "../../processor.ts";

const SMALL_POSITIVE = 0xe0000;
const SMALL_NEGATIVE = 0xf0000;
export const T = 0x4c;

const scratch = new DataView(new ArrayBuffer(4));

/** A small integer or a boxed one. */
export function isInteger(m: Processor, x: number): boolean {
  const segment = x & SEGMENT_MASK;
  return segment === SMALL_POSITIVE || segment === SMALL_NEGATIVE || m.typeNumber(x) === TYPE_FIXP;
}

/** The value of a cell that `isInteger` accepts. */
export function integerValue(m: Processor, x: number): number {
  const segment = x & SEGMENT_MASK;
  if (segment === SMALL_POSITIVE) return x & 0xffff;
  if (segment === SMALL_NEGATIVE) return x | 0xffff0000;
  return m.cell(bytesOf(x));
}

/** A number that float opcodes take: integer or single. */
export function isReal(m: Processor, x: number): boolean {
  return isInteger(m, x) || m.typeNumber(x) === TYPE_FLOATP;
}

/** The value of a cell that `isReal` accepts, in single precision. */
export function realValue(m: Processor, x: number): number {
  if (isInteger(m, x)) return Math.fround(integerValue(m, x));
  return m.memory.view.getFloat32(bytesOf(x));
}

/** An index: an integer that is not negative and no small negative one. -1 when it is none. */
export function indexValue(m: Processor, x: number): number {
  if ((x & SEGMENT_MASK) === SMALL_POSITIVE) return x & 0xffff;
  if ((x & SEGMENT_MASK) === SMALL_NEGATIVE || m.typeNumber(x) !== TYPE_FIXP) return -1;
  const value = m.cell(bytesOf(x));
  return value >= 0 ? value : -1;
}

/** The cell for an integer: an immediate, or a new box. */
export function integerCell(m: Processor, value: number): number {
  if (value >= -65536 && value <= 65535) return (value + 0xf0000) ^ 0x10000;
  return box(m, TYPE_FIXP, value);
}

/** A new box with these 32 bits. */
export function box(m: Processor, type: number, bits: number): number {
  const cell = m.manager.allocate(type);
  m.memory.setCell(cell, bits);
  return cell;
}

export function floatBits(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
}
export function bitsFloat(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}
