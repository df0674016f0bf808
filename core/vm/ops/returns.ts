/**
 * RETURN from a slow frame, whose links are stored apart, and CONTEXTSWITCH, which leaves one frame for another that waits.
 * Source: instruction specification, sections 3.6 and 3.8.
 */
import type { ByteAddress, StackOffset } from "../../base/units.ts";
import { IFPAGE_BASE, STACK_BASE } from "../../memory/layout.ts";
import {
  addFrameUse,
  BASIC_FRAME_WORDS,
  FX_ALINK,
  FX_CLINK,
  FX_NEXT,
  FX_PC,
  freeRunEnd,
  hasResidual,
  makeFreeBlock,
  makeSlow,
  NOPUSH,
  releaseFrameUse,
  SLOW,
} from "../../objects/code/frame-uses.ts";
import { basicFrameAt, FRAME_WORDS, type Frame, frameAt, STACK_FREE, stackKind } from "../../objects/code/frames.ts";
import { ATTENTION_RETURNED, ATTENTION_ROOM, ATTENTION_TRANSFER, bytesOf, type Processor } from "../processor.ts";
import { findStackBlock } from "../stack/blocks.ts";
import { alignment, bytesAt, copyFrame, offsetOf } from "../stack/room.ts";

/** After one copy the returnee stands alone: more than two say that the stack is damaged. */
const MOST_COPIES = 2;

export function slowReturn(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if (m.invoked.length > 0 && m.invoked[m.invoked.length - 1] === m.pvar) {
    m.attention |= ATTENTION_RETURNED;
    m.next(pc, csp, tos);
    return;
  }
  const { memory } = m;
  if (csp > m.esp) m.fault("StackOverflow", "the evaluation stack has run past its end", csp >> 1);
  const own = frameHere(m, offsetOf(m.pvar) - FRAME_WORDS);
  if (own.basicFrame < offsetOf(m.ivar)) m.fault("MemoryError", "a basic frame lies before its arguments", m.ivar >> 1);
  let target = frameHere(m, (memory.word(STACK_BASE + own.offset + FX_CLINK) - FRAME_WORDS) & 0xffff);
  if (target.isInCall)
    m.fault("MemoryError", "RETURN to a frame that is in the middle of a call", STACK_BASE + target.offset);
  if (own.caller !== target.offset) {
    // As the reference VM has it, one frame further than a link goes; the frame is dying.
    memory.setWord(STACK_BASE + own.offset + FX_ALINK, target.offset + FRAME_WORDS + FRAME_WORDS + SLOW);
    releaseFrameUse(memory, own.caller ?? 0);
  }
  let esp = m.esp;
  for (let copies = 0; mustBeCopied(m, own, target, copies === 0); copies++) {
    if (copies === MOST_COPIES)
      m.fault("MemoryError", "a copied stack frame is not followed by free stack", STACK_BASE + target.offset);
    if (csp < esp) makeFreeBlock(memory, offsetOf(csp), (esp - csp) >> 1);
    memory.setWord(STACK_BASE + own.offset + FX_NEXT, offsetOf(csp));
    target = copyReturnee(m, own.offset, target);
    esp = bytesAt(freeRunEnd(memory, offsetOf(csp)));
  }
  freeOwn(m, own, esp);
  resume(m, target.offset, tos);
  if (m.csp >= m.esp - 2 * m.memory.view.getUint16(m.func)) m.attention |= ATTENTION_ROOM;
}

/** The frame at an offset. @throws {VmFault} `MemoryError` when there is none */
function frameHere(m: Processor, offset: StackOffset): Frame {
  const frame = frameAt(m.memory, offset);
  return frame ?? m.fault("MemoryError", "a stack frame links to a place without a frame", STACK_BASE + offset);
}

/** Whether the frame to return to is used by others, or others use what its stack would grow over. */
function mustBeCopied(m: Processor, own: Frame, target: Frame, isFirst: boolean): boolean {
  if (isFirst && target.useCount !== 0) return true;
  if (stackKind(m.memory, target.next) === STACK_FREE) return false;
  return bytesAt(target.next) !== m.ivar || (basicFrameAt(m.memory, own.basicFrame)?.useCount ?? 0) !== 0;
}

