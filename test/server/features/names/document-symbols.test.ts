import { describe, expect, test } from "vitest";
import { type DocumentSymbol, type SymbolInformation, SymbolKind } from "vscode-languageserver";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

const KINDS = new Map<SymbolKind, string>([
  [SymbolKind.Function, "function"],
  [SymbolKind.Variable, "variable"],
]);
/** The outline of a program, one symbol a line, indented. */
function outline(text: string): string[] {
  const program = new OpenProgram(text);
  const lines = (symbols: readonly DocumentSymbol[], indent: string): string[] =>
    symbols.flatMap((symbol) => {
      expect(program.textOf(symbol.selectionRange)).toBe(symbol.name);
      const line = `${KINDS.get(symbol.kind)} ${symbol.detail ?? symbol.name}`;
      return [indent + line, ...lines(symbol.children ?? [], `${indent}  `)];
    });
  return lines(program.ask("documentSymbol"), "");
}

describe("document symbols", () => {
  test("show functions with their parameters, and variables", () => {
    expect(outline("(define n 1)\n(define (f a b) a)\n(define (g . all) all)\n(define (h a . more) a)")).toEqual([
      "variable n",
      "function (f a b)",
      "function (g . all)",
      "function (h a . more)",
    ]);
  });

  test("show a variable that is given a lambda, and defun, as functions", () => {
    expect(outline("(define f (lambda (x) x))\n(define g (lambda all all))\n(defun h (x y) x)")).toEqual([
      "function (f x)",
      "function (g . all)",
      "function (h x y)",
    ]);
  });

  test("nest definitions inside definitions, whatever stands between", () => {
    expect(outline("(define (outer x)\n  (let ((y 1))\n    (define (inner z) z)\n    (inner y)))")).toEqual([
      "function (outer x)",
      "  function (inner z)",
    ]);
  });

  test("leave out what is quoted", () => {
    expect(outline("(define a '(define b 1))\n`(define c 2)")).toEqual(["variable a"]);
  });

  test("show the intact definitions around one that is not closed", () => {
    expect(outline("(define (a) 1)\n(define (b x\n(define (c) 3)")).toEqual([
      "function (a)",
      "function b",
      "function (c)",
    ]);
  });

  test.each([
    "(define",
    "(define)",
    "(define ())",
    "(define (",
    "(define 5 6)",
    '(define ("f") 1)',
    "(defun)",
    "(defun f",
  ])("are none, or the named ones, in the fragment %j", (text) => {
    expect(outline(text)).toEqual(text === "(defun f" ? ["function f"] : []);
  });

  test("are a flat list with containers for a client that takes no tree", () => {
    const program = new OpenProgram("(define (f) (define (n) 1) n)", {});
    const symbols = program.ask<SymbolInformation[]>("documentSymbol");
    expect(symbols.map(({ name, containerName }) => [name, containerName])).toEqual([
      ["f", undefined],
      ["n", "f"],
    ]);
  });
});
