import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ATOM_HASH_BASE, ATOM_HASH_WORDS } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { smallInteger } from "../../../core/objects/immediates.ts";
import {
  definitionCell,
  enterSymbol,
  findSymbol,
  findSymbolByCodes,
  flagsCell,
  printNameBlock,
  propertyListCell,
  symbolHash,
  symbolName,
  symbolRecord,
  valueCell,
  writeSymbolRecord,
} from "../../../core/objects/symbols.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { isException } from "../../support/golden/golden-exceptions.ts";
import { TestImage } from "../../support/images/test-image.ts";

interface Atoms {
  readonly sequences: readonly {
    readonly name: string;
    readonly inserted: readonly (readonly [
      index: number,
      codes: readonly number[],
      hash: number,
      slot: number,
      probes: number,
    ])[];
    readonly lookups: readonly (readonly [codes: readonly number[], hash: number | null, result: number])[];
    readonly table: readonly (readonly [slot: number, value: number])[];
  }[];
  readonly hashes: readonly (readonly [codes: readonly number[], c: number, thin: number, fat: number])[];
  readonly fatHashes: readonly (readonly [codes: readonly number[], hash: number])[];
}

describeGolden<Atoms>("atoms.json", (data) => {
  describe.each(data.sequences)("$name", ({ inserted, lookups, table }) => {
    const memory = new VirtualMemory(8);
    let nextBlock = 0x2e0000;
    const entered = inserted.map(([index, codes]) => {
      const { bytes } = printNameBlock(String.fromCharCode(...codes));
      for (const [i, byte] of bytes.entries()) memory.setByte(nextBlock * 2 + i, byte);
      writeSymbolRecord(memory, index, false, nextBlock, 0);
      nextBlock += bytes.length / 2;
      return { index, codes, hash: symbolHash(codes), ...enterSymbol(memory, index, codes) };
    });

    test("names go into the recorded slots after the recorded probes", () => {
      expect(entered.map(({ index, codes, hash, slot, probes }) => [index, codes, hash, slot, probes])).toEqual(
        inserted,
      );
    });
    test("the table holds the recorded words", () => {
      const taken: [number, number][] = [];
      for (let slot = 0; slot < ATOM_HASH_WORDS; slot++) {
        const value = memory.word(ATOM_HASH_BASE + slot);
        if (value !== 0) taken.push([slot, value]);
      }
      expect(taken).toEqual(table);
    });
    test("lookups find what was recorded", () => {
      for (const [i, [codes, , result]] of lookups.entries()) {
        // The empty name was looked up before it was entered, and again afterwards.
        if (codes.length === 0 && lookups.slice(i + 1).some(([later]) => later.length === 0)) {
          expect(result).toBe(-1);
          continue;
        }
        const found = findSymbolByCodes(memory, codes) ?? -1;
        if (found === result || !isException("atoms.json", `lookup:${codes.join(",")}`)) {
          expect([codes, found]).toEqual([codes, result]);
        }
        // The unsigned hash finds what was entered; the recorded C lookup missed it.
        else expect(inserted.find(([index]) => index === found)?.[1]).toEqual(codes);
      }
    });
  });

  test("hashes are those of the Lisp side, thin or fat", () => {
    for (const [codes, , thin, fat] of data.hashes)
      expect([codes, symbolHash(codes), thin]).toEqual([codes, thin, fat]);
  });
  test("fat characters count with their low byte", () => {
    for (const [codes, hash] of data.fatHashes) expect([codes, symbolHash(codes)]).toEqual([codes, hash]);
  });
});

describe("symbols", () => {
  test("worked decoding 4: T has its record at 0x2C02F8", () => {
    expect(symbolRecord(76)).toBe(0x2c02f8);
    expect([valueCell(76), definitionCell(76), propertyListCell(76), flagsCell(76)]).toEqual([
      0x2c02fa, 0x2c02fc, 0x2c02fe, 0x2c0300,
    ]);
  });
  test("worked decoding 12: a fat print name of three characters", () => {
    const { memory } = new TestImage();
    const record = symbolRecord(500);
    for (const [i, cell] of [0x002e0100, 1, 0xc0301200, 0, 0x05002000].entries()) memory.setCell(record + 2 * i, cell);
    for (const [i, byte] of [3, 0, 0, 65, 3, 0xb1, 0, 66].entries()) memory.setByte(0x5c0200 + i, byte);
    expect(symbolName(memory, 500)).toBe("A\u03b1B");
  });
  test("check values of the hash", () => {
    const codes = (text: string) => [...text].map((c) => c.charCodeAt(0));
    expect(symbolHash(codes("CAR"))).toBe(0xd197);
    expect(symbolHash(codes("NIL"))).toBe(0x0cb9);
    expect(symbolHash(codes("\\GCDISABLED"))).toBe(0xd48e);
  });
  test("one-character names are fixed: letters are symbols, digits are numbers", () => {
    const { memory } = new TestImage();
    expect(findSymbol(memory, "T")).toBe(76);
    expect(findSymbol(memory, "7")).toBe(smallInteger(7));
    expect(findSymbol(memory, "/")).toBe(0x2f + 2);
    expect(findSymbol(memory, ":")).toBe(0x3a - 8);
    expect(findSymbol(memory, "\u00ff")).toBe(247);
  });
  test("a name that was entered is found, and keeps its case and characters", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 2, maxLength: 20, unit: "binary" }), { maxLength: 30 }),
        (names) => {
          const image = new TestImage(8);
          const symbols = names.map((name) => image.symbol(name));
          for (const [i, name] of names.entries()) {
            expect(findSymbol(image.memory, name)).toBe(symbols[i]);
            expect(symbolName(image.memory, symbols[i] as number)).toBe(name);
          }
        },
      ),
      { numRuns: 20 },
    );
  });
  test("names longer than 255 characters are refused", () => {
    expect(() => printNameBlock("x".repeat(256))).toThrow(/256 characters: at most 255/);
  });
  test("a symbol whose record or name lies outside the image has an empty name", () => {
    const { memory } = new TestImage(8);
    expect(symbolName(memory, 0x3fffff0)).toBe("");
    memory.setCell(symbolRecord(900), 0x7fffffe);
    expect(symbolName(memory, 900)).toBe("");
  });
});
