/**
 * What the stack holds, by the rules of the collector's stack scan, read only: the pointers that a collection would mark.
 * Source: collection specification, section 7.2; memory specification, section 14.
 */
import type { Pointer, StackOffset, WordAddress } from "../../base/units.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import { POINTER_MASK, STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { ImageView } from "../image-view.ts";

/** Kinds of stack block, in the top three bits of their first word. */
const KIND_BASIC_FRAME = 4;
const KIND_FREE = 5;
const KIND_FRAME = 6;
const KIND_GUARD = 7;

// Frame extension: word offsets and flags.
const FX_HEADER = 2;
const FX_NEXT = 4;
const FX_NAME_TABLE = 6;
const FX_PVARS = 10;
const FX_VALID_NAME_TABLE = 0x200;
const FX_PADDING = 14;

/** Where a stack pointer was found: the cell, null for the cached top of stack. `frame` is the frame extension that owns it, 0 for arguments. */
export type StackVisitor = (pointer: Pointer, slot: WordAddress | null, frame: StackOffset) => void;

/** Visits every cell that the stack scan would mark from, counted or not. Ends at the first block that makes no sense. */
export function eachStackPointer(view: ImageView, visit: StackVisitor): void {
  const { memory, registers } = view;
  const current = registers === null ? -1 : registers.fx - STACK_BASE;
  const end = memory.word(interfaceWord(IFPAGE.endOfStack));
  let offset: StackOffset = memory.word(interfaceWord(IFPAGE.stackBase));
  while (offset < STACK_WORDS - 2) {
    const at = STACK_BASE + offset;
    const kind = memory.word(at) >> 13;
    let next: StackOffset;
    if (kind === KIND_GUARD && offset >= end) return;
    if (kind === KIND_GUARD || kind === KIND_FREE) next = offset + memory.word(at + 1);
    else if (kind === KIND_FRAME) {
      // The running frame has no valid end: its temporaries reach to the stack pointer, free room to the end of its area.
      const isCurrent = offset === current && registers !== null;
      const limit = isCurrent ? registers.csp - STACK_BASE : memory.word(at + FX_NEXT);
      const temporaries = scanFrame(memory, offset, limit, visit);
      // Before the first push the cached top of stack belongs to nobody.
      const hasTop = isCurrent && registers.csp >= temporaries && registers.tos >>> 28 === 0;
      if (hasTop) visit(registers.tos & POINTER_MASK, null, offset);
      next = isCurrent ? Math.max(registers.csp, registers.esp) - STACK_BASE : limit;
    } else next = scanArguments(memory, offset, visit);
    if (next <= offset) return;
    offset = next;
  }
}

/** Arguments up to their basic frame, whatever their top bits are. */
function scanArguments(memory: VirtualMemory, start: StackOffset, visit: StackVisitor): StackOffset {
  let offset = start;
  while (offset < STACK_WORDS - 2 && memory.word(STACK_BASE + offset) >> 13 !== KIND_BASIC_FRAME) {
    visit(memory.pointer(STACK_BASE + offset), STACK_BASE + offset, 0);
    offset += 2;
  }
  return offset + 2;
}

/** @returns address of the first temporary */
function scanFrame(memory: VirtualMemory, frame: StackOffset, limit: StackOffset, visit: StackVisitor): WordAddress {
  const at = STACK_BASE + frame;
  const header = memory.pointer(at + FX_HEADER);
  visit(header, at + FX_HEADER, frame);
  if (!isMapped(memory, header, 8)) return at + FX_PVARS;
  const locals = memory.word(header + 7) >> 8;
  scanCells(memory, at + FX_PVARS, at + FX_PVARS + 2 * locals, frame, visit);
  const quads = (memory.word(header + 2) << 16) >> 16;
  const temporaries = at + FX_PADDING + 4 * (quads + 1);
  const end = STACK_BASE + limit;
  if ((memory.word(at) & FX_VALID_NAME_TABLE) === 0) {
    scanCells(memory, temporaries, end, frame, visit);
    return temporaries;
  }
  const table = memory.pointer(at + FX_NAME_TABLE);
  if (table >> 16 !== 1) {
    visit(table, at + FX_NAME_TABLE, frame);
    scanCells(memory, temporaries, end, frame, visit);
    return temporaries;
  }
  visit(memory.pointer(header + 4), header + 4, frame);
  scanCells(memory, temporaries, table, frame, visit);
  scanCells(memory, table + 8 + 2 * memory.word(table + 6), end, frame, visit);
  return temporaries;
}

/** Cells with a clear top nibble are pointers; bind marks, unbound markers and block headers are not. */
function scanCells(
  memory: VirtualMemory,
  start: WordAddress,
  end: WordAddress,
  frame: StackOffset,
  visit: StackVisitor,
): void {
  // A torn frame says that its cells begin anywhere.
  for (let slot = Math.max(start, STACK_BASE); slot < Math.min(end, STACK_BASE + STACK_WORDS); slot += 2) {
    const cell = memory.cell(slot);
    if (cell >>> 28 === 0) visit(cell & POINTER_MASK, slot, frame);
  }
}
