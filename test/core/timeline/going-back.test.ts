/** Random programs that are run forwards, backwards and forwards again, under every memory manager. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { Motion } from "../../../core/debuggee/types.ts";
import { MANAGERS } from "../../../core/managers/catalog.ts";
import { momentText } from "../../../core/timeline/moment.ts";
import type { EventKind, Moment, StopReason } from "../../../core/vm/events.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(6);

interface Seen {
  readonly kind: string;
  readonly moment: string;
  readonly digest: string;
}

function seen(debuggee: Debuggee, stop: StopReason): Seen {
  const kind = stop.kind === "event" ? stop.event.kind : stop.kind;
  return { kind, moment: momentText(debuggee.moment()), digest: debuggee.digest() };
}

/** Runs a motion to its end; every stop that it asks about is wanted. */
function run(motion: Motion | null): StopReason {
  if (motion === null) throw new Error("nothing is recorded");
  for (let slices = 0; slices < 1_000_000; slices++) {
    const stop = motion.run(70);
    if (stop.kind === "slice") continue;
    if (motion.looksBack === undefined || motion.looksBack.hasArrived) return stop;
    motion.looksBack.keep();
  }
  throw new Error("the motion does not end");
}

function recorded(text: string, manager: string, stops: readonly EventKind[]): Debuggee {
  const { debuggee } = debuggeeFor(text, { manager });
  debuggee.record(256, () => 150);
  debuggee.arm(new Set(stops));
  return debuggee;
}

const isOver = ({ kind }: StopReason) => kind === "finished" || kind === "failed";
const KINDS: readonly EventKind[] = [
  "gc.start",
  "gc.scan",
  "gc.reclaim",
  "gc.end",
  "object.free",
  "refcount.zero",
  "page.new",
  "lisp.error",
];

describe.each(MANAGERS.map(({ traits }) => traits.name))("under %s", (manager) => {
  test(
    "the stops of a run are the same forwards, backwards and forwards again",
    () => {
      fc.assert(
        fc.property(
          randomProgram(2),
          fc.subarray([...KINDS]),
          fc.array(fc.nat(40), { maxLength: 3 }),
          (text, kinds, lines) => {
            const debuggee = recorded(text, manager, kinds);
            debuggee.setBreakpoints(lines.flatMap((line) => debuggee.placesOnLine(line).map(({ pc }) => pc)));
            const there: Seen[] = [];
            for (let stops = 0; stops < 60; stops++) {
              const stop = run(debuggee.continue());
              there.push(seen(debuggee, stop));
              if (isOver(stop)) break;
            }
            const back: Seen[] = [];
            for (;;) {
              const stop = run(debuggee.reverseContinue());
              if (stop.kind === "start") break;
              back.unshift(seen(debuggee, stop));
            }
            expect(back).toEqual(there.slice(0, -1));
            const again: Seen[] = [];
            while (again.length < there.length) again.push(seen(debuggee, run(debuggee.continue())));
            expect(again).toEqual(there);
          },
        ),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );

  test(
    "every moment that was passed can be reached again, in any order",
    () => {
      fc.assert(
        fc.property(randomProgram(2), fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), (text, picks) => {
          const debuggee = recorded(text, manager, []);
          const passed: { moment: Moment; digest: string }[] = [];
          for (;;) {
            passed.push({ moment: debuggee.moment(), digest: debuggee.digest() });
            const stop = debuggee.continue().run(37);
            if (stop.kind !== "slice") break;
          }
          for (const pick of picks) {
            const { moment, digest } = passed[pick % passed.length] as (typeof passed)[number];
            run(debuggee.goTo(moment));
            expect(debuggee.moment()).toEqual(moment);
            expect(debuggee.digest()).toBe(digest);
          }
        }),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );

  test(
    "steps back by instruction are the instructions that were executed",
    () => {
      fc.assert(
        fc.property(randomProgram(1), fc.nat(2000), (text, start) => {
          const debuggee = recorded(text, manager, []);
          debuggee.continue().run(start);
          const there: Seen[] = [seen(debuggee, { kind: "step" })];
          for (let i = 0; i < 25; i++) {
            run(debuggee.step("in", "instruction"));
            const now = seen(debuggee, { kind: "step" });
            // The end of the program is no instruction.
            if (now.moment !== there.at(-1)?.moment) there.push(now);
          }
          const back: Seen[] = [];
          while (back.length < there.length - 1) back.unshift(seen(debuggee, run(debuggee.stepBack("instruction"))));
          expect(back).toEqual(there.slice(0, -1));
        }),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});
