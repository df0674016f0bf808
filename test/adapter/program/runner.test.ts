import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Runner } from "../../../adapter/program/runner.ts";
import type { Motion, StopReason } from "../../../core/index.ts";

/** A motion that takes `costMs` a safepoint on a clock of its own, and stops after `length` safepoints. */
function setUp(costMs: number, length: number) {
  const clock = { now: 0, longestSlice: 0 };
  let passed = 0;
  let sliceStart = 0;
  const ended: (StopReason | null)[] = [];
  const motion: Motion = {
    run(safepoints) {
      const done = Math.min(safepoints, length - passed);
      passed += done;
      clock.now += done * costMs;
      return passed < length ? { kind: "slice" } : { kind: "breakpoint", pc: 1 };
    },
  };
  const runner = new Runner(
    {
      accept: () => true,
      ended: (stop) => ended.push(stop),
      tick: () => {
        clock.longestSlice = Math.max(clock.longestSlice, clock.now - sliceStart);
        sliceStart = clock.now;
      },
      crashed: (problem) => {
        throw problem;
      },
    },
    () => clock.now,
  );
  return { runner, motion, clock, ended, passed: () => passed };
}

describe("runner", () => {
  test.each([0.0001, 0.01, 0.9])("slices stay short when a safepoint takes %f ms", async (cost) => {
    const { runner, motion, clock, ended } = setUp(cost, Math.floor(3000 / cost));
    runner.start(motion);
    while (runner.isRunning) await nextTurn();
    expect(ended).toEqual([{ kind: "breakpoint", pc: 1 }]);
    expect(clock.longestSlice).toBeLessThan(100);
  });

  test("a pause takes effect at the next turn, and the motion is over", async () => {
    const { runner, motion, ended, passed } = setUp(0.01, Number.MAX_SAFE_INTEGER);
    runner.start(motion);
    await nextTurn();
    await nextTurn();
    runner.pause();
    await nextTurn();
    await nextTurn();
    expect(ended).toEqual([null]);
    const before = passed();
    await nextTurn();
    expect(passed()).toBe(before);
  });

  test("a stop that nobody wants does not end the motion, and a pause still gets through", async () => {
    const ended: (StopReason | null)[] = [];
    const hooks = {
      accept: () => false,
      ended: (stop: StopReason | null) => ended.push(stop),
      tick() {},
      crashed() {},
    };
    const runner = new Runner(hooks, () => performance.now());
    runner.start({ run: () => ({ kind: "breakpoint", pc: 2 }) });
    await nextTurn();
    expect(runner.isRunning).toBe(true);
    runner.pause();
    await nextTurn();
    await nextTurn();
    expect(ended).toEqual([null]);
  });

  test("a search that finds many stops lets others have their turn", async () => {
    const clock = { now: 0 };
    const ended: (StopReason | null)[] = [];
    const hooks = { accept: () => true, ended: (stop: StopReason | null) => ended.push(stop), tick() {}, crashed() {} };
    const runner = new Runner(hooks, () => clock.now++);
    let found = 0;
    runner.start({
      looksBack: { keep: () => found++, hasArrived: false },
      run: () => (found > 1000 ? { kind: "slice" } : { kind: "breakpoint", pc: 2 }),
    });
    await nextTurn();
    await nextTurn();
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(100);
    runner.pause();
    await nextTurn();
    expect(ended).toEqual([null]);
  });

  test("begins after its delay, and ends at once when it is paused before", async () => {
    const { runner, motion, ended, passed } = setUp(0.01, 1000);
    const LONG_MS = 1e6;
    runner.start(motion, LONG_MS);
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    expect(passed()).toBe(0);
    runner.pause();
    await nextTurn();
    expect(ended).toEqual([null]);
    expect(passed()).toBe(0);
    runner.start(motion, 1);
    while (passed() === 0) await nextTurn();
    runner.halt();
  });

  test("after halt nothing is called any more", async () => {
    const { runner, motion, ended, passed } = setUp(0.01, 1000);
    runner.start(motion);
    runner.halt();
    await nextTurn();
    await nextTurn();
    expect(ended).toEqual([]);
    expect(passed()).toBe(0);
  });

  test("what a motion throws is handed on, and ends it", async () => {
    const problems: unknown[] = [];
    const hooks = { accept: () => true, ended() {}, tick() {}, crashed: (problem: unknown) => problems.push(problem) };
    const runner = new Runner(hooks, () => performance.now());
    const boom = new Error("boom");
    runner.start({
      run() {
        throw boom;
      },
    });
    await nextTurn();
    expect(problems).toEqual([boom]);
    expect(runner.isRunning).toBe(false);
  });
});
