import { describe, expect, test } from "vitest";
import { endOf } from "../../../support/lisp/program-end.ts";
import { randomLifetimes } from "../../../support/lisp/random-lifetimes.ts";
import { randomRuns, timeLimit } from "../../../support/random-runs.ts";

const PROGRAMS = randomRuns(100);
/** Freed objects stay poisoned for the whole run, so that the use of any of them is found out. */
const CHECKED = { quarantine: 100_000 };

describe("random programs under the lifetime plan", () => {
  test(
    "print what they print without any freeing, never use what is gone, and leave nothing behind (O-F1, O-M1, O-C3)",
    () => {
      for (let seed = 0; seed < PROGRAMS; seed++) {
        const text = randomLifetimes(seed);
        const { output, how } = endOf(text, "none");
        expect({ seed, ...endOf(text, "asap", CHECKED) }).toEqual({ seed, output, how, left: 0 });
      }
    },
    timeLimit(PROGRAMS),
  );
});
