import { expect, test } from "vitest";
import { jsonPieces } from "../../cli/json.ts";

const text = (value: unknown) => [...jsonPieces(value)].join("");

test("writes plain values as JSON.stringify does", () => {
  for (const value of [1, 'a\n"b"', null, true, [], {}, [1, [2, { a: [] }]], { a: 1, b: { c: "d" }, e: undefined }]) {
    expect(text(value)).toBe(JSON.stringify(value, null, 2));
  }
});

test("writes iterables as arrays, without holding more than one element", () => {
  let made = 0;
  function* numbers() {
    for (; made < 3; made++) yield { n: made };
  }
  const pieces = jsonPieces({ list: numbers() });
  for (let piece = pieces.next(); !piece.value?.includes("0"); piece = pieces.next());
  expect(made).toBe(0);
  made = 0;
  expect(JSON.parse(text({ list: numbers() }))).toEqual({ list: [{ n: 0 }, { n: 1 }, { n: 2 }] });
});
