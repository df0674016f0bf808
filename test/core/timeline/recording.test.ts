/** Recordings: random programs are recorded, written, read and replayed, under every memory manager. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ImageError } from "../../../core/base/errors.ts";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import { replayed } from "../../../core/debuggee/recorded.ts";
import type { ReplayableDebuggee } from "../../../core/debuggee/replayable.ts";
import type { StopReason } from "../../../core/vm/events.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { decoded, encoded, taken } from "../../support/images/recordings.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";
import { randomProgram } from "../../support/lisp/random-lisp.ts";
import { MANAGER_NAMES, optionsOf, sightOf } from "../../support/lisp/time-travel.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(4);

/** A clock that no two calls find the same. */
function restlessPorts(seed: number, write: (text: string) => void = () => {}) {
  let now = seed;
  const next = () => {
    now = (Math.imul(now, 1103515245) + 12345) >>> 0;
    return now;
  };
  return {
    ...quietPorts(),
    console: { write },
    clock: { now: next, processorTime: next, hoursWest: () => 0 },
  };
}

/** Runs on by a safepoint at a time: all that can be seen after each. */
function walk(
  debuggee: ReplayableDebuggee,
  safepoints: number,
): { readonly passed: string[]; readonly stop: StopReason } {
  const passed: string[] = [];
  const motion = debuggee.continue();
  for (let i = 0; i < safepoints; i++) {
    const stop = motion.run(1);
    passed.push(JSON.stringify(sightOf(debuggee)));
    if (stop.kind !== "slice") return { passed, stop };
  }
  return { passed, stop: { kind: "slice" } };
}

function throughFile(debuggee: Debuggee): Uint8Array {
  return encoded(taken(debuggee));
}
function replay(bytes: Uint8Array, write: (text: string) => void = () => {}): ReplayableDebuggee {
  const debuggee = replayed(decoded(bytes), "test.recording", write);
  debuggee.start();
  debuggee.record(256, () => 150);
  return debuggee;
}

const withClock = randomProgram(1).map(
  (text) =>
    `(define times nil)\n(define (note) (set! times (cons (runtime) times)))\n(note)\n${text}\n(note)\n(print times)`,
);

