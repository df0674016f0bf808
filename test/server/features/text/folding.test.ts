import { describe, expect, test } from "vitest";
import type { FoldingRange } from "vscode-languageserver";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

function folds(text: string): string[] {
  const ranges = new OpenProgram(text).ask<FoldingRange[]>("foldingRange");
  return ranges.map(({ startLine, endLine, kind }) => `${startLine}-${endLine}${kind === undefined ? "" : ` ${kind}`}`);
}

describe("folding ranges", () => {
  test("are the forms over several lines", () => {
    expect(folds("(define (f x)\n  (let ((y 1))\n    (+ x y)))\n(f 1)")).toEqual(["0-2", "1-2"]);
  });

  test("are one a line, the outermost", () => {
    expect(folds("(a (b\n  c)\n  d)")).toEqual(["0-2"]);
  });

  test("fold a form that starts on the last line of another one", () => {
    expect(folds("(a\n b) (c\n d)")).toEqual(["0-1", "1-2"]);
  });

  test("are blocks of comments, but not comments behind code", () => {
    expect(folds("; one\n;; two\n\n; alone\n(a) ; behind\n; after\n(b)")).toEqual(["0-1 comment"]);
  });

  test("reach to the last content of a form that is not closed", () => {
    expect(folds("(define (f)\n  (g\n    1\n\n\n")).toEqual(["0-2", "1-2"]);
  });

  test("fold strings and quoted lists over several lines", () => {
    expect(folds('"a\nb"\n\'(1\n  2)')).toEqual(["0-1", "2-3"]);
  });
});

test("a region folds from its begin to its end, also around and inside others", () => {
  expect(folds("; #region A\n(f)\n;; #region B\n(g)\n;#endregion\n;#endregion A\n(h)\n; #endregion")).toEqual([
    "0-5 region",
    "2-4 region",
  ]);
  expect(folds("#| one\ntwo |#\n(f)")).toEqual(["0-1 comment"]);
});
