import { describe, expect, test } from "vitest";
import { outputOf } from "../../../support/lisp/run-program.ts";

describe("free of what cannot be freed", () => {
  test.each([
    ["a symbol", "(free 'a)", /\{LITATOM\}\S+ cannot be freed: a small integer, character or symbol has no storage/],
    [
      "a pair twice",
      "(define x (cons 1 2)) (free x) (free x)",
      /\{LISTP\}\S+ cannot be freed: it is on the free chain/,
    ],
    [
      "a vector twice",
      "(define x (vector 1 2)) (free x) (free x)",
      /cannot be freed: it is none of the objects of this/,
    ],
  ])("says what is wrong with %s", (_what, text, message) => {
    expect(outputOf(text, "mark-sweep")).toMatch(message);
  });
});
