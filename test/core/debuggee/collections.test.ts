import { expect, test } from "vitest";
import type { EventKind } from "../../../core/vm/events.ts";
import { debuggeeFor, runMotion } from "../../support/debuggee.ts";

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
