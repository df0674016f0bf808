/**
 * A call from outside: a frame on top of the stopped machine. It is a slow frame, so that its RETURN comes to `slowReturn`, which knows it.
 * Source: instruction specification, sections 3.2 and 3.9 (interrupt frames).
 */
import type { Pointer } from "../base/units.ts";
import { TYPE_CLOSURE } from "../memory/layout.ts";
import { checkStack } from "./ops/calls.ts";
import { bytesOf, FX_BYTES, type Processor } from "./processor.ts";

/**
 * Makes the frame the current one. The caller keeps the old registers and the cell at `pvar - 12`.
 * @throws {VmFault} `StackOverflow`
 */
export function beginInvocation(m: Processor, fn: Pointer, args: readonly Pointer[]): void {
  const view = m.memory.view;
  const isClosure = m.typeNumber(fn) === TYPE_CLOSURE;
  const header = bytesOf(isClosure ? m.cell(bytesOf(fn)) : fn);
  const environment = isClosure ? m.cell(bytesOf(fn) + 4) & 0x0fffffff : 0;
  checkStack(m, m.csp + 4 * args.length, header);
  const offset = (address: number) => (address >> 1) & 0xffff;

  view.setInt32(m.csp, m.tos);
  const first = m.csp + 4;
  view.setInt32(m.pvar - 12, (offset(first) << 16) | ((m.pc - m.func) & 0xffff));
  const wanted = view.getInt16(header + 2);
  const cells = wanted < 0 ? args.length : wanted;
  let top = first;
  for (let i = 0; i < cells; i++, top += 4) view.setInt32(top, args[i] ?? 0);

  const basicFrame = top;
  view.setInt32(basicFrame, 0x80000000 | offset(first));
  view.setInt32(top + 4, 0xc0000000 | offset(m.pvar) | 1);
  view.setInt32(top + 8, header >> 1);
  view.setInt32(top + 20, (offset(basicFrame) << 16) | offset(m.pvar));
  const pvar = top + 4 + FX_BYTES;
  top = pvar;
  for (let pairs = view.getInt16(header + 4); pairs >= 0; pairs--, top += 8) {
    view.setInt32(top, -1);
    view.setInt32(top + 4, -1);
  }
  if (environment !== 0 && top > pvar) view.setInt32(pvar, environment);

  m.invoked.push(pvar);
  m.pvar = pvar;
  m.ivar = first;
  m.func = header;
  m.next(header + view.getUint16(header + 6), top + 4, m.tos);
}
