import { describe, expect, test } from "vitest";
import type { Pointer } from "../../../../core/base/units.ts";
import { functionHeader, NAME_FREE, NAME_LOCAL } from "../../../../core/objects/code/functions.ts";
import { type VariableNames, variableNames } from "../../../../core/objects/code/variable-names.ts";
import { TestImage } from "../../../support/images/test-image.ts";

/** Names of the variables of code whose words after the header are given; `tableWords` is the size of half of its name table. */
function namesOf(image: TestImage, tableWords: number, words: readonly number[]): VariableNames {
  const code = image.block(40, 2);
  image.memory.setWord(code + 3, 2 * (8 + words.length));
  image.memory.setWord(code + 6, tableWords);
  for (const [i, word] of words.entries()) image.memory.setWord(code + 8 + i, word);
  const header = functionHeader(image.memory, code);
  if (header === null) throw new RangeError("no header");
  return variableNames(image.memory, header);
}
const cell = (pointer: Pointer) => [pointer >> 16, pointer & 0xffff];
const slot = (kind: number, index: number) => [kind << 8, index];
const EMPTY = [0, 0, 0, 0];

describe("names of variables", () => {
  test("come from the name table, by kind and cell; a cell with two names has both", () => {
    const image = new TestImage(8);
    const [x, y, z] = [image.symbol("X"), image.symbol("Y"), image.symbol("Z")];
    const table = [...cell(x), ...cell(y), ...cell(z), ...cell(x), 0, 0, 0, 0];
    const slots = [...slot(0, 1), ...slot(NAME_LOCAL, 0), ...slot(NAME_FREE, 2), ...slot(NAME_LOCAL, 0), 0, 0, 0, 0];
    const names = namesOf(image, 12, [...table, ...slots]);
    expect([names.argument(0), names.argument(1)]).toEqual([null, "X"]);
    expect([names.local(0), names.local(1), names.local(2)]).toEqual(["Y/X", null, "Z"]);
  });

  test("of arguments come from the second table that LCOM code may have", () => {
    const image = new TestImage(8);
    const [x, y] = [image.symbol("X"), image.symbol("Y")];
    const names = namesOf(image, 0, [...EMPTY, ...cell(x), ...cell(y), 0, 0, ...slot(0, 0), ...slot(0, 1), 0, 0]);
    expect([names.argument(0), names.argument(1), names.argument(2)]).toEqual(["X", "Y", null]);
    expect(names.local(0)).toBeNull();
  });

  test("of arguments come from the lambda list in the debugging information", () => {
    const image = new TestImage(8).declareTypes();
    const [x, y, z, optional, rest] = ["X", "Y", "Z", "&OPTIONAL", "&REST"].map((name) => image.symbol(name)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const debugging = image.list(image.list(x, optional, image.list(y, x), rest, z));
    const names = namesOf(image, 0, [...EMPTY, ...cell(debugging)]);
    expect([names.argument(0), names.argument(1), names.argument(2)]).toEqual(["X", "Y", null]);
  });

  test("are none when there is nothing to tell them", () => {
    const names = namesOf(new TestImage(8), 0, EMPTY);
    expect([names.argument(0), names.local(0)]).toEqual([null, null]);
  });
});
