import { describe, expect, test } from "vitest";
import {
  DTD_LIMIT,
  dtdAddress,
  instanceWords,
  pointerOffsets,
  typeDescriptor,
  typeName,
} from "../../../core/objects/dtd.ts";
import { octalAddress, parsePointer, pointerNotation } from "../../../core/objects/pointer-notation.ts";
import { BUILTIN_TYPES } from "../../../core/objects/types.ts";
import { TestImage } from "../../support/images/test-image.ts";

describe("type descriptors", () => {
  const { memory } = new TestImage().declareTypes();
  test.each(BUILTIN_TYPES)("$name reads back as it was declared", (type) => {
    expect(typeName(memory, type.number)).toBe(type.name);
    expect(instanceWords(memory, type.number)).toBe(type.words);
    expect(pointerOffsets(memory, type.number)).toEqual(type.pointerOffsets ?? []);
    expect(typeDescriptor(memory, type.number)).toMatchObject({
      entry: type.entry,
      free: 0,
      allocations: 0,
      isHunk: false,
    });
  });
  test("types that nobody declared have a name all the same, and no fields", () => {
    const bare = new TestImage().memory;
    expect([typeName(bare, 0), typeName(bare, 5), typeName(bare, 90), typeName(bare, 2047)]).toEqual([
      "BLOCK",
      "LISTP",
      "TYPE-90",
      "TYPE-2047",
    ]);
    expect([pointerOffsets(bare, 90), pointerOffsets(bare, 2047), instanceWords(bare, 2047)]).toEqual([[], [], 0]);
  });
  test("type numbers without room in the table are refused", () => {
    expect(DTD_LIMIT).toBe(1365);
    expect(dtdAddress(5)).toBe(0x141000 + 90);
    expect(() => dtdAddress(1365)).toThrow(/type number 1365 outside 0 … 1364/);
  });
});

describe("pointer notation", () => {
  test("type, segment and offset, in octal", () => {
    const image = new TestImage().declareTypes();
    const cons = image.cons(0, 0);
    expect(pointerNotation(image.memory, cons)).toBe(`{LISTP}#${octalAddress(cons)}`);
    expect(octalAddress(0x2f14e0)).toBe("57,12340");
  });
  test("is read in every form, and nothing else is", () => {
    expect(["57,12340", "#57,12340", "{LISTP}#57,12340", " 57,12340 "].map(parsePointer)).toEqual(
      Array(4).fill(0x2f14e0),
    );
    expect(["57", "58,1", "57,200000", "10000,0", "", "{LISTP}"].map(parsePointer)).toEqual(Array(6).fill(null));
    for (const pointer of [0, 0x4c, 0xfffffff, 0x7ffe00]) expect(parsePointer(octalAddress(pointer))).toBe(pointer);
  });
});
