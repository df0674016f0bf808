import { describe, expect, test } from "vitest";
import { debuggeeFor, runMotion } from "../../support/lisp/debuggee.ts";

const PROGRAM = `(define (f n)
  (if (> n 0)
      (begin (display n) (f (- n 1)))
      nil))
(f 3)
(display "end")`;

describe("a run to a program step", () => {
  /** Places of all steps, by stepping in from form to form. */
  function stepped(count: number): (number | undefined)[] {
    const { debuggee } = debuggeeFor(PROGRAM);
    const places = [debuggee.stack(0, 1).frames[0]?.place?.start];
    while (places.length < count) {
      runMotion(debuggee.step("in", "form"));
      places.push(debuggee.stack(0, 1).frames[0]?.place?.start);
    }
    return places;
  }

  test("stops where stepping in as often would stop, with the output until then", () => {
    const places = stepped(12);
    for (const [i, place] of places.entries()) {
      const { debuggee } = debuggeeFor(PROGRAM);
      expect(runMotion(debuggee.toStep(i + 1), 3).kind).toBe("step");
      expect(debuggee.stack(0, 1).frames[0]?.place?.start).toBe(place);
    }
  });

  test("passes the user's breakpoints and events, which count again behind it", () => {
    const { debuggee, output } = debuggeeFor(PROGRAM);
    const line = debuggee.placesOnLine(2)[0]?.pc as number;
    debuggee.setBreakpoints([line]);
    debuggee.arm(new Set(["gc.start"]));
    expect(runMotion(debuggee.toStep(6)).kind).toBe("step");
    expect(output()).toBe("3");
    expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
    debuggee.setBreakpoints([]);
    expect(runMotion(debuggee.continue())).toMatchObject({ kind: "event", event: { kind: "gc.start" } });
  });

  test("ends with the program when that is over before", () => {
    const { debuggee, output } = debuggeeFor(PROGRAM);
    expect(runMotion(debuggee.toStep(1_000_000)).kind).toBe("finished");
    expect(output()).toBe("321end");
  });
});
