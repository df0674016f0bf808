/** What becomes of runs that are kept when one between them is forgotten, and when memory for them runs out. */
import { expect, test } from "vitest";
import type { Debuggee } from "../../../core/debuggee/debuggee.ts";
import type { Motion } from "../../../core/debuggee/types.ts";
import type { Moment } from "../../../core/vm/events.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { debuggeeFor } from "../../support/lisp/debuggee.ts";

const PROGRAM = `(define a nil)
(define (note i) (set! a (cons (cons (runtime) i) a)))
(for (i 0 400) (note i))
(print (length a))`;

function recorded(megabytes: number): Debuggee {
  let now = 1;
  const next = () => ++now;
  const ports = { ...quietPorts(), clock: { now: next, processorTime: next, hoursWest: () => 0 } };
  const { debuggee } = debuggeeFor(PROGRAM, { ports });
  debuggee.record(megabytes, () => 40);
  return debuggee;
}
function run(motion: Motion | null): void {
  if (motion === null) throw new Error("that is not recorded");
  while (motion.looksBack?.hasArrived !== true) motion.run(1000);
}
const seen = (debuggee: Debuggee) => ({ moment: debuggee.moment(), digest: debuggee.digest() });
/** Goes back to a moment and changes something there: another run begins. */
function change(debuggee: Debuggee, at: Moment): void {
  run(debuggee.goTo(at));
  debuggee.evaluate("(set! a nil)", null, "act");
}
function walk(debuggee: Debuggee, safepoints: number) {
  debuggee.continue().run(safepoints);
  return seen(debuggee);
}
const numbers = (debuggee: Debuggee) => debuggee.branching.list()?.map(({ number }) => number);

test("a run that left a forgotten one keeps what came from outside and what was done before it left", () => {
  const debuggee = recorded(64);
  const early = walk(debuggee, 100);
  const first = walk(debuggee, 500);
  change(debuggee, early.moment);
  const between = walk(debuggee, 130);
  const middle = walk(debuggee, 170);
  const second = walk(debuggee, 300);
  change(debuggee, middle.moment);
  const third = walk(debuggee, 400);
  run(debuggee.branching.goTo(1));
  expect(seen(debuggee)).toEqual(first);
  // Seen from run 1 it is run 3 that leaves it, and run 2 leaves that.
  expect(debuggee.branching.drop(3)).toBe(true);
  expect(numbers(debuggee)).toEqual([1, 2]);
  run(debuggee.branching.goTo(2));
  expect(seen(debuggee)).toEqual(second);
  for (const point of [middle, between, early]) {
    run(debuggee.goTo(point.moment));
    expect(seen(debuggee)).toEqual(point);
  }
  expect(second.digest).not.toBe(third.digest);
  expect(debuggee.branching.takeLost()).toEqual([]);
});

test("where memory is short a run is kept as its inputs and changes, and made again from them; then the one left longest ago goes, and that is told", () => {
  const debuggee = recorded(0.5);
  const early = walk(debuggee, 100);
  const first = walk(debuggee, 700);
  change(debuggee, early.moment);
  const middle = walk(debuggee, 300);
  debuggee.evaluate("(set! a (list 1 2 3))", null, "act");
  const second = walk(debuggee, 300);
  run(debuggee.branching.goTo(1));
  expect(seen(debuggee)).toEqual(first);
  const { timeline } = debuggee;
  const before = timeline?.branches.sizeBytes ?? 0;
  timeline?.branches.fit(before - 1);
  expect(timeline?.branches.sizeBytes).toBeLessThan(before / 2);
  expect(numbers(debuggee)).toEqual([1, 2]);
  run(debuggee.branching.goTo(2));
  expect(seen(debuggee)).toEqual(second);
  run(debuggee.goTo(middle.moment));
  expect(seen(debuggee)).toEqual(middle);
  const lost: number[] = [];
  for (let i = 0; i < 40 && lost.length === 0; i++) {
    change(debuggee, early.moment);
    walk(debuggee, 120);
    lost.push(...debuggee.branching.takeLost().map(({ number }) => number));
  }
  expect(lost[0]).toBe(1);
  expect(numbers(debuggee)).not.toContain(1);
  expect(debuggee.branching.goTo(1)).toBeNull();
});
