/** Programs under manager `arena`: where their objects go, and at what they stop. */
import { describe, expect, test } from "vitest";
import { HeapMap } from "../../../../core/inspect/heap/heap-map.ts";
import { mapHeap } from "../../../../core/inspect/references.ts";
import { outputOf, runProgram } from "../../../support/run-program.ts";

const run = (text: string) => outputOf(text, "arena").trim();

describe("programs", () => {
  test("run as under other managers when they use no arena (M-F10)", () => {
    const text = `
      (define (squares n) (let loop ((i (- n 1)) (found nil)) (if (< i 0) found (loop (- i 1) (cons (* i i) found)))))
      (print (squares 5)) (print (map (lambda (s) (string-append s "!")) '("a" "b"))) (print (* 1.5 100000))`;
    expect(run(text)).toBe(outputOf(text).trim());
  });

  test("get their value out of an arena, and its objects go with it", () => {
    const text = `
      (define (sum items) (if (null? items) 0 (+ (car items) (sum (cdr items)))))
      (define (squares n) (let loop ((i n) (found nil)) (if (= i 0) found (loop (- i 1) (cons (* i i) found)))))
      (for (i 0 50) (with-arena (sum (squares 100))))
      (print (with-arena (sum (squares 100))))`;
    const { output, machine } = runProgram(text, "arena");
    expect(output).toBe("338350\n");
    const { allocatedObjects, freedObjects } = machine.manager.statistics();
    expect(freedObjects).toBeGreaterThan(51 * 100);
    expect(allocatedObjects - freedObjects).toBeLessThan(2000);
  });

  test("stop at a stale reference, which a local variable has kept (M-A6)", () => {
    const stale = (use: string) =>
      run(`(define (f) (let ((kept nil)) (with-arena (set! kept (list 1 2)) 0) ${use})) (f)`);
    const message =
      /^\[failed: stale reference: \{LISTP\}#\d+,\d+ was allocated in arena 1 \(with-arena\), which has ended: generation 0 of 1\]$/;
    for (const use of [
      "(car kept)",
      "(cdr kept)",
      "(+ 1 kept)",
      "(set-car! kept 1)",
      "(vector-ref kept 0)",
      "(kept)",
    ]) {
      expect(stale(use), use).toMatch(message);
    }
  });

  test("stop at an escape, at what refers into an arena that ends, and at a region violation", () => {
    expect(run("(with-arena (list 1))")).toMatch(/^\[failed: escape: the result #\d+,\d+ lies in arena 1/);
    expect(run("(define kept nil) (with-arena (set! kept (list 1)) 0)")).toMatch(
      /^\[failed: arena 1 \(with-arena\) cannot end/,
    );
    expect(run("(define kept nil) (with-arena (set! kept (list 1)) (set! kept nil) 0) (print 'fine)")).toBe("fine");
    expect(run("(define kept nil) (with-region squares (set! kept (list 1)) (set! kept nil) 0)")).toMatch(
      /^\[failed: region violation: #\d+,\d+ of region 1 \(squares\) was to be stored at/,
    );
  });

  test("keep symbols that they make in an arena: names live for ever", () => {
    expect(
      run(`(define kept (with-arena (string->symbol (string-append "new" "name")))) (list 1 2 3) (print kept)`),
    ).toBe("newname");
  });

  test("free single objects of the regular allocator, and only once (M-F11)", () => {
    expect(run("(define p (list 1)) (free p) (print 'fine)")).toBe("fine");
    expect(run("(define p (list 1)) (free p) (free p)")).toMatch(
      /^\[failed: \{LISTP\}#\d+,\d+ was not freed: double free: it is free already; first freed/,
    );
    expect(run("(free '(1 2))")).toMatch(
      / was not freed: it belongs to the VM arena, not to the regular allocator, and/,
    );
    expect(run("(with-arena (free (list 1)))")).toMatch(
      / was not freed: it belongs to arena 1 \(with-arena\), not to the regular allocator, and goes when that ends\]$/,
    );
    expect(run("(free 'name)")).toMatch(/has no storage of its own/);
  });

  test("stop at a use after free (M-F11)", () => {
    const used = run("(define p (list 1)) (define q (list 2)) (free p) (print (+ 1 (car p)))");
    expect(used).toMatch(/^\[failed: use after free: \{LISTP\}#\d+,\d+ was freed/);
  });

  test("free a vector, a string and a function with their storage", () => {
    for (const made of ["(make-vector 10 0)", '(string-append "a" "b")', "((lambda (n) (lambda () n)) 5)"]) {
      const { machine } = runProgram(
        `(define (make) ${made}) (define kept (make)) (free kept) (set! kept nil)`,
        "arena",
      );
      expect(machine.manager.statistics().freedObjects, made).toBe(2);
    }
  });
});

describe("what the debugger sees of an arena", () => {
  test("objects that are handed out, and nothing else", () => {
    const text = "(with-arena (list 1 2 3) (make-vector 5 0) (* 1.5 3) (car 5))";
    const { machine } = runProgram(text, "arena");
    const view = {
      memory: machine.memory,
      registers: null,
      manager: machine.manager,
      collection: null,
      code: machine.code,
    };
    const inArena: number[] = [];
    mapHeap(view).eachObject((object) => {
      if ((machine.manager.arenas?.arenaOf(object) ?? 0) !== 0) inArena.push(object);
    });
    // Three pairs, the vector and its block, the float.
    expect(inArena.length).toBe(6);
    expect(mapHeap(view)).toBeInstanceOf(HeapMap);
    expect(mapHeap(view).problems).toEqual([]);
  });
});
