import { describe, expect, test } from "vitest";
import type { CodeAction, Diagnostic } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { OpenProgram, uri } from "../../../support/lisp/language-service.ts";

function diagnostics(text: string): Diagnostic[] {
  return new OpenProgram(text).service.diagnose(uri).diagnostics;
}

test("a problem with memory names the places that make it one", () => {
  const [problem] = diagnostics("(define (f x)\n  (free x)\n  (car x))\n(f (cons 1 2))\n");
  expect(problem).toMatchObject({
    code: "use-after-free",
    severity: 2,
    message: "x was freed before this use: free it behind its last use",
    relatedInformation: [
      { location: { uri, range: { start: { line: 1, character: 2 } } }, message: "x is freed here" },
    ],
  });
});

describe("problems with memory are fixed by", () => {
  function fixed(text: string, code: string, title: string): string {
    const program = new OpenProgram(text);
    const problem = program.service.diagnose(uri).diagnostics.find((one) => one.code === code);
    const range = problem?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const actions = program.askWith<CodeAction[]>("codeAction", { range, context: { diagnostics: [] } });
    const action = actions.find((one) => one.title === title);
    expect(actions.map((one) => one.title)).toContain(title);
    return TextDocument.applyEdits(program.document, action?.edit?.changes?.[uri] ?? []);
  }

  test.each([
    [
      "making a field weak",
      "cycle",
      "Make the field before weak",
      "(define-type node next before)\n(define (link a b)\n  (set-node-next! a b)\n  (set-node-before! b a))\n",
      "(define-type node next (before weak))\n(define (link a b)\n  (set-node-next! a b)\n  (set-node-before! b a))\n",
    ],
    [
      "moving the free",
      "use-after-free",
      "Move the free behind the last use",
      "(define (f x)\n  (free x)\n  (print (car x))\n  1)\n",
      "(define (f x)\n  (print (car x))\n  (free x)\n  1)\n",
    ],
    [
      "removing the free",
      "use-after-free",
      "Remove the free",
      "(define (f x)\n  (free x)\n  (car x))\n",
      "(define (f x)\n  (car x))\n",
    ],
    [
      "removing a second free",
      "double-free",
      "Remove this free",
      "(define (f x)\n  (free x)\n  (free x))\n",
      "(define (f x)\n  (free x))\n",
    ],
    [
      "removing what nothing uses",
      "unused-allocation",
      "Remove the allocation",
      "(define (f)\n  (cons 1 2)\n  3)\n",
      "(define (f)\n  3)\n",
    ],
    [
      "widening the arena",
      "arena-escape",
      "Widen the arena to the form around it",
      "(define (f) (car (with-arena (cons 1 2))))\n",
      "(define (f) (with-arena (car (cons 1 2))))\n",
    ],
  ])("%s", (_, code, title, text, expected) => {
    expect(fixed(text, code, title)).toBe(expected);
    // What fixes a problem leaves none of its kind.
    expect(diagnostics(expected).filter((one) => one.code === code)).toEqual([]);
  });
});

test("a program with errors has no problems with memory: nothing can be told of it", () => {
  expect(diagnostics("(define (f x) (free x) (car x x))").map(({ code }) => code)).toEqual(["argument-count"]);
});
