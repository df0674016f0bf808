/** Programs around the edges of the plan: each with the events that its objects go through. */
import { describe, expect, test } from "vitest";
import { runPlanned } from "../../../../support/lisp/lifetime-run.ts";

const LIST3 = "(define (list3 a b c) (cons a (cons b (cons c nil))))";
const MADE = ["alloc 1", "alloc 2", "alloc 3", "transfer 3"];
const FREED = ["free 3", "free 2", "free 1"];

function events(text: string): readonly string[] {
  const { stop, events, live } = runPlanned(`${LIST3}\n${text}`);
  expect(stop.kind).toBe("finished");
  expect(live).toBe(0);
  return events;
}

describe("values without a name", () => {
  test("are freed behind the expression that looks at them (O-M1, O-C3)", () => {
    expect(events("(display (car (list3 1 2 3))) (display 5)")).toEqual([...MADE, ...FREED, "print 1", "print 5"]);
  });
  test("are freed at once when nobody takes them", () => {
    expect(events("(list3 1 2 3) (display 5)")).toEqual([...MADE, ...FREED, "print 5"]);
    expect(events("(define (f) (list3 1 2 3) (display 5)) (f)")).toEqual([...MADE, ...FREED, "print 5"]);
  });
  test("are freed behind a test that they decide", () => {
    expect(events("(if (list3 1 2 3) (display 5))")).toEqual([...MADE, ...FREED, "print 5"]);
  });
  test("are freed when only one of several ways makes them", () => {
    const text = (flag: string) => `(define (f x) (display (car (if x (list3 1 2 3) '(7))))) (f ${flag})`;
    expect(events(text("#t"))).toEqual([...MADE, ...FREED, "print 1"]);
    expect(events(text("#f"))).toEqual(["print 7"]);
  });
});

describe("loops", () => {
  test("a value made in each turn is freed in each turn (O-M4)", () => {
    const text = "(define (f) (for (i 0 2) (let ((x (list3 i 1 2))) (display (car x))))) (f)";
    const second = ["alloc 4", "alloc 5", "alloc 6", "transfer 6", "free 6", "free 5", "free 4", "print 1"];
    expect(events(text)).toEqual([...MADE, ...FREED, "print 0", ...second]);
  });
  test("a loop that is left early frees what it has not used up (O-M4, O-M5)", () => {
    const text = `(define (f x) (let ((i 0)) (while (< i 9) (if (= i 1) (break)) (display (car x)) (set! i (+ i 1)))) 4)
                  (define (g) (let ((p (list3 1 2 3))) (f p))) (display (g))`;
    expect(events(text)).toEqual([...MADE, "print 1", ...FREED, "print 4"]);
  });
  test("a list that a named let builds is one value that its last turn hands on", () => {
    const text = `(define (build n) (let loop ((i n) (made nil)) (if (= i 0) made (loop (- i 1) (cons i made)))))
                  (define (f) (let ((x (build 3))) (display (car x)))) (f)`;
    expect(events(text)).toEqual([...MADE, ...FREED, "print 1"]);
  });
});

describe("branches", () => {
  test("what one branch stores lives on there, and is freed at the entry of the other one (O-M5)", () => {
    const text = `(define kept (make-vector 1))
      (define (f x) (let ((p (list3 1 2 3))) (if x (vector-set! kept 0 p)) (display (car '(8))))) `;
    const freedBefore = (found: readonly string[], print: string) =>
      found.slice(0, found.indexOf(print)).filter((event) => event.startsWith("free")).length;
    const dropped = events(`${text} (f nil) (display 5)`);
    expect([freedBefore(dropped, "print 8"), freedBefore(dropped, "print 5")]).toEqual([3, 3]);
    expect(freedBefore(events(`${text} (f #t) (display 5)`), "print 5")).toBe(0);
  });
});

describe("assignment", () => {
  test("the old value of a variable goes before the new one is stored", () => {
    const text = "(define (f) (let ((x (list3 1 2 3))) (display (car x)) (set! x (cons 9 nil)) (display (car x)))) (f)";
    const found = events(text);
    expect(found.indexOf("free 1")).toBeLessThan(found.indexOf("print 9"));
  });
});

describe("reuse", () => {
  test("the next allocation of the same size takes the cell that was freed last (O-F12)", () => {
    const text = `${LIST3}
      (define (head x) (car x))
      (define (place) (let ((x (list3 1 2 3))) (let ((at (address-of x))) (display (head x)) at)))
      (display (if (= (place) (place)) 'same 'other))`;
    expect(runPlanned(text, { quarantine: 0 }).output).toBe("11same");
    expect(runPlanned(text).output).toBe("11other");
  });
});

describe("elision", () => {
  test("a variable that only looks at what another one owns counts nothing (O-F6)", () => {
    const text = `(define cfg (list3 4 5 6)) (define keep (cons 0 cfg))
      (define (f) (let ((c (cdr cfg))) (+ (car c) (car cfg)))) (display (f))`;
    const found = events(text);
    const calls = found.slice(found.indexOf("alloc 4") + 1, found.indexOf("print 9"));
    expect(calls).toEqual([]);
  });
  test("an access to a component needs no tether while a handle outlives it (O-M10)", () => {
    const text = `(define (ring) (let ((a (cons 1 nil)) (b (cons 2 nil))) (set-cdr! a b) (set-cdr! b a) a))
      (define (f) (let ((r (ring))) (display (car r)) (display (car (cdr r))))) (f)`;
    const found = events(text);
    expect(found.filter((event) => event.startsWith("tether"))).toEqual(["tether.begin 1", "tether.end 1"]);
    expect(found.indexOf("tether.begin 1")).toBeGreaterThan(found.indexOf("print 1"));
    expect(found.slice(-3)).toEqual(["free 2", "free 1", "print 2"]);
  });
});

describe("components", () => {
  test("a ring that a loop hands on gets one handle for that, and ends with who takes it (O-F8)", () => {
    const text = `(define (ring n) (let ((x (let ((y (cons 1 nil))) (set-cdr! y y) y))) (let loop ((i n)) (if (< i 1) x (loop (- i 1))))))
      (define (f) (let ((r (ring 2))) (display (car r)) (display (car (cdr r))))) (f)`;
    expect(events(text)).toEqual([
      ...["alloc 1", "component.new", "component.add 1", "handle.acquire 1 = 1", "print 1"],
      ...["tether.begin 1", "tether.end 1", "handle.release 1 = 0", "component.dismantle 1 = 1", "free 1", "print 1"],
    ]);
  });
});
