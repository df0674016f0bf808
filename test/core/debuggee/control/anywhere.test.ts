/** Jumps and restarts at random moments of random programs: whatever is not refused leaves frames, heap and counts sound. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { viewOf } from "../../../../core/debuggee/view.ts";
import { audit } from "../../../../core/inspect/audit/audit.ts";
import type { StopReason } from "../../../../core/vm/events.ts";
import { debuggeeFor } from "../../../support/lisp/debuggee.ts";
import { randomProgram } from "../../../support/lisp/random-lisp.ts";

const action = fc.record({
  safepoints: fc.nat(60),
  restarts: fc.boolean(),
  which: fc.nat(1000),
});

test("wherever control is sent, frames, heap and counts stay sound", () => {
  let done = 0;
  fc.assert(
    fc.property(randomProgram(5), fc.array(action, { minLength: 4, maxLength: 10 }), (text, actions) => {
      const { debuggee } = debuggeeFor(text, { managerOptions: { stress: 7 } });
      const lines = text.split("\n").length;
      let stop: StopReason = { kind: "slice" };
      for (const { safepoints, restarts, which } of actions) {
        stop = debuggee.continue().run(safepoints);
        if (stop.kind === "finished") return;
        const { frames } = debuggee.stack(0, 0);
        if (restarts) done += debuggee.restartFrame(frames[which % frames.length]?.frame ?? 0) === null ? 1 : 0;
        else {
          const open = Array.from({ length: lines }, (_, line) => debuggee.jumpTargets(line))
            .flat()
            .filter(({ problem }) => problem === null);
          const target = open[which % Math.max(1, open.length)];
          if (target !== undefined) done += debuggee.jump(target.place.pc) === null ? 1 : 0;
        }
      }
      stop = debuggee.continue().run(20_000);
      if (stop.kind === "failed") expect(stop.event?.kind).toBe("lisp.error");
      if (debuggee.machine.collection === null) expect(audit(viewOf(debuggee.machine)).problems).toEqual([]);
    }),
    { numRuns: 20 },
  );
  expect(done).toBeGreaterThan(0);
});
