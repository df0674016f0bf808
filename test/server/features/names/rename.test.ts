import { describe, expect, test } from "vitest";
import type { Range, WorkspaceEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { OpenProgram, uri } from "../../../support/lisp/language-service.ts";
import { PROGRAMS } from "../../../support/lisp/programs.ts";

function renamed(text: string, newName: string): string {
  const program = new OpenProgram(text);
  const edit = program.askWith<WorkspaceEdit>("rename", { newName });
  return TextDocument.applyEdits(program.document, edit.changes?.[uri] ?? []);
}

describe("rename", () => {
  test.each([
    ["(define (f‸ x) (f x))\n(f 1)", "(define (g x) (g x))\n(g 1)"],
    [
      "(define (f x) (let ((y x‸)) (set! x y) (lambda (x) x)))",
      "(define (f g) (let ((y g)) (set! g y) (lambda (x) x)))",
    ],
    ["(let loop‸ ((i 0)) (if (< i 3) (loop (+ i 1)) nil))", "(let g ((i 0)) (if (< i 3) (g (+ i 1)) nil))"],
    [
      '(define a 1) ; a\n(print \'(a ,a))\n(print `(a ,a‸ "a"))',
      '(define g 1) ; a\n(print \'(a ,a))\n(print `(a ,g "a"))',
    ],
    ["(define (f . rest‸) rest)", "(define (f . g) g)"],
    ["(define (f abc‸)\n  (display abc", "(define (f g)\n  (display g"],
  ])("changes %j everywhere it means the same", (text, expected) => {
    expect(renamed(text, "g")).toBe(expected);
  });

  test.each([
    ["(ca‸r x)", "g", "car is built in: only what this file defines can be renamed."],
    ["(i‸f 1 2)", "g", "if is a word of the language: only what this file defines can be renamed."],
    ["(unknown‸)", "g", "unknown is not defined in this file: define it first."],
    ["'(a‸)", "g", "a is text or data here, not the name of something: nothing refers to it."],
    ["(f ‸ 1)", "g", "There is no name here: put the cursor on the name of a variable or function."],
    ["(define a‸ 1)", "two words", "“two words” is not a name"],
    ["(define a‸ 1)", "12", "“12” is not a name"],
    ["(define a‸ 1)", "", "“” is not a name"],
    ["(define a‸ 1)", "cons", "cons has a meaning in the language: choose another name."],
    ["(define a‸ 1)", "let", "let has a meaning in the language: choose another name."],
    // The new name would be captured, would capture, would be defined twice, would give a meaning to what has none.
    [
      "(define a‸ 1)\n(define (f b)\n  (+ a b))",
      "b",
      "b is in use: line 3 would mean something else. Choose another name.",
    ],
    [
      "(define b 1)\n(define (f a‸)\n  (+ a b))",
      "b",
      "b is in use: line 3 would mean something else. Choose another name.",
    ],
    ["(define b 1)\n(define a‸ 2)", "b", "b is in use"],
    ["(let ((a‸ 1) (b 2)) b)", "b", "b is in use"],
    ["(define a‸ 1)\n(print b)", "b", "b is in use"],
  ])("of %j to %j is refused with a reason", (text, newName, message) => {
    expect(() => renamed(text, newName)).toThrow(message);
  });

  test("is asked about beforehand, with the name to begin with", () => {
    const program = new OpenProgram("(define (twice x)\n  (+ x‸ x))");
    const found = program.ask<{ range: Range; placeholder: string }>("prepareRename");
    expect(found.placeholder).toBe("x");
    expect(program.marked([found.range])).toBe("(define (twice x)\n  (+ «x» x))");
    expect(() => new OpenProgram("(ca‸r x)").ask("prepareRename")).toThrow("car is built in");
  });

  test.each(PROGRAMS)("there and back again leaves the text as it was, at every place: %s", (text) => {
    let count = 0;
    for (let at = 0; at <= text.length; at++) {
      const marked = `${text.slice(0, at)}‸${text.slice(at)}`;
      let place: { range: Range; placeholder: string };
      try {
        place = new OpenProgram(marked).ask("prepareRename");
      } catch {
        continue;
      }
      count++;
      const there = renamed(marked, "fresh");
      expect(there).not.toBe(text);
      const occurrence = there.indexOf("fresh");
      expect(renamed(`${there.slice(0, occurrence)}‸${there.slice(occurrence)}`, place.placeholder)).toBe(text);
    }
    expect(count).toBeGreaterThan(0);
  });
});

test("linked editing covers the same places, and none where a rename is refused", () => {
  const program = new OpenProgram("(define (twice x‸)\n  (+ x x))");
  const { ranges } = program.ask<{ ranges: Range[] }>("linkedEditingRange");
  expect(program.marked(ranges)).toBe("(define (twice «x»)\n  (+ «x» «x»))");
  expect(new OpenProgram("(ca‸r x)").ask("linkedEditingRange")).toBeNull();
});
