/** A recorded run that somebody changes from outside, in the present and in the past, in tight memory: whatever can be reached is what was. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { Motion } from "../../../core/debuggee/types.ts";
import { MANAGERS } from "../../../core/managers/catalog.ts";
import { compareMoments, momentText } from "../../../core/timeline/moment.ts";
import type { EventKind, Moment, StopReason } from "../../../core/vm/events.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(2);
const KINDS: readonly EventKind[] = ["gc.trigger", "gc.start", "gc.scan", "gc.end", "object.free", "page.new"];

type Action =
  | { readonly kind: "run"; readonly safepoints: number }
  | { readonly kind: "instructions"; readonly count: number }
  | { readonly kind: "goTo"; readonly pick: number }
  | { readonly kind: "change"; readonly what: "assign" | "evaluate" | "write" | "collect" | "peek" };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("run" as const), safepoints: fc.integer({ min: 1, max: 120 }) }),
  fc.record({ kind: fc.constant("instructions" as const), count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant("goTo" as const), pick: fc.nat() }),
  fc.record({
    kind: fc.constant("change" as const),
    what: fc.constantFrom("assign", "evaluate", "write", "collect", "peek"),
  }),
);

interface Seen {
  readonly moment: Moment;
  readonly digest: string;
}

function run(motion: Motion | null): StopReason {
  if (motion === null) throw new Error("that is not recorded");
  for (let slices = 0; slices < 1_000_000; slices++) {
    const stop = motion.run(70);
    if (stop.kind === "slice") continue;
    if (motion.looksBack === undefined || motion.looksBack.hasArrived) return stop;
    motion.looksBack.keep();
  }
  throw new Error("the motion does not end");
}

function change(debuggee: Debuggee, what: (Action & { kind: "change" })["what"]): void {
  switch (what) {
    case "assign":
      debuggee.evaluate("(set! a (list 1 b))", null, "act");
      break;
    case "evaluate":
      debuggee.evaluate("(begin (set! c (make 12)) (gc))", null, "act");
      break;
    case "write": {
      // The characters of a text: bytes that nothing follows.
      const found = debuggee.evaluate("note", null, "peek");
      if (found.kind !== "value" || found.value === null) return;
      const data = debuggee.machine.memory.pointer(found.value);
      debuggee.writeBytes(2 * data, Uint8Array.of(65 + (debuggee.moment().block % 26)));
      break;
    }
    case "collect":
      debuggee.requestCollection();
      break;
    case "peek":
      debuggee.evaluate("(begin (set! b (make 20)) (gc) a)", null, "peek");
      break;
  }
}

/** Follows what was seen of the run that is recorded now: what comes after a change is forgotten. */
class Notes {
  private seen: Seen[] = [];
  private readonly debuggee: Debuggee;

  constructor(debuggee: Debuggee) {
    this.debuggee = debuggee;
    this.note();
  }
  /** The same moment has the same digest, whenever it is passed. */
  note(): void {
    const moment = this.debuggee.moment();
    const digest = this.debuggee.digest();
    const known = this.seen.find((each) => compareMoments(each.moment, moment) === 0);
    if (known === undefined) this.seen.push({ moment, digest });
    else expect({ at: momentText(moment), digest }).toEqual({ at: momentText(moment), digest: known.digest });
  }
  forgetAfter(moment: Moment): void {
    this.seen = this.seen.filter((each) => compareMoments(each.moment, moment) <= 0);
  }
  pick(number: number): Seen {
    return this.seen[number % this.seen.length] as Seen;
  }
  all(): readonly Seen[] {
    return this.seen;
  }
}

function act(debuggee: Debuggee, notes: Notes, step: Action): void {
  switch (step.kind) {
    case "run":
      debuggee.continue().run(step.safepoints);
      break;
    case "instructions":
      for (let i = 0; i < step.count; i++) run(debuggee.step("in", "instruction"));
      break;
    case "goTo":
      visit(debuggee, notes.pick(step.pick));
      break;
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
function visit(debuggee: Debuggee, { moment, digest }: Seen): void {
  const motion = debuggee.goTo(moment);
  const from = debuggee.extent()?.from;
  if (motion === null) {
    // A change in the middle of a collection makes the recording begin anew behind it.
    const isGone = from === undefined ? debuggee.machine.collection !== null : compareMoments(moment, from) < 0;
    expect(isGone, `${momentText(moment)} is not recorded`).toBe(true);
    return;
  }
  run(motion);
  expect(momentText(debuggee.moment())).toBe(momentText(moment));
  expect({ at: momentText(moment), digest: debuggee.digest() }).toEqual({ at: momentText(moment), digest });
}

describe.each(MANAGERS.map(({ traits }) => traits.name))("under %s", (manager) => {
  test.each([
    ["roomy", 64],
    ["tight", 0.3],
    ["hardly any", 0.05],
  ])(
    "%s memory: every moment that is recorded is what it was, whatever was changed when and where",
    (_name, megabytes) => {
      fc.assert(
        fc.property(
          randomProgram(3),
          fc.array(action, { minLength: 4, maxLength: 20 }),
          fc.subarray([...KINDS]),
          (text, actions, kinds) => {
            const { debuggee } = debuggeeFor(`(define note (string-append "no" "te"))\n${text}`, { manager });
            debuggee.record(megabytes, () => 40);
            debuggee.arm(new Set(kinds));
            const notes = new Notes(debuggee);
            for (const step of actions) act(debuggee, notes, step);
            for (const seen of [...notes.all()].reverse()) visit(debuggee, seen);
          },
        ),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});
