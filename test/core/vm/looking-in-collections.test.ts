/** Looking at a stopped program leaves no trace, in the middle of a collection too: whoever evaluates sees the same run as who does not. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { ManagerOptions } from "../../../core/managers/contract.ts";
import { momentText } from "../../../core/timeline/moment.ts";
import type { EventKind, StopReason } from "../../../core/vm/events.ts";
import { debuggeeFor, runMotion } from "../../support/lisp/debuggee.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(3);
const MOST_STOPS = 70;
const KINDS: readonly EventKind[] = [
  "gc.trigger",
  "gc.start",
  "gc.scan",
  "gc.reclaim",
  "gc.end",
  "object.free",
  "refcount.zero",
  "page.new",
  "lisp.error",
];
const MANAGERS: readonly (readonly [manager: string, options: ManagerOptions])[] = [
  ["refcount", { countdown: 20 }],
  ["refcount", { countdown: 20, budget: 3 }],
  ["refcount", { stress: 15 }],
  ["mark-sweep", { threshold: 20 }],
  ["mark-sweep", { threshold: 20, budget: 5 }],
  ["mark-sweep", { threshold: 20, generational: true }],
  ["mark-sweep", { threshold: 20, generational: true, budget: 4, workers: 3 }],
  ["mark-sweep", { threshold: 30, hybrid: 5 }],
  ["mark-sweep", { threshold: 30, hybrid: 5, budget: 6 }],
  ["mark-sweep", { threshold: 20, regions: 1 }],
  ["mark-sweep", { threshold: 20, compact: 50 }],
  ["mark-sweep", { stress: 15 }],
  ["asap", {}],
  ["asap", { stress: 15 }],
  ["arena", {}],
  ["malloc", {}],
  ["none", {}],
];
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

function seen(debuggee: Debuggee, stop: StopReason): object {
  const kind = stop.kind === "event" ? stop.event.kind : stop.kind;
  const { manager } = debuggee.machine;
  const { figures, lastCollection } = manager.view();
  const collection = debuggee.machine.collection?.report ?? null;
  return {
    kind,
    moment: momentText(debuggee.moment()),
    digest: debuggee.digest(),
    statistics: manager.statistics(),
    usage: manager.usage(),
    figures,
    lastCollection,
    collection: collection === null ? null : structuredClone(collection),
  };
}

/** The stops of a run. @param look what is done at each of them */
function stops(debuggee: Debuggee, kinds: readonly EventKind[], look: () => void): object[] {
  debuggee.arm(new Set(kinds));
  const found: object[] = [];
  while (found.length < MOST_STOPS) {
    const stop = runMotion(debuggee.continue());
    look();
    found.push(seen(debuggee, stop));
    if (stop.kind === "finished" || stop.kind === "failed") return found;
  }
  debuggee.arm(new Set());
  look();
  found.push(seen(debuggee, runMotion(debuggee.continue())));
  return found;
}

describe.each(MANAGERS)("under %s %o", (manager, managerOptions) => {
  test(
    "an evaluation without effects leaves no trace, wherever the program stands",
    () => {
      fc.assert(
        fc.property(
          randomProgram(2),
          fc.subarray([...KINDS], { minLength: 1 }),
          fc.array(fc.constantFrom(...EXPRESSIONS), { minLength: 1, maxLength: 4 }),
          (text, kinds, expressions) => {
            const alone = debuggeeFor(text, { manager, managerOptions });
            const looked = debuggeeFor(text, { manager, managerOptions });
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
