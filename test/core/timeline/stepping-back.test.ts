/** Steps back by form and line against a log of all instructions that a second machine writes, which runs the same program forwards. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { StepGranularity } from "../../../core/debuggee/types.ts";
import { compareMoments, momentText } from "../../../core/timeline/moment.ts";
import type { Moment } from "../../../core/vm/events.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";
import { complete, MANAGER_NAMES, optionsOf } from "../../support/lisp/time-travel.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(2);
const MOST_INSTRUCTIONS = 30_000;
/** Calls beside each other on one line and on several, in a loop and behind one. */
const CALLS = `
(define (leaf x)
  (cons x
    nil))
(define (node x)
  (list (leaf x)
        (leaf (leaf x)) (leaf x)))
(for (round 0 3)
  (set! a (node round)) (leaf 1)
  (set! b (list (leaf 1) (leaf (leaf 2)))))
(set! c (leaf b))`;

/** Between two instructions, outside collections. */
interface Place {
  readonly moment: Moment;
  /** Numbers of the calls under way, outermost first. */
  readonly calls: readonly number[];
  readonly line: number;
  readonly isForm: boolean;
}

function forwardLog(text: string, settings: Parameters<typeof debuggeeFor>[1]): Place[] {
  const { debuggee } = debuggeeFor(text, settings);
  // Collections take other steps when nobody looks on.
  debuggee.record(256);
  const { machine, places } = debuggee;
  const log: Place[] = [];
  let calls: { readonly frame: number; readonly number: number }[] = [];
  let made = 0;
  for (let i = 0; i < MOST_INSTRUCTIONS; i++) {
    const { pc, pvar: frame } = machine.registers();
    calls = calls.filter((call) => call.frame <= frame);
    if (calls.at(-1)?.frame !== frame) calls.push({ frame, number: made++ });
    const moment = machine.moment();
    const last = log.at(-1)?.moment;
    // Where a collection was done before an instruction it stands for a second time at the same place.
    const isAgain = last?.block === moment.block && last.pc === pc;
    const line = places.at(pc)?.line ?? -1;
    const isForm = places.isStepStart(pc) && !isAgain;
    if (machine.collection === null) log.push({ moment, calls: calls.map(({ number }) => number), line, isForm });
    if (machine.stepInstruction().kind !== "step") break;
  }
  return log;
}

/** The form that a step back should end at: the last one of the calls that are under way, or the first of the line before. */
function formBefore(log: readonly Place[], index: number, granularity: StepGranularity): Place | undefined {
  const start = log[index] as Place;
  const nameOf = ({ calls, line }: Place) => `${calls.at(-1)}:${line}`;
  const forms = log.slice(0, index).filter((one) => one.isForm && start.calls.includes(one.calls.at(-1) ?? -1));
  if (granularity === "form") return forms.at(-1);
  let at = forms.findLastIndex((one) => nameOf(one) !== nameOf(start));
  while (at > 0 && nameOf(forms[at] as Place) === nameOf(forms[at - 1] as Place)) at--;
  return forms[at];
}

function recorded(text: string, settings: Parameters<typeof debuggeeFor>[1], interval: number): Debuggee {
  const { debuggee } = debuggeeFor(text, settings);
  debuggee.record(256, () => interval);
  complete(debuggee.continue());
  return debuggee;
}

