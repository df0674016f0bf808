/**
 * The evaluation stack at rest: blocks, frames, the chain of callers, and the slots of variables. Offsets count words from the stack segment.
 * The running machine keeps the newest frame partly in registers; it writes them back before anybody looks here.
 *
 * ```
 * arguments ... | BF (1 cell) | FX (10 words) | PVAR area, 4 * (pv + 1) words | 4 words | temporaries ... | next block
 * FX word 0  15..13 = 6 | 12 fast | 10 incall | 9 validnametable | 8 nopush | 7..0 use count
 *    word 1  alink: caller's FX + 10, bit 0 = slow (blink and clink are valid)
 *    word 2  fnheader   word 4 nextblock   word 5 pc (byte offset from the header)
 *    word 6  nametable  word 8 blink       word 9 clink: FX + 10
 * ```
 * Source: memory specification, section 14.
 */
import type { ByteAddress, Cell, Pointer, StackOffset, WordAddress, Words } from "../../base/units.ts";
import { STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import {
  FUNCTION_HEADER_WORDS,
  type FunctionHeader,
  functionHeader,
  type NameTableEntry,
  nameTable,
} from "./functions.ts";

export const FRAME_WORDS = 10;
/** `alink` of the frame at the bottom of a stack. */
export const BOTTOM_LINK = 11;
/** Words between the PVAR area and the first temporary. */
const PADDING_WORDS = 4;
// Kinds of blocks: the top three bits of their first cell.
export const STACK_GUARD = 7;
export const STACK_FRAME = 6;
export const STACK_FREE = 5;
export const STACK_BASIC_FRAME = 4;

/** A stretch of the stack. `next` is the offset of the block after it. */
export type StackBlock =
  | { readonly kind: "guard" | "free"; readonly offset: StackOffset; readonly next: StackOffset }
  | {
      readonly kind: "basic-frame";
      readonly offset: StackOffset;
      readonly next: StackOffset;
      readonly frame: BasicFrame;
    }
  | { readonly kind: "frame"; readonly offset: StackOffset; readonly next: StackOffset; readonly frame: Frame }
  /** A cell before a basic frame: an argument. */
  | { readonly kind: "argument"; readonly offset: StackOffset; readonly next: StackOffset };

export interface BasicFrame {
  readonly offset: StackOffset;
  /** Offset of argument 0. */
  readonly arguments: StackOffset;
  readonly argumentCount: number;
  /** A copy: the arguments belong to another basic frame. */
  readonly isResidual: boolean;
  readonly isPadded: boolean;
  readonly useCount: number;
}

/** A frame extension. */
export interface Frame {
  readonly offset: StackOffset;
  readonly useCount: number;
  readonly isInCall: boolean;
  readonly discardsValue: boolean;
  /** `nameTable` holds instead of the function header's. */
  readonly hasOwnNameTable: boolean;
  readonly isSlow: boolean;
  /** Access link (ALINK): the frame in which free variables are looked up next; null at the bottom of the stack. */
  readonly caller: StackOffset | null;
  /** Control link (CLINK): the frame to return to. The same as `caller` except in slow frames; means nothing at the bottom. */
  readonly control: StackOffset | null;
  readonly basicFrame: StackOffset;
  readonly header: Pointer;
  readonly nameTable: Pointer;
  readonly next: StackOffset;
  /** Byte address of the next instruction. */
  readonly pc: ByteAddress;
}

/** Word address of a stack offset. */
export function stackAddress(offset: StackOffset): WordAddress {
  return STACK_BASE + offset;
}
/** Kind of the block at an offset: `STACK_…`, or less for an argument. */
export function stackKind(memory: VirtualMemory, offset: StackOffset): number {
  return memory.word(STACK_BASE + offset) >> 13;
}

/** The frame extension at an offset; null when there is none. */
export function frameAt(memory: VirtualMemory, offset: StackOffset): Frame | null {
  if (offset < 2 || offset % 2 !== 0 || offset + FRAME_WORDS > STACK_WORDS) return null;
  if (stackKind(memory, offset) !== STACK_FRAME) return null;
  const at = STACK_BASE + offset;
  const flags = memory.word(at);
  const alink = memory.word(at + 1);
  const isSlow = (alink & 1) !== 0;
  const header = memory.pointer(at + 2);
  return {
    offset,
    useCount: flags & 0xff,
    isInCall: (flags & 0x400) !== 0,
    discardsValue: (flags & 0x100) !== 0,
    hasOwnNameTable: (flags & 0x200) !== 0,
    isSlow,
    caller: linkedFrame(alink & 0xfffe),
    control: linkedFrame(isSlow ? memory.word(at + 9) : alink),
    basicFrame: isSlow ? memory.word(at + 8) : offset - 2,
    header,
    nameTable: memory.pointer(at + 6),
    next: memory.word(at + 4),
    pc: header * 2 + memory.word(at + 5),
  };
}

/** A link names the word after the frame extension. */
function linkedFrame(link: number): StackOffset | null {
  return link <= BOTTOM_LINK ? null : link - FRAME_WORDS;
}

/** The basic frame at an offset; null when there is none, or its arguments are not below it. */
export function basicFrameAt(memory: VirtualMemory, offset: StackOffset): BasicFrame | null {
  if (offset % 2 !== 0 || offset + 2 > STACK_WORDS || stackKind(memory, offset) !== STACK_BASIC_FRAME) return null;
  const cell = memory.cell(STACK_BASE + offset);
  const first = cell & 0xffff;
  if (first > offset) return null;
  const isPadded = (cell & 0x01000000) !== 0;
  return {
    offset,
    arguments: first,
    argumentCount: (offset - first) / 2 - (isPadded ? 1 : 0),
    isResidual: (cell & 0x02000000) !== 0,
    isPadded,
    useCount: (cell >>> 16) & 0xff,
  };
}

/**
 * The frames from `top` down to the bottom of the stack, innermost first.
 *
 * @param limit most frames to return; a damaged chain that runs in a circle ends where it would repeat
 */
export function frameChain(memory: VirtualMemory, top: StackOffset, limit: number): Frame[] {
  const frames: Frame[] = [];
  const seen = new Set<StackOffset>();
  let offset: StackOffset | null = top;
  while (offset !== null && frames.length < limit && !seen.has(offset)) {
    seen.add(offset);
    const frame: Frame | null = frameAt(memory, offset);
    if (frame === null) break;
    frames.push(frame);
    offset = frame.caller;
  }
  return frames;
}

/** Visits the blocks that tile the stack from `start` up to `end`. Ends early where nothing sensible follows. @returns where it ended */
export function eachStackBlock(
  memory: VirtualMemory,
  start: StackOffset,
  end: StackOffset,
  visit: (block: StackBlock) => void,
): StackOffset {
  let offset = start;
  while (offset < end) {
    const block = stackBlockAt(memory, offset);
    if (block === null || block.next <= offset) return offset;
    visit(block);
    offset = block.next;
  }
  return offset;
}

function stackBlockAt(memory: VirtualMemory, offset: StackOffset): StackBlock | null {
  const kind = stackKind(memory, offset);
  if (kind === STACK_GUARD || kind === STACK_FREE) {
    const next = offset + memory.word(STACK_BASE + offset + 1);
    return { kind: kind === STACK_GUARD ? "guard" : "free", offset, next };
  }
  if (kind === STACK_FRAME) {
    const frame = frameAt(memory, offset);
    return frame === null ? null : { kind: "frame", offset, next: frame.next, frame };
  }
  if (kind === STACK_BASIC_FRAME) {
    const frame = basicFrameAt(memory, offset);
    return frame === null ? null : { kind: "basic-frame", offset, next: offset + 2, frame };
  }
  return { kind: "argument", offset, next: offset + 2 };
}

/** Address of argument `index` of a frame. */
export function argumentSlot(basicFrame: BasicFrame, index: number): WordAddress {
  return STACK_BASE + basicFrame.arguments + 2 * index;
}
/** Address of cell `index` of a frame's PVAR area: a local value or, behind those, a free-variable slot. */
export function localSlot(frame: Frame, index: number): WordAddress {
  return STACK_BASE + frame.offset + FRAME_WORDS + 2 * index;
}
/** Offset of a frame's first temporary. */
export function firstTemporary(frame: Frame, header: FunctionHeader): StackOffset {
  return frame.offset + FRAME_WORDS + PADDING_WORDS + header.localWords;
}

/** A cell of the stack holds a value when none of its top four bits is set; otherwise it is unbound, a mark, or a block header. */
export function holdsValue(cell: Cell): boolean {
  return cell >>> 28 === 0;
}

/** A free-variable slot: where the variable is bound. */
export interface FreeVariableSlot {
  /** Null when the variable was not looked up yet. */
  readonly binding: WordAddress | null;
  readonly isOnStack: boolean;
}
/** Decodes a free-variable slot, whose two words are exchanged with respect to a pointer. */
export function freeVariableSlot(cell: Cell): FreeVariableSlot {
  const low = cell >>> 16;
  if ((low & 1) !== 0) return { binding: null, isOnStack: false };
  // The high half has its tag bits cut off like any pointer.
  const high = cell & 0x0fff;
  return { binding: high * 0x10000 + low, isOnStack: high === 1 };
}

/** A mark among the temporaries of a frame: variables that an inner binding form bound. */
export interface BindMark {
  readonly count: number;
  /** Word offset from PVAR0 of the last of them. */
  readonly lastOffset: Words;
}
/** Decodes a bind mark; null for a cell that is none. */
export function bindMark(cell: Cell): BindMark | null {
  return cell >>> 31 === 1 ? { count: ~(cell >>> 16) & 0xffff, lastOffset: cell & 0xffff } : null;
}

/** The name table that governs a frame: its own, or its function's. */
export function frameNames(memory: VirtualMemory, frame: Frame): NameTableEntry[] {
  const owner = frame.hasOwnNameTable ? frame.nameTable : frame.header;
  const header = functionHeader(memory, owner);
  if (header === null) return [];
  return nameTable(memory, owner + FUNCTION_HEADER_WORDS, header.nameTableWords);
}
