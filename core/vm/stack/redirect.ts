/**
 * What a debugger does to the frames of a stopped machine, within `Machine.redirect`: discards the innermost ones as their RETURN would, drops temporaries,
 * and lets a function begin again in the frame that it has. Source: instruction specification, sections 3.2 and 3.6.
 */
import type { ByteAddress } from "../../base/units.ts";
import { NOPUSH, OWN_NAME_TABLE } from "../../objects/code/frame-uses.ts";
import { slowReturn } from "../ops/returns.ts";
import { bytesOf, FX_BYTES, type Processor, STACK_BYTES } from "../processor.ts";
import { makeRoomFor } from "./room.ts";

const UNBOUND = -1;

/**
 * Returns from the `count` innermost frames, with nil. Their code does not run any more.
 * @throws {VmFault} `MemoryError` or `StackOverflow` when a frame cannot be returned to
 */
export function discardFrames(p: Processor, count: number): void {
  for (let left = count; left > 0; left--) {
    const alink = p.memory.view.getUint16(p.pvar - FX_BYTES + 2);
    if ((alink & 1) !== 0) {
      slowReturn(p, p.pc, p.csp, 0);
      continue;
    }
    const csp = p.ivar;
    p.pvar = STACK_BYTES + 2 * alink;
    p.ivar = STACK_BYTES + 2 * p.memory.view.getUint16(p.pvar - FX_BYTES - 2);
    p.func = bytesOf(p.cell(p.pvar - FX_BYTES + 4));
    p.next(p.func + p.memory.view.getUint16(p.pvar - FX_BYTES + 10), csp, 0);
  }
}

/** Drops temporaries of the running frame, and goes on at `pc`. */
export function goTo(p: Processor, pc: ByteAddress, dropped: number): void {
  const csp = p.csp - 4 * dropped;
  p.next(pc, csp, dropped === 0 ? p.tos : p.cell(csp));
}

/**
 * Lets the running frame begin again at `pc`, with its arguments as they are.
 * @param kept numbers of the variable cells that keep their values; all others become unbound, as in a new frame
 * @throws {VmFault} `StackOverflow` when the frame has lost its room and gets no other
 */
export function beginAgain(p: Processor, pc: ByteAddress, kept: ReadonlySet<number>): void {
  const { view } = p.memory;
  const cells = 2 * (view.getInt16(p.func + 4) + 1);
  for (let cell = 0; cell < cells; cell++) if (!kept.has(cell)) view.setInt32(p.pvar + 4 * cell, UNBOUND);
  const flags = p.pvar - FX_BYTES;
  view.setUint16(flags, view.getUint16(flags) & ~(NOPUSH | OWN_NAME_TABLE));
  p.next(pc, p.pvar + 4 * cells + 4, 0);
  makeRoomFor(p, view.getUint16(p.func) + 2);
}
