import { describe, expect, test } from "vitest";
import { NIL } from "../../../core/memory/layout.ts";
import { arrayHeader } from "../../../core/objects/arrays/arrays.ts";
import { listItems } from "../../../core/objects/cons.ts";
import { smallInteger } from "../../../core/objects/immediates.ts";
import {
  findInSymbolTable,
  findPackage,
  findSymbolAnywhere,
  packageName,
  packageProbe,
  packages,
  tableSymbols,
} from "../../../core/objects/packages.ts";
import { printNameBlock, symbolHash, symbolName, valueCell, writeSymbolRecord } from "../../../core/objects/symbols.ts";
import { describeGolden } from "../../support/golden/golden.ts";
import { TestImage } from "../../support/images/test-image.ts";

interface PackageCase {
  readonly tableLengths: readonly number[];
  readonly inserted: readonly (readonly [
    codes: readonly number[],
    index: number,
    hash: number,
    entryHash: number,
    table: number,
    slot: number,
  ])[];
  readonly entryHashBytes: readonly string[];
  readonly lookups: readonly (readonly [codes: readonly number[], result: number])[];
}
const text = (codes: readonly number[]) => String.fromCharCode(...codes);

/** A symbol table record with the vectors of a recorded package. */
function symbolTable(image: TestImage, { tableLengths, inserted, entryHashBytes }: PackageCase): number {
  const vectors = tableLengths.map((length, table) => {
    const items = Array<number>(length).fill(NIL);
    for (const [codes, index, , , inTable, slot] of inserted) {
      if (inTable !== table) continue;
      writeSymbolRecord(image.memory, index, false, image.printName(text(codes)), 0);
      items[slot] = smallInteger(index);
    }
    return image.vector(...items);
  });
  const hashes = tableLengths.map((length, table) => {
    const bytes = ((entryHashBytes[table] ?? "").match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
    return image.array(3, length, image.bytes(bytes));
  });
  const record = image.object(33);
  image.memory.setCell(record, image.list(...vectors));
  image.memory.setCell(record + 2, image.list(...hashes));
  return record;
}

describeGolden<{ readonly packages: readonly PackageCase[] }>("atoms.json", (data) => {
  describe.each(data.packages.map((entry) => [entry.tableLengths.join("+"), entry] as const))(
    "package of %s",
    (_, entry) => {
      test("hashes and slots are the recorded ones", () => {
        for (const [codes, , hash, entryHash, table, slot] of entry.inserted) {
          const probe = packageProbe(codes.length, symbolHash(codes), entry.tableLengths[table] as number);
          expect([symbolHash(codes), probe.entryHash]).toEqual([hash, entryHash]);
          const length = entry.tableLengths[table] as number;
          const sequence = Array.from({ length }, (_unused, i) => (probe.start + i * probe.step) % length);
          expect(sequence).toContain(slot);
        }
      });
      test("each symbol stands where its name leads, until its mark is changed", () => {
        const image = new TestImage();
        const table = symbolTable(image, entry);
        const members = () => {
          const found = new Map<number, boolean>();
          for (const { symbol, isFound } of tableSymbols(image.memory, table)) found.set(symbol, isFound);
          return found;
        };
        const all = entry.inserted.map(([, index]) => index);
        expect([...members()].sort(([a], [b]) => a - b)).toEqual(
          all.sort((a, b) => a - b).map((index) => [index, true]),
        );
        const [, index, , , tableNumber, slot] = entry.inserted[0] as (typeof entry.inserted)[number];
        const hashes = listItems(image.memory, image.memory.pointer(table + 2), 9).items[tableNumber] as number;
        const byte = 2 * (arrayHeader(image.memory, hashes)?.base ?? 0) + slot;
        image.memory.setByte(byte, (image.memory.byte(byte) ^ 0x40) | 2);
        expect(members().get(index)).toBe(false);
        image.memory.setByte(byte, 1);
        expect(members().has(index)).toBe(false);
      });
      test("lookups find what was recorded", () => {
        const image = new TestImage();
        const table = symbolTable(image, entry);
        for (const [codes, result] of entry.lookups) {
          expect([codes, findInSymbolTable(image.memory, table, text(codes)) ?? -1]).toEqual([codes, result]);
        }
      });
    },
  );
});

describe("packages", () => {
  test("tables whose vectors claim to be longer than the image are read as far as they lie in it", () => {
    const image = new TestImage();
    const { memory } = image;
    const symbol = image.object(21);
    writeSymbolRecord(memory, symbol, false, image.printName("DEFUN"), 2);
    const vector = image.vector(symbol, NIL, NIL);
    const marks = image.array(3, 3, image.bytes([7, 0, 0]));
    const table = image.object(33);
    memory.setCell(table, image.list(vector));
    memory.setCell(table + 2, image.list(marks));
    for (const header of [vector, marks]) memory.setCell(header + 6, 0x7fffffff);
    const found = Array.from(tableSymbols(memory, table), (place) => place.symbol);
    expect(found).toContain(symbol);
    expect(found.length).toBeLessThan(memory.sizeBytes);
    expect(findInSymbolTable(memory, table, "NONE")).toBeNull();
  });

  test("a name that claims to be longer than the image is cut", () => {
    const image = new TestImage();
    const name = image.string("LISP");
    for (const cell of [4, 6]) image.memory.setCell(name + cell, 0x7fffffff);
    const record = image.object(33);
    image.memory.setCell(record + 4, name);
    expect(packageName(image.memory, record)).toMatch(/^LISP/);
    expect(packageName(image.memory, record)).toHaveLength(255);
  });

  test("an image without packages has none", () => {
    const { memory } = new TestImage();
    expect([packages(memory), findPackage(memory, "LISP"), findSymbolAnywhere(memory, "LISP:CAR")]).toEqual([
      [],
      null,
      null,
    ]);
    expect(findInSymbolTable(memory, NIL, "CAR")).toBeNull();
  });
  test("symbols are found by package and name, and by name alone", () => {
    const image = new TestImage();
    const { memory } = image;
    const symbol = image.object(21);
    writeSymbolRecord(memory, symbol, false, image.printName("DEFUN"), 2);
    const codes = [..."DEFUN"].map((c) => c.charCodeAt(0));
    const length = 7;
    const probe = packageProbe(5, symbolHash(codes), length);
    const items = Array<number>(length).fill(NIL);
    const bytes = Array<number>(8).fill(0);
    items[probe.start] = symbol;
    bytes[probe.start] = probe.entryHash;
    const table = image.object(33);
    memory.setCell(table, image.list(image.vector(...items)));
    memory.setCell(table + 2, image.list(image.array(3, length, image.bytes(bytes))));
    const lisp = image.object(38);
    memory.setCell(lisp + 2 * 2, image.string("LISP"));
    memory.setCell(lisp + 2 * 4, image.list(image.string("CL")));
    memory.setCell(lisp + 2 * 9, table);
    memory.setCell(valueCell(image.symbol("*PACKAGE-FROM-INDEX*")), image.vector(NIL, NIL, lisp));

    expect(packages(memory)).toEqual([{ index: 2, address: lisp }]);
    for (const name of ["LISP:DEFUN", "CL::DEFUN", "DEFUN"]) expect(findSymbolAnywhere(memory, name)).toBe(symbol);
    expect([findSymbolAnywhere(memory, "CL:DEFVAR"), findSymbolAnywhere(memory, "T")]).toEqual([null, 76]);
    expect(symbolName(memory, symbol)).toBe("DEFUN");
    expect(printNameBlock("DEFUN").bytes[0]).toBe(5);
  });
});
