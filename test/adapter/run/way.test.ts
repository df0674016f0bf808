/** A long way through time, as a client sees it: how far it is, and that it can be given up; on a clock that only the way moves. */
import { expect, test } from "vitest";
import { lostText } from "../../../adapter/branches/branches.ts";
import type { Motion } from "../../../core/debuggee/types.ts";
import { DapClient, testEnvironment } from "../../support/protocol/dap-client.ts";
import { ScriptedEngine } from "../../support/protocol/scripted-engine.ts";

const MOMENT = { block: 4, pc: 0x1000, steps: 0 };
const RUN = { number: 2, began: null, isCurrent: false, end: MOMENT, parting: { moment: MOMENT, number: 1 } };

/** A program stopped at its entry, from which the way to another run takes so many steps of 50 ms. @param leadsBack given up, it does */
async function stopped(steps: number, leadsBack: boolean) {
  const clock = { now: 0 };
  const way = { done: 0, isGivenUp: false };
  const motion: Motion = {
    looksBack: {
      keep() {},
      get hasArrived() {
        return way.done >= steps || way.isGivenUp;
      },
      progress: () => ({ phase: "going to its end", done: way.done, total: steps }),
      ...(leadsBack && {
        giveUp() {
          way.isGivenUp = true;
        },
      }),
    },
    run() {
      clock.now += 50;
      way.done++;
      return { kind: way.done >= steps || way.isGivenUp ? "step" : "slice" };
    },
  };
  const engine = new ScriptedEngine();
  Object.assign(engine, { branching: { ...engine.branching, list: () => [RUN], goTo: () => motion } });
  const dap = new DapClient(testEnvironment(engine, { clock: () => clock.now }));
  await dap.initialize({ supportsProgressReporting: true });
  await dap.request("launch", { program: "/work/program.cons", stopOnEntry: true });
  await dap.request("configurationDone");
  await dap.event("stopped");
  await dap.request("conspect/goToBranch", { number: 2 });
  return { dap, way };
}

test("a way that takes long is shown, and its end too", async () => {
  const { dap } = await stopped(40, false);
  const { progressId, title, cancellable } = await dap.event("progressStart");
  expect({ title, cancellable }).toEqual({ title: "Time travel: going to its end", cancellable: true });
  expect((await dap.event("stopped")).description).toBe("Paused in run 2, as far as it has come");
  const updates = dap.events("progressUpdate").map(({ percentage }) => percentage);
  expect(updates.length).toBeGreaterThan(2);
  expect(updates).toEqual([...updates].sort((a, b) => a - b));
  expect(dap.events("progressEnd")).toEqual([{ progressId }]);
});

test("a short way is not shown", async () => {
  const { dap } = await stopped(3, false);
  await dap.event("stopped");
  expect(dap.events("progressStart")).toEqual([]);
});

test.each([
  [true, "Paused in run 2, as far as it has come"],
  [false, "Paused"],
])("cancelled it ends where it leads then (back: %s)", async (leadsBack, description) => {
  const { dap, way } = await stopped(1_000_000, leadsBack);
  const { progressId } = await dap.event("progressStart");
  await dap.request("cancel", { progressId: "another" });
  expect(way.isGivenUp).toBe(false);
  await dap.request("cancel", { progressId });
  expect((await dap.event("stopped")).description).toBe(description);
  expect(way.isGivenUp).toBe(leadsBack);
  expect(dap.events("progressEnd")).toEqual([{ progressId }]);
});

test("runs that are lost are told with what began them, and why", () => {
  const began = { moment: MOMENT, what: "assign" };
  expect(lostText([])).toBe("");
  expect(lostText([{ number: 3, began, why: "memory" }])).toMatch(
    /^Run 3 \(assign at 4:1000\) is forgotten: .*recordMB/,
  );
  expect(lostText([{ number: 1, began: null, why: "beginning" }])).toMatch(
    /^Run 1 \(the first run\) .*where it begins/,
  );
});
