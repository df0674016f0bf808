import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../../core/debuggee/debuggee.ts";
import type { StepGranularity, StepKind } from "../../../../core/debuggee/types.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";
import { watchWords } from "../../../support/lisp/watches.ts";

const program = `(define (inner x)
  (let ((y (+ x 1)))
    (* y 2)))
(define (outer n)
  (let ((a (inner n)))
    (let ((b (inner a)))
      (+ a b))))
(display (outer 1))
(display "done")
`;

/** The text at which the machine stands, its function, and the frames above it. */
function where(debuggee: Debuggee): string {
  const { frames } = debuggee.stack(0, 0);
  const { place, functionName } = frames[0] ?? {};
  if (place === null || place === undefined) return `${functionName}: no source`;
  return `${functionName}:${place.line + 1} ${program.slice(place.start, place.end).split("\n")[0]}`;
}
function step(debuggee: Debuggee, kind: StepKind, granularity: StepGranularity): string {
  const stop = runMotion(debuggee.step(kind, granularity));
  return stop.kind === "step" ? where(debuggee) : stop.kind;
}
function stopAt(debuggee: Debuggee, line: number): void {
  debuggee.setBreakpoints(debuggee.placesOnLine(line - 1).map(({ pc }) => pc));
  expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
}

describe("stepping", () => {
  test("starts at the first form of the program", () => {
    const { debuggee } = debuggeeFor(program);
    expect(debuggee.stack(0, 0).frames[0]?.place?.path).toBe("test.cons");
  });

  test("over a line passes the calls on it", () => {
    const { debuggee } = debuggeeFor(program);
    stopAt(debuggee, 5);
    expect(step(debuggee, "over", "line")).toMatch(/^outer:6 /);
    expect(step(debuggee, "over", "line")).toMatch(/^outer:7 /);
  });

  test("in goes into the called function, out comes back to the caller", () => {
    const { debuggee } = debuggeeFor(program);
    stopAt(debuggee, 5);
    expect(step(debuggee, "in", "line")).toMatch(/^inner:2 /);
    expect(step(debuggee, "out", "line")).toMatch(/^outer:5 /);
  });

  test("never stops in a deeper call while it steps over, also in a recursion", () => {
    const { debuggee, output } = debuggeeFor(
      "(define (fact n)\n  (if (< n 2)\n      1\n      (* n (fact (- n 1)))))\n(display (fact 6))\n",
    );
    debuggee.setBreakpoints(debuggee.placesOnLine(4).map(({ pc }) => pc));
    runMotion(debuggee.continue());
    debuggee.setBreakpoints([]);
    const depths: number[] = [];
    for (let steps = 0; steps < 20; steps++) {
      if (runMotion(debuggee.step("over", "form")).kind !== "step") break;
      depths.push(debuggee.stack(0, 0).total);
    }
    expect(Math.max(0, ...depths)).toBeLessThanOrEqual(2);
    expect(output()).toBe("720");
  });

  test("ends where it would have ended when the caller goes on from a breakpoint there", () => {
    const { debuggee } = debuggeeFor(program);
    stopAt(debuggee, 5);
    debuggee.setBreakpoints(debuggee.placesOnLine(5).map(({ pc }) => pc));
    const motion = debuggee.step("over", "line");
    expect(runMotion(motion)).toMatchObject({ kind: "breakpoint" });
    expect(runMotion(motion)).toEqual({ kind: "step" });
    expect(where(debuggee)).toMatch(/^outer:6 /);
  });

  test("ends where it should when breakpoints are set meanwhile", () => {
    const { debuggee } = debuggeeFor(program);
    stopAt(debuggee, 5);
    const motion = debuggee.step("over", "line");
    debuggee.setBreakpoints(debuggee.placesOnLine(9).map(({ pc }) => pc));
    expect(runMotion(motion)).toEqual({ kind: "step" });
    expect(where(debuggee)).toMatch(/^outer:6 /);
  });

  test("by instruction executes exactly one", () => {
    const { debuggee } = debuggeeFor(program);
    const before = debuggee.machine.moment();
    expect(runMotion(debuggee.step("in", "instruction")).kind).toBe("step");
    expect(debuggee.machine.moment()).not.toEqual(before);
  });

  test("ends at the program's end", () => {
    const { debuggee, output } = debuggeeFor(program);
    let kind = "step";
    for (let steps = 0; steps < 100 && kind === "step"; steps++) kind = runMotion(debuggee.step("over", "form")).kind;
    expect(kind).toBe("finished");
    expect(output()).toBe("14done");
  });

  test("a breakpoint inside a stepped-over call stops", () => {
    const { debuggee } = debuggeeFor(program);
    stopAt(debuggee, 5);
    debuggee.setBreakpoints(debuggee.placesOnLine(2).map(({ pc }) => pc));
    expect(step(debuggee, "over", "line")).toBe("breakpoint");
    expect(where(debuggee)).toMatch(/^inner:3 /);
  });
});

test("a write to a watched variable of a frame stops behind the form that wrote it", () => {
  const { debuggee } = debuggeeFor("(define (f n)\n  (display n)\n  (set! n (+ n 1))\n  (display n))\n(f 5)\n");
  stopAt(debuggee, 2);
  const n = debuggee
    .scopes(null)[0]
    ?.named()
    .find(({ name }) => name === "n");
  if (n?.slot?.kind !== "stack") throw new Error("n is not on the stack");
  debuggee.watch([watchWords(n.slot.address)]);
  expect(runMotion(debuggee.continue())).toMatchObject({
    kind: "watch",
    hits: [{ access: "write", watch: watchWords(n.slot.address), isChange: true }],
  });
  expect(debuggee.stack(0, 1).frames[0]?.place).toMatchObject({ line: 2 });
});
