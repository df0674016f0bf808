/**
 * Room for the frame that a call is about to build: the current frame grows in place, or moves to where there is room.
 * The reference VM looks at every taken jump and return for the room that the function asks for; here a frame that was built has it already,
 * so that jumps look for code that pushes more than that only. The place of a frame near the end of the stack is all that differs.
 * Source: instruction specification, sections 3.6 and 3.7.
 */
import type { ByteAddress, StackOffset, Words } from "../../base/units.ts";
import { STACK_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import {
  BASIC_FRAME_WORDS,
  FX_BLINK,
  FX_NAME_TABLE,
  FX_NEXT,
  freeRunEnd,
  hasResidual,
  makeFreeBlock,
  makeSlow,
  OWN_NAME_TABLE,
  RESIDUAL,
} from "../../objects/code/frame-uses.ts";
import { FRAME_WORDS, frameAt, STACK_FREE, stackKind } from "../../objects/code/frames.ts";
import type { Processor } from "../processor.ts";
import { findStackBlock } from "./blocks.ts";
import { endOfStack, extendStack, isPastGuard } from "./extension.ts";

/** Offset in the stack segment of a byte address. */
export function offsetOf(address: ByteAddress): StackOffset {
  return (address >> 1) - STACK_BASE;
}
export function bytesAt(offset: StackOffset): ByteAddress {
  return 2 * (STACK_BASE + offset);
}

/**
 * Makes room for the frame of the function at `header`, and leaves the registers before the instruction that calls it.
 * @throws {VmFault} `StackOverflow` when there is none
 */
export function makeRoom(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number, header: ByteAddress): void {
  const words = m.memory.view.getUint16(header);
  m.next(pc, csp, tos);
  makeRoomFor(m, words);
}

/** Words that an evaluation stack gets which has outgrown what its function asked for. */
const MORE_WORDS = 64;

/**
 * The evaluation stack of the running frame has come near its end: makes room for more, and leaves the registers before the instruction at `pc`.
 * @throws {VmFault} `StackOverflow` when there is none
 */
export function makeRoomToPush(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  m.next(pc, csp, tos);
  makeRoomFor(m, MORE_WORDS);
}

/**
 * Makes `words` words free above CSP of the running frame; PVAR, ESP and CSP may change.
 * @throws {VmFault} `StackOverflow` when there is no room
 */
export function makeRoomFor(m: Processor, words: Words): void {
  while (m.csp > m.esp - 2 * words) {
    if (m.csp > m.esp) m.fault("StackOverflow", "the evaluation stack has run past its end", m.csp >> 1);
    if (m.csp < m.pvar) m.fault("MemoryError", "the evaluation stack ends below its frame", m.csp >> 1);
    const fx = offsetOf(m.pvar) - FRAME_WORDS;
    // Where the next block starts once TOS is in memory.
    const next = offsetOf(m.csp) + 2;
    m.memory.view.setInt32(m.csp, m.tos);
    m.memory.setWord(STACK_BASE + fx + FX_NEXT, next);
    if (bytesAt(next) < m.esp) makeFreeBlock(m.memory, next, (m.esp - bytesAt(next)) >> 1);
    const place = roomForFrame(m, fx, words);
    if (place === null) full(m, words);
    takeUp(m, place);
  }
}

function full(m: Processor, words: Words): never {
  const left = (m.esp - m.csp) >> 1;
  return m.fault("StackOverflow", `the stack is full: a call needs ${words} words, ${left} are left`, m.csp >> 1);
}

/** Makes the registers those of the running frame after it grew or moved. */
function takeUp(m: Processor, fx: StackOffset): void {
  const next = m.memory.word(STACK_BASE + fx + FX_NEXT);
  const pvar = bytesAt(fx + FRAME_WORDS);
  const invoked = m.invoked.lastIndexOf(m.pvar);
  if (invoked >= 0) m.invoked[invoked] = pvar;
  m.pvar = pvar;
  m.esp = bytesAt(freeRunEnd(m.memory, next));
  m.csp = bytesAt(next) - 4;
}

/** @returns where the frame is now, with more room behind it than before; null when the stack is full */
function roomForFrame(m: Processor, fx: StackOffset, words: Words): StackOffset | null {
  const { memory } = m;
  const next = memory.word(STACK_BASE + fx + FX_NEXT);
  const isFree = stackKind(memory, next) === STACK_FREE;
  const behind = isFree ? freeRunEnd(memory, next) : next;
  if (isFree && bytesAt(behind) > m.esp) return fx;
  const isLast = behind === endOfStack(memory);
  if (isLast && !isPastGuard(memory, behind)) return extendStack(m) ? fx : null;
  const size = next - fx + BASIC_FRAME_WORDS;
  const block = findStackBlock(m, size, fx, words, alignment(memory, fx));
  if (block === null) return null;
  if (isLast && block > fx) {
    // The stack was extended after all: there is room in place.
    makeFreeBlock(memory, block, size);
    return fx;
  }
  const copy = copyFrame(memory, fx, block);
  if (hasResidual(memory, fx)) makeFreeBlock(memory, fx - BASIC_FRAME_WORDS, size);
  else makeFreeBlock(memory, fx, size - BASIC_FRAME_WORDS);
  return copy;
}

/** Remainder modulo 4 that the block of a copy must have: a name table in the stack keeps its alignment. */
export function alignment(memory: VirtualMemory, fx: StackOffset): number | null {
  return hasTableInStack(memory, fx) ? (fx - BASIC_FRAME_WORDS) % 4 : null;
}
function hasTableInStack(memory: VirtualMemory, fx: StackOffset): boolean {
  const at = STACK_BASE + fx;
  return (memory.word(at) & OWN_NAME_TABLE) !== 0 && memory.pointer(at + FX_NAME_TABLE) >> 16 === STACK_BASE >> 16;
}

/**
 * Copies a frame extension with its stack into a block, behind a residual copy of its basic frame.
 * @returns offset of the copy, which is slow
 */
export function copyFrame(memory: VirtualMemory, fx: StackOffset, block: StackOffset): StackOffset {
  const from = 2 * (STACK_BASE + fx - BASIC_FRAME_WORDS);
  const size = memory.word(STACK_BASE + fx + FX_NEXT) - fx + BASIC_FRAME_WORDS;
  const isTableMoved = hasTableInStack(memory, fx);
  const blink = frameAt(memory, fx)?.basicFrame ?? fx - BASIC_FRAME_WORDS;
  memory.bytes.copyWithin(2 * (STACK_BASE + block), from, from + 2 * size);
  const copy = block + BASIC_FRAME_WORDS;
  const at = STACK_BASE + copy;
  memory.setWord(STACK_BASE + block, memory.word(STACK_BASE + block) | RESIDUAL);
  memory.setWord(at + FX_NEXT, block + size);
  makeSlow(memory, copy);
  memory.setWord(at + FX_BLINK, blink);
  if (isTableMoved) memory.setCell(at + FX_NAME_TABLE, memory.cell(at + FX_NAME_TABLE) + copy - fx);
  return copy;
}
