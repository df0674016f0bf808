import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  character,
  characterCode,
  fitsSmall,
  isCharacter,
  isImmediate,
  isSmall,
  SMALL_MAX,
  SMALL_MIN,
  smallInteger,
  smallValue,
} from "../../../core/objects/immediates.ts";

describe("immediates", () => {
  test("worked decodings 1 to 3: 42, -2 and the character A", () => {
    expect(smallValue(0x000e002a)).toBe(42);
    expect(smallValue(0x000ffffe)).toBe(-2);
    expect(characterCode(0x00070041)).toBe(65);
  });
  test("small integers survive the round trip, and nothing else is one", () => {
    fc.assert(
      fc.property(fc.integer({ min: SMALL_MIN, max: SMALL_MAX }), (value) => {
        const pointer = smallInteger(value);
        expect(isSmall(pointer)).toBe(true);
        expect(smallValue(pointer)).toBe(value);
      }),
    );
    expect([0xdffff, 0x100000, 0x1e0000].map(isSmall)).toEqual([false, false, false]);
    expect([fitsSmall(65536), fitsSmall(-65537)]).toEqual([false, false]);
    expect(() => smallInteger(65536)).toThrow(/65536 is not a small integer/);
  });
  test("characters survive the round trip", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), (code) => {
        expect(isCharacter(character(code))).toBe(true);
        expect(characterCode(character(code))).toBe(code);
      }),
    );
    expect(() => character(0x10000)).toThrow(RangeError);
  });
  test("symbols that are numbers are immediates, objects are not", () => {
    expect([0, 76, 0x70041, 0xe0000, 0xfffff].map(isImmediate)).toEqual([true, true, true, true, true]);
    expect([0x2e0002, 0x7ffe00, 0x10000].map(isImmediate)).toEqual([false, false, false]);
  });
});
