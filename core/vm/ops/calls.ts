/**
 * Calls that are not the plain call of a compiled function: handlers of opcodes (UFN), APPLYFN, ENVCALL, closures, the Lisp interpreter.
 * Source: instruction specification, sections 2.2 and 3.1 to 3.4.
 */
import { hex } from "../../base/errors.ts";
import type { ByteAddress } from "../../base/units.ts";
import { OPCODES, type Opcode } from "../../isa/opcodes.ts";
import {
  ATOM_WORDS,
  ATOMS_BASE,
  TYPE_BLOCK,
  TYPE_CLOSURE,
  TYPE_NEW_ATOM,
  UFN_TABLE_BASE,
} from "../../memory/layout.ts";
import { pointerNotation } from "../../objects/pointer-notation.ts";
import { signal } from "../faults.ts";
import { ATTENTION_TRANSFER, bytesOf, FX_BYTES, type Processor } from "../processor.ts";
import { makeRoom } from "../stack/room.ts";

/** Symbol whose definition is the interpreter for functions that are not compiled. */
export const INTERPRETER_ATOM = 256;
/** `\EVALFORM`. */
const EVALFORM_ATOM = 248;
const UFN_TABLE_BYTES = 2 * UFN_TABLE_BASE;
const NO_VALUE = -1;
const SMALL_POSITIVE = 0xe0000;

/** What the call pops and pushes before its frame. */
const MODE_CALL = 0;
const MODE_APPLY = 1;
const MODE_UFN = 2;

/** Byte address of the symbol record. */
export function atomBytes(atom: number): ByteAddress {
  return (atom & 0x0fff0000) === 0 ? 2 * (ATOMS_BASE + ATOM_WORDS * (atom & 0xffff)) : bytesOf(atom);
}

/** Calls the handler of the opcode at `pc`, with the operands that are on the stack. */
export function punt(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const code = m.memory.bytes[pc] as number;
  const entry = m.cell(UFN_TABLE_BYTES + 4 * code);
  const handler = entry >>> 16;
  const extraBytes = (entry >>> 8) & 0xff;
  if (entry === 0) noHandler(m, code, "its handler table entry is empty");
  const definition = m.cell(atomBytes(handler) + 8);
  if (definition >= 0 && m.typeNumber(definition) !== TYPE_CLOSURE && !hasInterpreter(m)) {
    noHandler(m, code, "its handler function is not defined");
  }
  commonCall(m, pc, csp, tos, handler, definition, entry & 0xff, extraBytes + 1, MODE_UFN);
}

/** FN0 … FNX of a definition that is not compiled code. */
export function callUncompiled(
  m: Processor,
  pc: ByteAddress,
  csp: ByteAddress,
  tos: number,
  atom: number,
  argumentCount: number,
  length: number,
): void {
  commonCall(m, pc, csp, tos, atom, m.cell(atomBytes(atom) + 8), argumentCount, length, MODE_CALL);
}

/** APPLYFN: arguments, their number, the function. */
export function applyFunction(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const count = m.cell(csp - 4);
  if (count >>> 16 !== 0xe) {
    punt(m, pc, csp, tos);
    return;
  }
  let definition: number;
  if ((tos & 0x0fff0000) === 0) definition = m.cell(atomBytes(tos) + 8);
  else if (m.typeNumber(tos) === TYPE_NEW_ATOM) definition = m.cell(bytesOf(tos) + 8);
  else if (m.typeNumber(tos) === TYPE_CLOSURE) definition = tos & 0x0fffffff;
  else definition = m.cell(atomBytes(0) + 8);
  commonCall(m, pc, csp, tos, tos, definition, count & 0xffff, 1, MODE_APPLY);
}

/** EVAL of a list: `\EVALFORM` with the list as argument. */
export function callEvalForm(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  commonCall(m, pc, csp, tos, EVALFORM_ATOM, m.cell(atomBytes(EVALFORM_ATOM) + 8), 1, 1, MODE_CALL);
}

