import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../../core/debuggee/debuggee.ts";
import type { VerifyPlan } from "../../../../core/debuggee/stops/verifier.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { HTMAIN_BASE } from "../../../../core/memory/layout.ts";
import type { EventKind } from "../../../../core/vm/events.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";

const PROGRAM = `(define kept (list 1 2 3))
(define (waste n) (while (> n 0) (list n n) (set! n (- n 1))) 'half)
(waste 60)
(waste 60)
(print kept)
`;
const COUNTDOWN = { managerOptions: { countdown: 30 } };

/** Runs to the end of the first line with a verifier. */
function verified(plan: VerifyPlan, more: readonly EventKind[] = [], settings: object = COUNTDOWN): Debuggee {
  const { debuggee } = debuggeeFor(PROGRAM, settings);
  debuggee.lookouts.verify(plan);
  debuggee.arm(new Set<EventKind>(["verify", ...more]));
  debuggee.setBreakpoints(debuggee.placesOnLine(2).map(({ pc }) => pc));
  expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
  debuggee.setBreakpoints([]);
  return debuggee;
}
/** A count table entry that says 3 references too many. */
function spoilCount(debuggee: Debuggee): number {
  const { memory } = debuggee.machine;
  const found = debuggee.evaluate("kept", null, "peek");
  if (found.kind !== "value" || found.value === null) throw new Error("kept has no value");
  const object = found.value;
  memory.setCell(HTMAIN_BASE + (object & 0xfffe), (4 << 17) | ((object >>> 15) & 0x1ffe));
  return object;
}

describe("the verifier as a stop", () => {
  test.each([["collections" as const], [20]])(
    "plan %s: a wrong count is found, once, and the program goes on",
    (plan) => {
      const debuggee = verified(plan);
      const object = spoilCount(debuggee);
      const stop = runMotion(debuggee.continue());
      expect(stop).toMatchObject({ kind: "event", event: { kind: "verify", check: "counts", address: object } });
      expect(debuggee.exceptionReport(stop).text).toMatch(
        /has count 4, references found: 1[\s\S]*expected[\s\S]*found/,
      );
      expect(runMotion(debuggee.continue()).kind).toBe("finished");
    },
  );

  test("an error before a collection is told apart from one behind it", () => {
    const debuggee = verified("collections");
    spoilCount(debuggee);
    expect(runMotion(debuggee.continue())).toMatchObject({ event: { when: "before collection 1" } });
  });

  test("the check that fails is at most so many safepoints behind the damage", () => {
    const debuggee = verified(5);
    const { block } = debuggee.machine.moment();
    spoilCount(debuggee);
    runMotion(debuggee.continue());
    expect(debuggee.machine.moment().block - block).toBeLessThanOrEqual(5);
  });

  test("what is wrong from the start is not reported", () => {
    const { debuggee } = debuggeeFor(PROGRAM, COUNTDOWN);
    const { memory } = debuggee.machine;
    memory.setCell(HTMAIN_BASE + 0x4322, (2 << 17) | 0x1e);
    debuggee.lookouts.verify(20);
    debuggee.arm(new Set<EventKind>(["verify"]));
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
  });

  test("a stop that the user wants comes behind the report of an error", () => {
    const debuggee = verified("collections", ["gc.start"]);
    spoilCount(debuggee);
    expect(runMotion(debuggee.continue())).toMatchObject({ event: { kind: "verify" } });
    expect(runMotion(debuggee.continue())).toMatchObject({ event: { kind: "gc.start" } });
  });

  test.each(MANAGERS.map(({ traits: { name } }) => [name]))("%s: sound programs end as without it", (manager) => {
    const plain = debuggeeFor(PROGRAM, { manager });
    runMotion(plain.debuggee.continue());
    const { debuggee } = debuggeeFor(PROGRAM, { manager });
    debuggee.lookouts.verify(60);
    debuggee.arm(new Set<EventKind>(["verify"]));
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
    expect(debuggee.digest()).toBe(plain.debuggee.digest());
  });

  test("the filter alone checks at collections; without collections it says what is missing", () => {
    const { debuggee } = debuggeeFor(PROGRAM, COUNTDOWN);
    debuggee.arm(new Set<EventKind>(["verify"]));
    debuggee.setBreakpoints(debuggee.placesOnLine(2).map(({ pc }) => pc));
    runMotion(debuggee.continue());
    spoilCount(debuggee);
    debuggee.setBreakpoints([]);
    expect(runMotion(debuggee.continue())).toMatchObject({ event: { kind: "verify", when: "before collection 1" } });
    const { debuggee: other } = debuggeeFor(PROGRAM, { manager: "none" });
    expect(other.lookouts.whyNever("verify")).toMatch(/no collections to check at/);
  });
});
