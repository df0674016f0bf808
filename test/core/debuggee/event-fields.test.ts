import { describe, expect, test } from "vitest";
import type { EventKind } from "../../../core/vm/events.ts";
import { debuggeeFor, runMotion } from "../../support/lisp/debuggee.ts";

const program = `(define (waste n)
  (while (> n 0)
    (list n n)
    (set! n (- n 1))))
(waste 30)
(car 5)
`;

/** Stops at the first event of a kind and evaluates conditions there. */
function at(kind: EventKind) {
  const { debuggee } = debuggeeFor(program, { managerOptions: { countdown: 20 } });
  debuggee.arm(new Set([kind]));
  const stop = runMotion(debuggee.continue());
  if (stop.kind !== "event") throw new Error(`no ${kind}: ${stop.kind}`);
  const fields = debuggee.eventFields(stop.event, stop.site);
  const frame = debuggee.stack(0, 1).frames[0]?.frame ?? null;
  return { fields, holds: (condition: string) => debuggee.condition(condition, frame, fields).kind };
}

describe("fields of events", () => {
  test("of a collection: why it runs and what it did", () => {
    const { holds } = at("gc.end");
    expect(holds("(and (eq? cause 'countdown) (= freed 40) (= number 1))")).toBe("true");
    expect(holds("(> freed 40)")).toBe("false");
  });

  test("of an object: type, address and size, next to the variables of the frame", () => {
    const { fields, holds } = at("object.free");
    expect([...fields.keys()]).toEqual(["site", "function", "line", "type", "address", "size"]);
    expect(holds("(and (eq? type 'LISTP) (> address 65536) (>= size 2))")).toBe("true");
    expect(holds("(eq? type 'STRINGP)")).toBe("false");
    expect(holds("(> n 0)")).toBe("true");
    expect(holds("(and (eq? function 'waste) (= line 3))")).toBe("true");
  });

  test("of a count that fell to zero: the count", () => {
    expect(at("refcount.zero").holds("(and (eq? type 'LISTP) (= count 0))")).toBe("true");
  });

  test("of a Lisp error: its name", () => {
    expect(at("lisp.error").holds("(eq? cause 'not-a-list)")).toBe("true");
  });

  test("of a request for a collection: its cause, and the object that crossed the line", () => {
    expect(at("gc.trigger").holds("(and (eq? cause 'countdown) (eq? type 'LISTP) (> address 65536))")).toBe("true");
  });

  test("a field that the event does not have is an error, not false", () => {
    expect(at("gc.trigger").holds("(> freed 0)")).toBe("failed");
  });
});
