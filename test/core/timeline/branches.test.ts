/** Runs that begin when somebody changes the past: random programs and changes, and ways back and forth between the runs, which stay what they were. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { Motion } from "../../../core/debuggee/types.ts";
import { MANAGERS } from "../../../core/managers/catalog.ts";
import { compareMoments, momentText } from "../../../core/timeline/moment.ts";
import type { Moment } from "../../../core/vm/events.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(1);

type Action =
  | { readonly kind: "run"; readonly safepoints: number }
  | { readonly kind: "instructions"; readonly count: number }
  | { readonly kind: "goTo" | "change" | "branch" | "drop"; readonly pick: number }
  | { readonly kind: "try" | "keep" | "discard" | "back" };

const pick = fc.nat();
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("run" as const), safepoints: fc.integer({ min: 1, max: 120 }) }),
  fc.record({ kind: fc.constant("instructions" as const), count: fc.integer({ min: 1, max: 12 }) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("goTo", "change", "branch"), pick }) },
  fc.record({ kind: fc.constant("drop" as const), pick }),
  fc.record({ kind: fc.constantFrom("try", "keep", "discard", "back") }),
);
const CHANGES = ["(set! a (list 1 b))", "(set! b 17)", "(set! c (make 12))", "(set! a (runtime))"];

interface Seen {
  readonly moment: Moment;
  readonly digest: string;
}

function run(motion: Motion | null): void {
  if (motion === null) throw new Error("that is not recorded");
  for (let slices = 0; slices < 1_000_000; slices++) {
    const stop = motion.run(70);
    if (stop.kind !== "slice" && motion.looksBack?.hasArrived !== false) return;
  }
  throw new Error("the motion does not end");
}

/** What was seen of each run. */
class Model {
  readonly debuggee: Debuggee;
  private readonly runs = new Map<number, Seen[]>([[1, []]]);
  private current = 1;

  constructor(debuggee: Debuggee) {
    this.debuggee = debuggee;
    this.note();
  }

  get numbers(): readonly number[] {
    return [...this.runs.keys()];
  }
  seen(number = this.current): readonly Seen[] {
    return this.runs.get(number) ?? [];
  }

  /** A moment of one run has one digest, whenever it is passed. */
  note(): void {
    const now = { moment: this.debuggee.moment(), digest: this.debuggee.digest() };
    const known = this.seen().find(({ moment }) => compareMoments(moment, now.moment) === 0);
    if (known === undefined) this.runs.get(this.current)?.push(now);
    else
      expect({ at: momentText(now.moment), digest: now.digest }).toEqual({
        at: momentText(now.moment),
        digest: known.digest,
      });
  }

  /** Follows what has become of the runs; none goes away silently. */
  sync(dropped: number | null = null): void {
    const list = this.debuggee.branching.list() ?? [];
    const left = new Set(list.map(({ number }) => number));
    const lost = this.debuggee.branching.takeLost().map(({ number }) => number);
    const gone = this.numbers.filter((number) => !left.has(number));
    expect(new Set(gone)).toEqual(
      new Set([...lost, ...(dropped === null ? [] : [dropped])].filter((n) => !left.has(n))),
    );
    for (const number of gone) this.runs.delete(number);
    this.current = list.find(({ isCurrent }) => isCurrent)?.number ?? 0;
  }

  change(which: number): void {
    const { debuggee } = this;
    const before = debuggee.moment();
    const wasCollecting = debuggee.machine.collection !== null;
    const old = this.current;
    const kept = this.seen().filter(({ moment }) => compareMoments(moment, before) <= 0);
    const hadFuture = debuggee.extent()?.isInPast === true;
    debuggee.evaluate(CHANGES[which % CHANGES.length] as string, null, "act");
    if (compareMoments(debuggee.moment(), before) === 0) return;
    const now = debuggee.branching.list()?.find(({ isCurrent }) => isCurrent)?.number ?? 0;
    this.runs.set(now, wasCollecting ? [] : kept);
    expect(now !== old).toBe(hadFuture && !wasCollecting);
    this.sync();
  }

