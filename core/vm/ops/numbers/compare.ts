/** Comparison opcodes beyond EQ. Source: instruction specification, sections 2.7 and 2.10.11. */
import type { ByteAddress } from "../../../base/units.ts";
import {
  SEGMENT_MASK,
  TYPE_FIXP,
  TYPE_FLOATP,
  TYPE_NUMBER_MASK,
  TYPE_NUMBERP,
  TYPE_SMALLP,
} from "../../../memory/layout.ts";
import { bytesOf, type Processor } from "../../processor.ts";
import { punt } from "../calls.ts";
import { isReal, realValue, T } from "./numbers.ts";

const CHARACTERS = 0x70000;
/** The answer is the handler's business. */
const ASK_HANDLER = -1;

function finish(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, answer: number): void {
  if (answer === ASK_HANDLER) punt(m, pc, csp, tos);
  else m.next(pc + 1, csp - 4, answer);
}

function isImmediate(x: number): boolean {
  const segment = x & SEGMENT_MASK;
  return segment === 0 || segment === CHARACTERS || segment === 0xe0000 || segment === 0xf0000;
}

/** Two boxed numbers of one type: by value. */
function sameContent(m: Processor, type: number, a: number, b: number): number {
  if (type === TYPE_FIXP) return m.cell(bytesOf(a)) === m.cell(bytesOf(b)) ? T : 0;
  if (type === TYPE_FLOATP) return realValue(m, a) === realValue(m, b) ? T : 0;
  return ASK_HANDLER;
}

export function eql(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  finish(m, pc, csp, tos, eqlAnswer(m, m.cell(csp - 4), tos));
}
function eqlAnswer(m: Processor, a: number, b: number): number {
  if (a === b) return T;
  if (isImmediate(a) || isImmediate(b)) return 0;
  const entry = m.typeEntry(a);
  if ((entry & TYPE_NUMBER_MASK) !== m.typeNumber(b)) return 0;
  const type = entry & TYPE_NUMBER_MASK;
  if (type === TYPE_FIXP || type === TYPE_FLOATP) return sameContent(m, type, a, b);
  return (entry & TYPE_NUMBERP) === 0 ? 0 : ASK_HANDLER;
}

export function clEqual(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  finish(m, pc, csp, tos, clEqualAnswer(m, m.cell(csp - 4), tos));
}
function clEqualAnswer(m: Processor, a: number, b: number): number {
  if (a === b) return T;
  if (isImmediate(a) || isImmediate(b)) return 0;
  const entry = m.typeEntry(a);
  const isNumber = (entry & TYPE_NUMBERP) !== 0;
  if (isNumber !== ((m.typeEntry(b) & TYPE_NUMBERP) !== 0)) return 0;
  if (!isNumber) return ASK_HANDLER;
  if ((entry & TYPE_NUMBER_MASK) !== m.typeNumber(b)) return 0;
  return sameContent(m, entry & TYPE_NUMBER_MASK, a, b);
}

export function equal(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  finish(m, pc, csp, tos, equalAnswer(m, m.cell(csp - 4), tos));
}
function equalAnswer(m: Processor, a: number, b: number): number {
  if (a === b) return T;
  const segmentA = a & SEGMENT_MASK;
  const segmentB = b & SEGMENT_MASK;
  if (segmentA === 0 || segmentA === CHARACTERS || segmentB === 0 || segmentB === CHARACTERS) return 0;
  const entryA = m.typeEntry(a);
  const entryB = m.typeEntry(b);
  const typeA = entryA & TYPE_NUMBER_MASK;
  const typeB = entryB & TYPE_NUMBER_MASK;
  if (typeA === TYPE_SMALLP && typeB === TYPE_SMALLP) return 0;
  if (((entryA ^ entryB) & TYPE_NUMBERP) !== 0) return 0;
  if ((entryA & TYPE_NUMBERP) === 0) return ASK_HANDLER;
  if (typeA === typeB) return sameContent(m, typeA, a, b);
  if (typeA !== TYPE_FLOATP && typeB !== TYPE_FLOATP) return 0;
  if (!isReal(m, a) || !isReal(m, b)) return ASK_HANDLER;
  return realValue(m, a) === realValue(m, b) ? T : 0;
}

/** CL:= */
export function numericEqual(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  finish(m, pc, csp, tos, numericEqualAnswer(m, m.cell(csp - 4), tos));
}
function numericEqualAnswer(m: Processor, a: number, b: number): number {
  if ((b & SEGMENT_MASK) === 0xe0000) {
    if (a === b) return T;
    if ((a & SEGMENT_MASK) === 0xe0000) return 0;
  }
  const entryA = m.typeEntry(a);
  if ((entryA & TYPE_NUMBERP) === 0) return ASK_HANDLER;
  if (a === b) return T;
  const entryB = m.typeEntry(b);
  if ((entryB & TYPE_NUMBERP) === 0) return ASK_HANDLER;
  const typeA = entryA & TYPE_NUMBER_MASK;
  const typeB = entryB & TYPE_NUMBER_MASK;
  if (!isPlainNumber(typeA) || !isPlainNumber(typeB)) return ASK_HANDLER;
  if (typeA === TYPE_FLOATP || typeB === TYPE_FLOATP) return realValue(m, a) === realValue(m, b) ? T : 0;
  if (typeA === TYPE_SMALLP || typeB === TYPE_SMALLP) return 0;
  return sameContent(m, TYPE_FIXP, a, b);
}

function isPlainNumber(type: number): boolean {
  return type === TYPE_SMALLP || type === TYPE_FIXP || type === TYPE_FLOATP;
}
