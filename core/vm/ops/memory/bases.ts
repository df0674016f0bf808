/** Memory through base pointers. Source: instruction specification, section 2.10.13. Byte indexes may be negative here (section 7, row 8). */
import type { ByteAddress } from "../../../base/units.ts";
import { SEGMENT_MASK, TYPE_NEW_ATOM } from "../../../memory/layout.ts";
import { bytesOf, type Processor } from "../../processor.ts";
import { atomBytes, punt } from "../calls.ts";
import { integerValue, isInteger } from "../numbers/numbers.ts";

const POINTER_MASK = 0x0fffffff;
const SMALL_POSITIVE = 0xe0000;

/** RPLPTR.N: counted store of a pointer. */
export function replacePointer(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const base = m.cell(csp - 4);
  const slot = ((base & POINTER_MASK) + (m.memory.bytes[pc + 1] as number)) & POINTER_MASK;
  m.manager.barrier(slot, m.cell(2 * slot) & POINTER_MASK, tos & POINTER_MASK, "add-first");
  m.memory.setPointer(slot, tos);
  m.next(pc + 2, csp - 4, base);
}

/** PUTBASEPTR.N: store of a whole cell, not counted. */
export function putPointer(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const base = m.cell(csp - 4) & POINTER_MASK;
  m.memory.setCell((base + (m.memory.bytes[pc + 1] as number)) & POINTER_MASK, tos);
  m.next(pc + 2, csp - 4, base);
}

/** PUTBASE.N: store of a word. */
export function putWord(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if (tos >>> 16 !== 0xe) {
    punt(m, pc, csp, tos);
    return;
  }
  const base = m.cell(csp - 4) & POINTER_MASK;
  m.memory.setWord((base + (m.memory.bytes[pc + 1] as number)) & POINTER_MASK, tos & 0xffff);
  m.next(pc + 2, csp - 4, base);
}

/** GETBITS.N.FD */
export function getBits(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const field = m.memory.bytes[pc + 2] as number;
  const word = m.memory.word(((tos & POINTER_MASK) + (m.memory.bytes[pc + 1] as number)) & POINTER_MASK);
  const size = (field & 15) + 1;
  const shift = 16 - (field >> 4) - size;
  m.next(pc + 3, csp, SMALL_POSITIVE | ((word >> shift) & ((1 << size) - 1)));
}

/** PUTBITS.N.FD */
export function putBits(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if ((tos & SEGMENT_MASK) !== SMALL_POSITIVE) {
    punt(m, pc, csp, tos);
    return;
  }
  const field = m.memory.bytes[pc + 2] as number;
  const base = m.cell(csp - 4) & POINTER_MASK;
  const address = (base + (m.memory.bytes[pc + 1] as number)) & POINTER_MASK;
  const size = (field & 15) + 1;
  const shift = 16 - (field >> 4) - size;
  const mask = ((1 << size) - 1) << shift;
  m.memory.setWord(address, (m.memory.word(address) & ~mask) | ((tos << shift) & mask));
  m.next(pc + 3, csp - 4, base);
}

/** GETBASEBYTE */
export function getByte(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if (!isInteger(m, tos)) {
    punt(m, pc, csp, tos);
    return;
  }
  const address = bytesOf(m.cell(csp - 4)) + integerValue(m, tos);
  m.next(pc + 1, csp - 4, SMALL_POSITIVE | m.memory.view.getUint8(address));
}

/** PUTBASEBYTE: base, index, byte. */
export function putByte(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const index = m.cell(csp - 4);
  const segment = index & SEGMENT_MASK;
  const isSmall = segment === SMALL_POSITIVE || segment === 0xf0000;
  if ((tos & SEGMENT_MASK) !== SMALL_POSITIVE || (tos & 0xffff) > 255 || !isSmall) {
    punt(m, pc, csp, tos);
    return;
  }
  const address = bytesOf(m.cell(csp - 8)) + integerValue(m, index);
  // Reading first turns an address outside the image into a fault.
  m.memory.view.getUint8(address);
  m.memory.setByte(address, tos & 0xff);
  m.next(pc + 1, csp - 8, tos);
}

/** BLT: copies words, highest address first. */
export function copyWords(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if ((tos & SEGMENT_MASK) !== SMALL_POSITIVE) {
    punt(m, pc, csp, tos);
    return;
  }
  const source = m.cell(csp - 4) & POINTER_MASK;
  const target = m.cell(csp - 8) & POINTER_MASK;
  for (let i = (tos & 0xffff) - 1; i >= 0; i--) m.memory.setWord(target + i, m.memory.word(source + i));
  m.next(pc + 1, csp - 8, tos);
}

/** ADDBASE */
export function addBase(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  if (isInteger(m, tos)) {
    const sum = ((m.cell(csp - 4) & POINTER_MASK) + integerValue(m, tos)) | 0;
    if (sum >= 0) {
      m.next(pc + 1, csp - 4, sum);
      return;
    }
  }
  punt(m, pc, csp, tos);
}

/** ATOMCELL.N: address of a cell of a symbol. */
export function atomCell(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const atom = tos & POINTER_MASK;
  const offset = cellOffset(m.memory.bytes[pc + 1] as number);
  if (offset >= 0 && ((atom & SEGMENT_MASK) === 0 || m.typeNumber(atom) === TYPE_NEW_ATOM)) {
    m.next(pc + 2, csp, (atomBytes(atom) >> 1) + offset);
  } else punt(m, pc, csp, tos);
}

/** Word offset in the symbol record of the cell with a selector, -1 when there is none. */
function cellOffset(selector: number): number {
  switch (selector) {
    case 2: // property list
      return 6;
    case 8: // print name
      return 0;
    case 10: // definition
      return 4;
    case 12: // value
      return 2;
    default:
      return -1;
  }
}