  /** Tries a collection: a run of its own. */
  try(): void {
    const before = this.debuggee.moment();
    const begun = this.debuggee.branching.begin();
    if (typeof begun === "string" || begun.motion === null) return;
    const kept = this.seen().filter(({ moment }) => compareMoments(moment, before) <= 0);
    this.runs.set(this.debuggee.branching.list()?.find(({ isCurrent }) => isCurrent)?.number ?? 0, kept);
    run(begun.motion);
    this.sync();
  }
  keep(): void {
    const trial = this.current;
    const seen = this.seen();
    if (!this.debuggee.branching.keep()) return;
    // Where nothing was known of the future, the trial is what the run before goes on with.
    const now = this.debuggee.branching.list()?.find(({ isCurrent }) => isCurrent)?.number ?? 0;
    this.runs.set(now, [...seen]);
    this.sync(trial);
  }
  discard(): void {
    const trial = this.current;
    const motion = this.debuggee.branching.discard();
    if (motion === null) return;
    run(motion);
    this.sync(trial);
  }

  visit({ moment, digest }: Seen): void {
    const motion = this.debuggee.goTo(moment);
    const from = this.debuggee.extent()?.from;
    // Forgotten to save memory, or cut off by a change in the middle of a collection.
    if (motion === null) expect(from === undefined || compareMoments(moment, from) < 0).toBe(true);
    else {
      run(motion);
      expect({ at: momentText(this.debuggee.moment()), digest: this.debuggee.digest() }).toEqual({
        at: momentText(moment),
        digest,
      });
    }
  }

  branch(number: number): void {
    const end = this.debuggee.branching.list()?.find((each) => each.number === number)?.end;
    const motion = this.debuggee.branching.goTo(number);
    if (motion === null) {
      // Forgotten to save memory, on the way to another one; or nothing can be reached.
      expect(this.debuggee.extent() === null || end === undefined).toBe(true);
      return;
    }
    run(motion);
    expect(this.debuggee.moment()).toEqual(end);
    this.sync();
    expect(this.current).toBe(number);
  }
}

function act(model: Model, step: Action): void {
  const { debuggee } = model;
  switch (step.kind) {
    case "run":
      debuggee.continue().run(step.safepoints);
      break;
    case "instructions":
      for (let i = 0; i < step.count; i++) run(debuggee.step("in", "instruction"));
      break;
    case "goTo":
      model.visit(model.seen()[step.pick % model.seen().length] as Seen);
      break;
    case "change":
      model.change(step.pick);
      break;
    case "branch":
      model.branch(model.numbers[step.pick % model.numbers.length] as number);
      break;
    case "try":
    case "keep":
    case "discard":
      model[step.kind]();
      break;
    case "back": {
      const back = debuggee.stepBack("form");
      if (back !== null) run(back);
      break;
    }
    case "drop": {
      const number = model.numbers[step.pick % model.numbers.length] as number;
      model.sync(debuggee.branching.drop(number) ? number : null);
      break;
    }
  }
  model.sync();
  model.note();
}

/** A clock that no two calls find the same: what comes from outside belongs to a run. */
function restlessPorts() {
  let now = 1;
  const next = () => ++now;
  return { ...quietPorts(), clock: { now: next, processorTime: next, hoursWest: () => 0 } };
}

describe.each(MANAGERS.map(({ traits }) => traits.name))("under %s", (manager) => {
  test.each([
    ["roomy", 64],
    ["tight", 0.3],
    ["hardly any", 0.05],
  ])(
    "%s memory: every run that is kept is what it was, whichever way it is gone to",
    (_name, megabytes) => {
      fc.assert(
        fc.property(randomProgram(3), fc.array(action, { minLength: 6, maxLength: 20 }), (text, actions) => {
          const { debuggee } = debuggeeFor(`(define start (runtime))\n${text}\n(print (runtime))`, {
            manager,
            ports: restlessPorts(),
          });
          debuggee.record(megabytes, () => 40);
          const model = new Model(debuggee);
          for (const step of actions) act(model, step);
          for (const number of model.numbers) {
            model.branch(number);
            model.sync();
            for (const seen of [...model.seen()].reverse()) model.visit(seen);
          }
        }),
        { numRuns: RUNS },
      );
    },
    timeLimit(RUNS),
  );
});
