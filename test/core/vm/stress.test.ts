/** Collections at every allocation change nothing that a program can see. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { digest } from "../../../core/vm/digest.ts";
import { lispMachine } from "../../support/lisp-machine.ts";

const name = fc.constantFrom("a", "b", "c");
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    name,
    fc.integer({ min: -70000, max: 70000 }).map(String),
    fc.constantFrom("nil", "'sym", '"text"', "1.5", "'(1 2 3)"),
    fc.tuple(tie("expression"), tie("expression")).map(([x, y]) => `(cons ${x} ${y})`),
    fc.tuple(tie("expression"), tie("expression")).map(([x, y]) => `(list ${x} ${y} ${x})`),
    fc.tuple(tie("expression"), tie("expression")).map(([x, y]) => `(vector ${x} ${y})`),
    tie("expression").map((x) => `(if (pair? ${x}) (cdr ${x}) ${x})`),
    tie("expression").map((x) => `((lambda (p) (cons p (lambda () p))) ${x})`),
    fc.constantFrom('(string-append "a" "b")', "(+ 70000 1)", "(make 4)", "(* 1.5 3)"),
  ) as fc.Arbitrary<string>,
}));
const statement = fc.oneof(
  fc.tuple(name, expression).map(([x, e]) => `(set! ${x} ${e})`),
  fc.tuple(name, expression).map(([x, e]) => `(if (pair? ${x}) (set-car! ${x} ${e}))`),
  fc.tuple(name, expression).map(([x, e]) => `(if (pair? ${x}) (set-cdr! ${x} ${e}))`),
  fc.tuple(name, expression).map(([x, e]) => `(if (vector? ${x}) (vector-set! ${x} 1 ${e}))`),
  fc.tuple(name, expression).map(([x, e]) => `(let ((t ${e})) (work t) (set! ${x} (list t t)))`),
  expression.map((e) => `(print ${e})`),
);

function program(statements: readonly string[]): string {
  return `
    (define a nil) (define b nil) (define c nil)
    (define (make n) (if (= n 0) nil (cons n (make (- n 1)))))
    (define (work x) (let loop ((i 3)) (if (> i 0) (begin (cons i x) (loop (- i 1))))))
    ${statements.join("\n    ")}
    (print (list a b c))`;
}

test("a collection at every allocation changes nothing that a program prints", () => {
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 1, maxLength: 15 }),
      fc.integer({ min: 1, max: 4 }),
      (body, stress) => {
        const source = program(body);
        const free = lispMachine(source, { manager: "none" });
        const end = free.machine.run(1_000_000);
        const stressed = lispMachine(source, { managerOptions: { stress } });
        expect(stressed.machine.run(1_000_000).kind).toBe(end.kind);
        expect(stressed.output()).toBe(free.output());
        const again = lispMachine(source, { managerOptions: { stress } });
        again.machine.run(1_000_000);
        expect(digest(again.machine)).toBe(digest(stressed.machine));
      },
    ),
    { numRuns: 12 },
  );
});
