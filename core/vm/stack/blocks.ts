/** Finding room for a frame among the blocks of the stack. Source: instruction specification, section 3.7. */
import type { StackOffset, Words } from "../../base/units.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import { STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import { FX_NEXT, makeFreeBlock, makeGuardBlock, stackBlockWords } from "../../objects/code/frame-uses.ts";
import { STACK_BASIC_FRAME, STACK_FRAME, STACK_FREE, STACK_GUARD, stackKind } from "../../objects/code/frames.ts";
import type { Processor } from "../processor.ts";
import { endOfStack, extendStack } from "./extension.ts";

/** Words that a block must have beyond those asked for: a frame in a hole too small for it would have to move again at once. */
const SLACK_WORDS = 800;
/** Free words left in front of a frame. */
const SKIP_WORDS = 32;
const MOST_BLOCKS = STACK_WORDS / 2;

/**
 * A block of exactly `words` words: first fit from `start` on and round to it again, then in new pages. It is marked as a guard until it is filled.
 *
 * @param start a block of the stack
 * @param room words that must be free behind it; only more than the usual slack matters
 * @param residue remainder of its offset modulo 4; null when any will do
 * @returns null when the stack is full
 * @throws {VmFault} `MemoryError` when blocks do not tile the stack
 */
export function findStackBlock(
  m: Processor,
  words: Words,
  start: StackOffset,
  room: Words,
  residue: number | null,
): StackOffset | null {
  const slack = Math.max(SLACK_WORDS, room + SKIP_WORDS + 2);
  m.borrowing?.begin(m.memory);
  for (;;) {
    const run = findFreeRun(m, words + slack, start);
    if (run !== null) return carve(m, run, words, residue);
    if (!extendStack(m)) return null;
  }
}

/** First free run of at least `least` words; runs on the way are merged to one block each. */
function findFreeRun(m: Processor, least: Words, start: StackOffset): StackOffset | null {
  const { memory } = m;
  const end = endOfStack(memory);
  let at = start;
  let hasWrapped = false;
  for (let blocks = 0; blocks < MOST_BLOCKS; blocks++) {
    const kind = stackKind(memory, at);
    if (kind === STACK_GUARD && at >= end) {
      if (hasWrapped) return null;
      hasWrapped = true;
      at = memory.word(interfaceWord(IFPAGE.stackBase));
      continue;
    }
    if (kind === STACK_GUARD || kind === STACK_FREE) {
      const words = runWords(m, at, end);
      makeFreeBlock(memory, at, words);
      if (words >= least) return at;
      at += words;
    } else if (kind === STACK_FRAME) {
      const next = memory.word(STACK_BASE + at + FX_NEXT);
      if (next <= at) badStack(m, at);
      at = next;
    } else at = behindBasicFrame(m, at);
    if (at === start || (hasWrapped && at > start)) return null;
    if (at >= STACK_WORDS - 1) badStack(m, at);
  }
  return badStack(m, at);
}

/** Length of the run of free blocks, and guards below the end, that starts at an offset. */
function runWords(m: Processor, start: StackOffset, end: StackOffset): Words {
  let at = start;
  for (;;) {
    const kind = stackKind(m.memory, at);
    if (kind !== STACK_FREE && (kind !== STACK_GUARD || at >= end)) return at - start;
    const words = stackBlockWords(m.memory, at);
    if (words === 0 || at + words >= STACK_WORDS) badStack(m, at);
    at += words;
  }
}

function behindBasicFrame(m: Processor, start: StackOffset): StackOffset {
  let at = start;
  while (stackKind(m.memory, at) !== STACK_BASIC_FRAME) {
    at += 2;
    if (at >= STACK_WORDS - 1) badStack(m, start);
  }
  return at + 2;
}

function badStack(m: Processor, at: StackOffset): never {
  return m.fault(
    "MemoryError",
    "the blocks of the stack do not tile it: no block begins where one should",
    STACK_BASE + at,
  );
}

/** Takes the block out of a free run, leaving free blocks before and after it. */
function carve(m: Processor, run: StackOffset, words: Words, residue: number | null): StackOffset {
  const { memory } = m;
  const size = stackBlockWords(memory, run);
  const skip = residue === null || residue === run % 4 ? SKIP_WORDS : SKIP_WORDS + 2;
  const block = run + skip;
  makeGuardBlock(memory, block, words);
  makeFreeBlock(memory, run, skip);
  makeFreeBlock(memory, block + words, size - skip - words);
  return block;
}
