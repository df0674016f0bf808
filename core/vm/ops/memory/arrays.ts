/** Array element access. Source: instruction specification, section 2.8. */
import type { ByteAddress } from "../../../base/units.ts";
import { SEGMENT_MASK, TYPE_FLOATP, TYPE_ONED_ARRAY, TYPE_TWOD_ARRAY } from "../../../memory/layout.ts";
import { bytesOf, type Processor } from "../../processor.ts";
import { punt } from "../calls.ts";
import { box, indexValue, integerCell, integerValue, isInteger } from "../numbers/numbers.ts";

const POINTER_MASK = 0x0fffffff;
const SMALL_POSITIVE = 0xe0000;
const CHARACTERS = 0x70000;

// Byte offsets in an array header.
const ELEMENT_TYPE = 5;
const OFFSET = 6;
const DIMENSION_0 = 8;
const TOTAL_SIZE = 12;
const DIMENSION_1 = 16;

// Element types.
const ELEMENT_BIT = 0;
const ELEMENT_BYTE = 3;
const ELEMENT_WORD = 4;
const ELEMENT_SIGNED_WORD = 20;
const ELEMENT_INTEGER = 22;
const ELEMENT_POINTER = 38;
const ELEMENT_FLOAT = 54;
const ELEMENT_THIN_CHARACTER = 67;
const ELEMENT_FAT_CHARACTER = 68;
const ELEMENT_XPOINTER = 86;

/** No element: this bit pattern is no value (an unbound marker). */
const NO_ELEMENT = -1;

/** Reads an element; `NO_ELEMENT` when the type does not exist. */
function readElement(m: Processor, base: number, type: number, index: number): number {
  const view = m.memory.view;
  const start = bytesOf(base);
  switch (type) {
    case ELEMENT_BIT:
      return SMALL_POSITIVE | ((view.getUint8(start + (index >> 3)) >> (7 - (index & 7))) & 1);
    case ELEMENT_BYTE:
      return SMALL_POSITIVE | view.getUint8(start + index);
    case ELEMENT_WORD:
      return SMALL_POSITIVE | view.getUint16(start + 2 * index);
    case ELEMENT_SIGNED_WORD:
      return integerCell(m, view.getInt16(start + 2 * index));
    case ELEMENT_INTEGER:
      return integerCell(m, view.getInt32(start + 4 * index));
    case ELEMENT_POINTER:
    case ELEMENT_XPOINTER:
      return view.getInt32(start + 4 * index);
    case ELEMENT_FLOAT: {
      const bits = view.getInt32(start + 4 * index);
      return box(m, TYPE_FLOATP, bits);
    }
    case ELEMENT_THIN_CHARACTER:
      return CHARACTERS | view.getUint8(start + index);
    case ELEMENT_FAT_CHARACTER:
      return CHARACTERS | view.getUint16(start + 2 * index);
    default:
      return NO_ELEMENT;
  }
}

/** Writes an element; false when the type does not exist or does not take the value. */
function writeElement(m: Processor, base: number, type: number, index: number, value: number): boolean {
  const memory = m.memory;
  const start = base & POINTER_MASK;
  const isPositive = (value & SEGMENT_MASK) === SMALL_POSITIVE;
  const isCharacter = (value & SEGMENT_MASK) === CHARACTERS;
  const low = value & 0xffff;
  switch (type) {
    case ELEMENT_BIT: {
      if (!isPositive || low > 1) return false;
      const at = 2 * start + (index >> 3);
      const shift = 7 - (index & 7);
      memory.setByte(at, (memory.byte(at) & ~(1 << shift)) | (low << shift));
      return true;
    }
    case ELEMENT_BYTE:
      if (!isPositive || low > 255) return false;
      memory.setByte(2 * start + index, low);
      return true;
    case ELEMENT_WORD:
      if (!isPositive) return false;
      memory.setWord(start + index, low);
      return true;
    case ELEMENT_SIGNED_WORD: {
      const isNegative = (value & SEGMENT_MASK) === 0xf0000;
      if (!(isPositive && low < 32768) && !(isNegative && low >= 32768)) return false;
      memory.setWord(start + index, low);
      return true;
    }
    case ELEMENT_INTEGER:
      if (!isInteger(m, value)) return false;
      memory.setCell(start + 2 * index, integerValue(m, value));
      return true;
    case ELEMENT_POINTER: {
      const slot = start + 2 * index;
      m.manager.barrier(slot, memory.pointer(slot), value & POINTER_MASK, "delete-first");
      memory.setCell(slot, value);
      return true;
    }
    case ELEMENT_FLOAT:
      if (m.typeNumber(value) !== TYPE_FLOATP) return false;
      memory.setCell(start + 2 * index, m.cell(bytesOf(value)));
      return true;
    case ELEMENT_THIN_CHARACTER:
      if (!isCharacter || low > 255) return false;
      memory.setByte(2 * start + index, low);
      return true;
    case ELEMENT_FAT_CHARACTER:
      if (!isCharacter) return false;
      memory.setWord(start + index, low);
      return true;
    case ELEMENT_XPOINTER:
      memory.setCell(start + 2 * index, value);
      return true;
    default:
      return false;
  }
}

