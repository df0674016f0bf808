import { describe, expect, test } from "vitest";
import type { EvaluationResult } from "../../../../core/debuggee/types.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";

const program = `(define total 10)
(define shared (list 1 2 3))
(define (work x y)
  (let ((both (cons x y)))
    (display both)
    (car both)))
(work 4 shared)
(display total)
`;

function stopped() {
  const session = debuggeeFor(program);
  session.debuggee.setBreakpoints(session.debuggee.placesOnLine(4).map(({ pc }) => pc));
  expect(runMotion(session.debuggee.continue()).kind).toBe("breakpoint");
  const frame = session.debuggee.stack(0, 1).frames[0]?.frame ?? null;
  return { ...session, frame };
}
function text(result: EvaluationResult): string {
  if (result.kind === "value") return result.node.value;
  return result.kind === "failed" ? result.message : result.diagnostics.map(({ code }) => code).join();
}

describe("evaluation", () => {
  test("reads variables of the frame and of the program", () => {
    const { debuggee, frame } = stopped();
    expect(text(debuggee.evaluate("x", frame, "peek"))).toContain("4");
    expect(text(debuggee.evaluate("(+ x total)", frame, "peek"))).toContain("14");
    expect(text(debuggee.evaluate("(car shared)", null, "peek"))).toContain("1");
    expect(text(debuggee.evaluate("both", frame, "peek"))).toContain("(4 1 2 3)");
  });

  test("leaves no trace when it peeks, whatever it does", () => {
    const { debuggee, frame, output } = stopped();
    const before = debuggee.digest();
    const printed = output();
    for (const expression of [
      "(cons 1 (list 2 3))",
      "(begin (set! total 99) total)",
      "(set-car! shared 7)",
      "(display 5)",
      "(let loop ((i 0)) (if (< i 5000) (begin (cons i i) (loop (+ i 1))) i))",
      '(string->symbol "brand-new")',
      "(car 5)",
      "(undefined-thing)",
      "(reverse shared)",
      "(gc)",
    ]) {
      debuggee.evaluate(expression, frame, "peek");
      expect(debuggee.digest(), expression).toBe(before);
    }
    expect(output()).toBe(printed);
    expect(text(debuggee.evaluate("total", null, "peek"))).toContain("10");
  });

  test("keeps its effects when it acts", () => {
    const { debuggee, frame, output } = stopped();
    debuggee.evaluate("(set! total (* x 5))", frame, "act");
    debuggee.evaluate("(set! x 8)", frame, "act");
    expect(text(debuggee.evaluate("x", frame, "peek"))).toContain("8");
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
    expect(output()).toBe("(4 1 2 3)20");
  });

  test("tells Lisp errors, bad syntax and endless evaluation apart, and the program goes on", () => {
    const { debuggee, frame, output } = stopped();
    expect(debuggee.evaluate("(car 5)", frame, "peek")).toMatchObject({ kind: "failed" });
    expect(debuggee.evaluate("(car", frame, "peek")).toMatchObject({ kind: "diagnostics" });
    expect(debuggee.evaluate("(while #t 1)", frame, "peek")).toMatchObject({ kind: "failed" });
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
    expect(output()).toBe("(4 1 2 3)10");
  });

  test("works where the stack is full", () => {
    const { debuggee } = debuggeeFor("(define total 10)\n(define (deep n) (+ 1 (deep (+ n 1))))\n(deep 1)\n");
    expect(runMotion(debuggee.continue()).kind).toBe("failed");
    const { frames } = debuggee.stack(0, 5);
    expect(frames.length).toBe(5);
    const frame = frames[0]?.frame ?? null;
    expect(text(debuggee.evaluate("(> n 2500)", frame, "peek"))).toContain("#t");
    const before = debuggee.digest();
    expect(text(debuggee.evaluate("(begin (set! total (+ total n)) (> total 2500))", frame, "peek"))).toContain("#t");
    expect(debuggee.digest()).toBe(before);
    expect(text(debuggee.evaluate("(begin (set! total 11) (list total))", frame, "act"))).toContain("(11)");
    expect(text(debuggee.evaluate("(deep 1)", frame, "act"))).toContain("the stack is full");
    expect(text(debuggee.evaluate("total", frame, "act"))).toContain("11");
  });

  test("answers conditions over the fields of an event", () => {
    const { debuggee, frame } = stopped();
    const fields = new Map<string, number | string>([
      ["count", 3],
      ["cause", "countdown"],
    ]);
    expect(debuggee.condition("(and (> count 2) (eq? cause 'countdown))", frame, fields)).toEqual({ kind: "true" });
    expect(debuggee.condition("(> count x)", frame, fields)).toEqual({ kind: "false" });
    expect(debuggee.condition("(> count", frame, fields).kind).toBe("failed");
  });

  test("keeps the beginning of an output without end", () => {
    const { debuggee, frame } = stopped();
    const result = debuggee.evaluate(`(for (i 0 5000) (display "${"a".repeat(100)}"))`, frame, "act");
    expect(result.kind === "value" ? [result.output.length, result.output.at(-1)] : result).toEqual([256_001, "…"]);
  });

  test("sets the places that the views show, and counts what it stores", () => {
    const { debuggee, frame } = stopped();
    const locals = debuggee.scopes(frame)[0]?.named() ?? [];
    const both = locals.find(({ name }) => name === "both");
    const car = both?.named().find(({ name }) => name === "car");
    expect(car?.slot).not.toBeNull();
    if (car?.slot) debuggee.assign(car.slot, "'changed", frame);
    expect(text(debuggee.evaluate("both", frame, "peek"))).toContain("(changed 1 2 3)");
  });
});
