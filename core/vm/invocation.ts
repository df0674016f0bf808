/**
 * Calls that no instruction makes: from a debugger, and interrupts. Both push a slow frame on top of whatever runs: its RETURN comes to `slowReturn`,
 * which knows the ones that a debugger made. Source: instruction specification, sections 3.2 and 3.9 (interrupt frames).
 */
import type { ByteAddress, Pointer } from "../base/units.ts";
import { TYPE_CLOSURE } from "../memory/layout.ts";
import { checkStack } from "./ops/calls.ts";
import { makeFree } from "./ops/returns.ts";
import { bytesOf, FX_BYTES, type Processor } from "./processor.ts";

const FLAG_NOPUSH = 0x0100;
/** Room that an interrupt frame leaves below the end of the stack. */
const INTERRUPT_MARGIN_BYTES = 64;

/**
 * Makes a call from outside the current frame. The caller keeps the old registers and the cell at `pvar - 12`.
 * @param fn closure object or code header
 * @throws {VmFault} `StackOverflow`
 */
export function beginInvocation(m: Processor, fn: Pointer, args: readonly Pointer[]): void {
  const isClosure = m.typeNumber(fn) === TYPE_CLOSURE;
  const header = bytesOf(isClosure ? m.cell(bytesOf(fn)) : fn);
  const environment = isClosure ? m.cell(bytesOf(fn) + 4) & 0x0fffffff : 0;
  checkStack(m, m.csp + 4 * args.length, header);
  pushFrame(m, header, args);
  if (environment !== 0 && m.memory.view.getInt16(header + 4) >= 0) m.memory.view.setInt32(m.pvar, environment);
  m.invoked.push(m.pvar);
}

/**
 * Makes an interrupt call of the compiled function at `header` the current frame; on its return the interrupted frame goes on where it was.
 * @returns false when the stack has no room for it; nothing has changed then
 */
export function beginInterrupt(m: Processor, header: ByteAddress): boolean {
  const view = m.memory.view;
  if (m.csp + 4 > m.esp - 2 * view.getUint16(header) - INTERRUPT_MARGIN_BYTES) return false;
  const caller = m.pvar - FX_BYTES;
  view.setUint16(caller, view.getUint16(caller) | FLAG_NOPUSH);
  pushFrame(m, header, []);
  view.setUint16(m.pvar - 12, offsetOf(m.csp));
  makeFree(m, m.csp, m.esp);
  return true;
}

function offsetOf(address: ByteAddress): number {
  return (address >> 1) & 0xffff;
}

/** Saves TOS and PC in the current frame and pushes a slow frame with these arguments, NIL for those that are missing. */
function pushFrame(m: Processor, header: ByteAddress, args: readonly Pointer[]): void {
  const view = m.memory.view;
  view.setInt32(m.csp, m.tos);
  const first = m.csp + 4;
  view.setInt32(m.pvar - 12, (offsetOf(first) << 16) | ((m.pc - m.func) & 0xffff));
  const wanted = view.getInt16(header + 2);
  const cells = wanted < 0 ? args.length : wanted;
  let top = first;
  for (let i = 0; i < cells; i++, top += 4) view.setInt32(top, args[i] ?? 0);

  const basicFrame = top;
  view.setInt32(basicFrame, 0x80000000 | offsetOf(first));
  view.setInt32(top + 4, 0xc0000000 | offsetOf(m.pvar) | 1);
  view.setInt32(top + 8, header >> 1);
  view.setInt32(top + 20, (offsetOf(basicFrame) << 16) | offsetOf(m.pvar));
  const pvar = top + 4 + FX_BYTES;
  top = pvar;
  for (let pairs = view.getInt16(header + 4); pairs >= 0; pairs--, top += 8) {
    view.setInt32(top, -1);
    view.setInt32(top + 4, -1);
  }
  m.pvar = pvar;
  m.ivar = first;
  m.func = header;
  m.next(header + view.getUint16(header + 6), top + 4, m.tos);
}
