import { describe, expect, test } from "vitest";
import type { EventKind } from "../../../core/vm/events.ts";
import { debuggeeFor, runMotion } from "../../support/lisp/debuggee.ts";

const waste = `(define (waste n)
  (while (> n 0)
    (list n n)
    (set! n (- n 1))))
(waste 30)
`;

test("a collection asks, starts, reclaims and ends once, though the countdown goes up and down before it starts", () => {
  const { debuggee } = debuggeeFor(waste, { managerOptions: { countdown: 20 } });
  debuggee.arm(new Set<EventKind>(["gc.trigger", "gc.start", "gc.reclaim", "gc.end"]));
  const motion = debuggee.continue();
  const seen: string[] = [];
  for (let stop = runMotion(motion); stop.kind === "event"; stop = runMotion(motion)) seen.push(stop.event.kind);
  expect(seen.slice(0, 4)).toEqual(["gc.trigger", "gc.start", "gc.reclaim", "gc.end"]);
});

test("collections before the program begins are not reported", () => {
  const { debuggee, output } = debuggeeFor("(display 1)\n", { managerOptions: { stress: 1 } }, (loaded) =>
    loaded.arm(new Set<EventKind>(["gc.trigger", "gc.start", "gc.end"])),
  );
  expect(debuggee.stack(0, 1).frames[0]?.place).toMatchObject({ line: 0 });
  expect(output()).toBe("");
});

describe("evaluation in the middle of a collection", () => {
  const holder = `(define (waste n) (for (i 0 n) (list i i i)))
(define (hold n)
  (let ((held (list 1 2 3)))
    (waste n)
    (waste 20)
    (print held)))
(hold 30)
`;
  /** Stopped at the first event of that kind, with the frame that holds a list. */
  function stoppedAt(kind: EventKind) {
    const { debuggee, output } = debuggeeFor(holder, { managerOptions: { countdown: 25 } });
    debuggee.arm(new Set([kind]));
    const stop = runMotion(debuggee.continue());
    expect(stop).toMatchObject({ kind: "event", event: { kind } });
    debuggee.arm(new Set());
    const frame = debuggee.stack(0, 9).frames.find(({ functionName }) => functionName === "hold")?.frame ?? null;
    const finish = () => {
      let end = runMotion(debuggee.continue());
      // What happened in the same step waits to be told.
      while (end.kind === "event") end = runMotion(debuggee.continue());
      expect(end.kind).toBe("finished");
      return output();
    };
    return { debuggee, frame, finish };
  }

  test.each<EventKind>(["gc.start", "gc.scan", "gc.reclaim", "object.free", "gc.end"])(
    "a value that is given to a variable at %s lives on",
    (kind) => {
      const { debuggee, frame, finish } = stoppedAt(kind);
      expect(debuggee.evaluate("(set! held (list 4 5 6))", frame, "act").kind).toBe("value");
      expect(finish()).toBe("(4 5 6)\n");
    },
  );

  test.each<EventKind>(["gc.start", "gc.scan", "gc.reclaim", "object.free", "gc.end"])(
    "a collection that is asked for at %s, after a look, does not free what the stack holds",
    (kind) => {
      const { debuggee, frame, finish } = stoppedAt(kind);
      debuggee.evaluate("(list held)", frame, "peek");
      expect(debuggee.evaluate("(gc)", frame, "act").kind).toBe("value");
      expect(finish()).toBe("(1 2 3)\n");
    },
  );
});
