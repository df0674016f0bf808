/** A recorded run that somebody changes from outside, in the present and in the past, in tight memory: whatever can be reached is what was. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { StepGranularity } from "../../../core/debuggee/types.ts";
import { baselineOf, firstFinding } from "../../../core/inspect/verify/first-finding.ts";
import { compareMoments } from "../../../core/timeline/moment.ts";
import type { Moment } from "../../../core/vm/events.ts";
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

const RUNS = randomRuns(2);
const MOST_STOPS = 25;
const CHANGES = ["assign", "set", "evaluate", "write", "collect", "peek", "restart"] as const;

type Action =
  | { readonly kind: "run"; readonly safepoints: number }
  | { readonly kind: "instructions"; readonly count: number }
  | { readonly kind: "goTo"; readonly pick: number }
  | { readonly kind: "reverse" }
  | { readonly kind: "stepBack"; readonly granularity: StepGranularity }
  | { readonly kind: "change"; readonly what: (typeof CHANGES)[number] };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("run" as const), safepoints: fc.integer({ min: 1, max: 120 }) }),
  fc.record({ kind: fc.constant("instructions" as const), count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant("goTo" as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant("reverse" as const) }),
  fc.record({
    kind: fc.constant("stepBack" as const),
    granularity: fc.constantFrom<StepGranularity>("form", "line", "instruction"),
  }),
  fc.record({ kind: fc.constant("change" as const), what: fc.constantFrom(...CHANGES) }),
);
const actions = fc.array(action, { minLength: 4, maxLength: 20 });

function change(debuggee: Debuggee, what: (typeof CHANGES)[number]): void {
  switch (what) {
    case "assign":
      debuggee.evaluate("(set! a (list 1 2))", null, "act");
      break;
    case "set": {
      const found = debuggee.place("b", null);
      if (found.kind === "value" && found.node.slot !== null) debuggee.assign(found.node.slot, "(cons 5 c)", null);
      break;
    }
    case "evaluate":
      debuggee.evaluate("(begin (set! c (make 12)) (gc))", null, "act");
      break;
    case "write": {
      // The characters of a text: bytes that nothing follows.
      const found = debuggee.evaluate("note", null, "peek");
      if (found.kind !== "value" || found.value === null) return;
      const data = debuggee.machine.memory.pointer(found.value);
      // The text goes with the end of the program, where somebody sees to that.
      if (debuggee.missingBytes(2 * data, 1) > 0 || debuggee.machine.saveState().ended !== null) return;
      debuggee.writeBytes(2 * data, Uint8Array.of(65 + (debuggee.moment().block % 26)));
      break;
    }
    case "collect":
      debuggee.requestCollection();
      break;
    case "peek":
      debuggee.evaluate("(begin (set! b (make 20)) (gc) a)", null, "peek");
      break;
    case "restart": {
      const [innermost] = debuggee.stack(0, 1).frames;
      if (innermost !== undefined) debuggee.restartFrame(innermost.frame);
      break;
    }
  }
}

/** Follows what was seen of the run that is recorded now: what comes after a change is forgotten. */
class Notes {
  private seen: Sight[] = [];
  private readonly debuggee: Debuggee;

  constructor(debuggee: Debuggee) {
    this.debuggee = debuggee;
    this.note();
  }
  /** At the same moment everything is the same, whenever it is passed. */
  note(): void {
    const sight = sightOf(this.debuggee);
    const known = this.seen.find(({ at }) => at === sight.at);
    if (known === undefined) this.seen.push(sight);
    else expect(sight).toEqual(known);
  }
  forgetAfter(moment: Moment): void {
    this.seen = this.seen.filter((each) => compareMoments(each.moment, moment) <= 0);
  }
  pick(number: number): Sight {
    return this.seen[number % this.seen.length] as Sight;
  }
  all(): readonly Sight[] {
    return this.seen;
  }
}

function act(debuggee: Debuggee, notes: Notes, step: Action): void {
  switch (step.kind) {
    case "run":
      debuggee.continue().run(step.safepoints);
      break;
    case "instructions":
      for (let i = 0; i < step.count; i++) complete(debuggee.step("in", "instruction"));
      break;
    case "goTo":
      visit(debuggee, notes.pick(step.pick));
      break;
    case "reverse":
    case "stepBack": {
      const motion = step.kind === "reverse" ? debuggee.reverseContinue() : debuggee.stepBack(step.granularity);
      if (motion !== null) complete(motion);
      break;
    }
    case "change": {
      const before = debuggee.moment();
      change(debuggee, step.what);
      if (compareMoments(debuggee.moment(), before) !== 0) notes.forgetAfter(before);
      break;
    }
  }
  notes.note();
}

