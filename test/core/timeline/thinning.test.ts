/** A recording in little memory: checkpoints are given up among the others and at the beginning, and whatever is still recorded is what it was. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { Checkpoint } from "../../../core/timeline/checkpoint.ts";
import { compareMoments } from "../../../core/timeline/moment.ts";
import { Travel } from "../../../core/timeline/search.ts";
import { Timeline } from "../../../core/timeline/timeline.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";
import { MANAGER_NAMES, optionsOf, type Sight, sightOf } from "../../support/lisp/time-travel.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(2);
const INTERVAL = 25;

/** Checkpoints that were given up: others among the rest, and the first ones. */
interface Losses {
  among: number;
  first: number;
}

function goTo(timeline: Timeline, { moment }: Sight): void {
  const travel = new Travel(timeline, { moment, rank: null }, () => {});
  while (travel.run(70).kind === "slice") {}
}

interface Case {
  readonly limitBytes: number;
  /** Somebody asks for a collection every so many stretches: what was changed is never left out, so it goes only with the beginning. */
  readonly changes: number;
  readonly picks: readonly number[];
}

/** Runs a program to its end in so little memory, and then goes to some of the moments that are still recorded. */
function checkRecording(debuggee: Debuggee, { limitBytes, changes, picks }: Case, losses: Losses): void {
  const timeline = new Timeline(debuggee.machine, { limitBytes, interval: () => INTERVAL });
  const passed: Sight[] = [];
  let known: readonly Checkpoint[] = [];
  let isOver = false;
  while (!isOver) {
    passed.push(sightOf(debuggee));
    isOver = timeline.run(INTERVAL).kind !== "slice";
    const now = [...timeline.points.all()];
    const first = Math.max(0, known.indexOf(timeline.points.first));
    losses.first += first;
    losses.among += known.slice(first).filter((point) => !now.includes(point)).length;
    known = now;
    const isChanged = changes > 0 && passed.length % changes === 0 && debuggee.machine.collection === null;
    if (isChanged) timeline.intervene("collect", () => debuggee.machine.requestCollection("request"));
  }
  expect(timeline.sizeBytes <= limitBytes || timeline.points.count <= 2).toBe(true);
  const reachable = passed.filter(({ moment }) => compareMoments(moment, timeline.beginning) >= 0);
  for (const pick of picks) {
    const sight = reachable[pick % reachable.length];
    if (sight === undefined) continue;
    goTo(timeline, sight);
    expect(sightOf(debuggee)).toEqual(sight);
  }
}

test.each(MANAGER_NAMES)(
  "under %s whatever is still recorded is what it was when checkpoints have been given up",
  (manager) => {
    const losses: Losses = { among: 0, first: 0 };
    const picks = fc.array(fc.nat(), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(randomProgram(12), optionsOf(manager), picks, (text, managerOptions, chosen) => {
        for (const [changes, limitBytes] of [
          [0, 100_000],
          [3, 30_000],
        ] as const) {
          const { debuggee } = debuggeeFor(text, { manager, managerOptions, heapMB: 1 });
          checkRecording(debuggee, { limitBytes, changes, picks: chosen }, losses);
        }
      }),
      { numRuns: RUNS },
    );
    expect(losses.among).toBeGreaterThan(0);
    expect(losses.first).toBeGreaterThan(0);
  },
  timeLimit(RUNS),
);
