/** What system L lists as missing in its language. Seeds, L.2. */
import { describe, expect, test } from "vitest";
import { outputOf } from "../../../support/run-program.ts";

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
    ["for-each", "(define sum 0) (for-each (lambda (x) (set! sum (+ sum x))) '(1 2 3)) (print sum)", "6"],
  ])("%s (L-M13)", (_, program, expected) => {
    expect(outputOf(program)).toBe(`${expected}\n`);
  });
});
