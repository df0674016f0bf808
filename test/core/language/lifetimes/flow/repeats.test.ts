/** Programs that put one value into several places of a structure: under the plan they do what they do when nothing is freed. */
import { describe, expect, test } from "vitest";
import { runPlanned } from "../../../../support/lisp/lifetime-run.ts";
import { endOf } from "../../../../support/lisp/program-end.ts";

/** Freed objects stay poisoned, so that the use of any of them is found out. */
function check(text: string): void {
  const { output } = endOf(text, "none");
  expect(endOf(text, "asap", { quarantine: 100_000 })).toEqual({ output, how: "finished", left: 0 });
}

describe("a vector that is filled with one value", () => {
  test.each([
    [
      "made in a loop, of a variable that is assigned there",
      `(define (waste n l)
         (while (> n 0)
           (set! l (cons n (list n "abc")))
           (make-vector 10 l)
           (set! n (- n 1)))
         l)
       (define v (waste 100 nil))
       (print v)`,
    ],
    ["of a local variable that is used later", "(define (f x) (make-vector 10 x) (car x)) (print (f (list 1 2)))"],
    ["of a global variable", "(define l (list 1 2)) (define (f) (make-vector 5 l) (car l)) (print (f)) (print l)"],
    ["of something new", "(define (f) (vector-ref (make-vector 4 (list 1 2)) 3)) (print (f)) (print (car (f)))"],
    ["that is returned", "(define (f x) (make-vector 3 x)) (define l (list 1 2)) (define v (f l)) (print v) (print l)"],
    [
      "and then shared",
      "(define v (make-vector 3 (list 1 2))) (define w (list v v)) (print (car w)) (print (vector-ref v 2))",
    ],
    [
      "and read by several owners",
      "(define v (make-vector 3 (list 1 2))) (define a (vector-ref v 0)) (define b (list a a)) (print b)",
    ],
    [
      "and changed",
      "(define (f x) (let ((v (make-vector 3 x))) (vector-set! v 1 (list 7)) (vector-set! v 2 x) v)) (print (f (list 1)))",
    ],
    ["without items", "(define (f x) (make-vector 0 x) (print x)) (f (list 1 2)) (f (list 3 4))"],
    [
      "of a list with several owners",
      "(define (f x) (let ((y (list x x))) (make-vector 4 y) (make-vector 4 x) (print y))) (f (list 1 2))",
    ],
    [
      "of a vector of that kind",
      "(define (f x) (make-vector 3 (make-vector 3 x))) (print (f (list 1))) (print (vector-ref (f (list 2)) 1))",
    ],
    ["of a function", "(define (f x) (let ((g (lambda () x))) (make-vector 3 g) (g))) (print (f (list 1 2)))"],
    [
      "of a number box",
      "(define (f x) (make-vector 10 (* x 1.5)) (let ((y (* x 2.5))) (make-vector 4 y) (print y))) (f 3) (f 4)",
    ],
    [
      "in a loop of calls",
      "(define (f n l) (if (< n 1) l (begin (make-vector n l) (f (- n 1) (cons n l))))) (print (f 9 (list 0)))",
    ],
    [
      "by the function as a value",
      "(define (f make x) (make 3 x)) (print (f make-vector (list 1 2))) (print (apply make-vector (list 2 (list 3))))",
    ],
    [
      "in a ring",
      "(define (f) (let ((a (cons 1 nil))) (set-cdr! a (make-vector 3 a)) (car (vector-ref (cdr a) 2)))) (print (f)) (print (f))",
    ],
  ])("%s", (_what, text) => {
    check(text);
  });
});

describe("a value in several places", () => {
  test.each([
    [
      "of a vector that is filled again",
      "(define (f x) (let ((v (vector 1 2 3))) (vector-fill! v x) (vector-fill! v (list 4)) (print v) (car x))) (print (f (list 1 2)))",
    ],
    [
      "of a vector that is filled in a loop",
      "(define (f n l) (while (> n 0) (set! l (cons n l)) (vector-fill! (make-vector 3) l) (set! n (- n 1))) l) (print (f 9 nil))",
    ],
    [
      "of a vector that is filled and returned",
      "(define (f x) (vector-fill! (make-vector 4 x) x)) (print (f (list 1 2))) (define v (f (list 3))) (print v)",
    ],
    ["of a list", "(define (f x) (list x x x)) (define l (list 1 2)) (print (f l)) (define m (f l)) (print (cadr m))"],
    [
      "of a list that nobody keeps, in a loop",
      '(define (f n l) (while (> n 0) (set! l (cons n (list n "abc"))) (list l l) (vector l l l) (cons l l) (set! n (- n 1))) l) (print (f 20 nil))',
    ],
    ["of a list of something new", "(define (f) (let ((x (list 1 2))) (list x x))) (print (car (f))) (print (f))"],
  ])("%s", (_what, text) => {
    check(text);
  });
});

describe("what is in no second place", () => {
  test("a vector of numbers goes behind its last use (O-M1)", () => {
    const { events } = runPlanned("(define (f) (display (vector-length (make-vector 4 0)))) (f) (display 5)");
    const made = events.filter((event) => event.startsWith("alloc")).length;
    const ended = events.slice(0, events.indexOf("print 5")).filter((event) => event.startsWith("free")).length;
    expect({ made, ended }).toEqual({ made: 2, ended: 2 });
  });
});
