import { describe, expect, test } from "vitest";
import { analyse } from "../../../../core/language/analysis/analyse.ts";

/** Diagnostics as `code at "text"`. */
function check(source: string): string[] {
  return analyse(source).diagnostics.map((found) => `${found.code} ${source.slice(found.start, found.end)}`);
}

describe("correct programs have no diagnostics", () => {
  test.each([
    "(define (f x) (g x)) (define (g x) x) (display (f 1))",
    "(define x 1) (set! x (+ x 1)) (display x)",
    "(let loop ((i 0)) (when (< i 3) (display i) (loop (+ i 1))))",
    "(define (f . rest) rest) (f) (f 1 2 3) ((lambda all all) 1 2)",
    "(define (f) (define a 1) (define (g) (+ a 1)) (g))",
    "(letrec ((even (lambda (n) (if (= n 0) #t (odd (- n 1))))) (odd (lambda (n) (if (= n 0) #f (even (- n 1)))))) (even 4))",
    "(for (i 0 10) (if (= i 5) (break)) (display i))",
    "(cond ((assq 'a '((a . 1))) => cdr) (else 2))",
    "(case 3 ((1 2) 'low) ((3) 'three) (else 'other))",
    "(define x 1) `(a ,x ,@(list 1 2) . ,x)",
    "(do (define y 2) (print y))",
    "(defun f (x) (setq y x)) (define y 0) (f 1)",
    "(define (malloc n) n) (malloc 8)",
    "(define t 1) (let ((list 2)) (display list)) (display t)",
    "(let ((do 1)) (display do))",
  ])("%s", (source) => {
    expect(check(source)).toEqual([]);
  });
});

describe("diagnostics", () => {
  test.each([
    ["(display y)", ["unbound-variable y"]],
    ["(foo 1)", ["unbound-function foo"]],
    ["(set! y 1)", ["unbound-variable y"]],
    ["(let ((x 1)) x) x", ["unbound-variable x"]],
    ["(car 1 2)", ["argument-count (car 1 2)"]],
    ["(cons 1)", ["argument-count (cons 1)"]],
    ["(define (f a b) a) (f 1)", ["argument-count (f 1)"]],
    ["(define (f a . b) a) (f)", ["argument-count (f)"]],
    ["(let loop ((i 0)) (loop))", ["argument-count (loop)"]],
    ["((lambda (x) x))", ["argument-count ((lambda (x) x))"]],
    ["(define x 1) (define x 2)", ["duplicate-definition x"]],
    ["(lambda (a a) a)", ["duplicate-definition a"]],
    ["(let ((a 1) (a 2)) a)", ["unused a", "duplicate-definition a"]],
    ["(if)", ["malformed (if)"]],
    ["(if 1 2 3 4)", ["malformed (if 1 2 3 4)"]],
    ["(define)", ["malformed (define)"]],
    ["(define x)", ["malformed (define x)"]],
    ["(let x)", ["malformed (let x)"]],
    ["(let ((1 2)) 3)", ["malformed (1 2)"]],
    ["(lambda (x))", ["malformed (lambda (x))"]],
    ["(cond 1)", ["malformed 1"]],
    ["(break)", ["malformed (break)"]],
    ["(while #t (lambda () (break)))", ["malformed (break)"]],
    ["(display (define x 1))", ["malformed (define x 1)"]],
    ["(define if 1)", ["malformed if"]],
    ["(display if)", ["malformed if"]],
    ["(set! car 1)", ["malformed car"]],
    ["(1 2)", ["not-a-function (1 2)"]],
    ["(car . x)", ["malformed x"]],
    [",x", ["malformed ,x"]],
    ["(defmacro m (x))", ["malformed (defmacro m (x))"]],
    ["(define-type)", ["malformed (define-type)"]],
    ["(define-type 1 x)", ["malformed (define-type 1 x)"]],
    ["(define-type p 1)", ["malformed 1"]],
    ["(define-type p (x loud))", ["malformed loud"]],
    ["(define-type p (x weak back))", ["malformed (x weak back)"]],
    ["(define-type p x x)", ["duplicate-definition x"]],
    ["(define-type p x) (define-type p y)", ["duplicate-definition p"]],
    ["(define-type p x) (define (p-x a) a)", ["duplicate-definition p-x"]],
    ["(define (p-x a) a) (define-type p x)", ["duplicate-definition p"]],
    ["(define-type p x) (make-p)", ["argument-count (make-p)"]],
    ["(define-type p x) (p-y 1)", ["unbound-function p-y"]],
    ["(define-type p x) (set! p-x 1)", ["malformed p-x"]],
    ["(define (f) (define-type p x) 1)", ["malformed (define-type p x)"]],
    ["(continue)", ["malformed (continue)"]],
    ["(for (i 0 9 0) i)", ["malformed 0"]],
    ["(for (i 0 9 1 1) i)", ["malformed (for (i 0 9 1 1) i)"]],
    ["(with-arena)", ["malformed (with-arena)"]],
    ["(with-region 1 2)", ["malformed (with-region 1 2)"]],
    ["(with-region r)", ["malformed (with-region r)"]],
    ["(free)", ["argument-count (free)"]],
    ["(define (f) (let ((a 1)) 2))", ["unused a"]],
    ["(define (f", ["unclosed-list ("]],
  ])("%s", (source, expected) => {
    expect(check(source)).toEqual(expected);
  });

  test("a misspelt name comes with the one that may be meant", () => {
    const messages = (source: string) => analyse(source).diagnostics.map((found) => found.message);
    expect(messages("(define counter 1) (display conuter)")[0]).toContain("did you mean counter?");
    expect(messages("(dispaly 1)")[0]).toContain("did you mean display?");
  });
});

test("any prefix of a program is analysed", () => {
  const program =
    "(define (f x . r) (let* ((a 1) (b `(,a ,@r))) (cond ((= x a) => f) (else (case x ((1 2) (for (i 0 9) (break))))))))";
  for (let length = 0; length <= program.length; length++) analyse(program.slice(0, length));
});
