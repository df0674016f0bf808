/**
 * Opcodes that change bitmaps. A bitmap is words in memory, first line first, first point in the highest bit: a machine without a display changes them as
 * any other does. Source: instruction specification, section 2.10.18.
 *
 * PILOTBITBLT's table, in words:
 * ```
 * 0, 1   destination, low and high half      2   its first bit      3   bits per line, signed
 * 4, 5   source                              6   its first bit      7   bits per line; with a texture: 15..12 - | 11..8 line | 7..4 width - 1 | 3..0 height - 1
 * 8      width   9 height
 * 10     15 backward | 14 disjoint | 13 disjoint items | 12 texture | 11 invert the source | 10..9 operation
 * ```
 */
import type { ByteAddress, WordAddress } from "../../base/units.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { Processor } from "../processor.ts";
import { punt } from "./calls.ts";
import { integerValue, isInteger } from "./numbers/numbers.ts";

const POINTER_MASK = 0x0fffffff;
const SMALL_POSITIVE = 0xe0000;
/** Points of the largest transfer: one instruction must not take forever. A screen has a few million. */
const MOST_POINTS = 2 ** 28;

const BACKWARD = 0x8000;
const TEXTURE = 0x1000;
const INVERT = 0x0800;
/** Words of a texture's lines. */
const TEXTURE_BITS = 16;

// Operations.
const AND = 1;
const OR = 2;
const XOR = 3;

/** Rows of bits: where the first one begins, and how far apart they are. */
interface Rows {
  readonly base: WordAddress;
  readonly firstBit: number;
  readonly bitsPerRow: number;
}

/** PILOTBITBLT: moves a block of bits. */
export function bitBlockTransfer(m: Processor, pc: ByteAddress, csp: ByteAddress): void {
  const { memory } = m;
  // The deeper operand is the table; the other one is not looked at.
  const table = m.cell(csp - 4);
  const at = table & POINTER_MASK;
  const word = (i: number) => memory.word(at + i);
  const signed = (i: number) => (word(i) << 16) >> 16;
  const width = word(8);
  const height = word(9);
  const flags = word(10);
  if (width * height > MOST_POINTS) {
    m.fault("InvalidOpcode", `bit block transfer of ${width} by ${height} points: at most ${MOST_POINTS} are possible`);
  }
  if (width > 0 && height > 0) {
    const target = { base: ((word(1) << 16) | word(0)) & POINTER_MASK, firstBit: word(2), bitsPerRow: signed(3) };
    const source = { base: ((word(5) << 16) | word(4)) & POINTER_MASK, firstBit: word(6), bitsPerRow: signed(7) };
    checkRows(m, target, width, height);
    if ((flags & TEXTURE) !== 0) paintTexture(m, target, source.base, source.firstBit, word(7), width, height, flags);
    else copyRows(m, target, source, width, height, flags);
  }
  m.next(pc + 1, csp - 4, table);
}

/** @throws {VmFault} `InvalidAddress` when one of the rows lies outside the image: nothing has been changed then */
function checkRows(m: Processor, rows: Rows, width: number, height: number): void {
  const last = (height - 1) * rows.bitsPerRow;
  const lowest = rows.base + Math.floor((rows.firstBit + Math.min(0, last)) / 16);
  const highest = rows.base + Math.floor((rows.firstBit + Math.max(0, last) + width - 1) / 16);
  if (!isMapped(m.memory, lowest, highest - lowest + 1)) {
    m.fault("InvalidAddress", "bit block transfer outside the memory of the image", rows.base);
  }
}

function copyRows(m: Processor, target: Rows, source: Rows, width: number, height: number, flags: number): void {
  checkRows(m, source, width, height);
  const { memory } = m;
  const isBackward = (flags & BACKWARD) !== 0;
  for (let y = 0; y < height; y++) {
    const to = target.firstBit + y * target.bitsPerRow;
    const from = source.firstBit + y * source.bitsPerRow;
    const toWord = target.base + Math.floor(to / 16);
    const fromWord = source.base + Math.floor(from / 16);
    const skew = to & 15;
    const words = (skew + width + 15) >> 4;
    // Word by word of the target; the order matters when the two overlap.
    for (let i = 0; i < words; i++) {
      const k = isBackward ? words - 1 - i : i;
      const begin = Math.max(0, 16 * k - skew);
      const bits = Math.min(width, 16 * (k + 1) - skew) - begin;
      const shift = 16 - bits - ((skew + begin) & 15);
      combine(memory, toWord + k, bitsAt(memory, fromWord, (from & 15) + begin, bits), bits, shift, flags);
    }
  }
}

/** `count` bits, at most 16, from bit `offset` behind the beginning of a word. */
function bitsAt(memory: VirtualMemory, base: WordAddress, offset: number, count: number): number {
  const word = base + (offset >> 4);
  const bit = offset & 15;
  const pair = (memory.word(word) << 16) | (bit + count > 16 ? memory.word(word + 1) : 0);
  return (pair >>> (32 - bit - count)) & ((1 << count) - 1);
}

