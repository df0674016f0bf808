import { describe, expect, test } from "vitest";
import { analyse } from "../../../../core/language/analysis/analyse.ts";
import { compileProgram } from "../../../../core/language/compiler/compile-program.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { outputOf } from "../../../support/lisp/run-program.ts";
import { codeText } from "../../../support/machine/code-text.ts";

const codes = (text: string) => analyse(text).diagnostics.map(({ code }) => code);

/** The instructions of a function of a program. */
function codeOf(text: string, name: string): string {
  const { program } = compileProgram(text, "test.cons");
  const block = program?.blocks.find((each) => each.name === name);
  if (block === undefined) throw new Error(`no code for ${name}`);
  return codeText(block).join("\n");
}

describe("defmicro", () => {
  test("puts its body in place of calls: no call is left (L-M11)", () => {
    const rest = "(define (f y) (+ 1 (twice y)))";
    expect(codeOf(`(define (twice x) (+ x x)) ${rest}`, "f")).toMatch(/FN1 twice/);
    expect(codeOf(`(defmicro twice (x) (+ x x)) ${rest}`, "f")).not.toMatch(/FN\d/);
  });

  test.each(MANAGERS.map(({ traits }) => traits.name))("gives what a function gives under %s (L-M11)", (manager) => {
    const program = (define: string) => `
      (${define} square (x) (* x x))
      (${define} sum3 (a b c) (+ a (+ b c)))
      (${define} less (a b c) (- a (+ b c)))
      (${define} count-down (n) (if (= n 0) 'done (count-down (- n 1))))
      (${define} below (n) (let ((s 0)) (for (i 0 n) (set! s (+ s i))) (set! n 100) s))
      (${define} adder (n) (lambda (m) (+ n m)))
      (${define} header (block) (list (mem-read block) (mem-read (+ block 1))))
      (define (f y) (square (square (+ y 1))))
      (print (f 2))
      (print (sum3 (square 2) (sum3 1 2 (square 3)) (square 4)))
      (print (less 100 (square 5) (less 7 4 1)))
      (print (count-down 10))
      (print (map square '(1 2 3)))
      (define g 5)
      (print (+ g (square (begin (set! g 3) g))))
      (print (+ (below 5) (below (below 4))))
      (print ((adder 1) 2))
      (malloc 9)
      (print (header 20000))
      (print (let ((x 7)) (list x (square 3) x)))`;
    const expected = "81\n32\n73\ndone\n(1 4 9)\n14\n25\n3\n(16 1)\n(7 9 7)\n";
    expect(outputOf(program("defmicro"), manager)).toBe(expected);
    expect(outputOf(program("defun"), manager)).toBe(expected);
  });

  test("L-C9: has the numbers 100 to 254, so at most 155 in a program", () => {
    const micros = (count: number) => Array.from({ length: count }, (_, i) => `(defmicro m${i} (x) x)`).join(" ");
    expect(codes(micros(155))).toEqual([]);
    expect(codes(micros(156))).toEqual(["too-many-micros"]);
  });

  test("is checked like any definition", () => {
    expect(codes("(defmicro twice (x) (+ x x)) (twice 1 2)")).toEqual(["argument-count"]);
    expect(codes("(defmicro twice (x))")).toEqual(["malformed"]);
    expect(codes("(define (f) (defmicro g (x) x) (g 1))")).toEqual([]);
  });
});
