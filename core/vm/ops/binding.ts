/** Binding and unbinding of local variables on the evaluation stack. Source: instruction specification, section 2.10.6. */
import type { ByteAddress } from "../../base/units.ts";
import type { Processor } from "../processor.ts";
import { punt } from "./calls.ts";

const UNBOUND = -1;

/** Makes the variables of a bind mark unbound. */
function unbindMark(m: Processor, mark: number): void {
  const count = ~mark >>> 16;
  const last = m.pvar + 2 * (mark & 0xffff);
  for (let i = 0; i < count; i++) m.memory.view.setInt32(last - 4 * i, UNBOUND);
}

/** Address of the nearest bind mark below `csp`. */
function findMark(m: Processor, csp: ByteAddress): ByteAddress {
  for (let at = csp - 4; at > m.pvar; at -= 4) {
    if (m.cell(at) < 0) return at;
  }
  return m.fault("MemoryError", "no bind mark on the evaluation stack", csp >> 1);
}

export function bind(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const view = m.memory.view;
  const nils = (m.memory.bytes[pc + 1] as number) >> 4;
  const values = (m.memory.bytes[pc + 1] as number) & 15;
  const last = m.memory.bytes[pc + 2] as number;
  let variable = m.pvar + 4 * last;
  for (let i = 0; i < nils; i++, variable -= 4) view.setInt32(variable, 0);
  let top = csp;
  if (values === 0) {
    view.setInt32(top, tos);
    top += 4;
  } else {
    view.setInt32(variable, tos);
    for (let i = 1; i < values; i++) {
      variable -= 4;
      top -= 4;
      view.setInt32(variable, view.getInt32(top));
    }
  }
  m.next(pc + 3, top, (~(nils + values) << 16) | (2 * last));
}

/** UNBIND: keeps TOS. */
export function unbind(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const mark = findMark(m, csp);
  unbindMark(m, m.cell(mark));
  m.next(pc + 1, mark, tos);
}

/** DUNBIND: drops TOS too. */
export function dropUnbind(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if (tos < 0) {
    unbindMark(m, tos);
    m.next(pc + 1, csp - 4, m.cell(csp - 4));
    return;
  }
  const mark = findMark(m, csp);
  unbindMark(m, m.cell(mark));
  m.next(pc + 1, mark - 4, m.cell(mark - 4));
}

/** UNWIND: back to a depth, unbinding on the way. */
export function unwind(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const view = m.memory.view;
  const limit = m.pvar + 4 * (m.memory.bytes[pc + 1] as number);
  if (limit > csp) {
    punt(m, pc, csp, tos);
    return;
  }
  view.setInt32(csp, tos);
  for (let at = csp; at >= limit; at -= 4) {
    const cell = view.getInt32(at);
    if (cell < 0) unbindMark(m, cell);
  }
  if (m.memory.bytes[pc + 2] !== 0) m.next(pc + 3, limit, tos);
  else m.next(pc + 3, limit - 4, view.getInt32(limit - 4));
}