describe.each(MANAGER_NAMES)("under %s", (manager) => {
  test(
    "a step back by form or line ends where the log says, wherever checkpoints lie",
    () => {
      const step = fc.tuple(fc.nat(), fc.constantFrom<StepGranularity>("form", "line"), fc.boolean());
      fc.assert(
        fc.property(
          randomProgram(2),
          optionsOf(manager),
          fc.array(step, { minLength: 8, maxLength: 8 }),
          fc.constantFrom(5, 150, 100_000),
          (text, managerOptions, steps, interval) => {
            const settings = { manager, managerOptions, heapMB: 0.5 };
            const log = forwardLog(text + CALLS, settings);
            const debuggee = recorded(text + CALLS, settings, interval);
            const forms = [...log.keys()].filter((i) => log[i]?.isForm);
            for (const [pick, granularity, isAnywhere] of steps) {
              const index = isAnywhere ? pick % log.length : (forms[pick % forms.length] as number);
              const from = (log[index] as Place).moment;
              complete(debuggee.goTo(from));
              const { kind } = complete(debuggee.stepBack(granularity));
              const wanted = formBefore(log, index, granularity);
              const found = kind === "start" ? "start" : momentText(debuggee.moment());
              const expected = wanted === undefined ? "start" : momentText(wanted.moment);
              expect(found, `by ${granularity} from ${momentText(from)}`).toBe(expected);
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );

  test(
    "a step back is the reverse of a step over or into a form that ended in the same function, or one that it called",
    () => {
      fc.assert(
        fc.property(
          randomProgram(2),
          optionsOf(manager),
          fc.nat(400),
          fc.array(fc.constantFrom("over" as const, "in" as const), { minLength: 6, maxLength: 6 }),
          (text, managerOptions, safepoints, kinds) => {
            const settings = { manager, managerOptions, heapMB: 0.5 };
            const log = new Map(forwardLog(text + CALLS, settings).map((place) => [momentText(place.moment), place]));
            const { debuggee } = debuggeeFor(text + CALLS, settings);
            debuggee.record(256, () => 150);
            debuggee.continue().run(safepoints);
            complete(debuggee.step("in", "form"));
            for (const kind of kinds) {
              const before = { moment: momentText(debuggee.moment()), digest: debuggee.digest() };
              if (complete(debuggee.step(kind, "form")).kind !== "step") return;
              const there = { moment: momentText(debuggee.moment()), digest: debuggee.digest() };
              const from = log.get(before.moment);
              const call = from?.calls.at(-1) ?? -1;
              const isWithin = log.get(there.moment)?.calls.includes(call) ?? false;
              if (!from?.isForm || !isWithin || there.moment === before.moment) continue;
              complete(debuggee.stepBack("form"));
              expect({ moment: momentText(debuggee.moment()), digest: debuggee.digest() }).toEqual(before);
              complete(debuggee.step(kind, "form"));
              expect({ moment: momentText(debuggee.moment()), digest: debuggee.digest() }).toEqual(there);
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});

/** The lines, counted from 1, that steps back pass from the first breakpoint on a line. */
function linesBack(text: string, line: number, granularity: StepGranularity, interval = 100_000): number[] {
  const { debuggee } = debuggeeFor(text);
  debuggee.record(256, () => interval);
  debuggee.setBreakpoints(debuggee.placesOnLine(line - 1).map(({ pc }) => pc));
  complete(debuggee.continue());
  debuggee.setBreakpoints([]);
  const lines: number[] = [];
  for (;;) {
    const { kind } = complete(debuggee.stepBack(granularity));
    if (kind === "start") return lines;
    lines.push(1 + (debuggee.placeAt(debuggee.machine.registers().pc)?.line ?? -1));
  }
}

test("a step back out of a function passes by what an earlier call of it did at the same place of the stack", () => {
  const text = "(define (f x)\n  (if (= x 1)\n    nil\n    (print x)))\n(define (g)\n  (list (f 1) (f 2)))\n(g)\n";
  expect(linesBack(text, 4, "line")).toEqual([2, 6, 7]);
  expect(linesBack(text, 4, "line", 1)).toEqual([2, 6, 7]);
});

test("a step back by line goes to where the line before began, also across checkpoints", () => {
  const text = "(define (id x) x)\n(define (f)\n  (id 1) (id 2) (id 3) (id 4)\n  (id 5))\n(f)\n";
  expect(linesBack(text, 4, "line", 1)).toEqual([3, 5]);
  expect(linesBack(text, 4, "line")).toEqual([3, 5]);
});

test("a moment that never was leads to the next one", () => {
  const text = "(define (make n) (if (= n 0) nil (cons n (make (- n 1)))))\n(for (i 0 20) (make 20))\n(gc)\n";
  const { debuggee } = debuggeeFor(text, { manager: "mark-sweep", managerOptions: { threshold: 50 } });
  debuggee.record(256, () => 50);
  const last = complete(debuggee.continue()).kind;
  expect(last).toBe("finished");
  for (const moment of [
    { block: 5, pc: 1, steps: 0 },
    { block: 10, pc: 0xffffff, steps: 0 },
    { block: 100, pc: 0xffffff, steps: 9999 },
    { block: 300, pc: 0, steps: 3 },
  ]) {
    expect(complete(debuggee.goTo(moment)).kind).toBe("step");
    expect(compareMoments(debuggee.moment(), moment)).toBeGreaterThan(0);
    expect(debuggee.moment().block).toBeLessThanOrEqual(moment.block + 1);
    complete(debuggee.stepBack("instruction"));
    expect(compareMoments(debuggee.moment(), moment)).toBeLessThan(0);
  }
});

test("a step back comes to the moment behind a change from outside, and from there to the one before it", () => {
  const { debuggee } = debuggeeFor("(define a 1)\n(define (f)\n  (print a)\n  (print a))\n(f)\n");
  debuggee.record(256, () => 100_000);
  debuggee.setBreakpoints(debuggee.placesOnLine(2).map(({ pc }) => pc));
  complete(debuggee.continue());
  debuggee.setBreakpoints([]);
  const before = debuggee.digest();
  debuggee.evaluate("(set! a 2)", null, "act");
  const behind = debuggee.digest();
  complete(debuggee.step("over", "form"));
  complete(debuggee.stepBack("form"));
  expect(debuggee.digest()).toBe(behind);
  complete(debuggee.stepBack("form"));
  expect(debuggee.digest()).toBe(before);
});
