import { describe, expect, test } from "vitest";
import { TYPE_NOREF } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import {
  BUILTIN_TYPES,
  builtinType,
  isCounted,
  isSymbol,
  setTypeEntries,
  typeEntry,
  typeNumber,
  unitsOfType,
} from "../../../core/objects/types.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { isException } from "../../support/golden/golden-exceptions.ts";

interface Decode {
  readonly ranges: readonly (readonly [start: number, end: number, entry: number])[];
  readonly queries: readonly (readonly [pointer: number, type: number, entry: number])[];
  readonly beyondTable: { readonly queries: Decode["queries"] };
}

describeGolden<Decode>("decode.json", (data) => {
  const memory = new VirtualMemory(4);
  for (const [start, end, entry] of data.ranges) setTypeEntries(memory, start, end, entry);

  test("every pointer has the recorded type and type table entry", () => {
    const found = data.queries.map(([pointer]) => [pointer, typeNumber(memory, pointer), typeEntry(memory, pointer)]);
    expect(found).toEqual(data.queries);
  });
  test("pointers above the table are untyped and not counted, where the reference VM reads on", () => {
    expect(isException("decode.json", "beyondTable")).toBe(true);
    for (const [pointer] of data.beyondTable.queries) {
      if ((pointer & 0x0fffffff) >= 0x8000000) expect(typeEntry(memory, pointer)).toBe(TYPE_NOREF);
    }
  });
});

describe("type table", () => {
  test("worked decoding 8: a FIXP is an integer, a number and an atom", () => {
    const memory = new VirtualMemory(4);
    memory.setWord(0x183ffe, 0x3802);
    expect(typeEntry(memory, 0x7ffdfe)).toBe(0x3802);
    expect(typeNumber(memory, 0x7ffdfe)).toBe(2);
  });
  test("tag bits of a cell do not matter", () => {
    const memory = new VirtualMemory(4);
    setTypeEntries(memory, 0x7ffe00, 0x800000, 5);
    expect(typeNumber(memory, 0x907ffef6)).toBe(5);
    expect(isCounted(memory, 0x907ffef6)).toBe(true);
    expect(isSymbol(memory, 0x7ffef6)).toBe(false);
  });
  test("units of a type are found by the table alone", () => {
    const memory = new VirtualMemory(16);
    setTypeEntries(memory, 0, 0x800000, TYPE_NOREF);
    setTypeEntries(memory, 0x7ff800, 0x7ffc00, 5);
    setTypeEntries(memory, 0x2e0000, 0x2e0400, 0);
    expect(unitsOfType(memory, 5)).toEqual([0x7ff800, 0x7ffa00]);
    expect(unitsOfType(memory, 0)).toEqual([0x2e0000, 0x2e0200]);
  });
});

describe("built-in types", () => {
  test("stand ascending, with the entry that names them and pointers inside the object", () => {
    let last = 0;
    for (const type of BUILTIN_TYPES) {
      expect(type.number).toBeGreaterThan(last);
      last = type.number;
      expect(type.entry & 0x7ff).toBe(type.number);
      for (const offset of type.pointerOffsets ?? []) expect(offset).toBeLessThan(type.words);
    }
    expect(last).toBe(73);
  });
  test("hunks have the sizes of the specification", () => {
    expect([31, 32, 43].map((type) => builtinType(type)?.words)).toEqual([4, 8, 128]);
    expect([44, 54, 63].map((type) => builtinType(type)?.words)).toEqual([2, 24, 128]);
    expect([64, 73].map((type) => builtinType(type)?.words)).toEqual([24, 128]);
    expect(builtinType(45)?.name).toBe("\\UNBOXEDHUNK2");
    expect(builtinType(31)?.pointerOffsets).toEqual([0, 2]);
  });
});
