/** Random Conspect Lisp programs that make, change and drop lists, vectors, strings, boxed numbers and functions. */
import fc from "fast-check";

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
  // Lists that are shared over and over take long to write out.
  expression.map((e) => `(print (if (pair? ${e}) 'pair 'other))`),
);

function program(statements: readonly string[], rounds: number): string {
  return `
    (define a nil) (define b nil) (define c nil)
    (define (make n) (if (= n 0) nil (cons n (make (- n 1)))))
    (define (work x) (let loop ((i 3)) (if (> i 0) (begin (cons i x) (loop (- i 1))))))
    (for (round 0 ${rounds})
      ${statements.join("\n      ")})
    (print (list a b c))`;
}

/** The source of a program whose statements are executed that often. */
export function randomProgram(rounds = 1): fc.Arbitrary<string> {
  return fc.array(statement, { minLength: 1, maxLength: 15 }).map((statements) => program(statements, rounds));
}