/** ENVCALL: arguments, their number, code block, environment. All arguments are in memory already. */
export function environmentCall(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const count = m.cell(csp - 8);
  const code = m.cell(csp - 4);
  const argumentCount = countOf(m, count);
  if (argumentCount < 0) {
    punt(m, pc, csp, tos);
    return;
  }
  const header = bytesOf(code);
  if (!fits(m, csp, header)) {
    makeRoom(m, pc, csp, tos, header);
    return;
  }
  const first = csp - 8 - 4 * argumentCount;
  leaveFrame(m, pc + 1, first);
  const pvar = writeFrame(m, adjustArguments(m, csp - 8, header, argumentCount), first, code);
  let top = pvar;
  const view = m.memory.view;
  const pairs = view.getInt16(header + 4) + 1;
  for (let i = 0; i < pairs; i++) {
    view.setInt32(top, i === 0 && tos !== 0 ? tos : -1);
    view.setInt32(top + 4, -1);
    top += 8;
  }
  enter(m, header, first, pvar, top + 4, tos);
}

function countOf(m: Processor, count: number): number {
  const high = count & 0x0fff0000;
  if (high === SMALL_POSITIVE) return count & 0xffff;
  if (high === 0xf0000) return NO_VALUE;
  return m.typeNumber(count) === 2 ? m.cell(bytesOf(count)) : NO_VALUE;
}

/**
 * The common path of section 3.2.
 *
 * @param f the function object, handed to the interpreter if one is needed
 * @param definition content of its definition cell
 */
function commonCall(
  m: Processor,
  pc: ByteAddress,
  csp: ByteAddress,
  tos: number,
  f: number,
  definition: number,
  argumentCount: number,
  length: number,
  mode: number,
): void {
  const view = m.memory.view;
  let code = definition;
  let environment = NO_VALUE;
  let needPush = false;
  if (definition >= 0) {
    if (m.typeNumber(definition) === TYPE_CLOSURE) {
      code = m.cell(bytesOf(definition));
      if (m.typeNumber(code) !== TYPE_BLOCK) checkFunction(m, definition);
      const env = m.cell(bytesOf(definition) + 4);
      environment = (env & 0x0fffffff) === 0 ? NO_VALUE : env;
    } else {
      code = m.cell(atomBytes(INTERPRETER_ATOM) + 8);
      if (code >= 0) noInterpreter(m, f);
      needPush = true;
    }
  }
  const header = bytesOf(code);
  if (!fits(m, csp, header)) {
    makeRoom(m, pc, csp, tos, header);
    return;
  }
  let top = csp;
  let value = tos;
  if (mode === MODE_APPLY) {
    top -= 8;
    value = m.cell(top);
  } else if (mode === MODE_UFN && length > 1) {
    view.setInt32(top, value);
    top += 4;
    value = handlerOperand(m, pc, length - 1);
  }
  if (needPush) {
    view.setInt32(top, value);
    top += 4;
    value = f;
  }
  const first = top + 4 - 4 * argumentCount - (needPush ? 4 : 0);
  leaveFrame(m, pc + length, first);
  view.setInt32(top, value);
  const pvar = writeFrame(m, adjustArguments(m, top + 4, header, argumentCount), first, header >> 1);
  top = pvar;
  // One pair is written even if the function has no variables.
  view.setInt32(top, environment);
  view.setInt32(top + 4, -1);
  top += 8;
  for (let pairs = view.getInt16(header + 4); pairs > 0; pairs--) {
    view.setInt32(top, -1);
    view.setInt32(top + 4, -1);
    top += 8;
  }
  enter(m, header, first, pvar, top + 4, value);
}

/**
 * A function that was freed has a link of the free list in the place of its code. Reported with its release, where that is still known.
 * @throws {VmFault} `InvalidAddress` or `MemoryError` under managers that let a program free
 */
