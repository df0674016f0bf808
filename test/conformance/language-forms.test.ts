import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MANAGERS } from "../../core/managers/catalog.ts";
import { outputOf } from "../support/lisp/run-program.ts";

/** What every program has: types with a weak field, a macro, a table, helper functions. `anchor` holds what weak fields refer to. */
const FRAME = `
(define-type node value next (link weak))
(define-type pair-of left right)
(defmacro with-temporary (name value . body) \`(let ((,name ,value)) ,@body))
(define (divide a b) (values (quotient a b) (remainder a b)))
(define (sum-below n step)
  (let ((sum 0)) (for (i 0 n step) (if (= i 4) (continue)) (set! sum (+ sum i))) sum))
(define anchor (make-node 0 nil nil))
(define t (make-table))
(define a nil) (define b '(1 2)) (define c (make-node 1 nil anchor)) (define d (make-pair-of b c))
`;

const variable = fc.constantFrom("a", "b", "c", "d");
const number = fc.integer({ min: -9, max: 99 }).map(String);
const value: fc.Arbitrary<string> = fc.letrec<{ value: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(number, variable, fc.constantFrom("'x", '"text"', "1.5", "nil")),
  value: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    fc.tuple(tie("value"), tie("value")).map(([x, y]) => `(cons ${x} ${y})`),
    fc.tuple(tie("value"), tie("value")).map(([x, y]) => `(make-node ${x} ${y} anchor)`),
    fc.tuple(tie("value"), tie("value")).map(([x, y]) => `(make-pair-of ${x} ${y})`),
    fc.tuple(tie("value"), number).map(([x, y]) => `(vector ${x} ${y})`),
    fc.tuple(number, tie("value")).map(([key, x]) => `(table-ref t ${key} ${x})`),
    fc.tuple(number).map(([x]) => `(receive (q r) (divide ${x} 7) (list q r))`),
    tie("value").map((x) => `(with-temporary v ${x} (list v))`),
  ),
})).value;

const step = fc.constantFrom("1", "2", "3");
const statement = fc.oneof(
  fc.tuple(variable, value).map(([name, x]) => `(set! ${name} ${x})`),
  fc.tuple(number, value).map(([key, x]) => `(table-set! t ${key} ${x})`),
  number.map((key) => `(table-delete! t ${key})`),
  fc.tuple(variable, value).map(([name, x]) => `(if (node? ${name}) (set-node-value! ${name} (list 1 ${x})))`),
  variable.map((name) => `(if (node? ${name}) (set-node-link! ${name} anchor))`),
  fc.tuple(number, step).map(([n, by]) => `(print (with-arena (sum-below ${n} ${by})))`),
  fc.tuple(number).map(([n]) => `(print (with-region scratch (let ((l (list ${n} 2 3))) (fold + 0 l))))`),
  number.map((n) => `(for (i 10 0 -3) (if (= i ${n}) (break)) (set! b (list i)))`),
  fc.constant("(gc)"),
);

describe("random programs with types, tables, macros, arenas and several results", () => {
  test("print the same under every manager", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 5, maxLength: 25 }), (statements) => {
        const end =
          "(print (list a b c d)) (print (table->list t)) (print (eq? anchor (node-link (make-node 1 2 anchor))))";
        const source = `${FRAME}${statements.join("\n")}\n${end}`;
        const expected = outputOf(source, "none");
        for (const { traits } of MANAGERS)
          expect(outputOf(source, traits.name), `${traits.name}: ${source}`).toBe(expected);
      }),
      { numRuns: 12 },
    );
  });
});

const collecting = MANAGERS.filter(({ traits }) => traits.reclaims === "at-collection").map(
  ({ traits }) => traits.name,
);
test.each(collecting)(
  "a weak field is nil once %s has collected its object, and stays while something holds it",
  (manager) => {
    const source = `(define-type node value (link weak))
    (define kept (list 1 2))
    (define n (make-node 1 (list 3)))
    (define m (make-node 2 kept))
    (define (waste i) (if (= i 0) 0 (+ 1 (waste (- i 1)))))
    (waste 50)
    (gc)
    (print (list (node-link n) (node-link m)))`;
    expect(outputOf(source, manager)).toBe("(nil (1 2))\n");
  },
);
