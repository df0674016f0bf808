/** What system L lists as missing in its language. Seeds, L.2. */
import { describe, expect, test } from "vitest";
import { outputOf } from "../../../support/lisp/run-program.ts";

describe("the language has", () => {
  test.each([
    ["recursion", "(define (fact n) (if (= n 0) 1 (* n (fact (- n 1))))) (print (fact 5))", "120"],
    [
      "closures",
      "(define (counter) (let ((n 0)) (lambda () (set! n (+ n 1)) n))) (define c (counter)) (c) (print (c))",
      "2",
    ],
    ["first-class functions", "(define (twice f x) (f (f x))) (print (twice (lambda (n) (* n 10)) 7))", "700"],
    ["apply", "(print (apply + 1 2 '(3 4)))", "10"],
    ["tail calls", "(define (loop n) (if (= n 0) 'end (loop (- n 1)))) (print (loop 1000000))", "end"],
    ["break", "(define n 0) (while #t (set! n (+ n 1)) (if (= n 7) (break))) (print n)", "7"],
    ["continue", "(define s 0) (for (i 0 10) (if (= (% i 2) 0) (continue)) (set! s (+ s i))) (print s)", "25"],
    [
      "loop steps",
      "(define s nil) (for (i 0 10 3) (set! s (cons i s))) (for (i 3 0 -1) (set! s (cons i s))) (print s)",
      "(1 2 3 9 6 3 0)",
    ],
    [
      "several results",
      "(define (both a b) (values (+ a b) (* a b))) (receive (sum product) (both 3 4) (print (list sum product)))",
      "(7 12)",
    ],
    ["several results for a function", "(print (call-with-values (lambda () (values 3 4)) +))", "7"],
    ["for-each", "(define sum 0) (for-each (lambda (x) (set! sum (+ sum x))) '(1 2 3)) (print sum)", "6"],
  ])("%s (L-M13)", (_, program, expected) => {
    for (const manager of ["refcount", "malloc"]) expect(outputOf(program, manager)).toBe(`${expected}\n`);
  });
});
