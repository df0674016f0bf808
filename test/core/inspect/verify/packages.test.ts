import { expect, test } from "vitest";
import { deadImage } from "../../../../core/inspect/image-view.ts";
import { verify } from "../../../../core/inspect/verify/verify.ts";
import { NIL } from "../../../../core/memory/layout.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { packageProbe } from "../../../../core/objects/packages.ts";
import {
  characterCodes,
  flagsCell,
  symbolHash,
  valueCell,
  writeSymbolRecord,
} from "../../../../core/objects/symbols.ts";
import { TestImage } from "../../../support/images/test-image.ts";

const LENGTH = 7;
const LISP = 2;

/** An image with the package LISP, whose one external symbol is DEFUN; `shift` moves that away from where its name leads. */
function imageWithPackage(shift: number, index = LISP) {
  const image = new TestImage().declareTypes();
  const { memory } = image;
  const symbol = image.object(21);
  writeSymbolRecord(memory, symbol, false, image.printName("DEFUN"), LISP);
  const probe = packageProbe(5, symbolHash(characterCodes("DEFUN")), LENGTH);
  const slot = (probe.start + shift) % LENGTH;
  const items = Array.from({ length: LENGTH }, (_, i) => (i === slot ? symbol : NIL));
  const marks = Array.from({ length: LENGTH + 1 }, (_, i) => (i === slot ? probe.entryHash : 0));
  const table = image.object(33);
  const vector = image.vector(...items);
  memory.setCell(table, image.list(vector));
  memory.setCell(table + 2, image.list(image.array(3, LENGTH, image.bytes(marks))));
  const lisp = image.object(38);
  memory.setCell(lisp, smallInteger(index));
  memory.setCell(lisp + 4, image.string("LISP"));
  memory.setCell(lisp + 18, table);
  memory.setCell(valueCell(image.symbol("*PACKAGE-FROM-INDEX*")), image.vector(NIL, NIL, lisp));
  const findings = () => verify(deadImage(memory, new CodeDirectory()), { checks: ["packages"] }).findings;
  return { image, memory, symbol, vector, lisp, findings };
}

test("a package whose symbols stand where their names lead is sound", () => {
  expect(imageWithPackage(0).findings()).toEqual([]);
});

test("a symbol that stands elsewhere is named with the vector that holds it", () => {
  const { vector, findings } = imageWithPackage(1);
  expect(findings()).toMatchObject([{ severity: "error", address: vector, what: expect.stringContaining("DEFUN") }]);
});

test("a symbol that its home package does not hold is named", () => {
  const { memory, symbol, findings } = imageWithPackage(0);
  const other = memory.cell(flagsCell(symbol));
  // Another record of that package, which no table has.
  writeSymbolRecord(memory, 400, false, memory.pointer(symbol), LISP);
  expect(memory.cell(flagsCell(400))).toBe(other);
  expect(findings()).toMatchObject([{ severity: "error", address: flagsCell(400), found: "none" }]);
});

test("a package that does not know its index is named", () => {
  const { lisp, findings } = imageWithPackage(0, 5);
  expect(findings()).toMatchObject([{ severity: "error", address: lisp, expected: "2" }]);
});

test("of a table that is overwritten from end to end, only a part is looked at", () => {
  const { image, memory, symbol, lisp } = imageWithPackage(0);
  const slots = 6000;
  const table = memory.pointer(lisp + 18);
  const marks = Array<number>(slots).fill(3);
  // The name leads to a slot that was never used, and no further.
  marks[packageProbe(5, symbolHash(characterCodes("DEFUN")), slots).start] = 0;
  memory.setCell(table, image.list(image.vector(...Array<number>(slots).fill(symbol))));
  memory.setCell(table + 2, image.list(image.array(3, slots, image.bytes(marks))));
  const { totals } = verify(deadImage(memory, new CodeDirectory()), { checks: ["packages"] });
  expect(totals.error + totals.note).toBe(5000);
});
