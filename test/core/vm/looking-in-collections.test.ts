/** Looking at a stopped program leaves no trace, in the middle of a collection too: whoever evaluates sees the same run as who does not. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { EventKind } from "../../../core/vm/events.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";
import { complete, HEAP_EVENTS, MANAGER_NAMES, optionsOf, seen } from "../../support/lisp/time-travel.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(5);
const MOST_STOPS = 70;
/** Ordinary, allocating, changing what the program has, asking for a collection, running into an error. */
const EXPRESSIONS = [
  "a",
  "(list a b (vector c 1.5))",
  '(begin (set! a (make 40)) (set! b nil) (string-append "x" "y"))',
  "(let loop ((i 60)) (if (> i 0) (begin (set! c (cons i i)) (loop (- i 1)))))",
  "(gc)",
  "(begin (make 90) (gc))",
  "(if (pair? a) (set-cdr! a (list a a)))",
  "(car 5)",
];

/** The stops of a run. @param look what is done at each of them */
function stops(debuggee: Debuggee, kinds: readonly EventKind[], look: () => void): object[] {
  debuggee.arm(new Set(kinds));
  const found: object[] = [];
  while (found.length < MOST_STOPS) {
    const stop = complete(debuggee.continue());
    look();
    found.push(seen(debuggee, stop));
    if (stop.kind === "finished" || stop.kind === "failed") return found;
  }
  debuggee.arm(new Set());
  look();
  found.push(seen(debuggee, complete(debuggee.continue())));
  return found;
}

describe.each(MANAGER_NAMES)("under %s", (manager) => {
  test(
    "an evaluation without effects leaves no trace, wherever the program stands",
    () => {
      fc.assert(
        fc.property(
          randomProgram(2),
          optionsOf(manager),
          fc.subarray([...HEAP_EVENTS], { minLength: 1 }),
          fc.array(fc.constantFrom(...EXPRESSIONS), { minLength: 1, maxLength: 4 }),
          (text, managerOptions, kinds, expressions) => {
            const alone = debuggeeFor(text, { manager, managerOptions, heapMB: 1 });
            const looked = debuggeeFor(text, { manager, managerOptions, heapMB: 1 });
            let next = 0;
            const look = () => {
              const expression = expressions[next++ % expressions.length] as string;
              looked.debuggee.evaluate(expression, null, "peek");
            };
            const without = stops(alone.debuggee, kinds, () => {});
            expect(stops(looked.debuggee, kinds, look)).toEqual(without);
            expect(looked.output()).toBe(alone.output());
          },
        ),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});
