/**
 * MISCN: sub-opcode and argument count. Source: instruction specification, sections 2.11 and 3.11.
 *
 * Sub-opcodes without an implementation here go to the handler, as unknown ones do: USER-SUBR, whose C code is a sample; EQLHASHBITSFN, which has none; and
 * the five of LOOPS (7 … 11), which are caches in front of the Lisp functions that the handler calls.
 */
import type { ByteAddress } from "../../base/units.ts";
import { instructionLength } from "../../isa/disassembler.ts";
import { findSymbol } from "../../objects/symbols.ts";
import { bytesOf, FX_BYTES, type Processor, STACK_BYTES } from "../processor.ts";
import { punt } from "./calls.ts";
import { stringHash, structureHash } from "./hashing.ts";
import { carOf, isList } from "./memory/lists.ts";

const SMALL_POSITIVE = 0xe0000;
const SXHASH = 2;
const VALUES = 1;
const STRING_HASH = 4;
const STRING_EQUAL_HASH = 5;
const VALUES_LIST = 6;
const CALL_C = 12;

/** Bit of a frame's first word: its stack follows its caller's. */
const FLAG_FAST = 0x1000;

// Opcodes that the scan for a receiver of several values understands.
const OP_FN1 = 0x09;
const OP_RETURN = 0x10;
const OP_UNBIND = 0x12;
const OP_SLOW_RETURN = 0x3f;
/** Longest way through jumps that is followed. */
const LONGEST_SCAN = 10_000;

export function miscellaneous(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const count = m.memory.bytes[pc + 2] as number;
  const first = count === 0 ? 0 : count === 1 ? tos : m.cell(csp - 4 * (count - 1));
  switch (m.memory.bytes[pc + 1]) {
    case VALUES:
      values(m, pc, csp, tos, count);
      return;
    case SXHASH:
      finish(m, pc, csp, count, SMALL_POSITIVE | structureHash(m, first));
      return;
    case STRING_HASH:
      finish(m, pc, csp, count, SMALL_POSITIVE | stringHash(m, first, false));
      return;
    case STRING_EQUAL_HASH:
      finish(m, pc, csp, count, SMALL_POSITIVE | stringHash(m, first, true));
      return;
    case VALUES_LIST:
      valuesList(m, pc, csp, count, first);
      return;
    case CALL_C:
      finish(m, pc, csp, count, 0);
      return;
    default:
      punt(m, pc, csp, tos);
  }
}

/** The result takes the place of the arguments; without arguments it replaces what is on top. */
function finish(m: Processor, pc: ByteAddress, csp: ByteAddress, count: number, result: number): void {
  m.next(pc + 3, count === 0 ? csp : csp - 4 * (count - 1), result);
}

function values(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, count: number): void {
  const first = csp - 4 * (count - 1);
  m.memory.view.setInt32(csp, tos);
  const receiver = findReceiver(m, pc + 3);
  if (receiver === null) {
    finish(m, pc, csp, count, count === 0 ? 0 : m.cell(first));
    return;
  }
  let list = 0;
  for (let i = count - 1; i >= 0; i--) list = m.manager.cons(m.cell(first + 4 * i) & 0x0fffffff, list);
  deliver(m, receiver, pc, csp, count, list);
}

function valuesList(m: Processor, pc: ByteAddress, csp: ByteAddress, count: number, list: number): void {
  const receiver = findReceiver(m, pc + 3);
  if (receiver !== null) deliver(m, receiver, pc, csp, count, list);
  else finish(m, pc, csp, count, isList(m, list) ? carOf(m, list) : list);
}

/** Where the values go when someone wants a list of them. */
interface Receiver {
  /** PVAR0 of the frame; that of the running one when the values do not leave it. */
  readonly pvar: ByteAddress;
  /** Behind the call that collects the values. */
  readonly pc: ByteAddress;
  readonly unbinds: number;
  /** PVAR0 of the frame that will return there; null when the values do not leave the running one. */
  readonly returner: ByteAddress | null;
}

/** Follows the code that a value will pass, through returns, up to a call of `\MVLIST`; null when anything else comes first. */
function findReceiver(m: Processor, start: ByteAddress): Receiver | null {
  const { bytes, view } = m.memory;
  const collector = findSymbol(m.memory, "\\MVLIST");
  let pvar = m.pvar;
  let pc = start;
  let unbinds = 0;
  let returner: ByteAddress | null = null;
  for (let steps = 0; steps < LONGEST_SCAN; steps++) {
    const opcode = bytes[pc] as number;
    if (opcode === OP_UNBIND) {
      unbinds++;
      pc += 1;
    } else if (opcode >= 0x80 && opcode <= 0x8f) pc += opcode - 0x7e;
    else if (opcode === 0xb0) pc += view.getInt8(pc + 1);
    else if (opcode === 0xb1) pc += view.getInt16(pc + 1);
    else if (opcode === OP_RETURN || opcode === OP_SLOW_RETURN) {
      const link = controlLink(m, pvar);
      if (link <= FX_BYTES / 2) return null;
      returner = pvar;
      pvar = STACK_BYTES + 2 * link;
      pc = bytesOf(view.getInt32(pvar - 16)) + view.getUint16(pvar - 10);
    } else if (opcode === OP_FN1 && view.getInt32(pc + 1) === collector) {
      return { pvar, pc: pc + instructionLength(OP_FN1), unbinds, returner };
    } else return null;
  }
  return null;
}

function controlLink(m: Processor, pvar: ByteAddress): number {
  const alink = m.memory.view.getUint16(pvar - 18);
  return (alink & 1) === 0 ? alink : m.memory.view.getUint16(pvar - 2);
}

function deliver(m: Processor, to: Receiver, pc: ByteAddress, csp: ByteAddress, count: number, list: number): void {
  const view = m.memory.view;
  if (to.pvar === m.pvar) {
    undoBindings(m, to.pvar, csp, to.unbinds);
    m.next(to.pc, count === 0 ? csp : csp - 4 * (count - 1), list);
    return;
  }
  undoBindings(m, to.pvar, STACK_BYTES + 2 * view.getUint16(to.pvar - 12), to.unbinds);
  // Nothing here looks at this bit; an image may.
  if (to.returner !== null && to.unbinds > 0) {
    const flags = to.returner - FX_BYTES;
    view.setUint16(flags, view.getUint16(flags) & ~FLAG_FAST);
  }
  view.setUint16(to.pvar - 10, to.pc - bytesOf(view.getInt32(to.pvar - 16)));
  finish(m, pc, csp, count, list);
}

/** Makes the variables of the topmost bind marks of a frame unbound; the stack stays as it is. */
function undoBindings(m: Processor, pvar: ByteAddress, top: ByteAddress, count: number): void {
  const view = m.memory.view;
  let at = top - 4;
  for (let i = 0; i < count; i++) {
    while (at > pvar && view.getInt32(at) >= 0) at -= 4;
    if (at <= pvar) return;
    const mark = view.getInt32(at);
    const last = pvar + 2 * (mark & 0xffff);
    for (let k = ~mark >>> 16; k > 0; k--) view.setInt32(last - 4 * (k - 1), -1);
    at -= 4;
  }
}
