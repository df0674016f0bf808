import { describe, expect, test } from "vitest";
import type { CodeAction, Range } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { OpenProgram, uri } from "../../../support/lisp/language-service.ts";

function actions(text: string, params: object = {}): { program: OpenProgram; found: CodeAction[] } {
  const program = new OpenProgram(text);
  const position = program.document.positionAt(program.cursor);
  const range: Range = { start: position, end: position };
  return {
    program,
    found: program.askWith<CodeAction[]>("codeAction", { range, context: { diagnostics: [] }, ...params }),
  };
}

function applied(program: OpenProgram, action: CodeAction | undefined): string {
  return TextDocument.applyEdits(program.document, action?.edit?.changes?.[uri] ?? []);
}

describe("quick fixes", () => {
  test.each([
    ["(define (total x) x)\n(totla‸ 1)", "Replace by total", "(define (total x) x)\n(total 1)"],
    ["(let ((count 1)) cuont‸)", "Replace by count", "(let ((count 1)) count)"],
    [
      "(print (area‸ width 2 car))",
      "Define the function (area width arg2 arg3)",
      "(define (area width arg2 arg3)\n  nil)\n(print (area width 2 car))",
    ],
    ["(print zzz‸)", "Define the variable zzz", "(define zzz nil)\n(print zzz)"],
    ["(let ((a 1) (b‸ 2)) a)", "Remove b", "(let ((a 1)) a)"],
    ["(let ((b‸ 2) (a 1)) a)", "Remove b", "(let ((a 1)) a)"],
    ["(define (f)\n  (define b‸ '(1))\n  1)", "Remove b", "(define (f)\n  1)"],
    ["(let ((b‸ (read-all))) 1)", "Rename to _b: not used on purpose", "(let ((_b (read-all))) 1)"],
    ["(‸define (f x)\n  (list x (car x", "Add )))", "(define (f x)\n  (list x (car x)))"],
    ["(f 1))‸", "Remove this bracket", "(f 1)"],
    ["((1 2 3)‸)", "Quote the list", "('(1 2 3))"],
    ["(car [‸)", "Write (", "(car ()"],
  ])("of %j: %s", (text, title, expected) => {
    const { program, found } = actions(text);
    const titles = found.map((action) => action.title);
    const action = found.find((one) => one.title === title);
    expect(titles).toContain(title);
    expect(applied(program, action)).toBe(expected);
    expect(action?.diagnostics?.length).toBe(1);
  });

  test("do not remove what does something, or is assigned", () => {
    const titles = (text: string) => actions(text).found.map(({ title }) => title);
    expect(titles("(let ((b‸ (print 1))) 1)")).toEqual(["Rename to _b: not used on purpose"]);
    expect(titles("(let ((b‸ 1)) (set! b 2))")).toEqual(["Rename to _b: not used on purpose"]);
    expect(titles("(for (b‸ 0 3) 1)")).toEqual([]);
  });

  test("are only of the kinds that are asked for", () => {
    const only = (kinds: string[]) => actions("(f 1))‸", { context: { diagnostics: [], only: kinds } }).found.length;
    expect(only(["quickfix"])).toBe(1);
    expect(only(["refactor"])).toBe(0);
    expect(only([])).toBe(0);
  });
});

test("a selected form can be wrapped", () => {
  const range = { start: { line: 0, character: 3 }, end: { line: 0, character: 8 } };
  const { program, found } = actions("(f (- 1))\n(define (f x) x)", { range });
  expect(found.map((action) => applied(program, action))).toEqual([
    "(f (begin (- 1)))\n(define (f x) x)",
    "(f (let ((value (- 1))) value))\n(define (f x) x)",
    "(f (when #t (- 1)))\n(define (f x) x)",
  ]);
  expect(actions("(f (- 1))\n(define (f x) x)", { range: { ...range, end: { line: 0, character: 7 } } }).found).toEqual(
    [],
  );
});
