/** RETURN from a slow frame: one whose links are stored apart. Source: instruction specification, section 3.6. */
import type { ByteAddress } from "../../base/units.ts";
import { IFPAGE_BASE } from "../../memory/layout.ts";
import {
  ATTENTION_RETURNED,
  ATTENTION_TRANSFER,
  bytesOf,
  FX_BYTES,
  type Processor,
  STACK_BYTES,
} from "../processor.ts";

const FREE_BLOCK = 0xa000;
const FLAG_NOPUSH = 0x0100;
const RESIDUAL = 0x0200;

/** Byte address of a stack offset. */
function stackBytes(offset: number): ByteAddress {
  return STACK_BYTES + 2 * (offset & 0xffff);
}
function stackOffset(address: ByteAddress): number {
  return (address >> 1) & 0xffff;
}

export function slowReturn(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if (m.invoked.length > 0 && m.invoked[m.invoked.length - 1] === m.pvar) {
    m.attention |= ATTENTION_RETURNED;
    m.next(pc, csp, tos);
    return;
  }
  const view = m.memory.view;
  const fx = m.pvar - FX_BYTES;
  const alink = view.getUint16(fx + 2) & 0xfffe;
  const clink = view.getUint16(fx + 18);
  const caller = stackBytes(clink) - FX_BYTES;
  const basicFrame = stackBytes(view.getUint16(fx + 16));
  const next = stackBytes(view.getUint16(caller + 8));
  const isPlain =
    alink === clink &&
    clink !== 0 &&
    (view.getUint16(caller) & 0xff) === 0 &&
    (view.getUint16(basicFrame) & 0xff) === 0 &&
    (view.getUint16(fx - 4) & RESIDUAL) === 0 &&
    (view.getUint16(next) >> 13 === 5 || next === m.ivar);
  if (!isPlain)
    m.fault("InvalidOpcode", "RETURN from a frame that shares its links: copying of frames is not there", fx >> 1);
  makeFree(m, m.ivar, m.esp);
  resume(m, caller, next, tos);
}

/** Writes the header of a free block. */
export function makeFree(m: Processor, start: ByteAddress, end: ByteAddress): void {
  if (end > start) m.memory.view.setInt32(start, (FREE_BLOCK << 16) | stackOffset(end - start));
}

/** End of the run of free blocks that starts at an address. */
export function endOfFree(m: Processor, start: ByteAddress): ByteAddress {
  const view = m.memory.view;
  const limit = STACK_BYTES + 0x20000;
  let at = start;
  while (at < limit && view.getUint16(at) >> 13 === 5 && view.getUint16(at + 2) !== 0) at += 2 * view.getUint16(at + 2);
  return at;
}

/** CONTEXTSWITCH: leaves this frame, takes up the one that word TOS of the interface page names. Source: section 3.8. */
export function switchContext(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const view = m.memory.view;
  const slot = 2 * (IFPAGE_BASE + (tos & 0xffff));
  const from = m.pvar - FX_BYTES;
  const to = stackBytes(view.getUint16(slot));
  const next = stackBytes(view.getUint16(to + 8));
  if (view.getUint16(next) >> 13 !== 5)
    m.fault("MemoryError", "no free block follows the frame of the context", next >> 1);
  view.setUint16(from, view.getUint16(from) | FLAG_NOPUSH);
  view.setUint16(from + 10, pc + 1 - m.func);
  view.setInt32(csp, tos & 0xffff);
  view.setUint16(from + 8, stackOffset(csp + 4));
  makeFree(m, csp + 4, m.esp);
  m.memory.setWord(slot >> 1, stackOffset(from));
  resume(m, to, next, tos);
}

/** Makes a frame the current one that waits with its stack ending at `next`. */
function resume(m: Processor, frame: ByteAddress, next: ByteAddress, tos: number): void {
  const view = m.memory.view;
  const flags = view.getUint16(frame);
  let value = tos;
  let top = next;
  m.esp = endOfFree(m, next);
  if ((flags & FLAG_NOPUSH) !== 0) {
    view.setUint16(frame, flags & ~FLAG_NOPUSH);
    top = next - 4;
    value = view.getInt32(top);
  }
  m.pvar = frame + FX_BYTES;
  m.ivar = stackBytes(view.getUint16(frame - 2));
  m.func = bytesOf(view.getInt32(frame + 4));
  m.attention |= ATTENTION_TRANSFER;
  m.next(m.func + view.getUint16(frame + 10), top, value);
}
