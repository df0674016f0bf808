import { describe, expect, test } from "vitest";
import type { SignatureHelp } from "vscode-languageserver";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

/** The label with the active parameter marked; null when there is no help. */
function help(text: string): string | null {
  const found = new OpenProgram(text).ask<SignatureHelp | null>("signatureHelp");
  if (found === null) return null;
  const signature = found.signatures[found.activeSignature ?? 0];
  const label = signature?.label ?? "";
  const range = signature?.parameters?.[found.activeParameter ?? 0]?.label as [number, number] | undefined;
  return range === undefined ? label : `${label.slice(0, range[0])}«${label.slice(...range)}»${label.slice(range[1])}`;
}

describe("signature help", () => {
  test.each([
    ["(define (take n . more) n)\n(take ‸)", "(take «n» . more)"],
    ["(define (take n . more) n)\n(take 1 ‸", "(take n . «more»)"],
    ["(define (take n . more) n)\n(take 1 2 3‸)", "(take n . «more»)"],
    ["(define (f a b) a)\n(f 1 2 ‸)", "(f a b)"],
    ["(cons 1 ‸)", "(cons a «b»)"],
    ["(+ 1 2 3 ‸)", "(+ «number…»)"],
    ["(if (car ‸) 1)", "(car «list»)"],
    ["(if x ‸)", "(if test «then» else)"],
    ["(define (f ‸", "(define «name» value)"],
    ["(let ((a 1) (b ‸)) a)", "(let «((name value) …)» body …)"],
    ["(let ((a 1) (b (cons ‸", "(cons «a» b)"],
    ["(let ((f (lambda (x y) x))) (f 1 ‸))", "(f x «y»)"],
    ["(cond ((null? x) 1) ((pair? x) ‸))", "(cond «(test body …)» … (else body …))"],
    ["(let loop ((i 0) (sum 0))\n  (loop 1 ‸))", "(loop i «sum»)"],
  ])("of %j", (text, expected) => {
    expect(help(text)).toBe(expected);
  });

  test.each([
    "‸(car x)",
    "(car‸ x)",
    "(car x)‸",
    "'(cons ‸)",
    "(unknown ‸)",
    "((lambda (x) x) ‸)",
    "(define n 1)\n(n ‸)",
  ])("is not given for %j", (text) => {
    expect(help(text)).toBeNull();
  });

  test("shows each way of writing a special form, and the comment above a function", () => {
    const define = new OpenProgram("(define ‸)").ask<SignatureHelp>("signatureHelp");
    expect(define.signatures.map(({ label }) => label)).toEqual([
      "(define name value)",
      "(define (name parameter …) body …)",
    ]);
    const f = new OpenProgram("; Doubles.\n(define (f x) x)\n(f ‸)").ask<SignatureHelp>("signatureHelp");
    expect(f.signatures[0]?.documentation).toEqual({ kind: "markdown", value: "Doubles." });
  });
});
