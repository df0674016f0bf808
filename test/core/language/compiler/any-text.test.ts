import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileExpression } from "../../../../core/language/compiler/compile-expression.ts";
import { compileProgram } from "../../../../core/language/compiler/compile-program.ts";

const example = (name: string) =>
  readFileSync(join(import.meta.dirname, "../../../../examples", name), "utf8").replace(/^;.*\n/gm, "");
/** Every kind of form, so that pieces of it meet in odd places. */
const FORMS = `(define (f a . r) (let* ((x 1) (y x)) (set! x (+ y a)) (lambda (z) (list x z r))))
(let loop ((i 0)) (cond ((< i 3) (loop (+ i 1))) ((assq 'a '((a . 1))) => cdr) (else (case i ((1 2) 'b) (else 'c)))))
(define v (vector 1 2)) (while (and v (not nil)) (if (break) 1 2) (vector-set! v (car '(0)) (begin (break))))
(define (g n) (define (h k) (if (= k 0) n (h (- k 1)))) (letrec ((p (lambda () (h n)))) (or (p) (when n (g 1)))))
(for (i 0 3) (print \`(1 ,i ,@(list i)))) (unless (g 1) (apply f 1 '(2))) (do (define q 1) (setq q 2 v 3)) #;(x)`;
const sources = [FORMS, example("garbage.cons"), example("fibonacci.cons")];
const tokens = sources.flatMap((text) => text.match(/[()'`]|,@?|#[(;]|"[^"]*"|[^\s()'`,"]+/g) ?? []);

/** A text made from pieces of the examples: some tokens left out, repeated or exchanged. */
const damaged = fc
  .tuple(
    fc.constantFrom(...sources),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom("drop", "repeat", "replace"), fc.constantFrom(...tokens)), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([source, changes]) => {
    const parts = source.match(/\s+|[()'`]|,@?|#[(;]|"[^"]*"|[^\s()'`,"]+/g) ?? [];
    for (const [at, change, token] of changes) {
      const i = at % parts.length;
      const part = parts[i] as string;
      parts[i] = change === "drop" ? "" : change === "repeat" ? `${part} ${part}` : ` ${token} `;
    }
    return parts.join("");
  });

function expectAnswer(text: string): void {
  const { program, diagnostics } = compileProgram(text, "test.cons");
  expect(program === null).toBe(diagnostics.some((found) => found.severity === "error"));
  for (const { start, end } of diagnostics) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(text.length);
  }
  for (const block of program?.blocks ?? []) {
    for (const { fromPc, toPc } of block.variables) {
      expect(fromPc).toBeLessThan(toPc);
      expect(toPc).toBeLessThanOrEqual(block.bytes.length);
    }
  }
}

describe("any text", () => {
  test("is compiled, or has an error that says why not", () => {
    fc.assert(fc.property(damaged, expectAnswer), { numRuns: 1500 });
  });

  test("is compiled as an expression, or has an error that says why not", () => {
    const globals = { variables: new Set(["v", "tail"]), functions: new Map([["numbers", { least: 1, most: 1 }]]) };
    fc.assert(
      fc.property(damaged, (text) => {
        const { program, diagnostics } = compileExpression(text, ["a", "x", "n"], globals);
        expect(program === null).toBe(diagnostics.some((found) => found.severity === "error"));
      }),
      { numRuns: 500 },
    );
  });

  test("may be deep", () => {
    for (const [open, close] of [
      ["(list ", ")"],
      ["(lambda (x) ", ")"],
      ["(if 1 ", " 2)"],
      ["(let ((x 1)) ", ")"],
      ["`(", ")"],
      ["'", ""],
    ] as const) {
      expectAnswer(`${open.repeat(200)}1${close.repeat(200)}`);
      expectAnswer(`${open.repeat(20_000)}1${close.repeat(20_000)}`);
    }
  });

  test("may be long", () => {
    expectAnswer(`(display (+ ${"1 ".repeat(200)}))`);
    expectAnswer(`(list ${"1 ".repeat(1000)})`);
    expectAnswer(`(define x '(${"1 ".repeat(20_000)}))`);
    expectAnswer(`(cond ${"((display 1) 2) ".repeat(2000)})`);
    expectAnswer(`(and ${"(display 1) ".repeat(2000)})`);
  });
});

describe("expressions in a frame", () => {
  const globals = { variables: new Set(["stock"]), functions: new Map([["take", { least: 1, most: 2 }]]) };
  const codes = (text: string) => compileExpression(text, ["a", "b"], globals).diagnostics.map((found) => found.code);

  test("see variables as arguments, in order, and the names of the program", () => {
    const { program, diagnostics } = compileExpression("(take (+ a b stock))", ["a", "b"], globals);
    expect(diagnostics).toEqual([]);
    const block = program?.blocks[program.entries[0] as number];
    expect(block).toMatchObject({ argumentCount: 2, name: "evaluation" });
    expect(program?.definitions).toEqual([]);
  });
  test("are checked like programs", () => {
    expect(codes("(take)")).toEqual(["argument-count"]);
    expect(codes("c")).toEqual(["unbound-variable"]);
    expect(codes("(")).toEqual(["unclosed-list"]);
  });
  test("do not assign variables of the frame, only those of the program", () => {
    expect(codes("(set! a 1)")).toEqual(["assigned-outer"]);
    expect(codes("(lambda () (set! b 1))")).toEqual(["assigned-outer"]);
    expect(codes("(set! stock 1)")).toEqual([]);
    expect(codes("(let ((a 1)) (set! a 2) a)")).toEqual([]);
  });
  test("bring the library functions that they use", () => {
    const { program } = compileExpression("(reverse (list a b))", ["a", "b"], globals);
    expect(program?.definitions.map((definition) => definition.name)).toEqual(["reverse"]);
  });
});