function checkFunction(m: Processor, closure: number): void {
  const { explicit } = m.manager;
  if (explicit === null) return;
  if (explicit.releaseOf(closure) !== null) m.fault("InvalidAddress", "a function was freed, and is called", closure);
  m.fault("MemoryError", `use after free: ${pointerNotation(m.memory, closure)} was freed, and is called`, closure);
}

/** The value that a handler gets for the operand bytes of its opcode. */
function handlerOperand(m: Processor, pc: ByteAddress, extraBytes: number): number {
  const bytes = m.memory.bytes;
  const first = bytes[pc + 1] as number;
  if (extraBytes === 1) return SMALL_POSITIVE | first;
  const pair = (first << 8) | (bytes[pc + 2] as number);
  if (extraBytes === 2) return SMALL_POSITIVE | pair;
  const operand = (pair << 16) | ((bytes[pc + 3] as number) << 8) | (bytes[pc + 4] as number);
  return (operand & 0x0fff0000) === 0 ? SMALL_POSITIVE | operand : operand;
}

/** Whether the frame of the function at `header` fits. If not, room is made, and the instruction is executed again. */
function fits(m: Processor, csp: ByteAddress, header: ByteAddress): boolean {
  return csp <= m.esp - 2 * m.memory.view.getUint16(header);
}

/** Saves the return address and where the next frame starts. */
function leaveFrame(m: Processor, returnPc: ByteAddress, first: ByteAddress): void {
  m.memory.view.setInt32(m.pvar - 12, (((first >> 1) & 0xffff) << 16) | ((returnPc - m.func) & 0xffff));
}

/** Supplies NIL for missing arguments and drops surplus ones; returns the new top. */
function adjustArguments(m: Processor, top: ByteAddress, header: ByteAddress, count: number): ByteAddress {
  const wanted = m.memory.view.getInt16(header + 2);
  if (wanted < 0 || wanted === count) return top;
  for (let i = count; i < wanted; i++) m.memory.view.setInt32(top + 4 * (i - count), 0);
  return top + 4 * (wanted - count);
}

/** Basic frame and frame extension of a fast frame; returns the place of PVAR0. */
function writeFrame(m: Processor, top: ByteAddress, first: ByteAddress, headerCell: number): ByteAddress {
  const view = m.memory.view;
  view.setInt32(top, 0x80000000 | ((first >> 1) & 0xffff));
  view.setInt32(top + 4, 0xc0000000 | ((m.pvar >> 1) & 0xffff));
  view.setInt32(top + 8, headerCell);
  return top + 4 + FX_BYTES;
}

/** Makes a finished frame the current one. */
function enter(
  m: Processor,
  header: ByteAddress,
  first: ByteAddress,
  pvar: ByteAddress,
  csp: ByteAddress,
  tos: number,
): void {
  m.pvar = pvar;
  m.ivar = first;
  m.func = header;
  m.attention |= ATTENTION_TRANSFER;
  m.next(header + m.memory.view.getUint16(header + 6), csp, tos);
}

function hasInterpreter(m: Processor): boolean {
  return m.cell(atomBytes(INTERPRETER_ATOM) + 8) < 0;
}

/**
 * The reference VM takes whatever the interpreter's definition cell holds for code; from address 0 it comes to opcode 0, whose handler then reports.
 * Where that has no handler either, the call is a Lisp error.
 */
function noInterpreter(m: Processor, f: number): void {
  if (m.cell(UFN_TABLE_BYTES) === 0) signal(m.memory, "undefined-function", [f & 0x0fffffff]);
}

/** @throws {VmFault} always: the program cannot go on */
export function noHandler(m: Processor, code: number, why: string): never {
  const opcode = OPCODES[code] as Opcode;
  return m.fault(
    "InvalidOpcode",
    `opcode ${opcode.name} (${hex(code)}, ${code.toString(8)}Q) cannot be executed: ${why}`,
    null,
  );
}
