/**
 * Common Lisp array headers and their elements, and the old array headers (ARRAYP, STRINGP). Read-only: storing into arrays is the machine's business.
 *
 * ```
 * cell 0  27..0 base: first word of the elements (another header when indirect)
 * cell 1  31 read-only | 30 indirect | 29 bits | 28 string | 27 adjustable | 26 displaced | 25 fill pointer | 24 extendable
 *         23..16 element type | 15..0 offset in elements
 * cell 2  ONED, GENERAL: fill pointer      TWOD: dimension 0
 * cell 3  total size
 * cell 4  TWOD: dimension 1                GENERAL: list of dimensions
 * ```
 * Source: memory specification, sections 11.1 and 11.2.
 */
import type { Pointer, WordAddress } from "../../base/units.ts";
import {
  TYPE_ARRAYP,
  TYPE_GENERAL_ARRAY,
  TYPE_ONED_ARRAY,
  TYPE_STRINGP,
  TYPE_TWOD_ARRAY,
} from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { listItems } from "../cons.ts";
import { integerValue } from "../numbers.ts";
import { typeNumber } from "../types.ts";

// Element types: 16 * kind + size code.
export const ELEMENT_BIT = 0;
export const ELEMENT_UNSIGNED_8 = 3;
export const ELEMENT_UNSIGNED_16 = 4;
export const ELEMENT_SIGNED_16 = 20;
export const ELEMENT_SIGNED_32 = 22;
export const ELEMENT_POINTER = 38;
export const ELEMENT_FLOAT = 54;
export const ELEMENT_THIN_CHARACTER = 67;
export const ELEMENT_FAT_CHARACTER = 68;
/** A pointer that is not counted. */
export const ELEMENT_XPOINTER = 86;

// Flags of cell 1.
export const ARRAY_READ_ONLY = 0x80000000;
export const ARRAY_INDIRECT = 0x40000000;
export const ARRAY_BITS = 0x20000000;
export const ARRAY_STRING = 0x10000000;
export const ARRAY_ADJUSTABLE = 0x08000000;
export const ARRAY_DISPLACED = 0x04000000;
export const ARRAY_FILL_POINTER = 0x02000000;
export const ARRAY_EXTENDABLE = 0x01000000;

/** Longest chain of indirect headers that is followed. */
const INDIRECTION_LIMIT = 16;
const DIMENSION_LIMIT = 64;
const HEADER_WORDS = 10;

export interface ArrayHeader {
  /** First word of the elements, with indirections followed. */
  readonly base: WordAddress;
  /** Elements between `base` and element 0, with indirections followed. */
  readonly offset: number;
  readonly elementType: number;
  readonly isString: boolean;
  readonly isReadOnly: boolean;
  readonly isIndirect: boolean;
  readonly isAdjustable: boolean;
  readonly isDisplaced: boolean;
  readonly hasFillPointer: boolean;
  readonly isExtendable: boolean;
  /** Active length: the fill pointer, or the total size. */
  readonly length: number;
  readonly totalSize: number;
  readonly dimensions: readonly number[];
}

export type ArrayElement =
  | { readonly kind: "pointer"; readonly pointer: Pointer; readonly isCounted: boolean }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "character"; readonly code: number };

export function isArray(memory: VirtualMemory, pointer: Pointer): boolean {
  const type = typeNumber(memory, pointer);
  return type >= TYPE_ONED_ARRAY && type <= TYPE_GENERAL_ARRAY;
}

/** The header of a Common Lisp array; null when `pointer` is none, or lies or leads outside the image. */
export function arrayHeader(memory: VirtualMemory, pointer: Pointer): ArrayHeader | null {
  const type = typeNumber(memory, pointer);
  if (type < TYPE_ONED_ARRAY || type > TYPE_GENERAL_ARRAY || !isMapped(memory, pointer, HEADER_WORDS - 2)) return null;
  const flags = memory.cell(pointer + 2);
  const target = followIndirections(memory, pointer);
  if (target === null) return null;
  const totalSize = memory.cell(pointer + 6);
  const length = type === TYPE_TWOD_ARRAY ? totalSize : memory.cell(pointer + 4);
  return {
    base: target.base,
    offset: target.offset,
    elementType: (flags >>> 16) & 0xff,
    isString: (flags & ARRAY_STRING) !== 0,
    isReadOnly: (flags & ARRAY_READ_ONLY) !== 0,
    isIndirect: (flags & ARRAY_INDIRECT) !== 0,
    isAdjustable: (flags & ARRAY_ADJUSTABLE) !== 0,
    isDisplaced: (flags & ARRAY_DISPLACED) !== 0,
    hasFillPointer: (flags & ARRAY_FILL_POINTER) !== 0,
    isExtendable: (flags & ARRAY_EXTENDABLE) !== 0,
    length,
    totalSize,
    dimensions: dimensionsOf(memory, pointer, type, totalSize),
  };
}

