import { describe, expect, test } from "vitest";
import { randomLifetimes } from "../../../support/random-lifetimes.ts";
import { randomRuns, timeLimit } from "../../../support/random-runs.ts";
import { runProgram } from "../../../support/run-program.ts";

const PROGRAMS = randomRuns(100);
/** Freed objects stay poisoned for the whole run, so that the use of any of them is found out. */
const CHECKED = { quarantine: 100_000 };

/** What a program does under a manager, and how many of its objects are left. */
function outcome(text: string, manager: string, options: Record<string, number> = {}) {
  const { output, stop, machine } = runProgram(text, manager, options);
  const { allocatedObjects, freedObjects } = machine.manager.statistics();
  const how = stop.kind === "failed" ? `${stop.event}: ${stop.message}` : stop.kind;
  return { output, how, left: allocatedObjects - freedObjects };
}

describe("random programs under the lifetime plan", () => {
  test(
    "print what they print without any freeing, never use what is gone, and leave nothing behind (O-F1, O-M1, O-C3)",
    () => {
      for (let seed = 0; seed < PROGRAMS; seed++) {
        const text = randomLifetimes(seed);
        const { output, how } = outcome(text, "none");
        expect({ seed, ...outcome(text, "asap", CHECKED) }).toEqual({ seed, output, how, left: 0 });
      }
    },
    timeLimit(PROGRAMS),
  );
});
