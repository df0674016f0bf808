import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyse } from "../../../../core/language/analysis/analyse.ts";
import { compileProgram } from "../../../../core/language/compiler/compile-program.ts";
import { semanticTokens } from "../../../../core/language/queries/forms/tokens.ts";
import { completions } from "../../../../core/language/queries/names/completion.ts";
import { hover } from "../../../../core/language/queries/names/hover.ts";
import { definitionAt, referencesAt } from "../../../../core/language/queries/names/names.ts";
import { renamingAt } from "../../../../core/language/queries/names/rename.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";
import { outputOf } from "../../../support/lisp/run-program.ts";

const SWAP = "(defmacro swap! (a b) (let ((t (gensym))) `(let ((,t ,a)) (set! ,a ,b) (set! ,b ,t))))";
const errorsOf = (source: string) =>
  analyse(source)
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ start, end, message }) => `${source.slice(start, end)}: ${message}`);

describe("macros", () => {
  test.each([
    [`${SWAP} (define x 1) (define y 2) (swap! x y) (print (list x y))`, "(2 1)"],
    [`${SWAP} (define (f a b) (swap! a b) (list a b)) (print (f 1 2))`, "(2 1)"],
    ["(defmacro my-if (c . r) `(cond (,c ,@r))) (print (my-if #t 1 2))", "2"],
    ["(defmacro add (&rest xs) `(+ ,@xs)) (print (add 1 2 3))", "6"],
    ["(defmacro all xs `(list ,@xs)) (print (all 1 2))", "(1 2)"],
    ["(defmacro repeat (n . body) (let ((i (gensym))) `(for (,i 0 ,n) ,@body))) (repeat 3 (display 'x))", "xxx"],
    [
      "(defmacro my-or (a . more) (if (null? more) a (let ((t (gensym))) `(let ((,t ,a)) (if ,t ,t (my-or ,@more)))))) (print (my-or nil nil 7))",
      "7",
    ],
    ["(define (twice-of x) `(* 2 ,x)) (defmacro twice (x) (twice-of x)) (print (twice (+ 1 2)))", "6"],
    ["(defmacro def (name value) `(define ,name ,value)) (def z 5) (print z)", "5"],
    [
      '(defmacro getter (name) `(define (,(string->symbol (string-append "get-" (symbol->string name)))) ,name)) (define a 3) (getter a) (print (get-a))',
      "3",
    ],
    [
      '(defmacro pair-of (n) `(begin (define-type ,n a b) (define one (,(string->symbol (string-append "make-" (symbol->string n))) 1 2)))) (pair-of duo) (print (duo-b one))',
      "2",
    ],
    [
      "(defmacro compute (n) (let loop ((i n) (r 1)) (if (= i 0) r (loop (- i 1) (* r i))))) (print (compute 5))",
      "120",
    ],
    [
      "(defmacro compute () (let loop ((i 0) (r 0)) (if (= i 1000) r (loop (+ i 1) (+ r i))))) (print (compute))",
      "499500",
    ],
    [
      "(defmacro compute () (let loop ((i 0) (r nil)) (cond ((= i 300) (length r)) (else (let ((j (+ i 1))) (begin (and #t (loop j (cons i r)))))))))  (print (compute))",
      "300",
    ],
    [
      "(define (count-up i n) (if (= i n) i (when (< i n) (or nil (count-up (+ i 1) n))))) (defmacro compute () (count-up 0 500)) (print (compute))",
      "500",
    ],
    ["(defmacro quoted (x) `(quote ,x)) (print (quoted (a b)))", "(a b)"],
    ["(defmacro m () (1+ 1.5)) (print (m))", "2.5"],
    ["(define (f) (defun-like g 4) (g)) (defmacro later () 1) (print (later))", null],
    ["(defmacro local (n v) `(define ,n ,v)) (define (f) (local a 4) (* a 2)) (print (f))", "8"],
    ["(defmacro m () 1) (define (f m) (m 5)) (print (f (lambda (x) (* x x))))", "25"],
    [
      "(defmacro kind (x) (cond ((symbol? x) ''symbol) ((pair? x) ''list) (else ''atom))) (print (list (kind a) (kind (b)) (kind 1)))",
      "(symbol list atom)",
    ],
    ["(defmacro unless2 (c . b) `(if ,c nil (begin ,@b))) (print (unless2 nil 1 2))", "2"],
  ])("%s prints %s", (source, output) => {
    if (output === null) expect(errorsOf(source)[0]).toContain("defun-like is not defined");
    else expect(outputOf(source).trim()).toBe(output);
  });

  test.each([
    ["(defmacro m (x) (m2 x)) (m 1)", "(m 1): the macro m cannot be expanded: m2 is not known"],
    ["(defmacro m () (let loop () (loop))) (m)", "(m): the macro m cannot be expanded: "],
    [
      "(defmacro m () (let loop ((i 0)) (if (= i 400) i (+ 1 (loop (+ i 1)))))) (m)",
      "its calls are nested more than 150 deep",
    ],
    ["(defmacro m () (let loop () (loop))) (m)", "it takes more than 50000 steps"],
    ["(defmacro m () `(m)) (m)", "it makes a call of a macro again and again"],
    ["(defmacro m (x) `(+ 1 (m ,x))) (m 1)", "nested more than"],
    ["(defmacro m (x) `(begin (m ,x) (m ,x))) (m 1)", "macro"],
    [
      "(defmacro m (x) `(begin ,x ,x)) (defmacro n (x) `(m (m (m ,x)))) (n (unknown))",
      "unknown: function unknown is not defined",
    ],
    ["(defmacro m (a) a) (m)", "a function takes 1 argument, and got 0"],
    ["(defmacro m () (car 5)) (m)", "car or cdr of something that is no list"],
    ['(defmacro m () (error "not like this")) (m)', "the macro m cannot be expanded: not like this"],
    ["(defmacro m () (lambda () 1)) (m)", "which is no form"],
    ["(defmacro m () `(car)) (m)", "(m): car takes 1 argument, 0 are given (in what the macro m makes of this)"],
    ["(defmacro m (x) `(car ,x)) (m (cdr))", "(cdr): cdr takes 1 argument, 0 are given"],
    ["(define (f) (m)) (defmacro m () 1)", "m: m is a macro"],
    ["(defmacro if (x) x)", "if: if is a special form"],
    ["(defmacro m () 1) (defmacro m () 2)", "m: m is defined twice here"],
    ["(define m 1) (defmacro m () 2)", "m: m is defined twice here"],
    ["(defmacro m () 1) (print m)", "m: m is a macro and has no value"],
    ["(defmacro m () 1) (set! m 2)", "m: m is a macro and cannot be assigned"],
    ["(defmacro m)", "(defmacro m): defmacro is not complete"],
    ["(define (f) (defmacro m () 1) 2)", "a macro can only be defined at the top level"],
    ["(defmacro m () (string-append (m2) 1)) (m)", "m2 is not known"],
    ["(defmacro m (x) (set! x 1)) (m 1)", "set! cannot be used in a macro"],
    ["(defmacro m (x) `(m (,x ,x))) (m 1)", "it takes more than 50000 steps"],
    [
      "(defmacro m () (let loop ((i 0) (a 1) (b 1)) (if (= i 60) (equal? a b) (loop (+ i 1) (cons a a) (cons b b))))) (m)",
      "it takes more than 50000 steps",
    ],
    [
      "(defmacro n () (let ((f (lambda (s) (fold (lambda (x a) (list a)) s (fold (lambda (x l) (append l l)) '(1) '(1 2 3 4 5 6 7 8)))))) (equal? (f 1) (f 1)))) (n)",
      "it compares lists that are nested more than",
    ],
    ["(defmacro m () (map car)) (m)", "a function got too few arguments"],
    [
      '(defmacro m () (string->symbol (fold (lambda (x s) (string-append s s)) "a" \'(1 2 3 4 5 6 7 8)))) (m)',
      "a symbol has 1 to 255 characters, not 256",
    ],
    ["(defmacro m () (* 65536 65536)) (m)", "an integer does not fit in 32 bits"],
  ])("%s is an error at its place", (source, message) => {
    expect(errorsOf(source).join("\n")).toContain(message);
  });

  test("end on a text with many macros that never do", () => {
    const runaway = "(defmacro m () (let loop ((i 0)) (loop (+ i 1))))";
    const source = `${runaway}${"(m)".repeat(300)}`;
    expect(errorsOf(source)).toHaveLength(300);
  });

  test("neither throw nor hang on any prefix or damage of a program with macros", () => {
    const text = `${SWAP}\n(define-type p x) (define x 1) (define y '(2 . 3))\n(defmacro w (n . b) \`(for (i 0 ,n) ,@b))\n(w 3 (swap! x y))`;
    for (let end = 0; end <= text.length; end += 3) expect(() => compileProgram(text.slice(0, end), "")).not.toThrow();
    fc.assert(
      fc.property(
        fc.nat({ max: text.length }),
        fc.nat({ max: 12 }),
        fc.constantFrom("", "(", ")", ",@", "`", " w ", "'"),
        (at, count, put) => {
          compileProgram(text.slice(0, at) + put + text.slice(at + count), "");
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("what an editor knows of macros", () => {
  const text = `; Exchanges two variables.\n${SWAP}\n(define x 1)\n(define y 2)\n(swap! x y)\n(swap! y x)`;
  const analysis = analyse(text);
  const call = text.indexOf("(swap! x");

  test("definition and uses of the name, and of the arguments where they stand", () => {
    expect(definitionAt(analysis, call + 2)?.kind).toBe("macro");
    expect(referencesAt(analysis, call + 2, true)).toHaveLength(3);
    const uses = referencesAt(analysis, text.indexOf("x 1"), false).map(({ start }) => start);
    expect([...new Set(uses)]).toEqual([text.indexOf("x y)"), text.lastIndexOf("x)")]);
    expect("refused" in renamingAt(analysis, call + 2)).toBe(false);
  });

  test("hover says what the call stands for", () => {
    const found = hover(analysis, call + 2);
    expect(found?.code).toBe("(swap! a b)");
    expect(found?.text).toContain("Exchanges two variables.");
    expect(found?.text).toContain("(let ((temporary 1 x)) (set! x y) (set! y temporary 1))");
  });

  test("names that a macro made are neither offered nor coloured", () => {
    const names = completions(analysis, call + 2).map(({ name }) => name);
    expect(names).toContain("swap!");
    expect(names.filter((name) => name.startsWith("temporary"))).toEqual([]);
    const inside = semanticTokens(analysis).filter(({ start }) => start >= call && start < call + 11);
    expect(inside.map(({ start, end }) => text.slice(start, end))).toEqual(["swap!", "x", "y"]);
  });

  test("a debugger stops at the call as a whole and inside of its arguments, and knows macros in its console", () => {
    const program =
      "(defmacro both (a b) `(let ((t ,a)) (if t ,b)))\n(define (f x) (+ x 1))\n(both\n  (f 1)\n  (f 2))\n(print 3)";
    const { debuggee } = debuggeeFor(program);
    const places: string[] = [];
    do {
      const place = debuggee.stack(0, 0).frames[0]?.place;
      if (place !== null && place !== undefined)
        places.push(program.slice(place.start, place.end).split("\n")[0] ?? "");
    } while (runMotion(debuggee.step("over", "form")).kind === "step");
    expect(places).toEqual(["(both", "(f 2)", "(print 3)"]);
    const other = debuggeeFor(program).debuggee;
    other.setBreakpoints(other.placesOnLine(4).map(({ pc }) => pc));
    expect(runMotion(other.continue()).kind).toBe("breakpoint");
    const frame = other.stack(0, 0).frames[0]?.frame ?? null;
    const result = other.evaluate("(both 1 (f 5))", frame, "act");
    expect(result.kind === "value" ? result.node.value : result).toBe("6");
  });
});

test.each(MANAGERS.map(({ traits }) => traits.name))("macros print the same under %s", (manager) => {
  const source = `${SWAP} (define l (list 1 2)) (define m '(3)) (swap! l m) (print l) (print m)`;
  expect(outputOf(source, manager)).toBe("(3)\n(1 2)\n");
});
