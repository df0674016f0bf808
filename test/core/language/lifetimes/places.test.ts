/** Where allocations go, as the hints say it, against what happens when the programs run under the manager asap. */
import { describe, expect, test } from "vitest";
import { traceText } from "../../../../cli/commands/explain.ts";
import { analyse } from "../../../../core/language/analysis/analyse.ts";
import { explainLifetime } from "../../../../core/language/queries/lifetimes/explain.ts";
import { lifetimeFacts } from "../../../../core/language/queries/lifetimes/facts.ts";
import { lifetimeHints } from "../../../../core/language/queries/lifetimes/hints.ts";
import { lifetimeTrace } from "../../../../core/language/queries/lifetimes/trace.ts";
import { runPlanned } from "../../../support/lisp/lifetime-run.ts";

const hintsOf = (text: string, kind: string) =>
  lifetimeHints(lifetimeFacts(analyse(text))).filter((hint) => hint.kind === kind);
const labels = (text: string, kind: string) => hintsOf(text, kind).map(({ label }) => label);

describe("allocations in arenas of the program (O-M7)", () => {
  test.each([
    ["(with-arena (car (cons 1 2)))", ["arena"]],
    ["(with-region work (car (cons 1 2)))", ["region work"]],
    ["(with-region outer (with-region inner (car (cons 1 2))) (car (cons 3 4)))", ["region inner", "region outer"]],
    ["(with-arena (let loop ((i 0) (s nil)) (if (< i 2) (loop (+ i 1) (cons i s)) (car s))))", ["arena"]],
    ["(define (f n) (for (i 0 n) (with-region turn (car (cons i nil))))) (f 2)", ["region turn"]],
  ])("are shown with the innermost one, which takes them: %s", (text, expected) => {
    expect(labels(text, "allocations")).toEqual(expected);
    const { events, stop } = runPlanned(text);
    expect(stop.kind).toBe("finished");
    const made = events.filter((event) => / ?alloc/.test(event));
    expect(made.length).toBeGreaterThan(0);
    expect(made.every((event) => event.startsWith("arena.alloc"))).toBe(true);
  });

  test("are told with the form that makes it so, in hint, hover and trace", () => {
    const text = "(define (f n)\n  (with-region work\n    (car (cons n nil))))\n(f 1)";
    const [hint] = hintsOf(text, "allocations");
    expect(hint?.text).toMatch(/^In the region work: it goes with everything else in it/);
    const ranges = hint?.because.map(({ range }) => text.slice(range.start, range.start + 13));
    expect(ranges).toEqual(["(with-region "]);
    const facts = lifetimeFacts(analyse(text));
    expect(explainLifetime(facts, text.indexOf("cons"))).toEqual({ text: hint?.text, because: hint?.because });
    const row = traceText(lifetimeTrace(facts)).find((line) => line.includes("(cons n nil)"));
    expect(row).toMatch(/ region work +made inside \(with-region work …\).* \(line 2\)$/);
  });

  test("are not those of a function that is made inside and may run later", () => {
    const text = "(define (f) (with-arena (car (map (lambda (n) (cons n nil)) (list 1 2))))) (f)";
    expect(labels(text, "allocations")).toEqual(["program", "arena", "arena"]);
    expect(labels("(define (f) (with-arena 1) (cons 1 2)) (f)", "allocations")).not.toContain("arena");
  });
});

/** A loop that makes x, looks at it, makes y, and prints whether that lies where x was. */
function comparing(first: string, second: string, between = ""): string {
  const body = `(let ((y ${second})) (display (if (= p (address-of y)) 'same 'other)))`;
  return `(define (twice k) (* k 2))
(define (f n m)
  (for (i 0 n)
    (let ((x ${first}))
      (let ((p (address-of x)) (a (car x))) ${between} ${body}))))
(f 3 7)`;
}
/** Leaves free cells on several pages, in no order. */
const HOLES = `(define (holes n) (let ((kept nil)) (for (i 0 n) (let ((x (list i 1 2)) (y (cons i nil))) (set! kept (cons (car y) kept)))) kept))
(define held (holes 90))
`;

describe("reuse of what was freed just before (O-F12)", () => {
  test.each([
    ["(cons i nil)", "(cons a nil)"],
    ["(cons i nil)", "(list 5)"],
    ["(cons i 7)", "(cons a 'seven)"],
    ["(cons i m)", "(cons a m)"],
    ["(list i 7 8)", "(list 5 a 9)"],
    ["(list i 2 3 4 5 6 7 8 9 10 11 12)", "(list a 2 3 4 5 6 7 8 9 10 11 12)"],
  ])("is shown for %s and then %s, and so it is at run time", (first, second) => {
    const text = comparing(first, second);
    expect(labels(text, "reuses")).toEqual(["reuses x"]);
    for (const prepared of [text, `${HOLES}${text}`]) {
      expect(runPlanned(prepared, { quarantine: 0 }).output).toBe("samesamesame");
    }
    // What waits in quarantine is not used anew yet: the hint says that.
    expect(runPlanned(text).output).toBe("otherotherother");
    expect(hintsOf(text, "reuses")[0]?.text).toContain("quarantine");
  });

  test("is told with the free that hands the cells on, in hint, hover and trace", () => {
    const text = comparing("(cons i nil)", "(cons a nil)");
    const [hint] = hintsOf(text, "reuses");
    expect(hint?.because.map(({ text: why }) => why)).toEqual(["x is freed here: last use of x"]);
    expect(hint?.because.map(({ range }) => text.slice(range.start, range.end))).toEqual(["(car x)"]);
    const facts = lifetimeFacts(analyse(text));
    expect(explainLifetime(facts, text.indexOf("cons a"))?.text).toContain("the very memory that x leaves");
    expect(traceText(lifetimeTrace(facts)).find((line) => line.includes("(cons a nil)"))).toContain("owned, reuses x");
  });

  test("is shown for what has no name", () => {
    const text = "(define (f n) (let ((s 0)) (for (i 0 n) (set! s (+ (car (list i)) (car (list 2))))) s)) (f 3)";
    expect(labels(text, "reuses")).toEqual(["reuses temporary"]);
  });

  test.each([
    ["another request", comparing("(cons i nil)", "(cons a 7)")],
    ["another length", comparing("(list i 2)", "(list a)")],
    ["a call in between", comparing("(cons i nil)", "(cons (twice a) nil)")],
    ["a further object in between", comparing("(cons i nil)", "(cons a nil)", "(display (cons 1 2))")],
    ["a way around it", comparing("(cons i nil)", "(cons a nil)", "(if a (display a))")],
    ["a loop in between", comparing("(cons i nil)", "(cons a nil)", "(while #f 1)")],
    ["an arena that may be open", `(with-arena 1) ${comparing("(cons i nil)", "(cons a nil)")}`],
    ["an object inside it", comparing("(cons (cons i nil) nil)", "(cons 1 nil)")],
  ])("is not shown with %s", (_what, text) => {
    expect(labels(text, "reuses").filter((label) => label === "reuses x")).toEqual([]);
  });

  test("is not sure where other pairs were freed, so it is not shown there", () => {
    const text = `(define (pair n) (cons n nil))
(define (f) (let ((w (pair 0)) (x (pair 1))) (let ((a (car w)) (p (address-of x)) (b (car x)))
  (let ((y (pair b))) (display (if (= p (address-of y)) 'same 'other))))))
(f)`;
    expect(labels(text, "reuses")).toEqual([]);
    expect(runPlanned(text, { quarantine: 0 }).output).toBe("other");
  });
});
