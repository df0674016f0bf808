import { expect, test } from "vitest";
import type { InlineValue, Range } from "vscode-languageserver";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

function values(text: string): string {
  const program = new OpenProgram(text);
  const stop = program.document.positionAt(program.cursor);
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const found = program.askWith<InlineValue[]>("inlineValue", {
    range,
    context: { frameId: 1, stoppedLocation: { start: stop, end: stop } },
  });
  for (const value of found)
    expect("variableName" in value ? value.caseSensitiveLookup : "expression" in value).toBe(true);
  return program.marked(found.map((value: { range: Range }) => value.range));
}

test("inline values are the variables in scope, up to where the program stopped, once a line", () => {
  expect(
    values("(define limit 3)\n(define (f x)\n  (let ((y x))\n    ‸(if (= y x)\n        limit\n        y)))\n(f 1)"),
  ).toBe(
    "(define «limit» 3)\n(define (f «x»)\n  (let ((«y» «x»))\n    (if (= y x)\n        limit\n        y)))\n(f 1)",
  );
});

test("variables of other functions, functions and what is shadowed have no values", () => {
  expect(values("(define (g z) z)\n(define (f x)\n  (let ((x 2))\n    (g x)‸))")).toBe(
    "(define (g z) z)\n(define (f x)\n  (let ((«x» 2))\n    (g «x»)))",
  );
});
