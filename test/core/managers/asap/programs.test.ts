/** Programs under the manager `asap`: what they use too late, the arenas that they open, and what is left at their end. */
import { describe, expect, test } from "vitest";
import type { InspectNode } from "../../../../core/inspect/node.ts";
import { scopes } from "../../../../core/inspect/scopes.ts";
import { digest } from "../../../../core/vm/state/digest.ts";
import { Excursion } from "../../../../core/vm/state/excursion.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";
import { outputOf, runProgram } from "../../../support/lisp/run-program.ts";

const LIST = "(define (list3 a b c) (cons a (cons b (cons c nil))))";

describe("a use after free (O-F9)", () => {
  test.each([
    ["car of a pair", "(define x (cons 1 2)) (free x) (display (car x))"],
    ["cdr of a pair", "(define x (cons 1 2)) (free x) (display (cdr x))"],
    ["an element of a vector", "(define x (make-vector 5 1)) (free x) (display (vector-ref x 2))"],
    ["a call of a function", "(define (adder k) (lambda (y) (+ y k))) (define x (adder 1)) (free x) (display (x 1))"],
    [
      "arithmetic with what was read",
      "(define (f) (let ((x (vector 1 2))) (free x) (+ 1 (vector-ref x 0)))) (display (f))",
    ],
  ])("stops at %s, and tells where it came from, where it went, and both generations", (_what, text) => {
    const { stop, output } = runProgram(text, "asap");
    expect(output).toBe("");
    expect(stop).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
    expect(stop.kind === "failed" ? stop.message : "").toMatch(
      /^use after free: \{.+\}#[\d,]+ was allocated at 0x[\dA-F]+ .+\+\d+ and released at 0x[\dA-F]+ .+\+\d+; the reference has generation \d+, slot \d+ has generation \d+$/,
    );
  });

  test("a second free stops too", () => {
    expect(outputOf("(define x (cons 1 2)) (free x) (free x)", "asap")).toMatch(/^\[failed: freed twice: /);
  });

  test.each(["(display (car x))", "(free x)"])("stops once at the filter: %s", (use) => {
    const { debuggee } = debuggeeFor(`(define x (cons 1 2)) (free x) ${use}`, { manager: "asap" });
    debuggee.machine.arm(new Set(["memory.error"]));
    const kinds = [1, 2].map(() => runMotion(debuggee.continue()).kind);
    expect(kinds).toEqual(["event", "failed"]);
  });

  test("an error that has to do with nothing freed stays what it is", () => {
    expect(outputOf("(define x (cons 1 2)) (free x) (display (car 7))", "asap")).toMatch(/7 is not a list/);
  });
});

describe("arenas in programs (O-M7)", () => {
  test("what is made in it is gone behind it, and what leaves is checked", () => {
    expect(outputOf("(display (with-arena (car (cons 1 2))))", "asap")).toBe("1");
    expect(outputOf("(with-arena (cons 1 2))", "asap")).toMatch(/cannot leave arena/);
  });

  test("a region names itself when a global would refer into it", () => {
    const text = "(define g nil) (with-region work (set! g (cons 1 2)))";
    expect(outputOf(text, "asap")).toMatch(
      /region violation .* in region "program" would refer to .* in region "work"/,
    );
  });

  test("names of symbols do not go with it", () => {
    const text = '(define g nil) (with-region work (set! g (string->symbol "fresh"))) (display g)';
    expect(outputOf(text, "asap")).toBe("fresh");
  });
});

describe("the end of the program", () => {
  test.each([
    ["with its last form", `${LIST} (define keep (list3 1 2 3)) (display (car keep))`],
    ["in the middle of scopes", `${LIST} (define (f) (let ((l (list3 1 2 3))) (exit 0) (car l))) (f)`],
    ["with large numbers and text", '(define s (string-append "a" "b")) (define n (* 70000 70)) (display (list s n))'],
  ])("%s leaves nothing", (_how, text) => {
    const { machine, stop } = runProgram(text, "asap");
    expect(stop.kind).toBe("finished");
    const { allocatedObjects, freedObjects, allocatedWords, freedWords } = machine.manager.statistics();
    expect(freedObjects).toBe(allocatedObjects);
    expect(freedWords).toBe(allocatedWords);
  });

  test("(gc) has nothing to do: nobody looks through the heap (O-F1)", () => {
    const text = `${LIST} (define (f) (car (list3 1 2 3))) (define n (* 70000 70)) (set! n 1) (f) (display (gc))`;
    const { output, machine } = runProgram(text, "asap");
    expect(output).toBe("0");
    // The one collection is the end of the program.
    expect(machine.manager.statistics().collections).toBe(1);
    expect(machine.manager.view().lastCollection).toMatchObject({ cause: "exit", marked: 0 });
  });
});

describe("numbers", () => {
  test("a long loop over large integers and floats runs in a small heap", () => {
    const text = `
      (define (f n) (let ((i 0) (s 0) (x 0.5)) (while (< i n) (set! s (+ 100000 (- s 99999))) (set! x (* x 1.0001)) (set! i (+ i 1))) s))
      (display (f 300000))`;
    const { output, machine } = runProgram(text, "asap");
    expect(output).toBe("300000");
    expect(machine.manager.statistics().collections).toBeGreaterThan(10);
  });

  test("large integers in lists are the same after many others were made", () => {
    const text = `
      (define (build n) (if (= n 0) nil (cons (* 100000 n) (build (- n 1)))))
      (define (sum l) (if (null? l) 0 (+ (car l) (sum (cdr l)))))
      (define (waste n) (while (> n 70000) (set! n (- n 1))))
      (define keep (build 20))
      (waste 90000)
      (display (sum keep))`;
    for (const stress of [0, 1, 7]) {
      const { output, machine } = runProgram(text, "asap", { stress });
      expect(output).toBe("21000000");
      // The rest is the end of the program.
      if (stress > 0) expect(machine.manager.statistics().collections).toBeGreaterThan(100 / stress);
    }
  });
});

describe("the views", () => {
  const openAll = (node: InspectNode, depth: number): number =>
    depth === 0 ? 1 : [...node.named(), ...node.indexed(0, 10)].reduce((sum, one) => sum + openAll(one, depth - 1), 1);

  test("open everything while freed objects lie poisoned, and leave the machine as it was", () => {
    const text = `${LIST} (define v (vector 1 2 3)) (define f ((lambda (k) (lambda (x) (+ x k))) 5)) (define l (list3 1 2 3))
      (free v) (free f) (free l) (display (car l))`;
    const { machine } = runProgram(text, "asap");
    const before = digest(machine);
    const { memory, manager, collection, code } = machine;
    const registers = machine.registers();
    const { pc, func, pvar, ivar } = registers;
    const view = { memory, manager, collection, code, registers: { ...registers, fx: pvar - 10 } };
    const frame = { fx: pvar - 10 - 0x10000, header: func, pc, ivar, pvar };
    for (const scope of scopes(view, frame)) openAll(scope, 4);
    expect(digest(machine)).toEqual(before);
  });
});

describe("an excursion", () => {
  test("leaves no trace in the manager either", () => {
    const { machine } = runProgram(
      `${LIST} (define (f) (car (list3 1 2 3))) (define g (list3 4 5 6)) (free g)`,
      "asap",
    );
    const before = { digest: digest(machine), state: machine.manager.save() };
    const excursion = Excursion.begin(machine);
    const { manager } = machine;
    for (let i = 0; i < 200; i++) {
      manager.arenas?.enter(i % 2 === 0 ? "r" : null);
      manager.cons(0, manager.allocateBlock(40, 1));
      manager.allocate(2);
      if (i % 3 === 0) manager.arenas?.exit(0);
    }
    manager.explicit?.free(manager.arenas?.outside(() => manager.cons(1, 2)) ?? 0, 0);
    excursion.rollback();
    expect({ digest: digest(machine), state: machine.manager.save() }).toEqual(before);
  });
});
