/**
 * List opcodes except CAR, CDR and CONS of the simple kind, which the interpreter has inline.
 * Source: instruction specification, sections 2.9 and 2.10.7. Searches do not poll for interrupts: they end, because
 * a list with more conses than the memory has words is circular.
 */
import type { ByteAddress } from "../../../base/units.ts";
import { SEGMENT_MASK, TYPE_LISTP } from "../../../memory/layout.ts";
import { bytesOf, type Processor } from "../../processor.ts";
import { punt } from "../calls.ts";

const POINTER_MASK = 0x0fffffff;
const CHARACTERS = 0x70000;

export function isList(m: Processor, x: number): boolean {
  return m.typeNumber(x) === TYPE_LISTP;
}
/** The car of a cons. */
export function carOf(m: Processor, x: number): number {
  const cell = m.cell(bytesOf(x));
  return (cell >>> 28 === 0 ? m.cell(bytesOf(cell)) : cell) & POINTER_MASK;
}
/** The cdr of a cons. */
export function cdrOf(m: Processor, x: number): number {
  let base = x & POINTER_MASK;
  let cell = m.cell(2 * base);
  if (cell >>> 28 === 0) {
    base = cell & POINTER_MASK;
    cell = m.cell(2 * base);
  }
  const code = cell >>> 28;
  if (code > 8) return base + 2 * (code - 8);
  if (code === 8 || code === 0) return 0;
  return m.cell(2 * base + 4 * code) & POINTER_MASK;
}

export function cons(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  m.site = pc;
  m.next(pc + 1, csp - 4, m.manager.cons(m.cell(csp - 4) & POINTER_MASK, tos & POINTER_MASK));
}

export function replaceCar(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const pair = m.cell(csp - 4);
  if (isList(m, pair)) {
    let slot = pair & POINTER_MASK;
    if (m.cell(2 * slot) >>> 28 === 0) slot = m.cell(2 * slot) & POINTER_MASK;
    m.manager.barrier(slot, m.cell(2 * slot) & POINTER_MASK, tos & POINTER_MASK, "delete-first");
    m.memory.setPointer(slot, tos);
    m.next(pc + 1, csp - 4, pair);
  } else if (pair === 0 && tos === 0) m.next(pc + 1, csp - 4, 0);
  else punt(m, pc, csp, tos);
}

export function replaceCdr(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const pair = m.cell(csp - 4);
  if (isList(m, pair)) {
    m.manager.replaceCdr(pair & POINTER_MASK, tos & POINTER_MASK);
    m.next(pc + 1, csp - 4, pair);
  } else if (pair === 0 && tos === 0) m.next(pc + 1, csp - 4, 0);
  else punt(m, pc, csp, tos);
}

/** RPLCONS: appends a new cell that holds TOS behind a cell. */
export function replaceCons(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const pair = m.cell(csp - 4);
  if (!isList(m, pair)) {
    punt(m, pc, csp, tos);
    return;
  }
  const fresh = m.manager.cons(tos & POINTER_MASK, 0);
  m.manager.replaceCdr(pair & POINTER_MASK, fresh);
  m.next(pc + 1, csp - 4, fresh);
}

/** Whether CMLASSOC and CMLMEMBER may compare the key by EQ. */
function isSimpleKey(key: number): boolean {
  const segment = key & SEGMENT_MASK;
  return segment === 0 || segment === CHARACTERS || segment === 0xe0000 || segment === 0xf0000;
}

/** ASSOC; CMLASSOC when `simpleKeysOnly`. */
export function assoc(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, simpleKeysOnly: boolean): void {
  const key = m.cell(csp - 4);
  if (simpleKeysOnly && !isSimpleKey(key)) {
    punt(m, pc, csp, tos);
    return;
  }
  let result = 0;
  let list = tos;
  for (let steps = 0; steps < m.memory.sizeWords && isList(m, list); steps++) {
    const element = carOf(m, list);
    if (isList(m, element) && carOf(m, element) === key) {
      result = element;
      break;
    }
    list = cdrOf(m, list);
  }
  m.next(pc + 1, csp - 4, result);
}

/** FMEMB; CMLMEMBER when `simpleKeysOnly`. */
export function member(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, simpleKeysOnly: boolean): void {
  const key = m.cell(csp - 4);
  if (simpleKeysOnly && !isSimpleKey(key)) {
    punt(m, pc, csp, tos);
    return;
  }
  let list = tos;
  for (let steps = 0; steps < m.memory.sizeWords && isList(m, list); steps++) {
    if (carOf(m, list) === key) {
      m.next(pc + 1, csp - 4, list);
      return;
    }
    list = cdrOf(m, list);
  }
  // The handler gets what is left of the list.
  if (list === 0) m.next(pc + 1, csp - 4, 0);
  else punt(m, pc, csp, list);
}

/** LISTGET: property list search in steps of two cells. */
export function listGet(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  let list = m.cell(csp - 4);
  for (let steps = 0; steps < m.memory.sizeWords && isList(m, list); steps++) {
    const found = carOf(m, list) === tos;
    const rest = cdrOf(m, list);
    if (found) {
      if (isList(m, rest)) m.next(pc + 1, csp - 4, carOf(m, rest));
      else if (rest === 0) m.next(pc + 1, csp - 4, 0);
      else punt(m, pc, csp, tos);
      return;
    }
    if (!isList(m, rest)) {
      list = rest;
      break;
    }
    list = cdrOf(m, rest);
  }
  if (list === 0) m.next(pc + 1, csp - 4, 0);
  else punt(m, pc, csp, tos);
}
