import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  readByte,
  readCell,
  readJump,
  readWord,
  swap32,
  swapImage,
  swapPages,
  xorByte,
  xorWord,
} from "../../../core/memory/byte-order.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";

const host = Uint8Array.from([0x44, 0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55]);

describe("byte order of a swapped host (I-F17, I-C5)", () => {
  test("I-A26: swap32", () => {
    expect(swap32(0x12345678)).toBe(0x78563412);
    fc.assert(
      fc.property(fc.nat(0xffffffff), (cell) => {
        expect(swap32(swap32(cell))).toBe(cell);
      }),
    );
  });
  test("I-A27: bytes, words and cells in image order", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((i) => readByte(host, i))).toEqual([
      0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
    ]);
    expect([0, 1, 2].map((i) => readWord(host, i))).toEqual([0x1122, 0x3344, 0x5566]);
    expect(readCell(host, 0)).toBe(0x11223344);
  });
  test("I-A28: base plus offset first, then the XOR", () => {
    expect(xorByte(0x1000 + 1)).toBe(0x1002);
    expect(xorWord(0x800 + 1)).toBe(0x1000);
  });
  test("I-F18: jump operands are signed and need no alignment", () => {
    const code = new Uint8Array(512);
    for (const [i, byte] of [0, 0xff, 0xfe, 0x01, 0x02].entries()) code[xorByte(i)] = byte;
    expect([readJump(code, 1), readJump(code, 3)]).toEqual([-2, 0x102]);
  });
  test("reading outside the image is an invalid address (I-F18)", () => {
    expect(() => readByte(host, 8)).toThrow(/byte 0x8 is outside the image of 0x8 bytes/);
    expect(() => readWord(host, 4)).toThrow(/outside the image/);
    expect(() => readCell(host, -2)).toThrow(/outside the image/);
  });
  test("I-C12: a converted image reads like our memory, and converts back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1024, maxLength: 1024 }), (file) => {
        const memory = new VirtualMemory(1);
        memory.bytes.set(file);
        const swapped = file.slice();
        swapImage(swapped);
        for (let word = 0; word < 512; word += 37) {
          expect(readWord(swapped, word)).toBe(memory.word(word));
          expect(readByte(swapped, word)).toBe(memory.byte(word));
          expect(readCell(swapped, word & ~1)).toBe(memory.cell(word & ~1));
        }
        swapPages(swapped, 0, 1);
        swapPages(swapped, 1, 1);
        expect(swapped).toEqual(file);
      }),
      { numRuns: 20 },
    );
  });
  test("an image that is not whole pages is refused", () => {
    expect(() => swapImage(new Uint8Array(100))).toThrow(/100 bytes is not a whole number/);
    expect(() => swapPages(new Uint8Array(512), 1, 1)).toThrow(/outside the image/);
  });
});
