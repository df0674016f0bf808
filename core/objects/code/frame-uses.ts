/**
 * Changing the blocks of a stack at rest: free blocks, links that are kept apart, use counts, and the release of frames that nobody uses.
 * Reading them is `frames.ts`. Offsets count words from the stack segment.
 * Source: memory specification, section 14; instruction specification, sections 3.6 and 3.7; collection specification, section 7.5 (STACKP).
 */
import { VmFault } from "../../base/errors.ts";
import type { StackOffset, Words } from "../../base/units.ts";
import { STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { FRAME_WORDS, frameAt, STACK_BASIC_FRAME, STACK_FRAME, STACK_FREE, stackKind } from "./frames.ts";

/** First word of a free block. */
export const FREE_BLOCK = 0xa000;
const GUARD_BLOCK = 0xe000;
/** Bit of the first word of a basic frame: a copy of one that belongs elsewhere. */
export const RESIDUAL = 0x0200;
/** Bit of the first word of a frame: its name table is not that of its function. */
export const OWN_NAME_TABLE = 0x0200;
/** Bit of the first word of a frame: it goes on with its own saved top of stack, not with the value returned to it. */
export const NOPUSH = 0x0100;
/** Set in `alink` when `blink` and `clink` are valid. */
export const SLOW = 1;
const USE_COUNT = 0xff;
/** A use count above this is an error of the image (MP9324). */
const MOST_USES = 200;
// Words of a frame extension.
export const FX_ALINK = 1;
export const FX_HEADER = 2;
export const FX_NEXT = 4;
export const FX_PC = 5;
export const FX_NAME_TABLE = 6;
export const FX_BLINK = 8;
export const FX_CLINK = 9;
export const BASIC_FRAME_WORDS = 2;

/** Writes the header of a free block; the words behind it keep what they hold. */
export function makeFreeBlock(memory: VirtualMemory, offset: StackOffset, words: Words): void {
  memory.setCell(STACK_BASE + offset, ((FREE_BLOCK << 16) | words) >>> 0);
}
export function makeGuardBlock(memory: VirtualMemory, offset: StackOffset, words: Words): void {
  memory.setCell(STACK_BASE + offset, ((GUARD_BLOCK << 16) | words) >>> 0);
}

/** Length of the free or guard block at an offset. */
export function stackBlockWords(memory: VirtualMemory, offset: StackOffset): Words {
  return memory.word(STACK_BASE + offset + 1);
}

/** End of the run of free blocks that starts at an offset; the offset itself when the block there is not free. */
export function freeRunEnd(memory: VirtualMemory, offset: StackOffset): StackOffset {
  let at = offset;
  while (at < STACK_WORDS && stackKind(memory, at) === STACK_FREE) {
    const words = stackBlockWords(memory, at);
    if (words === 0 || at + words > STACK_WORDS) break;
    at += words;
  }
  return at;
}

/** Whether the cell before a frame extension is a copy of its basic frame. */
export function hasResidual(memory: VirtualMemory, fx: StackOffset): boolean {
  const before = fx - BASIC_FRAME_WORDS;
  return stackKind(memory, before) === STACK_BASIC_FRAME && (memory.word(STACK_BASE + before) & RESIDUAL) !== 0;
}

/** Stores basic frame and control link of a fast frame in words of their own, so that they may become different ones. */
export function makeSlow(memory: VirtualMemory, fx: StackOffset): void {
  const at = STACK_BASE + fx;
  const alink = memory.word(at + FX_ALINK);
  if ((alink & SLOW) !== 0) return;
  memory.setWord(at + FX_BLINK, fx - BASIC_FRAME_WORDS);
  memory.setWord(at + FX_CLINK, alink);
  memory.setWord(at + FX_ALINK, alink | SLOW);
}

/**
 * One more user of a frame. The frame that stands right behind it becomes slow: it will not return to this one, but to a copy.
 * @throws {VmFault} `MemoryError` when there is no frame, or it has too many users
 */
export function addFrameUse(memory: VirtualMemory, fx: StackOffset): void {
  const frame = frameAt(memory, fx);
  if (frame === null)
    throw new VmFault("MemoryError", "a stack frame links to a place without a frame", STACK_BASE + fx);
  if (frame.useCount >= MOST_USES) {
    throw new VmFault("MemoryError", `a stack frame has more than ${MOST_USES} users`, STACK_BASE + fx);
  }
  memory.setWord(STACK_BASE + fx, memory.word(STACK_BASE + fx) + 1);
  let at = frame.next;
  while (at < STACK_WORDS - FRAME_WORDS && stackKind(memory, at) < STACK_BASIC_FRAME) at += 2;
  if (stackKind(memory, at) === STACK_BASIC_FRAME && stackKind(memory, at + BASIC_FRAME_WORDS) === STACK_FRAME) {
    makeSlow(memory, at + BASIC_FRAME_WORDS);
  }
}

/**
 * One user of a frame less. A frame that nobody uses becomes free, with its basic frame and the links that it held.
 *
 * @param fx offset of a frame extension; 0, or anything that is none, is left alone
 */
export function releaseFrameUse(memory: VirtualMemory, fx: StackOffset): void {
  const pending = [fx];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const frame = frameAt(memory, at);
    if (frame === null) continue;
    if (frame.useCount !== 0) {
      memory.setWord(STACK_BASE + at, memory.word(STACK_BASE + at) - 1);
      continue;
    }
    freeFrame(memory, at, frame.basicFrame);
    // Popped in the order ALINK, CLINK.
    pending.push(frame.control ?? 0);
    if (frame.caller !== frame.control) pending.push(frame.caller ?? 0);
  }
}

/** Makes the frame extension a free block, with the copy of a basic frame before it, and gives up its basic frame. */
function freeFrame(memory: VirtualMemory, fx: StackOffset, basicFrame: StackOffset): void {
  const start = hasResidual(memory, fx) ? fx - BASIC_FRAME_WORDS : fx;
  makeFreeBlock(memory, start, (memory.word(STACK_BASE + fx + FX_NEXT) - start) & 0xffff);
  const cell = memory.word(STACK_BASE + basicFrame);
  if ((cell & USE_COUNT) !== 0) memory.setWord(STACK_BASE + basicFrame, cell - 1);
  else {
    const first = memory.word(STACK_BASE + basicFrame + 1);
    makeFreeBlock(memory, first, (basicFrame + BASIC_FRAME_WORDS - first) & 0xffff);
  }
}
