import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NIL, T } from "../../../core/memory/layout.ts";
import { smallInteger } from "../../../core/objects/immediates.ts";
import {
  bignumValue,
  fixpValue,
  floatBits,
  floatValue,
  integerValue,
  numberValue,
  setFixp,
  setFloat,
} from "../../../core/objects/numbers.ts";
import { setTypeEntries } from "../../../core/objects/types.ts";
import { TestImage } from "../../support/images/test-image.ts";

const image = new TestImage();
const { memory } = image;

describe("numbers", () => {
  test("worked decodings 8 and 9: a boxed 100000, and pi", () => {
    setTypeEntries(memory, 0x7ffc00, 0x7ffe00, 0x3802);
    memory.setCell(0x7ffdfe, 0x000186a0);
    expect(integerValue(memory, 0x7ffdfe)).toBe(100000);
    setTypeEntries(memory, 0x7ffa00, 0x7ffc00, 0x1803);
    memory.setCell(0x7ffa00, 0x40490fdb);
    expect(numberValue(memory, 0x7ffa00)).toBe(Math.fround(Math.PI));
  });
  test("integers and floats survive the round trip through their boxes", () => {
    const [integer, float] = [image.fixp(0), image.float(0)];
    fc.assert(
      fc.property(fc.integer(), fc.float({ noNaN: true }), (i, f) => {
        setFixp(memory, integer, i);
        setFloat(memory, float, f);
        expect([fixpValue(memory, integer), floatValue(memory, float)]).toEqual([i, f]);
        expect([numberValue(memory, integer), numberValue(memory, float)]).toEqual([i, f]);
      }),
    );
    expect(floatBits(1)).toBe(0x3f800000);
    expect(floatBits(Number.NaN)).toBe(0x7fc00000);
  });
  test("small values in boxes count too; symbols and floats are no integers", () => {
    expect(integerValue(memory, image.fixp(5))).toBe(5);
    expect(integerValue(memory, smallInteger(-5))).toBe(-5);
    expect([NIL, T, image.float(1)].map((value) => integerValue(memory, value))).toEqual([null, null, null]);
    expect(numberValue(memory, T)).toBeNull();
  });
  test("bignums are lists of 14-bit digits that carry the sign", () => {
    const big = image.object(17);
    memory.setCell(big, image.list(smallInteger(-3), smallInteger(0), smallInteger(-1)));
    expect(bignumValue(memory, big)).toBe(-(2n ** 28n) - 3n);
    memory.setCell(big, T);
    expect(bignumValue(memory, big)).toBeNull();
    expect(bignumValue(memory, smallInteger(1))).toBeNull();
  });
});
