/** The analysis of texts that nobody wrote: it always ends, never fails, and says what hangs together. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STRATEGY } from "../../../../../core/isa/plan.ts";
import { analyse } from "../../../../../core/language/analysis/analyse.ts";
import { lifetimesOf } from "../../../../../core/language/analysis/lifetimes/lifetimes.ts";
import { escapesAsFarAs, type Lifetimes } from "../../../../../core/language/analysis/lifetimes/plan.ts";
import { randomProgram } from "../../../../support/lisp/random-lisp.ts";

const asap = readdirSync("examples/asap").map((name) => `examples/asap/${name}`);
const sources = [...asap, "examples/garbage.cons", "examples/fibonacci.cons"].map((path) => readFileSync(path, "utf8"));
const FORMS = `(define (f a . r) (let* ((x 1) (y x)) (set! x (+ y a)) (lambda (z) (list x z r))))
(let loop ((i 0)) (cond ((< i 3) (loop (+ i 1))) ((assq 'a '((a . 1))) => cdr) (else (case i ((1 2) 'b) (else 'c)))))
(define v (vector 1 2)) (while (and v (not nil)) (if (break) 1 2) (vector-set! v (car '(0)) (begin (break))))
(define (g n) (define (h k) (if (= k 0) n (h (- k 1)))) (letrec ((p (lambda () (h n)))) (or (p) (when n (g 1)))))
(for (i 0 3) (print \`(1 ,i ,@(list i)))) (unless (g 1) (apply f 1 '(2))) (do (define q 1) (setq q 2 v 3))
(with-arena (cons 1 2)) (free v) (map (lambda (e) (list e)) (append '(1) (list 2) nil)) (define w (f 1)) (print (w 2))`;

/** What holds between the facts of any program. */
function checkFacts(lifetimes: Lifetimes): void {
  for (const fact of lifetimes.variables.values()) {
    if (fact.shape === "scalar") expect(fact.isOwner).toBe(false);
    if (fact.isOwner) expect([STRATEGY.OWNED, STRATEGY.COUNTED, STRATEGY.COMPONENT]).toContain(fact.strategy);
    expect(fact.owners).not.toContain(fact.binding);
    for (const owner of fact.owners) expect(lifetimes.variables.get(owner)?.isOwner).toBe(true);
  }
  for (const fact of lifetimes.allocations.values()) {
    const isLocal = fact.strategy === STRATEGY.STACK || fact.strategy === STRATEGY.ARENA;
    if (isLocal) expect(escapesAsFarAs(fact.escape, "return")).toBe(false);
    if (fact.strategy === STRATEGY.OWNED) expect(fact.shape).toBe("tree");
    expect(fact.place !== null).toBe(isLocal || fact.strategy === STRATEGY.COMPONENT);
  }
  for (const call of lifetimes.calls.values()) if (call.isConverted) expect(call.strategy).toBe(STRATEGY.COUNTED);
}

describe("any text (O-M2)", () => {
  test("every beginning of a program has facts that hang together", () => {
    const prefix = fc
      .constantFrom(FORMS, ...sources)
      .chain((text) => fc.nat(text.length).map((end) => text.slice(0, end)));
    fc.assert(
      fc.property(prefix, (text) => checkFacts(lifetimesOf(analyse(text)))),
      { numRuns: 150 },
    );
  });

  test("so have random programs", () => {
    fc.assert(
      fc.property(randomProgram(), (text) => checkFacts(lifetimesOf(analyse(text)))),
      { numRuns: 60 },
    );
  });

  test("so has one in which a million ways lead from a value to the function that is handed it", () => {
    const further = Array.from({ length: 30 }, (_, i) => `(define (f${i + 1} a) (if (pair? a) (f${i} a) (f${i} a)))`);
    const first = "(define (f0 a) (let ((b (cons a nil))) (car b)))";
    const lifetimes = lifetimesOf(analyse(`${first}\n${further.join("\n")}\n(print (f30 (list 1 2)))`));
    checkFacts(lifetimes);
    const shapes = [...lifetimes.variables.values()].filter(({ binding }) => binding.name === "a").map((a) => a.shape);
    expect([shapes.length, ...new Set(shapes)]).toEqual([31, "dag"]);
  });

  test("a further use never brings a value nearer to its function", () => {
    const uses = fc.array(
      fc.constantFrom("(display (car x))", "(cons 1 x)", "(set! g x)", "(f x)", "(lambda () x)", "x"),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    const escapeOf = (body: readonly string[]) => {
      const text = `(define g nil) (define (f y) (car y)) (define (h) (let ((x (cons 1 2))) ${body.join(" ")} 0)) (h)`;
      const analysis = analyse(text);
      const x = analysis.bindings.find((binding) => binding.name === "x");
      return x === undefined ? "none" : (lifetimesOf(analysis).variables.get(x)?.escape ?? "none");
    };
    fc.assert(
      fc.property(uses, (body) => {
        for (let i = 1; i < body.length; i++)
          expect(escapesAsFarAs(escapeOf(body), escapeOf(body.slice(0, i)))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("deep nesting and long bodies end", () => {
    const deep = `(define (f x) ${"(if x (list ".repeat(60)}x${") nil)".repeat(60)})(f (cons 1 2))`;
    const long = `(define (f x) ${"(set! x (cons x x)) ".repeat(300)} x) (f nil)`;
    const loops = `(define (f x) ${"(while x (set! x (cdr x)) ".repeat(30)}${")".repeat(30)}) (f (list 1 2))`;
    for (const text of [deep, long, loops]) checkFacts(lifetimesOf(analyse(text)));
  });
});
