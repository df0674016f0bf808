/**
 * Calls that no instruction makes: from a debugger, and interrupts. Both push a slow frame on top of whatever runs: its RETURN comes to `slowReturn`,
 * which knows the ones that a debugger made. Source: instruction specification, sections 3.2 and 3.9 (interrupt frames).
 */
import { VmFault } from "../base/errors.ts";
import type { ByteAddress, Pointer, Words } from "../base/units.ts";
import { STACK_BASE, TYPE_CLOSURE } from "../memory/layout.ts";
import { FX_NEXT, FX_PC, freeRunEnd, makeFreeBlock, NOPUSH } from "../objects/code/frame-uses.ts";
import { FRAME_WORDS } from "../objects/code/frames.ts";
import { bytesOf, FX_BYTES, type Processor } from "./processor.ts";
import { findStackBlock } from "./stack/blocks.ts";
import { endOfStack, extendStack } from "./stack/extension.ts";
import { bytesAt, makeRoomFor, offsetOf } from "./stack/room.ts";

/** Room that an interrupt frame leaves below the end of the stack. */
const INTERRUPT_MARGIN_WORDS = 32;
const CELL_WORDS = 2;

/**
 * Makes a call from outside the current frame. Who calls it keeps the old registers and the cell at `pvar - 12`.
 * @param fn closure object or code header
 * @throws {VmFault} `StackOverflow`
 */
export function beginInvocation(m: Processor, fn: Pointer, args: readonly Pointer[]): void {
  const isClosure = m.typeNumber(fn) === TYPE_CLOSURE;
  const header = bytesOf(isClosure ? m.cell(bytesOf(fn)) : fn);
  const environment = isClosure ? m.cell(bytesOf(fn) + 4) & 0x0fffffff : 0;
  const first = placeForCall(m, m.memory.view.getUint16(header) + 2 * args.length);
  pushFrame(m, header, args, first);
  if (environment !== 0 && m.memory.view.getInt16(header + 4) >= 0) m.memory.view.setInt32(m.pvar, environment);
  m.invoked.push(m.pvar);
}

/**
 * Where the arguments of the call begin, with `words` words to follow. The stopped frame stays where it is: when there is no room above it,
 * not even in new pages, the call gets a block of its own.
 */
function placeForCall(m: Processor, words: Words): ByteAddress {
  const { memory } = m;
  const first = m.csp + 4;
  if (m.csp < m.pvar) m.fault("MemoryError", "the evaluation stack ends below its frame", m.csp >> 1);
  if (first + 4 > m.esp) m.fault("StackOverflow", "the stack is full: there is no room to call a function", m.csp >> 1);
  const fx = offsetOf(m.pvar) - FRAME_WORDS;
  memory.setWord(STACK_BASE + fx + FX_NEXT, offsetOf(first));
  memory.view.setInt32(m.csp, m.tos);
  makeFreeBlock(memory, offsetOf(first), (m.esp - first) >> 1);
  while (first > m.esp - 2 * words && offsetOf(m.esp) === endOfStack(memory) && extendStack(m)) {
    m.esp = bytesAt(freeRunEnd(memory, offsetOf(first)));
  }
  if (first <= m.esp - 2 * words) return first;
  const block = findStackBlock(m, CELL_WORDS, fx, words, null);
  if (block === null) m.fault("StackOverflow", `the stack is full: a call needs ${words} words`, m.csp >> 1);
  m.esp = bytesAt(freeRunEnd(memory, block + CELL_WORDS));
  return bytesAt(block + CELL_WORDS);
}

/**
 * Makes an interrupt call of the compiled function at `header` the current frame; on its return the interrupted frame goes on where it was.
 * @returns false when the stack has no room for it; nothing has changed then
 */
export function beginInterrupt(m: Processor, header: ByteAddress): boolean {
  const view = m.memory.view;
  if (!hasRoomFor(m, view.getUint16(header) + INTERRUPT_MARGIN_WORDS)) return false;
  const caller = m.pvar - FX_BYTES;
  view.setUint16(caller, view.getUint16(caller) | NOPUSH);
  const first = m.csp + 4;
  view.setInt32(m.csp, m.tos);
  view.setUint16(m.pvar - FX_BYTES + 2 * FX_NEXT, offsetOf(first));
  pushFrame(m, header, [], first);
  view.setUint16(m.pvar - FX_BYTES + 2 * FX_NEXT, offsetOf(m.csp));
  makeFreeBlock(m.memory, offsetOf(m.csp), (m.esp - m.csp) >> 1);
  return true;
}

function hasRoomFor(m: Processor, words: Words): boolean {
  try {
    makeRoomFor(m, words + CELL_WORDS);
    return true;
  } catch (problem) {
    if (problem instanceof VmFault && problem.kind === "StackOverflow") return false;
    throw problem;
  }
}

/** Saves PC in the current frame and pushes a slow frame with these arguments, from `first` on, and NIL for those that are missing. */
function pushFrame(m: Processor, header: ByteAddress, args: readonly Pointer[], first: ByteAddress): void {
  const view = m.memory.view;
  view.setUint16(m.pvar - FX_BYTES + 2 * FX_PC, (m.pc - m.func) & 0xffff);
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
