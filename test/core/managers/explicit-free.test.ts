/** `(free x)` under every manager that takes objects back: what it refuses, and what becomes of those who still use an object. */
import { describe, expect, test } from "vitest";
import { MANAGERS } from "../../../core/managers/catalog.ts";
import { ManagedHeap } from "../../support/heap/managed-heap.ts";
import { runProgram } from "../../support/lisp/run-program.ts";

const FREEING = MANAGERS.filter((factory) => new ManagedHeap(factory).manager.explicit !== null);
const stopOf = (text: string, manager: string, options = {}) => {
  const { stop, output } = runProgram(text, manager, options);
  return `${output}${stop.kind === "failed" ? `${stop.event?.kind}: ${stop.message}` : stop.kind}`;
};

describe.each(FREEING.map(({ traits }) => traits.name))("under %s", (manager) => {
  test.each([
    ["a quoted list", "(define (f) '(1 2)) (free (f))"],
    ["the rest of a quoted list", "(define (f) '(1 2)) (free (cdr (f)))"],
    ["a list in a quoted list", "(define (f) '((1) 2)) (free (car (f)))"],
    ["a string", '(free "text")'],
    ["a vector", "(free #(1 2))"],
    ["a float", "(free 1.5)"],
  ])("%s of the text cannot be freed, and is still there", (_what, text) => {
    const found = stopOf(text, manager);
    expect(found).toMatch(
      /^memory\.error: \{.*\}#[\d,]+ (cannot be|was not) freed: it (is a constant of the code|is a number|belongs to the VM arena)/,
    );
  });

  test("what the program has made itself can be freed", () => {
    expect(
      stopOf("(define x (list 1 2)) (free (cdr x)) (define v (vector 1 2)) (free v) (free (cons 1 2))", manager),
    ).toBe("finished");
  });

  const options = manager === "mark-sweep" ? [{}] : [{}, { quarantine: 0 }];
  test.each(options)("a freed function that is called is a memory error that names it, with %j", (given) => {
    const text = "(define (g x) (lambda (y) (+ x y))) (define h (g 1)) (print (h 2)) (free h) (print (h 3))";
    expect(stopOf(text, manager, given)).toMatch(/^3\nmemory\.error: use after free: \{COMPILED-CLOSURE\}#[\d,]+ was/);
    const applied = "(define (g x) (lambda (y) (+ x y))) (define h (g 1)) (free h) (print (map h (list 1 2)))";
    expect(stopOf(applied, manager, given)).toMatch(/^memory\.error: use after free: \{COMPILED-CLOSURE\}#[\d,]+ was/);
  });

  test("a freed string that is printed is a memory error, and so is a second free", () => {
    const make = '(define s (string-append "ab" "cd")) (free s)';
    expect(stopOf(`${make} (print s)`, manager)).toMatch(/^memory\.error: use after free: \{ONED-ARRAY\}/);
    expect(stopOf(`${make} (free s)`, manager)).toMatch(/^memory\.error: .*(first freed at|freed twice)/);
  });
});

test("asap says of a number in a box why it cannot be freed", () => {
  expect(stopOf("(define x (* 1.5 2)) (free x)", "asap")).toMatch(
    /^memory\.error: \{FLOATP\}#[\d,]+ cannot be freed: it is a number, and numbers go by themselves/,
  );
});

test("a reference in a list to what went with its arena prints as no object", () => {
  const text =
    "(define kept (list 1 2)) (define (f) (let ((x nil)) (with-arena (set! x (list 1 (list 2))) 3) (list x 4))) (print (f))";
  expect(stopOf(text, "arena")).toMatch(/^\(\{NO-OBJECT\}#[\d,]+ 4\)/);
});
