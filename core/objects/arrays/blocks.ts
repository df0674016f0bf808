/**
 * Blocks of storage without fields: array blocks, which have a header and a trailer, and hunks, which are typed objects and have none.
 * A pointer to either points at the first data cell.
 *
 * ```
 * header   31..19 password | 18..17 content | 16 in use | 15..0 cells of the whole block
 * data     (a free block: cell 0 forward link, cell 1 backward link)
 * trailer  like the header; content is normally 0 there
 * ```
 * Source: memory specification, section 11.3.
 */
import type { Cells, Pointer, WordAddress } from "../../base/units.ts";
import { TYPE_BLOCK } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { builtinType, isCodeHunk, isPointerHunk, isUnboxedHunk, typeEntry, typeNumber } from "../types.ts";

export const BLOCK_PASSWORD = 0x1555;
/** Content kinds of blocks and hunks. */
export const CONTENT_UNBOXED = 0;
export const CONTENT_POINTERS = 1;
export const CONTENT_CODE = 2;
/** Smallest block that has room for free list links. */
export const MINIMUM_LINKED_CELLS = 4;
export const MAXIMUM_BLOCK_CELLS = 0xffff;

const PASSWORD_SHIFT = 19;
const CONTENT_SHIFT = 17;
const IN_USE = 0x10000;

export interface ArrayBlock {
  readonly header: WordAddress;
  /** First data cell: what pointers to the block point at. */
  readonly data: Pointer;
  readonly trailer: WordAddress;
  readonly content: number;
  readonly isInUse: boolean;
  /** Cells of the whole block, header and trailer included. */
  readonly cells: Cells;
  /** Cells between header and trailer. */
  readonly dataCells: Cells;
}

/** The array block whose header is at `header`; null when the password or the trailer does not agree. */
export function blockAt(memory: VirtualMemory, header: WordAddress): ArrayBlock | null {
  if (header % 2 !== 0 || !isMapped(memory, header, 2)) return null;
  const cell = memory.cell(header);
  const cells = cell & 0xffff;
  if (cell >>> PASSWORD_SHIFT !== BLOCK_PASSWORD || cells === 0) return null;
  // A block of one cell is its own trailer.
  const trailer = header + 2 * (cells - 1);
  if (!isMapped(memory, trailer, 2)) return null;
  const end = memory.cell(trailer);
  if (end >>> PASSWORD_SHIFT !== BLOCK_PASSWORD || (end & 0x1ffff) !== (cell & 0x1ffff)) return null;
  return {
    header,
    data: header + 2,
    trailer,
    content: (cell >>> CONTENT_SHIFT) & 3,
    isInUse: (cell & IN_USE) !== 0,
    cells,
    dataCells: Math.max(0, cells - 2),
  };
}

/** The header or trailer cell of an array block. */
export function blockCell(content: number, isInUse: boolean, cells: Cells): number {
  return ((BLOCK_PASSWORD << PASSWORD_SHIFT) | (content << CONTENT_SHIFT) | (isInUse ? IN_USE : 0) | cells) >>> 0;
}

/** The data that a pointer to a block in use, or to a hunk, stands for. */
export interface BlockData {
  readonly cells: Cells;
  readonly content: number;
  readonly isHunk: boolean;
}

/** Size and content of the block or hunk that `pointer` points at; null when it is neither, is free, or is damaged. */
export function blockData(memory: VirtualMemory, pointer: Pointer): BlockData | null {
  const type = typeNumber(memory, pointer);
  if (type === TYPE_BLOCK) {
    const block = blockAt(memory, pointer - 2);
    if (block === null || !block.isInUse) return null;
    return { cells: block.dataCells, content: block.content, isHunk: false };
  }
  const content = hunkContent(type);
  if (content === null) return null;
  return { cells: (builtinType(type)?.words ?? 0) / 2, content, isHunk: true };
}

function hunkContent(type: number): number | null {
  if (isPointerHunk(type)) return CONTENT_POINTERS;
  if (isUnboxedHunk(type)) return CONTENT_UNBOXED;
  return isCodeHunk(type) ? CONTENT_CODE : null;
}

/** Whether `pointer` is the start of compiled code: a code hunk, or a block with code in use. */
export function isCode(memory: VirtualMemory, pointer: Pointer): boolean {
  const data = blockData(memory, pointer);
  return data !== null && data.content === CONTENT_CODE;
}

/** Visits the blocks that tile array space from `start` up to `end`. Stops at the first place that is no block. @returns where it stopped */
export function eachBlock(
  memory: VirtualMemory,
  start: WordAddress,
  end: WordAddress,
  visit: (block: ArrayBlock) => void,
): WordAddress {
  let at = start;
  while (at < end) {
    const block = blockAt(memory, at);
    if (block === null) return at;
    visit(block);
    at += 2 * block.cells;
  }
  return at;
}

/** Whether an address lies in a page of array space, where blocks are counted. The builder's code area is not: its blocks live for ever. */
export function isCountedBlockSpace(memory: VirtualMemory, pointer: Pointer): boolean {
  return typeEntry(memory, pointer) === 0;
}