/** Element number of index `i` in a one-dimensional array, -1 when it does not fit. */
export function place1(m: Processor, array: number, i: number): number {
  if (m.typeNumber(array) !== TYPE_ONED_ARRAY) return -1;
  const index = indexValue(m, i);
  const header = bytesOf(array);
  if (index < 0 || index >= m.memory.view.getUint32(header + TOTAL_SIZE)) return -1;
  return index + m.memory.view.getUint16(header + OFFSET);
}

/** Element number of `i`, `j` in a two-dimensional array, -1 when they do not fit. */
export function place2(m: Processor, array: number, i: number, j: number): number {
  if (m.typeNumber(array) !== TYPE_TWOD_ARRAY) return -1;
  const row = indexValue(m, i);
  const column = indexValue(m, j);
  const header = bytesOf(array);
  const view = m.memory.view;
  const width = view.getUint32(header + DIMENSION_1);
  if (row < 0 || column < 0 || row >= view.getUint32(header + DIMENSION_0) || column >= width) return -1;
  return row * width + column;
}

/** Bits of an element of each type. */
const ELEMENT_BITS: ReadonlyMap<number, number> = new Map([
  [ELEMENT_BIT, 1],
  [ELEMENT_BYTE, 8],
  [ELEMENT_THIN_CHARACTER, 8],
  [ELEMENT_WORD, 16],
  [ELEMENT_SIGNED_WORD, 16],
  [ELEMENT_FAT_CHARACTER, 16],
  [ELEMENT_INTEGER, 32],
  [ELEMENT_POINTER, 32],
  [ELEMENT_FLOAT, 32],
  [ELEMENT_XPOINTER, 32],
]);

/** The bytes of the element with a number in the array whose header stands at a byte address; null when its type does not exist. */
export function elementPlace(
  m: Processor,
  header: ByteAddress,
  index: number,
): { readonly start: ByteAddress; readonly bytes: number } | null {
  const bits = ELEMENT_BITS.get(m.memory.view.getUint8(header + ELEMENT_TYPE));
  if (bits === undefined) return null;
  return { start: bytesOf(m.cell(header)) + ((index * bits) >> 3), bytes: Math.max(1, bits >> 3) };
}

export function arrayRef1(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const array = m.cell(csp - 4);
  const place = place1(m, array, tos);
  const header = bytesOf(array);
  const element =
    place < 0 ? NO_ELEMENT : readElement(m, m.cell(header), m.memory.view.getUint8(header + ELEMENT_TYPE), place);
  // Elements with the sign bit count as failures, except on the short way for small indexes (2.4).
  if (element === NO_ELEMENT || (element < 0 && (tos & SEGMENT_MASK) !== SMALL_POSITIVE)) punt(m, pc, csp, tos);
  else m.next(pc + 1, csp - 4, element);
}

export function arraySet1(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const array = m.cell(csp - 4);
  const value = m.cell(csp - 8);
  const place = place1(m, array, tos);
  const header = bytesOf(array);
  if (
    place >= 0 &&
    value >= 0 &&
    writeElement(m, m.cell(header), m.memory.view.getUint8(header + ELEMENT_TYPE), place, value)
  ) {
    m.next(pc + 1, csp - 8, value);
  } else punt(m, pc, csp, tos);
}

export function arrayRef2(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const array = m.cell(csp - 8);
  const place = place2(m, array, m.cell(csp - 4), tos);
  const header = bytesOf(array);
  const element =
    place < 0 ? NO_ELEMENT : readElement(m, m.cell(header), m.memory.view.getUint8(header + ELEMENT_TYPE), place);
  if (element < 0) punt(m, pc, csp, tos);
  else m.next(pc + 1, csp - 8, element);
}

export function arraySet2(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const array = m.cell(csp - 8);
  const value = m.cell(csp - 12);
  const place = place2(m, array, m.cell(csp - 4), tos);
  const header = bytesOf(array);
  if (
    place >= 0 &&
    value >= 0 &&
    writeElement(m, m.cell(header), m.memory.view.getUint8(header + ELEMENT_TYPE), place, value)
  ) {
    m.next(pc + 1, csp - 12, value);
  } else punt(m, pc, csp, tos);
}

/** MISC3, sub-opcode 9: raw read of base, element type, index. */
export function rawRead(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const type = m.cell(csp - 4);
  const index = indexValue(m, tos);
  let element = NO_ELEMENT;
  if (m.memory.bytes[pc + 1] === 9 && (type & SEGMENT_MASK) === SMALL_POSITIVE && index >= 0) {
    element = readElement(m, m.cell(csp - 8), type & 0xffff, index);
  }
  if (element < 0) punt(m, pc, csp, tos);
  else m.next(pc + 2, csp - 8, element);
}

/** MISC4, sub-opcode 7: raw write of value, base, element type, index. */
export function rawWrite(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const type = m.cell(csp - 4);
  const value = m.cell(csp - 12);
  const index = indexValue(m, tos);
  if (
    m.memory.bytes[pc + 1] === 7 &&
    (type & SEGMENT_MASK) === SMALL_POSITIVE &&
    index >= 0 &&
    value >= 0 &&
    writeElement(m, m.cell(csp - 8), type & 0xffff, index, value)
  ) {
    m.next(pc + 2, csp - 12, value);
  } else punt(m, pc, csp, tos);
}
