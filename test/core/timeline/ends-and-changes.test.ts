/** Where somebody has changed a recorded run, perhaps after its end: how it is gone through from there, back and on. */
import { expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import { replayed } from "../../../core/debuggee/recorded.ts";
import type { Motion } from "../../../core/debuggee/types.ts";
import type { Timeline } from "../../../core/timeline/timeline.ts";
import type { StopReason } from "../../../core/vm/events.ts";
import { taken } from "../../support/images/recordings.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";

const PROGRAM = `(define (fail x) (car (+ x 1)))
(define kept 1)
(print kept)
(fail 7)
`;
const HARMLESS = `(define kept 1)
(print kept)
(define other 2)
`;

/** Runs a motion to its end; every stop that it asks about is wanted. */
function run(motion: Motion | null): StopReason {
  if (motion === null) throw new Error("that is not recorded");
  for (let slices = 0; slices < 10_000; slices++) {
    const stop = motion.run(70);
    if (stop.kind === "slice") continue;
    if (motion.looksBack === undefined || motion.looksBack.hasArrived) return stop;
    motion.looksBack.keep();
  }
  throw new Error("the motion does not end");
}
function recorded(text: string): Debuggee {
  const { debuggee } = debuggeeFor(text, { manager: "refcount" });
  debuggee.record(64);
  return debuggee;
}
/** Begins the call anew in which the program has failed. */
function beginAgain(debuggee: Debuggee): void {
  const [, failing] = debuggee.stack(0, 2).frames;
  expect(failing === undefined ? "no frame" : debuggee.restartFrame(failing.frame)).toBe(null);
}

test("one change after the other is gone back over one by one", () => {
  const debuggee = recorded(HARMLESS);
  const moments = [debuggee.moment()];
  for (const value of ["5", "6", "7"]) {
    expect(debuggee.evaluate(`(set! kept ${value})`, null, "act").kind).toBe("value");
    moments.push(debuggee.moment());
  }
  run(debuggee.step("over", "form"));
  // Nothing stops there, so the search looks at each stretch between two changes.
  expect(run(debuggee.reverseContinue())).toEqual({ kind: "start" });
  for (const moment of moments) {
    run(debuggee.goTo(moment));
    expect(debuggee.moment()).toEqual(moment);
  }
  for (const moment of moments.slice(0, -1).reverse()) {
    expect(run(debuggee.stepBack("instruction"))).toEqual({ kind: "step" });
    expect(debuggee.moment()).toEqual(moment);
  }
});

test("a program that failed and was sent elsewhere is gone back to where it failed, and on from there", () => {
  const debuggee = recorded(PROGRAM);
  debuggee.arm(new Set(["lisp.error"]));
  const failure = run(debuggee.continue());
  expect(failure).toMatchObject({ kind: "event", event: { kind: "lisp.error" } });
  const where = debuggee.moment();
  beginAgain(debuggee);
  run(debuggee.step("in", "instruction"));
  const after = debuggee.moment();
  expect(run(debuggee.reverseContinue())).toEqual(failure);
  expect(debuggee.moment()).toEqual(where);
  // It is met once, and what was done then is done again.
  run(debuggee.step("in", "instruction"));
  expect(debuggee.moment()).toEqual(after);
  expect(run(debuggee.reverseContinue())).toEqual(failure);
  expect(run(debuggee.reverseContinue())).toEqual({ kind: "start" });
  expect(run(debuggee.continue())).toEqual(failure);
  expect(debuggee.moment()).toEqual(where);
});

test("what is changed after the end belongs to the run, which ends there once more", () => {
  const debuggee = recorded(HARMLESS);
  const end = run(debuggee.continue());
  expect(end.kind).toBe("finished");
  const where = debuggee.moment();
  expect(debuggee.evaluate("(set! kept 5)", null, "act").kind).toBe("value");
  const after = debuggee.moment();
  expect(run(debuggee.reverseContinue())).toEqual(end);
  expect(debuggee.moment()).toEqual(where);
  expect(run(debuggee.reverseContinue())).toEqual({ kind: "start" });
  expect([run(debuggee.continue()), debuggee.moment()]).toEqual([end, where]);
  expect([run(debuggee.continue()), debuggee.moment()]).toEqual([end, after]);
});

test.each([
  ["that was changed after its end", HARMLESS, (debuggee: Debuggee) => debuggee.evaluate("(set! kept 5)", null, "act")],
  ["that failed and was sent elsewhere", PROGRAM, (debuggee: Debuggee) => beginAgain(debuggee)],
])("the recording of a program %s is replayed to its end", (_what, text, change) => {
  const debuggee = recorded(text);
  run(debuggee.continue());
  change(debuggee);
  run(debuggee.step("in", "instruction"));
  const copy = replayed(taken(debuggee), "test.recording", () => {});
  copy.start();
  copy.record(64);
  const goal = debuggee.moment();
  let stop = run(copy.continue());
  for (let i = 0; i < 3 && copy.extent()?.isInPast === true; i++) stop = run(copy.continue());
  expect(stop).not.toHaveProperty("problem", expect.any(String));
  expect(copy.moment()).toEqual(goal);
  expect(copy.digest()).toBe(debuggee.digest());
});

test("who goes about in the past stays within its memory", () => {
  const limitMB = 0.06;
  const text = "(define kept nil)\n(for (round 0 60)\n  (set! kept (list round round round)))\n";
  const { debuggee } = debuggeeFor(text, { manager: "refcount" });
  debuggee.record(limitMB, () => 150);
  expect(run(debuggee.continue()).kind).toBe("finished");
  debuggee.setBreakpoints(debuggee.placesOnLine(2).map(({ pc }) => pc));
  const timeline = debuggee.timeline as Timeline;
  let most = 0;
  while (run(debuggee.reverseContinue()).kind !== "start") {
    run(debuggee.stepBack("instruction"));
    most = Math.max(most, timeline.sizeBytes);
  }
  // What the last step itself has taken comes on top.
  expect(most).toBeLessThan(1.5 * limitMB * 2 ** 20);
});

test("reading a variable in the middle of a collection costs nothing of the recording", () => {
  const debuggee = recorded("(define kept 1)\n(gc)\n");
  debuggee.arm(new Set(["gc.reclaim"]));
  expect(run(debuggee.continue()).kind).toBe("event");
  const before = debuggee.extent();
  expect(debuggee.evaluate("kept", null, "act").kind).toBe("value");
  expect(debuggee.extent()).toEqual(before);
  expect(debuggee.stepBack("instruction")).not.toBeNull();
});
