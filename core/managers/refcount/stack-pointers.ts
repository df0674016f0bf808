/**
 * A dead STACKP gives up its use of a stack frame. A frame that nobody uses becomes free, with its basic frame and the links that it held.
 * Source: collection specification, section 7.5 (STACKP); memory specification, section 14.
 */
import type { StackOffset, Words } from "../../base/units.ts";
import { STACK_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";

// Kinds of stack blocks: top three bits of the first word.
const KIND_BASIC_FRAME = 4;
const KIND_FRAME = 6;
const FREE_BLOCK = 0xa000;
// Words of a frame extension.
const FX_ALINK = 1;
const FX_NEXT_BLOCK = 4;
const FX_BLINK = 8;
const FX_CLINK = 9;
/** From a frame to the place that links to it name. */
const LINK_BIAS = 10;
/** Set in `alink` when `blink` and `clink` are valid. */
const SLOW = 1;
const USE_COUNT_MASK = 0xff;
/** Bit of the first word of a basic frame: a copy of one that belongs elsewhere. */
const RESIDUAL = 0x0200;
const BASIC_FRAME_WORDS = 2;

/** @param frame offset of a frame extension; 0, or anything that is none, is left alone */
export function releaseStackPointer(memory: VirtualMemory, frame: StackOffset): void {
  const pending = [frame];
  for (let fx = pending.pop(); fx !== undefined; fx = pending.pop()) {
    if (fx === 0 || (fx & 1) !== 0 || kindAt(memory, fx) !== KIND_FRAME) continue;
    const first = memory.word(STACK_BASE + fx);
    if ((first & USE_COUNT_MASK) !== 0) {
      memory.setWord(STACK_BASE + fx, first - 1);
      continue;
    }
    const rawLink = memory.word(STACK_BASE + fx + FX_ALINK);
    const alink = (rawLink & ~SLOW) - LINK_BIAS;
    const clink = (rawLink & SLOW) === 0 ? alink : memory.word(STACK_BASE + fx + FX_CLINK) - LINK_BIAS;
    releaseFrame(memory, fx, (rawLink & SLOW) === 0 ? fx - BASIC_FRAME_WORDS : memory.word(STACK_BASE + fx + FX_BLINK));
    // Popped in the order ALINK, CLINK.
    pending.push(Math.max(clink, 0));
    if (alink !== clink) pending.push(Math.max(alink, 0));
  }
}

/** Makes the frame extension a free block, with the copy of a basic frame before it, and gives up its basic frame. */
function releaseFrame(memory: VirtualMemory, fx: StackOffset, basicFrame: StackOffset): void {
  const before = fx - BASIC_FRAME_WORDS;
  const hasResidual =
    kindAt(memory, before) === KIND_BASIC_FRAME && (memory.word(STACK_BASE + before) & RESIDUAL) !== 0;
  const start = hasResidual ? before : fx;
  makeFree(memory, start, memory.word(STACK_BASE + fx + FX_NEXT_BLOCK) - start);
  const cell = memory.word(STACK_BASE + basicFrame);
  if ((cell & USE_COUNT_MASK) !== 0) memory.setWord(STACK_BASE + basicFrame, cell - 1);
  else {
    const arguments0 = memory.word(STACK_BASE + basicFrame + 1);
    makeFree(memory, arguments0, basicFrame + BASIC_FRAME_WORDS - arguments0);
  }
}

function kindAt(memory: VirtualMemory, offset: StackOffset): number {
  return memory.word(STACK_BASE + offset) >> 13;
}

function makeFree(memory: VirtualMemory, offset: StackOffset, size: Words): void {
  memory.setWord(STACK_BASE + offset, FREE_BLOCK);
  memory.setWord(STACK_BASE + offset + 1, size);
}
