/** Random programs that are run forwards, backwards and forwards again, under every memory manager. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { ManagerOptions } from "../../../core/managers/contract.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";
import {
  breakOnLines,
  complete,
  HEAP_EVENTS,
  MANAGER_NAMES,
  optionsOf,
  type Sight,
  sightOf,
  stopsAhead,
  stopsBehind,
} from "../../support/lisp/time-travel.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(3);
const MOST_STOPS = 40;

function recorded(text: string, manager: string, managerOptions: ManagerOptions): Debuggee {
  const { debuggee } = debuggeeFor(text, { manager, managerOptions, heapMB: 1 });
  debuggee.record(256, () => 150);
  return debuggee;
}

describe.each(MANAGER_NAMES)("under %s", (manager) => {
  test(
    "the stops of a run are the same forwards, backwards and forwards again",
    () => {
      fc.assert(
        fc.property(
          randomProgram(2),
          optionsOf(manager),
          fc.subarray([...HEAP_EVENTS]),
          fc.array(fc.nat(40), { maxLength: 3 }),
          (text, options, kinds, lines) => {
            const debuggee = recorded(text, manager, options);
            debuggee.arm(new Set(kinds));
            breakOnLines(debuggee, lines);
            const there = stopsAhead(debuggee, MOST_STOPS);
            expect(stopsBehind(debuggee)).toEqual(there.slice(0, -1));
            expect(stopsAhead(debuggee, there.length)).toEqual(there);
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
        fc.property(
          randomProgram(2),
          optionsOf(manager),
          fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
          (text, options, picks) => {
            const debuggee = recorded(text, manager, options);
            const passed: Sight[] = [];
            let isOver = false;
            while (!isOver) {
              passed.push(sightOf(debuggee));
              isOver = debuggee.continue().run(37).kind !== "slice";
            }
            passed.push(sightOf(debuggee));
            for (const pick of picks) {
              const sight = passed[pick % passed.length] as Sight;
              complete(debuggee.goTo(sight.moment));
              expect(sightOf(debuggee)).toEqual(sight);
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );

  test(
    "steps back by instruction are the instructions that were executed",
    () => {
      fc.assert(
        fc.property(randomProgram(1), optionsOf(manager), fc.nat(2000), (text, options, start) => {
          const debuggee = recorded(text, manager, options);
          debuggee.continue().run(start);
          const there: Sight[] = [sightOf(debuggee)];
          let isOver = false;
          for (let i = 0; i < 20 && !isOver; i++) {
            isOver = complete(debuggee.step("in", "instruction")).kind !== "step";
            const now = sightOf(debuggee);
            // An instruction that fails is not done.
            if (now.at !== there.at(-1)?.at) there.push(now);
          }
          const back: Sight[] = [];
          while (back.length < there.length - 1) {
            complete(debuggee.stepBack("instruction"));
            back.unshift(sightOf(debuggee));
          }
          expect(back).toEqual(there.slice(0, -1));
        }),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});

test.each(MANAGER_NAMES)("under %s the end of a program is another moment than the one before it", (manager) => {
  const debuggee = recorded("(define a (vector 1 (list 2)))", manager, {});
  const there = sightOf(debuggee);
  complete(debuggee.continue());
  const end = sightOf(debuggee);
  complete(debuggee.stepBack("instruction"));
  const before = sightOf(debuggee);
  expect(before.at).not.toBe(end.at);
  complete(debuggee.goTo(there.moment));
  for (const sight of [before, end, before, end]) {
    complete(debuggee.goTo(sight.moment));
    expect(sightOf(debuggee)).toEqual(sight);
  }
});
