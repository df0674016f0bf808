import { describe, expect, test } from "vitest";
import type { Location } from "vscode-languageserver";
import { OpenProgram, uri } from "../../../support/lisp/language-service.ts";

function definition(text: string): string | null {
  const program = new OpenProgram(text);
  const location = program.ask<Location | null>("definition");
  if (location === null) return null;
  expect(location.uri).toBe(uri);
  return program.marked([location.range]);
}
function references(text: string, includeDeclaration = true): string {
  const program = new OpenProgram(text);
  const locations = program.ask<Location[]>("references", { includeDeclaration });
  return program.marked(locations.map((location) => location.range));
}

describe("go to definition", () => {
  test.each([
    ["(define (f x) x)\n(‸f 1)", "(define («f» x) x)\n(f 1)"],
    ["(f‸ 1)\n(define (f x) x)", "(f 1)\n(define («f» x) x)"],
    ["(define (f x) (+ ‸x 1))", "(define (f «x») (+ x 1))"],
    ["(let ((x 1)) (let ((x 2)) ‸x))", "(let ((x 1)) (let ((«x» 2)) x))"],
    ["(let ((x 1)) (let ((x ‸x)) x))", "(let ((«x» 1)) (let ((x x)) x))"],
    ["(let loop ((i 0)) (if (< i 9) (loo‸p (+ i 1))))", "(let «loop» ((i 0)) (if (< i 9) (loop (+ i 1))))"],
    ["(define n 1)\n(set! ‸n 2)", "(define «n» 1)\n(set! n 2)"],
    ["(for (i 0 3) (display ‸i))", "(for («i» 0 3) (display i))"],
    ["(define (‸f) 1)", "(define («f») 1)"],
    ["(define (f abc)\n  (display a‸bc", "(define (f «abc»)\n  (display abc"],
  ])("of %j", (text, expected) => {
    expect(definition(text)).toBe(expected);
  });

  test.each(["(co‸ns 1 2)", "(i‸f 1 2)", "(unknown‸)", "'(a‸)", "‸", '"a‸b"'])("finds nothing for %j", (text) => {
    expect(definition(text)).toBeNull();
  });
});

describe("references", () => {
  test("are the definition and all uses, and no other variable of that name", () => {
    expect(references("(define (f x) (let ((y x)) (set! x (+ x‸ y)) (lambda (x) x)))")).toBe(
      "(define (f «x») (let ((y «x»)) (set! «x» (+ «x» y)) (lambda (x) x)))",
    );
  });

  test("leave the definition out when the client says so", () => {
    expect(references("(define (‸f) (f))\n(f)", false)).toBe("(define (f) («f»))\n(«f»)");
  });

  test("of what is built in are its uses", () => {
    expect(references("(car‸ (car x))")).toBe("(«car» («car» x))");
    expect(references("(if‸ (if 1 2) 3)")).toBe("(«if» («if» 1 2) 3)");
  });

  test("are none where there is no name", () => {
    expect(references("(f ‸ 1)")).toBe("(f  1)");
  });
});