/** Copies the frame to return to, and makes the returning frame return to the copy. */
function copyReturnee(m: Processor, own: StackOffset, target: Frame): Frame {
  const { memory } = m;
  const size = target.next - target.offset + BASIC_FRAME_WORDS;
  if (size <= FRAME_WORDS) m.fault("MemoryError", "a stack frame ends before it begins", STACK_BASE + target.offset);
  const block = findStackBlock(m, size, own, 0, alignment(memory, target.offset));
  if (block === null) m.fault("StackOverflow", "the stack is full: no room for the copy of a shared frame", m.csp >> 1);
  const copy = copyFrame(memory, target.offset, block);
  const at = STACK_BASE + copy;
  memory.setWord(at, memory.word(at) & 0xff00);
  const basicFrame = STACK_BASE + target.basicFrame;
  memory.setWord(basicFrame, memory.word(basicFrame) + 1);
  makeSlow(memory, target.offset);
  if (target.control !== null) addFrameUse(memory, target.control);
  if (target.caller !== target.control && target.caller !== null) addFrameUse(memory, target.caller);
  releaseFrameUse(memory, target.offset);
  memory.setWord(STACK_BASE + own + FX_CLINK, copy + FRAME_WORDS);
  memory.setWord(STACK_BASE + own + FX_ALINK, copy + FRAME_WORDS + SLOW);
  return frameHere(m, copy);
}

/** Makes the returning frame free, up to the end of its stack, with its arguments unless others use them. */
function freeOwn(m: Processor, own: Frame, esp: ByteAddress): void {
  const { memory } = m;
  let start = offsetOf(m.ivar);
  if (hasResidual(memory, own.offset)) {
    const basicFrame = STACK_BASE + own.basicFrame;
    const cell = memory.word(basicFrame);
    if ((cell & 0xff) === 0) makeFreeBlock(memory, start, own.basicFrame + BASIC_FRAME_WORDS - start);
    else memory.setWord(basicFrame, cell - 1);
    start = own.offset - BASIC_FRAME_WORDS;
  }
  makeFreeBlock(memory, start, offsetOf(esp) - start);
}

/** CONTEXTSWITCH: leaves this frame, takes up the one that word TOS of the interface page names. */
export function switchContext(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const { memory } = m;
  if (m.borrowing !== null) m.fault("InvalidOpcode", "a function that the debugger calls cannot leave its context");
  const word = IFPAGE_BASE + (tos & 0xffff);
  const from = offsetOf(m.pvar) - FRAME_WORDS;
  const to = frameHere(m, memory.word(word));
  if (to.isInCall)
    m.fault("MemoryError", "CONTEXTSWITCH to a frame that is in the middle of a call", STACK_BASE + to.offset);
  // A switch to the running frame itself finds the free block that it is about to make.
  if (to.offset !== from && stackKind(memory, to.next) !== STACK_FREE) {
    m.fault("MemoryError", "no free block follows the frame of the context", STACK_BASE + to.next);
  }
  const next = csp + 4;
  if (next >= m.esp) m.fault("StackOverflow", "the stack is full: there is no room to save the top of stack", csp >> 1);
  memory.setWord(STACK_BASE + from, memory.word(STACK_BASE + from) | NOPUSH);
  memory.setWord(STACK_BASE + from + FX_PC, (pc + 1 - m.func) & 0xffff);
  memory.view.setInt32(csp, tos & 0xffff);
  memory.setWord(STACK_BASE + from + FX_NEXT, offsetOf(next));
  makeFreeBlock(memory, offsetOf(next), (m.esp - next) >> 1);
  memory.setWord(word, from);
  resume(m, to.offset, tos);
}

/** Makes a frame the current one that waits with a free block behind its stack. */
function resume(m: Processor, fx: StackOffset, tos: number): void {
  const { memory } = m;
  const at = STACK_BASE + fx;
  const flags = memory.word(at);
  const next = memory.word(at + FX_NEXT);
  let value = tos;
  let top = bytesAt(next);
  m.esp = bytesAt(freeRunEnd(memory, next));
  if ((flags & NOPUSH) !== 0) {
    memory.setWord(at, flags & ~NOPUSH);
    top -= 4;
    value = memory.signedCell(top >> 1);
  }
  m.pvar = bytesAt(fx + FRAME_WORDS);
  m.ivar = bytesAt(memory.word(at - 1));
  m.func = bytesOf(memory.cell(at + 2));
  m.attention |= ATTENTION_TRANSFER;
  m.next(m.func + memory.word(at + FX_PC), top, value);
}
