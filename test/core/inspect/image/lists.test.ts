/** Strings, symbols and packages that the example image does not have. */
import { describe, expect, test } from "vitest";
import { mapHeap } from "../../../../core/inspect/counts/references.ts";
import { packageRecords } from "../../../../core/inspect/image/packages.ts";
import { eachString, type StringRecord, sharedBases } from "../../../../core/inspect/image/strings.ts";
import {
  duplicateSymbols,
  findSymbols,
  packageNames,
  qualifiedName,
  symbolFacts,
} from "../../../../core/inspect/image/symbols.ts";
import { deadImage } from "../../../../core/inspect/image-view.ts";
import { NIL } from "../../../../core/memory/layout.ts";
import { ARRAY_READ_ONLY, ARRAY_STRING } from "../../../../core/objects/arrays/arrays.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { flagsCell, valueCell } from "../../../../core/objects/symbols.ts";
import { TestImage } from "../../../support/images/test-image.ts";

const viewOf = (image: TestImage) => deadImage(image.memory, new CodeDirectory());

describe("strings", () => {
  const image = new TestImage(16).declareTypes();
  const base = image.bytes([...Buffer.from("shared text")]);
  const thin = image.array(67, 6, base, ARRAY_STRING);
  const part = image.array(67, 4, base, (ARRAY_STRING | ARRAY_READ_ONLY) >>> 0, 7);
  const fat = image.string("Ω-fat");
  const map = mapHeap(viewOf(image));
  const found = new Map<number, StringRecord>();
  eachString(map, (string) => found.set(string.pointer, string));

  test("are thin or fat, with length, offset and base", () => {
    expect(found.get(thin)).toMatchObject({ length: 6, isFat: false, isReadOnly: false, base, offset: 0 });
    expect(found.get(part)).toMatchObject({ length: 4, isReadOnly: true, base, offset: 7 });
    expect(found.get(fat)).toMatchObject({ length: 5, isFat: true });
  });

  test("that share their characters are known", () => {
    expect([...sharedBases(map, [base])]).toEqual([[base, 2]]);
  });
});

describe("symbols and packages", () => {
  const image = new TestImage(16).declareTypes();
  const { memory } = image;
  const [car, same, gensym] = [image.symbol("CAR"), image.symbol("TWIN"), image.symbol("TWIN")];
  const twin = image.newSymbol("TWIN");
  const table = (...symbols: number[]) => {
    const record = image.object(33);
    memory.setCell(record, image.list(image.vector(...symbols)));
    // A mark of 0 is a slot that was never used, 1 a deleted one.
    const marks = symbols.map((symbol) => (symbol === NIL ? 0 : 77));
    memory.setCell(record + 2, image.list(image.array(3, marks.length, image.bytes(marks))));
    return record;
  };
  const [lisp, user] = [image.object(38, 24), image.object(38, 24)];
  memory.setCell(lisp + 4, image.string("LISP"));
  memory.setCell(lisp + 8, image.list(image.string("CL")));
  memory.setCell(lisp + 18, table(smallInteger(car), NIL, NIL));
  memory.setCell(user + 4, image.string("USER"));
  memory.setCell(user + 10, image.list(lisp));
  memory.setCell(user + 16, table(smallInteger(same), twin, NIL, smallInteger(car)));
  memory.setCell(user + 20, image.list(car));
  memory.setCell(valueCell(image.symbol("*PACKAGE-FROM-INDEX*")), image.vector(NIL, lisp, user));
  const flags = (symbol: number, value: number) => memory.setCell(flagsCell(symbol), value >>> 0);
  flags(car, 1 << 24);
  flags(same, 2 << 24);
  flags(twin, 2 << 24);
  flags(gensym, 0x4000);
  const view = viewOf(image);
  const names = packageNames(memory);

  test("packages have names, uses, and symbols of their own and imported ones", () => {
    expect(packageRecords(view)).toMatchObject([
      { index: 1, name: "LISP", nicknames: ["CL"], uses: [], external: 1, internal: 0, imported: 0 },
      { index: 2, name: "USER", uses: ["LISP"], external: 0, internal: 3, imported: 1, shadowing: ["CAR"] },
    ]);
  });

  test("symbols go by the name of their package", () => {
    expect(qualifiedName(memory, names, car)).toBe("LISP:CAR");
    expect(symbolFacts(view, names, twin)).toMatchObject({
      name: "TWIN",
      package: "USER",
      flags: ["new"],
      value: null,
    });
    expect(symbolFacts(view, names, gensym)).toMatchObject({ package: null, flags: ["old", "gensym"] });
    const found = findSymbols(view, mapHeap(view), names, (name) => name === "LISP:CAR");
    expect(found).toEqual([car]);
  });

  test("two of one name in one package are duplicates, generated ones are not", () => {
    const all = findSymbols(view, mapHeap(view), names, (name) => name === "TWIN");
    expect(all.sort()).toEqual([same, gensym, twin].sort());
    expect(duplicateSymbols(view, all).sort()).toEqual([same, twin].sort());
  });
});
