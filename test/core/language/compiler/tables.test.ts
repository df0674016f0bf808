import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../core/debuggee/view.ts";
import { valueNode } from "../../../../core/inspect/values.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { outputOf, runProgram } from "../../../support/lisp/run-program.ts";

const T = "(define t (make-table))";

describe("tables", () => {
  test.each([
    ["(print (table-ref t 1)) (print (table-ref t 1 'none)) (print (table-count t))", "nil\nnone\n0"],
    ["(print (table-set! t 'a 1)) (table-set! t 'a 2) (print (table-ref t 'a)) (print (table-count t))", "1\n2\n1"],
    ['(table-set! t "key" 1) (print (table-ref t (string-append "k" "ey")))', "1"],
    ["(table-set! t '(1 (2)) 'x) (print (table-ref t (list 1 (list 2))))", "x"],
    ["(table-set! t #(1 2) 'x) (print (table-ref t (vector 1 2)))", "x"],
    ["(table-set! t 100000 'x) (print (table-ref t (* 1000 100)))", "x"],
    ["(table-set! t 1 'integer) (table-set! t 1.0 'float) (print (table-ref t 1.0))", "float"],
    [
      "(table-set! t nil 'n) (print (table-ref t '())) (print (table-delete! t nil)) (print (table-delete! t nil))",
      "n\n#t\nnil",
    ],
    ["(define k (list 1)) (set-cdr! k k) (table-set! t k 'ring) (print (table-ref t k))", "ring"],
    ["(for (i 0 1000) (table-set! t i (* i i))) (print (table-ref t 999)) (print (table-count t))", "998001\n1000"],
    ["(print t) (table-set! t 1 2) (print (list t))", "#<table 0>\n(#<table 1>)"],
    [
      "(table-set! t 'a 1) (print (table-keys t)) (print (table-values t)) (print (table->list t))",
      "(a)\n(1)\n((a . 1))",
    ],
    [
      "(table-set! t 1 1) (table-for-each (lambda (k v) (table-delete! t k) (table-set! t 9 9)) t) (print (table->list t))",
      "((9 . 9))",
    ],
    ["(print (map table? (list t 1 nil)))", "(#t nil nil)"],
    ["(table-set! t 'a 1) (define (f g) (list (g t 'a) (g t 'b 7))) (print (f table-ref))", "(1 7)"],
    ["(table-ref 5 1)", "[failed: 5 is of the wrong type here]"],
    ["(table-count '(1))", "[failed: (1) is of the wrong type here]"],
  ])("%s prints %s", (source, output) => {
    expect(outputOf(`${T} ${source}`).trim()).toBe(output);
  });

  test("agree with a map under any sequence of changes, and every manager gives the keys in the same order", () => {
    const key = fc.oneof(fc.integer({ min: 0, max: 30 }).map(String), fc.constantFrom('"s"', "'(1 2)", "'sym", "#(1)"));
    const change = fc.oneof(
      fc.record({ kind: fc.constant("set" as const), key, value: fc.nat({ max: 99 }) }),
      fc.record({ kind: fc.constant("delete" as const), key }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        const model = new Map<string, number>();
        for (const step of changes) {
          if (step.kind === "set") model.set(step.key, step.value);
          else model.delete(step.key);
        }
        const text = changes.map((step) =>
          step.kind === "set" ? `(table-set! t ${step.key} ${step.value})` : `(table-delete! t ${step.key})`,
        );
        const reads = [...model].map(([name, value]) => `(= (table-ref t ${name}) ${value})`);
        const source = `${T} ${text.join(" ")} (print (table-count t)) (print (and #t ${reads.join(" ")})) (print (table-keys t))`;
        const first = outputOf(source);
        expect(first.startsWith(`${model.size}\n#t\n`)).toBe(true);
        expect(outputOf(source, "none")).toBe(first);
      }),
      { numRuns: 15 },
    );
  });

  test("show their keys with their values in the debugger", () => {
    const { machine } = runProgram(`${T} (table-set! t "name" 'value) (table-set! t 2 '(x))`);
    const table = machine.memory.pointer(valueCell(findSymbol(machine.memory, "t") as number));
    const node = valueNode(viewOf(machine), "t", table, { expression: "t" });
    expect(node.value).toMatch(/ #<table 2>$/);
    expect(node.indexedCount).toBe(2);
    const entries = node.indexed(0, 2).map(({ name, value }) => `${name} -> ${value.replace(/^{LISTP}\S+ /, "")}`);
    expect(entries.sort()).toEqual(['"name" -> value', "2 -> (x)"]);
  });
});

describe("several results (L-M13)", () => {
  test.each([
    ["(receive (a b) (values 1 2) (print (+ a b)))", "3"],
    ["(receive (a . more) (values 1 2 3) (print (list a more)))", "(1 (2 3))"],
    ["(receive all (values) (print all))", "nil"],
    ["(receive (a) 5 (print a))", "5"],
    ["(print (values 7))", "7"],
    ["(print (values 1 2))", "#<values (1 2)>"],
    ["(define (f) (receive (a b) (values 1 2) (set! a 5) (lambda () (list a b)))) (print ((f)))", "(5 2)"],
    ["(let-values (((a b) (values 1 2)) ((c) 3)) (print (list a b c)))", "(1 2 3)"],
    ["(define a 9) (let-values (((a) 1) ((b) a)) (print (list a b)))", "(1 9)"],
    ["(print (call-with-values (lambda () (values 1 2)) cons))", "(1 . 2)"],
    ["(print (call-with-values (lambda () 4) list))", "(4)"],
    ["(for (i 0 3) (receive (a b) (values i i) (if (= a 1) (break)) (print b)))", "0"],
    ["(print (map (lambda (f) (receive l (f 1 2) l)) (list values)))", "((1 2))"],
    ["(receive (a b) (values 1 2 3) a)", "[failed: wrong number of results: expected, and given: 2 3]"],
    ["(receive (a b . c) 1 a)", "[failed: wrong number of results: expected, and given: 2 1]"],
  ])("%s prints %s", (source, output) => {
    expect(outputOf(source).trim()).toBe(output);
  });
});

test.each([
  ["(define l (list 1 2 3)) (set-cdr! (cddr l) l) (length l)", "structure is too deep or circular"],
  ["(define l (list 1 2)) (set-cdr! (cdr l) l) (length l)", "structure is too deep or circular"],
  ["(define l (list 1)) (set-cdr! l l) (length l)", "structure is too deep or circular"],
  ["(length '(1 2 . 3))", "3 is not a list"],
  ["(define (f x) x) (define g f) (g)", "f takes 1 argument, 0 were given"],
  ["(define (f x y) x) (define g f) (g 1)", "f takes 2 arguments, 1 was given"],
])("%s ends with an error that says so", (source, message) => {
  expect(outputOf(source)).toContain(message);
});

test.each(MANAGERS.map(({ traits }) => traits.name))(
  "tables and several results print the same under %s",
  (manager) => {
    const source = `${T}
    (define (divide a b) (values (quotient a b) (remainder a b)))
    (for (i 0 40) (receive (q r) (divide i 7) (table-set! t (list q r) i)))
    (print (table-count t))
    (print (table-keys t))
    (print (table-ref t '(3 4)))`;
    expect(outputOf(source, manager)).toBe(outputOf(source, "none"));
  },
);