/** A texture is 16 bits wide and repeats; its lines follow each other, and it begins at the line that the table names. */
function paintTexture(
  m: Processor,
  target: Rows,
  texture: WordAddress,
  firstBit: number,
  shape: number,
  width: number,
  height: number,
  flags: number,
): void {
  const { memory } = m;
  // Wherever in the texture it begins.
  if (!isMapped(memory, texture - 15, 31))
    m.fault("InvalidAddress", "texture outside the memory of the image", texture);
  const lines = (shape & 15) + 1;
  let line = (shape >> 8) & 15;
  let row = texture;
  for (let y = 0; y < height; y++) {
    const word = memory.word(row);
    const to = target.firstBit + y * target.bitsPerRow;
    const toWord = target.base + Math.floor(to / 16);
    const skew = to & 15;
    // The texture turned so that its first bit comes to lie on the first point.
    const turn = (firstBit - skew) & (TEXTURE_BITS - 1);
    const pattern = ((word << turn) | (word >> (TEXTURE_BITS - turn))) & 0xffff;
    const words = (skew + width + 15) >> 4;
    for (let k = 0; k < words; k++) {
      const begin = Math.max(0, 16 * k - skew);
      const bits = Math.min(width, 16 * (k + 1) - skew) - begin;
      const shift = 16 - bits - ((skew + begin) & 15);
      combine(memory, toWord + k, (pattern >> shift) & ((1 << bits) - 1), bits, shift, flags);
    }
    if (++line >= lines) {
      line = 0;
      row -= lines - 1;
    } else row++;
  }
}

/** Puts `bits` bits into a word, `shift` bits from its right end. */
function combine(
  memory: VirtualMemory,
  address: WordAddress,
  source: number,
  bits: number,
  shift: number,
  flags: number,
): void {
  const mask = ((1 << bits) - 1) << shift;
  const value = ((flags & INVERT) === 0 ? source : ~source) << shift;
  const old = memory.word(address);
  memory.setWord(address, (old & ~mask) | (operated((flags >> 9) & 3, old, value) & mask));
}

function operated(operation: number, old: number, value: number): number {
  switch (operation) {
    case AND:
      return old & value;
    case OR:
      return old | value;
    case XOR:
      return old ^ value;
    default:
      return value;
  }
}

/** DRAWLINE: the points of a line, by Bresenham's algorithm. Nine operands, the bitmap deepest; the result is a raw 0. */
export function drawLine(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const rasterWidth = m.cell(csp - 20);
  const segment = rasterWidth & 0x0fff0000;
  if (segment !== SMALL_POSITIVE && segment !== 0xf0000) {
    punt(m, pc, csp, tos);
    return;
  }
  const low = (depth: number) => m.cell(csp - 4 * depth) & 0xffff;
  const line: Line = {
    start: m.cell(csp - 32) & POINTER_MASK,
    bit: 0x8000 >> low(7),
    xSize: low(6),
    rasterWidth: segment === SMALL_POSITIVE ? rasterWidth & 0xffff : rasterWidth | 0xffff0000,
    ySize: low(4),
    delta: low(2),
    xSteps: low(1),
    ySteps: tos & 0xffff,
  };
  const operation = low(3) & 3;
  const { memory } = m;
  // First whether all points lie in the image: a line is drawn whole or not at all.
  eachPoint(line, (address) => {
    if (!isMapped(memory, address, 1)) m.fault("InvalidAddress", "line outside the memory of the image", line.start);
  });
  if (operation !== 3) {
    eachPoint(line, (address, bit) => {
      const old = memory.word(address);
      memory.setWord(address, operation === 0 ? old | bit : operation === 1 ? old & ~bit : old ^ bit);
    });
  }
  m.next(pc + 1, csp - 32, 0);
}

interface Line {
  readonly start: WordAddress;
  /** Mask of the first point in its word; 0 when that is none. */
  readonly bit: number;
  readonly xSize: number;
  /** Words from one line of the bitmap to the next, signed. */
  readonly rasterWidth: number;
  readonly ySize: number;
  readonly delta: number;
  /** Points that may be drawn in each direction. */
  readonly xSteps: number;
  readonly ySteps: number;
}

function eachPoint(line: Line, visit: (address: WordAddress, bit: number) => void): void {
  const { xSize, ySize, rasterWidth } = line;
  const isFlat = xSize > ySize;
  const long = isFlat ? xSize : ySize;
  const short = isFlat ? ySize : xSize;
  let { start: address, bit, xSteps, ySteps } = line;
  let delta = long - line.delta - 1;
  while (xSteps > 0 && ySteps > 0) {
    if (bit === 0) {
      bit = 0x8000;
      address++;
    }
    visit(address, bit);
    delta -= short;
    const isAside = delta < 0;
    if (isAside) delta += long;
    if (isFlat || isAside) {
      xSteps--;
      bit >>= 1;
    }
    if (!isFlat || isAside) {
      ySteps--;
      address += rasterWidth;
    }
  }
}

/** MISC7, sub-opcode 1: one point of a bitmap. Base, x, y, operation, height - 1, raster width, one more that is not looked at; the result is the old bit. */
export function bitmapPoint(m: Processor, pc: ByteAddress, csp: ByteAddress, tos: number): void {
  const numbers = [5, 4, 3, 2, 1].map((depth) => m.cell(csp - 4 * depth));
  if (m.memory.bytes[pc + 1] !== 1 || !numbers.every((cell) => isInteger(m, cell))) {
    punt(m, pc, csp, tos);
    return;
  }
  const [x, y, operation, lastLine, rasterWidth] = numbers.map((cell) => integerValue(m, cell)) as Five;
  const base = m.cell(csp - 24) & POINTER_MASK;
  const address = base + rasterWidth * (lastLine - y) + Math.trunc(x / 16);
  if (!isMapped(m.memory, address, 1)) m.fault("InvalidAddress", "point outside the memory of the image", base);
  const bit = 0x8000 >> (x & 15);
  const old = m.memory.word(address);
  if (operation === 0) m.memory.setWord(address, old ^ bit);
  else if (operation === 1) m.memory.setWord(address, old & ~bit);
  else if (operation !== 2) m.memory.setWord(address, old | bit);
  m.next(pc + 2, csp - 24, SMALL_POSITIVE | ((old & bit) === 0 ? 0 : 1));
}
type Five = [number, number, number, number, number];