describe.each(MANAGER_NAMES)("under %s", (manager) => {
  test(
    "a replay equals the run at every safepoint, with what came from outside and what somebody did",
    () => {
      fc.assert(
        fc.property(
          withClock,
          optionsOf(manager),
          fc.nat(),
          fc.array(fc.tuple(fc.nat(60), fc.constantFrom("(set! a 17)", "(set! b (cons 1 b))", "(runtime)", "(gc)")), {
            maxLength: 3,
          }),
          (text, managerOptions, seed, changes) => {
            let printed = "";
            const ports = restlessPorts(seed, (more) => {
              printed += more;
            });
            const { debuggee } = debuggeeFor(text, { manager, managerOptions, ports, heapMB: 1 });
            debuggee.record(256, () => 150);
            const there: string[] = [];
            for (const [safepoints, expression] of changes) {
              const { passed, stop } = walk(debuggee, safepoints);
              there.push(...passed);
              if (stop.kind !== "slice" || debuggee.machine.collection !== null) break;
              debuggee.evaluate(expression, null, "act");
            }
            const last = walk(debuggee, 150);
            there.push(...last.passed);
            const bytes = throughFile(debuggee);
            let again = "";
            const copy = replay(bytes, (more) => {
              again += more;
            });
            const here = walk(copy, there.length + 10);
            expect(new Set(here.passed)).toEqual(new Set(there));
            expect(again).toBe(printed);
            expect(here.stop).toEqual(last.stop.kind === "slice" ? { kind: "end", problem: null } : last.stop);
            expect(copy.continue().run(1).kind).toBe(here.stop.kind);
          },
        ),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    timeLimit(RUNS),
  );
});

const PROGRAM = `(define a 1)
(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1)))))
(print (runtime))
(print (count 50))
(print a)`;

/** A run in which somebody changed a variable at a breakpoint. */
function changedRun(): { readonly bytes: Uint8Array; readonly printed: string } {
  let printed = "";
  const ports = restlessPorts(1, (text) => {
    printed += text;
  });
  const { debuggee } = debuggeeFor(PROGRAM, { ports });
  debuggee.record(256, () => 150);
  debuggee.setBreakpoints(debuggee.placesOnLine(4).map(({ pc }) => pc));
  expect(end(debuggee).kind).toBe("breakpoint");
  debuggee.evaluate("(set! a 4711)", null, "act");
  expect(end(debuggee).kind).toBe("finished");
  return { bytes: throughFile(debuggee), printed };
}
function end(debuggee: ReplayableDebuggee): StopReason {
  const motion = debuggee.continue();
  for (;;) {
    const stop = motion.run(1000);
    if (stop.kind !== "slice") return stop;
  }
}
function back(debuggee: ReplayableDebuggee): StopReason {
  const motion = debuggee.reverseContinue();
  for (let slices = 0; motion !== null && slices < 10_000; slices++) {
    const stop = motion.run(1000);
    if (motion.looksBack?.hasArrived) return stop;
    if (stop.kind !== "slice") motion.looksBack?.keep();
  }
  throw new Error("the motion does not end");
}

test("a breakpoint where somebody changed something is hit in a replay, forwards and backwards", () => {
  const { bytes, printed } = changedRun();
  let again = "";
  const debuggee = replay(bytes, (text) => {
    again += text;
  });
  debuggee.setBreakpoints(debuggee.placesOnLine(4).map(({ pc }) => pc));
  const stops = () => [end(debuggee), end(debuggee)].map(({ kind }) => kind);
  expect(stops()).toEqual(["breakpoint", "finished"]);
  expect(again).toBe(printed);
  expect(again).toContain("4711");
  expect(back(debuggee).kind).toBe("breakpoint");
  expect(back(debuggee).kind).toBe("start");
  expect(stops()).toEqual(["breakpoint", "finished"]);
  expect(again).toBe(printed);
});

test("a recording that was taken in the past is the whole run", () => {
  const { debuggee } = debuggeeFor(PROGRAM);
  debuggee.record(256, () => 150);
  expect(end(debuggee).kind).toBe("finished");
  const digest = debuggee.digest();
  expect(back(debuggee).kind).toBe("start");
  const here = debuggee.digest();
  const copy = replay(throughFile(debuggee));
  expect(debuggee.digest()).toBe(here);
  expect(end(copy).kind).toBe("finished");
  expect(copy.digest()).toBe(digest);
});

test("a replay that becomes another run stops and says so", () => {
  const recording = decoded(changedRun().bytes);
  const [, ...inputs] = recording.run.inputs;
  const other = { ...recording, run: { ...recording.run, inputs: [{ call: "clock.now", answer: 7 }, ...inputs] } };
  const asked = {
    ...recording,
    run: { ...recording.run, inputs: [{ call: "screen.size", answer: { width: 7, height: 7 } }, ...inputs] },
  };
  for (const [wrong, what] of [
    [other, /digest|ended at/],
    [asked, /asks for clock/],
  ] as const) {
    const debuggee = replay(encoded(wrong));
    const stop = end(debuggee);
    expect(stop).toMatchObject({ kind: "end", problem: expect.stringMatching(what) });
    expect(end(debuggee)).toEqual(stop);
    expect(back(debuggee).kind).toBe("start");
  }
});

test("a file that is damaged, cut off, of another version or of another machine is refused with a reason", () => {
  const { bytes } = changedRun();
  const read = (changed: Uint8Array) => () => replay(changed);
  expect(read(new Uint8Array(0))).toThrow(/no recording/);
  expect(read(bytes.with(3, 0))).toThrow(/no recording/);
  expect(read(bytes.with(19, 77))).toThrow(/version 77, expected 2/);
  expect(read(bytes.subarray(0, bytes.length >> 1))).toThrow(ImageError);
  const recording = decoded(bytes);
  const { program } = recording;
  if (program.kind !== "text") throw new Error("not the recording of a text");
  const changed = encoded({ ...recording, program: { ...program, text: `${program.text}\n(print 'more)` } });
  expect(read(changed)).toThrow(/recording of another machine/);
  expect(read(encoded({ ...recording, program: { ...program, heapMB: 1e9 } }))).toThrow(/heap of/);
  expect(read(encoded({ ...recording, program: { ...program, manager: "another" } }))).toThrow(/manager another/);
});

test.each([
  ["refcount", "pagesLeftAfter", null],
  ["mark-sweep", "compactions", "none"],
  ["arena", "arenas", "[1,"],
])("a recording in which the state of %s is damaged is refused (%s)", (manager, key, value) => {
  const { debuggee } = debuggeeFor("(print 1)", { manager });
  debuggee.record(16);
  end(debuggee);
  const recording = taken(debuggee);
  const [first] = recording.run.states;
  expect(first.manager).toHaveProperty(key);
  const states = [{ ...first, manager: { ...first.manager, [key]: value } }] as const;
  expect(() => replay(encoded({ ...recording, run: { ...recording.run, states } }))).toThrow(ImageError);
});

test("whatever bytes are changed or cut off, a file is read or refused", () => {
  const { bytes } = changedRun();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 3 }),
      fc.nat(),
      (changes, cut) => {
        let changed = cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
        for (const [at, value] of changes) if (at < changed.length) changed = changed.with(at, value);
        try {
          decoded(changed);
        } catch (problem) {
          expect(problem).toBeInstanceOf(ImageError);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("what comes in takes no more memory than a recording may, and what is left of it replays", () => {
  const text = "(define last 0)\n(define (ask n) (when (> n 0) (set! last (runtime)) (ask (- n 1))))\n(ask 20000)\n";
  const { debuggee } = debuggeeFor(text, { ports: restlessPorts(1), heapMB: 1 });
  debuggee.record(1, () => 500);
  expect(end(debuggee).kind).toBe("finished");
  expect(debuggee.timeline?.sizeBytes).toBeLessThan(1.1 * 2 ** 20);
  const recording = taken(debuggee);
  expect(recording.run.states[0].from.block).toBeGreaterThan(0);
  expect(recording.run.inputs.length).toBeGreaterThan(1000);
  expect(recording.run.inputs.length).toBeLessThan(15_000);
  const copy = replay(encoded(recording));
  expect(end(copy).kind).toBe("finished");
  expect(copy.digest()).toBe(debuggee.digest());
  expect(back(copy).kind).toBe("start");
});

test("values of a file that no machine could have had are refused before anything runs", () => {
  const recording = decoded(changedRun().bytes);
  const { run } = recording;
  const [first, ...others] = run.states;
  const wrong = (change: Partial<typeof run>) => () => replay(encoded({ ...recording, run: { ...run, ...change } }));
  const { inputs } = run;
  expect(wrong({ inputs: [{ call: "clock.now", answer: 0.5 }, ...inputs] })).toThrow(
    /inputs\[0\].*0.5.*a whole number/,
  );
  expect(wrong({ inputs: [{ call: "clock.then", answer: 1 }] })).toThrow(/inputs\[0\]\.call.*clock\.then/);
  const { weak: _, ...manager } = first.manager;
  expect(wrong({ states: [{ ...first, manager }, ...others] })).toThrow(/the state of its memory manager/);
  const machine = { ...first.machine, ended: { kind: "finished" } } as typeof first.machine;
  expect(wrong({ states: [{ ...first, machine }, ...others] })).toThrow(/machine\.ended\.status/);
});
