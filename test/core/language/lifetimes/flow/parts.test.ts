/** Functions that go on looking at a part of what they hand over: the smallest programs that would use what is gone. */
import { describe, expect, test } from "vitest";
import { runPlanned } from "../../../../support/lisp/lifetime-run.ts";
import { outputOf } from "../../../../support/lisp/run-program.ts";

/** Takes its argument, and is done with it when it returns. */
const EAT = "(define (eat x) (let ((kept (vector x))) (vector-length kept)))";

function planned(text: string): string {
  const { stop, output, live } = runPlanned(text);
  expect(stop).toMatchObject({ kind: "finished" });
  expect(live).toBe(0);
  return output;
}

describe("a part of a parameter that is looked at behind its last use", () => {
  test.each([
    ["its rest", "(define (g l) (let ((r (cdr l))) (eat l) (print r))) (g (list 1 2 3))", "(2 3)"],
    ["an element", "(define (g v) (let ((r (vector-ref v 0))) (eat v) (print r))) (g (vector (list 2)))", "(2)"],
    ["a part of a part", "(define (g l) (let ((s (cdr (cdr l)))) (eat (cdr l)) (print s))) (g (list 1 2 3))", "(3)"],
    [
      "what a function found in it",
      "(define (g l) (let ((r (memq 2 l))) (eat l) (print r))) (g (list 1 2 3))",
      "(2 3)",
    ],
    ["what waits as an operand", "(define (g l) (list (cdr l) (eat l))) (print (g (list 1 2 3)))", "((2 3) 1)"],
  ])("stays while it is looked at: %s (O-F4, O-F9)", (_what, text, output) => {
    expect(planned(`${EAT} ${text}`).trim()).toBe(output);
  });
});

describe("free", () => {
  test("of a list, pair by pair, leaves the rest alone", () => {
    const drop = "(define (drop l) (if (null? l) 0 (let ((r (cdr l))) (free l) (+ 1 (drop r)))))";
    expect(outputOf(`${drop} (print (drop (list 1 2 3 4)))`, "asap").trim()).toBe("4");
  });
  test.each([
    ["would fit on the stack", "(define (f) (let ((a (list 1 2))) (free a))) (print (f))", "nil"],
    ["is a circle", "(define (f) (let ((a (cons 1 nil))) (set-cdr! a a) (free a) 1)) (print (f))", "1"],
    [
      "is a circle of another function",
      "(define (mk) (let ((a (cons 1 nil))) (set-cdr! a a) a)) (define (f) (let ((r (mk))) (free r) 1)) (print (f))",
      "1",
    ],
  ])("ends what %s, as under every other manager", (_what, text, output) => {
    expect(outputOf(text, "asap").trim()).toBe(output);
  });
});
