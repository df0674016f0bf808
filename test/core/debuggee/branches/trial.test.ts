/** A collection that is tried, under every memory manager: discarded it has not been, kept it has happened, and what was known before is there. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../../core/debuggee/debuggee.ts";
import { RunningImage } from "../../../../core/debuggee/image/running-image.ts";
import type { Motion } from "../../../../core/debuggee/types.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { savedIn } from "../../../support/images/dead-image.ts";
import { debuggeeFor } from "../../../support/lisp/debuggee.ts";
import { randomProgram } from "../../../support/lisp/random-lisp.ts";
import { randomRuns, timeLimit } from "../../../support/random-runs.ts";

const RUNS = randomRuns(3);

function run(motion: Motion | null): string {
  if (motion === null) throw new Error("that is not recorded");
  for (let slices = 0; slices < 1_000_000; slices++) {
    const stop = motion.run(70);
    if (stop.kind !== "slice" && motion.looksBack?.hasArrived !== false) return stop.kind;
  }
  throw new Error("the motion does not end");
}
const end = (debuggee: Debuggee) => [run(debuggee.continue()), debuggee.digest()];

/** A program that stands somewhere in its run, perhaps with a future that is known. */
function standing(text: string, manager: string, [safepoints, back]: readonly [number, boolean]): Debuggee {
  const { debuggee } = debuggeeFor(text, { manager });
  debuggee.record(64, () => 40);
  debuggee.continue().run(safepoints);
  const here = debuggee.moment();
  if (!back || debuggee.machine.collection !== null) return debuggee;
  debuggee.continue().run(60);
  run(debuggee.goTo(here));
  return debuggee;
}
const place = fc.tuple(fc.integer({ min: 1, max: 150 }), fc.boolean());

/** What the debuggee knows and is, as far as a trial must not touch it. */
const facts = (debuggee: Debuggee) => ({
  digest: debuggee.digest(),
  extent: debuggee.extent(),
  runs: debuggee.branching.list(),
});

describe.each(MANAGERS.map(({ traits }) => traits.name))("under %s", (manager) => {
  test(
    "discarded it leaves nothing behind, however far it was stepped through",
    () => {
      fc.assert(
        fc.property(randomProgram(3), place, fc.nat(4), fc.boolean(), (text, where, steps, goesOn) => {
          const debuggee = standing(text, manager, where);
          const before = facts(debuggee);
          const begun = debuggee.branching.begin();
          if (typeof begun === "string") {
            expect(facts(debuggee)).toEqual(before);
            expect(debuggee.branching.isTrying).toBe(false);
            return;
          }
          run(begun.motion);
          expect(debuggee.branching.isTrying).toBe(true);
          expect(debuggee.branching.isCollecting).toBe(true);
          expect(debuggee.machine.collection?.phase).toBe("start");
          for (let i = 0; i < steps; i++) run(debuggee.step("in", "form"));
          if (debuggee.branching.isCollecting) run(debuggee.continue());
          expect(debuggee.branching.isCollecting).toBe(false);
          if (goesOn) debuggee.continue().run(20);
          run(debuggee.branching.discard());
          expect(facts(debuggee)).toEqual(before);
          expect(debuggee.branching.isTrying).toBe(false);
          expect(debuggee.branching.discard()).toBeNull();
          expect(end(debuggee)).toEqual(end(standing(text, manager, where)));
        }),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );

  test(
    "kept it has happened, and the future that was known is a branch",
    () => {
      fc.assert(
        fc.property(randomProgram(3), place, (text, where) => {
          const debuggee = standing(text, manager, where);
          const { isInPast, to } = debuggee.extent() ?? { isInPast: false, to: debuggee.moment() };
          const collections = debuggee.machine.counters.collections;
          const begun = debuggee.branching.begin();
          if (typeof begun === "string") return;
          run(begun.motion);
          run(debuggee.continue());
          expect(debuggee.machine.counters.collections).toBe(collections + 1);
          const { digest } = facts(debuggee);
          expect(debuggee.branching.keep()).toBe(true);
          expect(debuggee.branching.keep()).toBe(false);
          expect(debuggee.digest()).toBe(digest);
          const runs = debuggee.branching.list() ?? [];
          expect(runs.map(({ number, isCurrent }) => [number, isCurrent])).toEqual(
            isInPast
              ? [
                  [1, false],
                  [2, true],
                ]
              : [[1, true]],
          );
          const now = end(debuggee);
          if (!isInPast) return;
          run(debuggee.branching.goTo(1));
          expect(debuggee.moment()).toEqual(to);
          run(debuggee.branching.goTo(2));
          expect(debuggee.digest()).toBe(now[1]);
        }),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});

test("a run that is not recorded only tells what a collection would do", () => {
  const { debuggee } = debuggeeFor("(define a (list 1 2))\n(print a)");
  const before = debuggee.digest();
  expect(debuggee.branching.begin()).toMatchObject({ motion: null, report: { freed: expect.any(Array) } });
  expect(debuggee.digest()).toBe(before);
  expect(debuggee.branching.list()).toBeNull();
  expect(debuggee.branching.keep()).toBe(false);
});

test("a collection is tried in an image that runs too", () => {
  const file = savedIn("(define (start) (vector 1 2) (list 1 2) (work 3))\n(define (work n) n)\n(start)", "start");
  const image = RunningImage.load(bytesFile("test.sysout", file), {
    megabytes: null,
    managerOptions: {},
    ports: quietPorts(),
  });
  image.start();
  image.record(16);
  const before = image.digest();
  const begun = image.branching.begin();
  if (typeof begun === "string") throw new Error(begun);
  run(begun.motion);
  expect(image.branching.isCollecting).toBe(true);
  run(image.continue());
  expect(image.digest()).not.toBe(before);
  run(image.branching.discard());
  expect(image.digest()).toBe(before);
  expect(run(image.continue())).toBe("finished");
});
