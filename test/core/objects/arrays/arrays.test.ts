import { describe, expect, test } from "vitest";
import { T } from "../../../../core/memory/layout.ts";
import { PAGE_ABSENT } from "../../../../core/memory/virtual-memory.ts";
import {
  ARRAY_DISPLACED,
  ARRAY_INDIRECT,
  ARRAY_READ_ONLY,
  ARRAY_STRING,
  type ArrayElement,
  arrayElement,
  arrayHeader,
  elementBits,
  OLD_BYTE,
  oldArrayHeader,
} from "../../../../core/objects/arrays/arrays.ts";
import { isString, stringLength, stringText } from "../../../../core/objects/arrays/strings.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { TestImage } from "../../../support/images/test-image.ts";

const image = new TestImage();
const { memory } = image;

function elements(elementType: number, bytes: readonly number[], length: number): (ArrayElement | null)[] {
  const header = arrayHeader(memory, image.array(elementType, length, image.bytes(bytes)));
  if (header === null) throw new RangeError("no array");
  return Array.from({ length }, (_, i) => arrayElement(memory, header, i));
}
const values = (elementType: number, bytes: readonly number[], length: number) =>
  elements(elementType, bytes, length).map((element) =>
    element !== null && "value" in element ? element.value : element,
  );

describe("array elements", () => {
  const bytes = [0x80, 0x01, 0xff, 0xfe, 0x3f, 0x80, 0, 0];
  test.each([
    ["bits", 0, 16, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ["unsigned bytes", 3, 4, [0x80, 1, 0xff, 0xfe]],
    ["unsigned words", 4, 2, [0x8001, 0xfffe]],
    ["signed words", 20, 2, [-32767, -2]],
    ["signed cells", 22, 1, [-2147352578]],
  ] as const)("%s", (_, elementType, length, expected) => {
    expect(values(elementType, bytes, length)).toEqual(expected);
  });
  test("floats, characters and pointers", () => {
    expect(values(54, bytes.slice(4), 1)).toEqual([1]);
    expect(elements(67, [72, 105], 2)).toEqual([
      { kind: "character", code: 72 },
      { kind: "character", code: 105 },
    ]);
    expect(elements(68, [3, 0xb1], 1)).toEqual([{ kind: "character", code: 0x3b1 }]);
    expect(elements(38, [0, 0, 0, 76], 1)).toEqual([{ kind: "pointer", pointer: T, isCounted: true }]);
    expect(elements(86, [0xf0, 0, 0, 76], 1)).toEqual([{ kind: "pointer", pointer: T, isCounted: false }]);
  });
  test("indices outside, unknown types and unmapped elements are nothing", () => {
    const header = arrayHeader(memory, image.array(38, 2, 0x7ffff0, 0));
    if (header === null) throw new RangeError("no array");
    expect([-1, 2].map((index) => arrayElement(memory, header, index))).toEqual([null, null]);
    expect(arrayElement(memory, { ...header, base: 0x800000 }, 0)).toBeNull();
    expect(arrayElement(memory, { ...header, elementType: 99 }, 0)).toBeNull();
    expect(elementBits(99)).toBeNull();
  });
});

describe("array headers", () => {
  test("two dimensions", () => {
    const array = image.object(15);
    for (const [i, cell] of [image.block(6), 22 << 16, 2, 6, 3].entries()) memory.setCell(array + 2 * i, cell);
    expect(arrayHeader(memory, array)).toMatchObject({ dimensions: [2, 3], totalSize: 6, length: 6 });
  });
  test("a general array lists its dimensions and follows another header", () => {
    const target = image.vector(T, smallInteger(1), smallInteger(2), smallInteger(3));
    const general = image.object(16);
    const flags = (ARRAY_INDIRECT | ARRAY_DISPLACED | (38 << 16) | 1) >>> 0;
    const dimensions = image.list(smallInteger(1), smallInteger(2));
    for (const [i, cell] of [target, flags, 2, 2, dimensions].entries()) memory.setCell(general + 2 * i, cell);
    const header = arrayHeader(memory, general);
    expect(header).toMatchObject({ dimensions: [1, 2], offset: 1, isIndirect: true, isDisplaced: true, length: 2 });
    if (header === null) throw new RangeError("no array");
    expect(arrayElement(memory, header, 1)).toMatchObject({ pointer: smallInteger(2) });
  });
  test("headers that refer to each other in a circle are no arrays", () => {
    const general = image.object(16);
    memory.setCell(general, general);
    memory.setCell(general + 2, ARRAY_INDIRECT);
    expect(arrayHeader(memory, general)).toBeNull();
    expect(arrayHeader(memory, image.fixp(1))).toBeNull();
  });
  test("old arrays", () => {
    const old = image.object(6);
    for (const [i, cell] of [0xa0000000 + 0x2e0002, 0x60000005, 3].entries()) memory.setCell(old + 2 * i, cell);
    expect(oldArrayHeader(memory, old)).toEqual({
      base: 0x2e0002,
      origin: 1,
      isReadOnly: true,
      elementType: 6,
      length: 5,
      offset: 3,
    });
    expect(oldArrayHeader(memory, image.fixp(1))).toBeNull();
  });
});

describe("strings", () => {
  test("worked decoding 10: HELLO", () => {
    const string = image.object(14);
    for (const [i, cell] of [0x002e0006, 0x10430000, 5, 5].entries()) memory.setCell(string + 2 * i, cell);
    for (const [i, byte] of [0x48, 0x45, 0x4c, 0x4c, 0x4f].entries()) memory.setByte(0x5c000c + i, byte);
    expect([isString(memory, string), stringLength(memory, string), stringText(memory, string)]).toEqual([
      true,
      5,
      "HELLO",
    ]);
    expect(stringText(memory, string, 2)).toBe("HE");
  });
  test("a symbol's print name as a string starts behind the length byte", () => {
    const base = image.printName("CAR");
    expect(stringText(memory, image.array(67, 3, base, ARRAY_STRING | ARRAY_READ_ONLY, 1))).toBe("CAR");
  });
  test("old strings", () => {
    const old = image.object(7);
    memory.setCell(old, image.bytes([1, 2, 0x61, 0x62]));
    memory.setCell(old + 2, (OLD_BYTE << 28) | 2);
    memory.setCell(old + 4, 2);
    expect([isString(memory, old), stringText(memory, old)]).toEqual([true, "ab"]);
  });
  test("long and fat strings come back whole; the text ends where the image ends", () => {
    const long = "0123456789".repeat(1000);
    expect(stringText(memory, image.string(long))).toBe(long);
    expect(stringText(memory, image.string("α→\ud83d\ude00"))).toBe("α→\ud83d\ude00");
    expect(stringText(memory, image.array(67, 100, 0x7ffffe, ARRAY_STRING))).toHaveLength(4);
  });
  test("a string ends where its page is absent", () => {
    const holes = new TestImage(8);
    const string = holes.array(67, 20, 0x2e00fc, ARRAY_STRING);
    holes.memory.bytes.fill(0x61, 0x2e00fc * 2, 0x2e0110 * 2);
    expect(stringText(holes.memory, string)).toBe("a".repeat(20));
    holes.memory.pageFlags[0x2e01] = PAGE_ABSENT;
    expect(stringText(holes.memory, string)).toBe("a".repeat(8));
    holes.memory.pageFlags[0x2e00] = PAGE_ABSENT;
    expect(stringText(holes.memory, string)).toBe("");
  });
  test("other values are no strings", () => {
    expect([stringText(memory, T), stringLength(memory, image.vector(T)), isString(memory, smallInteger(1))]).toEqual([
      null,
      null,
      false,
    ]);
  });
});