/** Goes to a moment: it is what it was, or it is not recorded any more. */
function visit(debuggee: Debuggee, sight: Sight): void {
  const motion = debuggee.goTo(sight.moment);
  const from = debuggee.extent()?.from;
  if (motion === null) {
    // A change in the middle of a collection makes the recording begin anew behind it.
    const isGone = from === undefined ? debuggee.machine.collection !== null : compareMoments(sight.moment, from) < 0;
    expect(isGone, `${sight.at} is not recorded`).toBe(true);
    return;
  }
  complete(motion);
  expect(sightOf(debuggee)).toEqual(sight);
}

const withNote = randomProgram(3).map((text) => `(define note (string-append "no" "te"))\n${text}\n(print note)`);

describe.each(MANAGER_NAMES)("under %s", (manager) => {
  test(
    "every moment that is recorded is what it was, whatever was changed when and where, in much memory and in little",
    () => {
      fc.assert(
        fc.property(
          withNote,
          optionsOf(manager),
          actions,
          fc.subarray([...HEAP_EVENTS]),
          fc.constantFrom(0.05, 0.3, 64),
          (text, managerOptions, steps, kinds, megabytes) => {
            const { debuggee } = debuggeeFor(text, { manager, managerOptions, heapMB: 1 });
            const sound = baselineOf(debuggee.view());
            debuggee.record(megabytes, () => 40);
            debuggee.arm(new Set(kinds));
            const notes = new Notes(debuggee);
            for (const step of steps) act(debuggee, notes, step);
            for (const sight of [...notes.all()].reverse()) visit(debuggee, sight);
            if (debuggee.machine.collection === null) expect(firstFinding(debuggee.view(), sound)).toBeNull();
          },
        ),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );

  test(
    "a run that was changed has the same stops forwards, backwards and forwards again",
    () => {
      fc.assert(
        fc.property(
          withNote,
          optionsOf(manager),
          actions,
          fc.subarray([...HEAP_EVENTS]),
          fc.array(fc.nat(40), { maxLength: 2 }),
          (text, managerOptions, steps, kinds, lines) => {
            const { debuggee } = debuggeeFor(text, { manager, managerOptions, heapMB: 1 });
            debuggee.record(64, () => 40);
            debuggee.arm(new Set(kinds));
            breakOnLines(debuggee, lines);
            const notes = new Notes(debuggee);
            for (const step of steps) act(debuggee, notes, step);
            stopsAhead(debuggee, MOST_STOPS);
            const extent = debuggee.extent();
            if (extent === null) return;
            complete(debuggee.goTo(extent.from));
            const there = stopsAhead(debuggee, MOST_STOPS);
            const back = stopsBehind(debuggee);
            expect(back.map(({ kind, at }) => `${kind} ${at}`)).toEqual(
              there.slice(0, -1).map(({ kind, at }) => `${kind} ${at}`),
            );
            expect(back).toEqual(there.slice(0, -1));
            expect(stopsAhead(debuggee, there.length)).toEqual(there);
          },
        ),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});

test("an assignment that the manager refuses says why, and what was evaluated for it is part of the recording", () => {
  const text = "(define a nil)\n(define (f)\n  (print 1))\n(with-region r\n  (f))\n";
  const { debuggee } = debuggeeFor(text, { manager: "arena" });
  debuggee.record(64, () => 40);
  breakOnLines(debuggee, [2]);
  expect(complete(debuggee.continue()).kind).toBe("breakpoint");
  const before = sightOf(debuggee);
  const result = debuggee.evaluate("(set! a (list 1 2))", null, "act");
  expect(result).toMatchObject({ kind: "failed", message: expect.stringContaining("region violation") });
  const behind = sightOf(debuggee);
  expect(behind.at).not.toBe(before.at);
  for (const sight of [before, behind]) {
    complete(debuggee.goTo(sight.moment));
    expect(sightOf(debuggee)).toEqual(sight);
  }
});
