/**
 * Free variables, global assignment, argument access. Source: instruction specification, sections 2.10.1, 3.3 and 3.5.
 */
import type { ByteAddress } from "../../base/units.ts";
import {
  NOBIND,
  SEGMENT_MASK,
  T,
  TYPE_FIXP,
  TYPE_FLOATP,
  TYPE_GENERAL_ARRAY,
  TYPE_LISTP,
  TYPE_NEW_ATOM,
  TYPE_ONED_ARRAY,
  TYPE_SMALLP,
  TYPE_STRINGP,
} from "../../memory/layout.ts";
import { OWN_NAME_TABLE } from "../../objects/code/frame-uses.ts";
import { BOTTOM_LINK } from "../../objects/code/frames.ts";
import { bytesOf, FX_BYTES, type Processor, STACK_BYTES } from "../processor.ts";
import { atomBytes, callEvalForm, punt } from "./calls.ts";

/** More frames than the stack segment has room for. */
const MOST_FRAMES = 0x10000 / 10;
const SMALL_POSITIVE = 0xe0000;

/** Byte address of a symbol's value cell. */
export function valueCell(atom: number): ByteAddress {
  return atomBytes(atom) + 4;
}

/**
 * Word address of the binding of `name` as seen from the frame at `pvar`: the search starts in its caller.
 * @throws {VmFault} when the chain of frames is broken
 */
function findBinding(m: Processor, pvar: ByteAddress, name: number): number {
  const view = m.memory.view;
  let frame = pvar;
  for (let frames = 0; frames < MOST_FRAMES; frames++) {
    const alink = view.getUint16(frame - 18);
    if (alink === BOTTOM_LINK) return valueCell(name) >> 1;
    if (alink === 0) break;
    frame = STACK_BYTES + 2 * (alink & 0xfffe);
    const binding = findInFrame(m, frame, name);
    if (binding !== 0) return binding;
  }
  return m.fault("MemoryError", "the chain of stack frames is broken: it has no end", frame >> 1);
}

/** Word address of the binding of `name` that the frame at `frame` (its PVAR0) has, or 0. */
function findInFrame(m: Processor, frame: ByteAddress, name: number): number {
  const view = m.memory.view;
  const flags = view.getUint16(frame - FX_BYTES);
  const tableOf = (flags & OWN_NAME_TABLE) !== 0 ? frame - 8 : frame - 16;
  const table = bytesOf(view.getInt32(tableOf));
  const half = 2 * view.getUint16(table + 12);
  const names = table + 16;
  for (let at = 0; at < half; at += 4) {
    if (view.getInt32(names + at) !== name) continue;
    const entry = view.getInt32(names + half + at);
    const index = entry & 0x0fffffff;
    const kind = entry >>> 24;
    if (kind === 0) return ((STACK_BYTES + 2 * view.getUint16(frame - FX_BYTES - 2)) >> 1) + 2 * index;
    const cell = frame + 4 * index;
    if (kind === 0x80) {
      if (view.getInt32(cell) >= 0) return cell >> 1;
      continue;
    }
    const slot = view.getInt32(cell);
    return (slot & 0x10000) === 0 ? slotAddress(slot) : 0;
  }
  return 0;
}

/** The word address in a resolved slot: its halves are exchanged. */
export function slotAddress(slot: number): number {
  return ((slot & 0x0fff) << 16) | (slot >>> 16);
}

/** Word address of the binding of the free variable whose slot stands at a byte address. */
export function bindingOf(m: Processor, slot: ByteAddress): number {
  const view = m.memory.view;
  const localCount = view.getUint8(m.func + 14);
  const firstName = m.func + 2 * view.getUint8(m.func + 15);
  return findBinding(m, m.pvar, view.getInt32(firstName + (slot - m.pvar) - 4 * localCount));
}

/** Looks up the free variable of the slot at a byte address, fills the slot, and returns the word address of the binding. */
export function resolveSlot(m: Processor, slot: ByteAddress): number {
  const binding = bindingOf(m, slot);
  m.memory.view.setInt32(slot, (binding << 16) | (binding >>> 16));
  return binding;
}

/** FVARn, FVARX: pushes the value of a free variable. */
export function pushFree(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, slot: ByteAddress): void {
  const binding = resolveSlot(m, slot);
  const value = m.cell(2 * binding);
  m.memory.view.setInt32(csp, tos);
  m.next(m.memory.bytes[pc] === 0x57 ? pc + 2 : pc + 1, csp + 4, value);
}

