/** A search for what broke the heap that is given up. */
import { expect, test } from "vitest";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";

test.each([0, 1, 3, 6])("given up after %i portions it goes back to where it began", (portions) => {
  const { debuggee } = debuggeeFor("(define kept (list 1 2 3))\n(for (i 0 500) (cons i i))\n(print 'over)");
  debuggee.record(64, () => 60);
  debuggee.continue().run(300);
  const found = debuggee.evaluate("kept", null, "peek");
  if (found.kind !== "value" || found.value === null) throw new Error("no list");
  debuggee.writeBytes(2 * found.value, Uint8Array.of(0, 0, 0, 0));
  debuggee.continue().run(300);
  const start = { moment: debuggee.moment(), digest: debuggee.digest() };
  const search = debuggee.findCulprit();
  const way = search?.motion.looksBack;
  if (search === null || way === undefined) throw new Error("nothing is recorded");
  for (let i = 0; i < portions; i++) search.motion.run(50);
  const { done = 0, total = 0 } = way.progress?.() ?? {};
  expect(done).toBeLessThanOrEqual(total);
  way.giveUp?.();
  expect(runMotion(search.motion, 50)).toEqual({ kind: "step" });
  expect(way.hasArrived).toBe(true);
  expect(search.culprit()).toBeNull();
  expect(search.report()).toBe("The search was given up.");
  expect({ moment: debuggee.moment(), digest: debuggee.digest() }).toEqual(start);
});