function dimensionsOf(memory: VirtualMemory, pointer: Pointer, type: number, totalSize: number): number[] {
  if (type === TYPE_ONED_ARRAY) return [totalSize];
  if (!isMapped(memory, pointer, HEADER_WORDS)) return [];
  if (type === TYPE_TWOD_ARRAY) return [memory.cell(pointer + 4), memory.cell(pointer + 8)];
  return listItems(memory, memory.pointer(pointer + 8), DIMENSION_LIMIT).items.map(
    (item) => integerValue(memory, item) ?? 0,
  );
}

function followIndirections(
  memory: VirtualMemory,
  header: Pointer,
): { readonly base: WordAddress; readonly offset: number } | null {
  let at = header;
  let offset = 0;
  for (let depth = 0; depth < INDIRECTION_LIMIT; depth++) {
    const flags = memory.cell(at + 2);
    // A vector of two dimensions has no offset: the half-word is zero.
    offset += flags & 0xffff;
    const base = memory.pointer(at);
    if ((flags & ARRAY_INDIRECT) === 0) return { base, offset };
    if (!isArray(memory, base) || !isMapped(memory, base, HEADER_WORDS - 2)) return null;
    at = base;
  }
  return null;
}

/** Bits of one element; null for a number that is no element type. */
export function elementBits(elementType: number): number | null {
  switch (elementType) {
    case ELEMENT_BIT:
      return 1;
    case ELEMENT_UNSIGNED_8:
    case ELEMENT_THIN_CHARACTER:
      return 8;
    case ELEMENT_UNSIGNED_16:
    case ELEMENT_SIGNED_16:
    case ELEMENT_FAT_CHARACTER:
      return 16;
    case ELEMENT_SIGNED_32:
    case ELEMENT_POINTER:
    case ELEMENT_FLOAT:
    case ELEMENT_XPOINTER:
      return 32;
    default:
      return null;
  }
}

/**
 * Element `index` in row-major order; the fill pointer does not matter.
 *
 * @returns null when the index, the element type or the place is not valid
 */
export function arrayElement(memory: VirtualMemory, header: ArrayHeader, index: number): ArrayElement | null {
  const bits = elementBits(header.elementType);
  if (bits === null || index < 0 || index >= header.totalSize) return null;
  const position = header.offset + index;
  const firstBit = position * bits;
  if (!isMapped(memory, header.base + Math.floor(firstBit / 16), bits === 32 ? 2 : 1)) return null;
  const byte = header.base * 2 + Math.floor(firstBit / 8);
  switch (header.elementType) {
    case ELEMENT_BIT:
      // Element 0 is the most significant bit of the first byte.
      return { kind: "integer", value: (memory.byte(byte) >> (7 - (position & 7))) & 1 };
    case ELEMENT_UNSIGNED_8:
      return { kind: "integer", value: memory.byte(byte) };
    case ELEMENT_UNSIGNED_16:
      return { kind: "integer", value: memory.view.getUint16(byte) };
    case ELEMENT_SIGNED_16:
      return { kind: "integer", value: memory.view.getInt16(byte) };
    case ELEMENT_SIGNED_32:
      return { kind: "integer", value: memory.view.getInt32(byte) };
    case ELEMENT_FLOAT:
      return { kind: "float", value: memory.view.getFloat32(byte) };
    case ELEMENT_THIN_CHARACTER:
      return { kind: "character", code: memory.byte(byte) };
    case ELEMENT_FAT_CHARACTER:
      return { kind: "character", code: memory.view.getUint16(byte) };
    case ELEMENT_POINTER:
    case ELEMENT_XPOINTER:
      return {
        kind: "pointer",
        pointer: memory.view.getUint32(byte) & 0x0fffffff,
        isCounted: header.elementType === ELEMENT_POINTER,
      };
    default:
      return null;
  }
}

// Old headers: cell 0 31 origin, 29 read-only, 27..0 base; cell 1 31..28 element type, 27..0 length; cell 2 offset.
export const OLD_BYTE = 0;
export const OLD_UNSIGNED_16 = 1;
export const OLD_SIGNED_32 = 2;
export const OLD_CODE = 4;
export const OLD_POINTER = 6;
export const OLD_FLOAT = 7;
export const OLD_BIT = 8;
export const OLD_DOUBLE_POINTER = 11;

/** An old ARRAYP or STRINGP. */
export interface OldArrayHeader {
  readonly base: WordAddress;
  /** Index of the first element: 0 or 1. */
  readonly origin: number;
  readonly isReadOnly: boolean;
  readonly elementType: number;
  readonly length: number;
  readonly offset: number;
}

/** The header of an old array or string; null when `pointer` is none. */
export function oldArrayHeader(memory: VirtualMemory, pointer: Pointer): OldArrayHeader | null {
  const type = typeNumber(memory, pointer);
  if ((type !== TYPE_ARRAYP && type !== TYPE_STRINGP) || !isMapped(memory, pointer, 6)) return null;
  const first = memory.cell(pointer);
  const second = memory.cell(pointer + 2);
  return {
    base: first & 0x0fffffff,
    origin: first >>> 31,
    isReadOnly: (first & 0x20000000) !== 0,
    elementType: second >>> 28,
    length: second & 0x0fffffff,
    offset: memory.cell(pointer + 4),
  };
}