/** FVARX_ */
export function assignFree(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const slot = m.pvar + 2 * (m.memory.bytes[pc + 1] as number);
  const content = m.cell(slot);
  const binding = (content & 0x10000) === 0 ? slotAddress(content) : resolveSlot(m, slot);
  if (((binding >> 16) & 0xff) === 1) m.memory.setCell(binding, tos);
  else {
    m.manager.barrier(binding, m.cell(2 * binding) & 0x0fffffff, tos & 0x0fffffff, "delete-first");
    m.memory.setCell(binding, tos);
  }
  m.next(pc + 2, csp, tos);
}

/** GVAR_ */
export function assignGlobal(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const slot = valueCell(m.cell(pc + 1)) >> 1;
  m.manager.barrier(slot, m.cell(2 * slot) & 0x0fffffff, tos & 0x0fffffff, "add-first");
  m.memory.setPointer(slot, tos);
  m.next(pc + 5, csp, tos);
}

/** Byte address of the basic frame cell of the current frame. */
function basicFrame(m: Processor): ByteAddress {
  const view = m.memory.view;
  if ((view.getUint16(m.pvar - 18) & 1) === 0) return m.pvar - FX_BYTES - 4;
  return STACK_BYTES + 2 * view.getUint16(m.pvar - 4);
}

function argumentCells(m: Processor): number {
  return (basicFrame(m) - m.ivar) >> 2;
}

/** ARG0: argument by 1-based index. */
export function argument(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const index = tos & 0xffff;
  if ((tos & SEGMENT_MASK) !== SMALL_POSITIVE || index < 1 || index > argumentCells(m)) {
    punt(m, pc, csp, tos);
    return;
  }
  const value = m.cell(m.ivar + 4 * (index - 1));
  if (value < 0) punt(m, pc, csp, tos);
  else m.next(pc + 1, csp, value);
}

/** MYARGCOUNT */
export function argumentCount(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  m.memory.view.setInt32(csp, tos);
  m.next(pc + 1, csp + 4, SMALL_POSITIVE | argumentCells(m));
}

/** MYALINK: stack offset of the caller's frame extension. */
export function accessLink(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const alink = m.memory.view.getUint16(m.pvar - 18);
  m.memory.view.setInt32(csp, tos);
  m.next(pc + 1, csp + 4, SMALL_POSITIVE | (((alink & 0xfffe) - 10) & 0xffff));
}

/** FINDKEY: index of the argument behind the keyword in TOS, among every second argument from the operand on. */
export function findKey(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const first = m.memory.bytes[pc + 1] as number;
  const last = basicFrame(m) - 8;
  let result = 0;
  for (let index = first; m.ivar + 4 * (index - 1) <= last; index += 2) {
    if (m.cell(m.ivar + 4 * (index - 1)) !== tos) continue;
    result = SMALL_POSITIVE | (index + 1);
    break;
  }
  m.next(pc + 2, csp, result);
}

/** RESTLIST: conses arguments from the operand on in front of a list. */
export function restList(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const first = m.memory.bytes[pc + 1] as number;
  let tail = m.cell(csp - 4);
  for (let last = tos & 0xffff; last >= first; last--) {
    tail = m.manager.cons(m.cell(m.ivar + 4 * (last - 1)) & 0x0fffffff, tail & 0x0fffffff);
  }
  m.next(pc + 2, csp - 4, tail);
}

/** STKSCAN: address of the binding of a symbol. */
export function scanStack(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  m.next(pc + 1, csp, findBinding(m, m.pvar, tos));
}

/** EVAL: constants themselves, symbols by dynamic lookup, lists by `\EVALFORM`. */
export function evaluate(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const type = m.typeNumber(tos);
  if ((tos & SEGMENT_MASK) === 0 || type === TYPE_NEW_ATOM) {
    const value = tos === 0 || tos === T ? tos : m.cell(2 * findBinding(m, m.pvar, tos));
    if (value === NOBIND) punt(m, pc, csp, tos);
    else m.next(pc + 1, csp, value);
  } else if (type === TYPE_LISTP) callEvalForm(m, pc, csp, tos);
  else if (isConstantType(type)) m.next(pc + 1, csp, tos);
  else punt(m, pc, csp, tos);
}

function isConstantType(type: number): boolean {
  switch (type) {
    case TYPE_SMALLP:
    case TYPE_FIXP:
    case TYPE_FLOATP:
    case TYPE_STRINGP:
    case TYPE_ONED_ARRAY:
    case TYPE_GENERAL_ARRAY:
      return true;
    default:
      return false;
  }
}

/** CHECKAPPLY*: a symbol with compiled code that evaluates its arguments stays; anything else goes to the handler. */
export function checkApply(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if ((tos & SEGMENT_MASK) === 0 || m.typeNumber(tos) === TYPE_NEW_ATOM) {
    const definition = m.cell(atomBytes(tos) + 8);
    if (definition < 0 && (definition & 0x10000000) === 0) {
      m.next(pc + 1, csp, tos);
      return;
    }
  }
  punt(m, pc, csp, tos);
}
