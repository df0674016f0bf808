/**
 * Stack frames, read only: walking, and every pointer that the stack holds.
 * Source: memory specification, section 14; collection specification, section 7.2.
 */
import { VmFault } from "../../base/errors.ts";
import type { ByteAddress, Pointer, StackOffset, WordAddress } from "../../base/units.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import { POINTER_MASK, STACK_BASE } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { OWN_NAME_TABLE } from "../../objects/code/frame-uses.ts";
import { BOTTOM_LINK, FRAME_WORDS } from "../../objects/code/frames.ts";
import { FUNCTION_HEADER_WORDS } from "../../objects/code/functions.ts";

/** More frames than the stack segment can hold. */
const MOST_FRAMES = 0x10000 / FRAME_WORDS;

/** One frame as a debugger wants it. */
export interface StackFrame {
  /** Stack offset of the frame extension. */
  readonly frame: StackOffset;
  readonly header: WordAddress;
  /** Byte address: the next instruction of the innermost frame, the return address of the others. */
  readonly pc: ByteAddress;
  /** First argument cell. */
  readonly ivar: WordAddress;
  /** First variable cell. */
  readonly pvar: WordAddress;
  /** Cells from the first argument to the basic frame. */
  readonly argumentCells: number;
}

/** What `walkFrames` needs to know of the machine; an image at rest has it in its interface page. */
export interface InnermostFrame {
  readonly pvar: WordAddress;
  readonly ivar: WordAddress;
  readonly func: WordAddress;
  readonly pc: ByteAddress;
}

/** The frames from the innermost to the bottom, along the control links, `most` of them. A broken chain ends the list. */
export function walkFrames(memory: VirtualMemory, innermost: InnermostFrame, most = MOST_FRAMES): StackFrame[] {
  const frames: StackFrame[] = [];
  let { pvar, ivar, func: header, pc } = innermost;
  for (;;) {
    frames.push({
      frame: pvar - FRAME_WORDS - STACK_BASE,
      header,
      pc,
      ivar,
      pvar,
      argumentCells: Math.max(0, (basicFrameOf(memory, pvar) - ivar) >> 1),
    });
    const caller = frames.length < most ? callerOf(memory, pvar) : null;
    if (caller === null) return frames;
    ({ pvar, header, pc } = caller);
    ivar = STACK_BASE + memory.word(pvar - FRAME_WORDS - 1);
  }
}

/** The frame that a frame returns to; its `pc` is the return address. Null at the bottom. */
export function callerOf(
  memory: VirtualMemory,
  pvar: WordAddress,
): { readonly pvar: WordAddress; readonly header: WordAddress; readonly pc: ByteAddress } | null {
  const link = callerLink(memory, pvar);
  if (link < FRAME_WORDS + 2 || link === BOTTOM_LINK) return null;
  const caller = STACK_BASE + link;
  const header = memory.pointer(caller - 8);
  return { pvar: caller, header, pc: 2 * header + memory.word(caller - 5) };
}

/** Stack offset of the caller's PVAR0; 0 or 10 at the bottom. */
function callerLink(memory: VirtualMemory, pvar: WordAddress): number {
  const alink = memory.word(pvar - 9);
  return (alink & 1) === 0 ? alink : alink === BOTTOM_LINK ? 0 : memory.word(pvar - 1);
}

/** Word address of the basic frame cell of the frame with this PVAR0. */
export function basicFrameOf(memory: VirtualMemory, pvar: WordAddress): WordAddress {
  const alink = memory.word(pvar - 9);
  return (alink & 1) === 0 ? pvar - FRAME_WORDS - 2 : STACK_BASE + memory.word(pvar - 2);
}

/**
 * Every pointer that the stack holds, in the order of the stack scan. The machine has written TOS to memory before.
 *
 * @param current PVAR0 of the running frame, whose stack ends below `top` and which owns the memory up to `end`
 * @throws {VmFault} `MemoryError` when blocks do not tile the stack
 */
export function eachStackPointer(
  memory: VirtualMemory,
  current: WordAddress,
  top: WordAddress,
  end: WordAddress,
  visit: (pointer: Pointer) => void,
): void {
  const endOfStack = STACK_BASE + memory.word(interfaceWord(IFPAGE.endOfStack));
  let at = STACK_BASE + memory.word(interfaceWord(IFPAGE.stackBase));
  while (at < STACK_BASE + 0x10000) {
    const kind = memory.word(at) >> 13;
    if (kind === 7 && at >= endOfStack) return;
    if (kind === 7 || kind === 5) {
      const size = memory.word(at + 1);
      if (size === 0) throw new VmFault("MemoryError", "a stack block of length 0", at);
      at += size;
    } else if (kind === 6) {
      const isCurrent = at + FRAME_WORDS === current;
      const next = isCurrent ? top : STACK_BASE + memory.word(at + 4);
      if (next <= at) throw new VmFault("MemoryError", "a stack frame ends before it begins", at);
      visitFrame(memory, at, next, visit);
      at = isCurrent ? Math.max(end, next) : next;
    } else {
      while (memory.word(at) >> 13 !== 4) {
        visit(memory.pointer(at));
        at += 2;
        if (at >= STACK_BASE + 0x10000) throw new VmFault("MemoryError", "arguments without a basic frame", at);
      }
      at += 2;
    }
  }
}

function visitFrame(
  memory: VirtualMemory,
  frame: WordAddress,
  next: WordAddress,
  visit: (pointer: Pointer) => void,
): void {
  const header = memory.pointer(frame + 2);
  if (header + FUNCTION_HEADER_WORDS > memory.sizeWords) {
    throw new VmFault("MemoryError", "a stack frame names a function outside the image", frame);
  }
  visit(header);
  const locals = memory.word(header + 7) >> 8;
  visitCells(memory, frame + FRAME_WORDS, frame + FRAME_WORDS + 2 * locals, visit);
  const pairs = (memory.view.getInt16(2 * (header + 2)) as number) + 1;
  const temporaries = frame + 14 + 4 * Math.max(0, pairs);
  if ((memory.word(frame) & OWN_NAME_TABLE) === 0) {
    visitCells(memory, temporaries, next, visit);
    return;
  }
  const table = memory.pointer(frame + 6);
  if (table >> 16 !== 1) {
    visit(table);
    visitCells(memory, temporaries, next, visit);
    return;
  }
  visit(memory.cell(header + 4) & POINTER_MASK);
  visitCells(memory, temporaries, table, visit);
  visitCells(memory, table + 8 + 2 * memory.word(table + 6), next, visit);
}

/** Cells without tag bits; this leaves out bind marks, unbound cells and block headers. */
function visitCells(
  memory: VirtualMemory,
  from: WordAddress,
  to: WordAddress,
  visit: (pointer: Pointer) => void,
): void {
  for (let at = from; at < to; at += 2) {
    const cell = memory.cell(at);
    if (cell >>> 28 === 0) visit(cell & POINTER_MASK);
  }
}
