/** Going back: the recording of a run, forwards, backwards and forwards again. */
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../../support/protocol/black-box.ts";

const PROGRAM = `(define log nil)
(define (note n)
  (set! log (cons n log))
  n)
(define (sum n)
  (if (= n 0) 0 (+ (note n) (sum (- n 1)))))
(print (sum 4))
`;

async function go(dap: BlackBox, command: string, more: object = {}) {
  await dap.request(command, { threadId: 1, ...more });
  const { reason } = await dap.event("stopped");
  const { line } = await dap.topFrame();
  const { digest } = await dap.request("conspect/digest", {});
  return { reason, line, digest };
}
async function log(dap: BlackBox): Promise<string> {
  return (await dap.request("evaluate", { expression: "log", context: "watch" })).result;
}

test("capability supportsStepBack, request reverseContinue: the stops of a run come again backwards, and forwards again", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], PROGRAM);
    const stops = [await go(dap, "continue"), await go(dap, "continue"), await go(dap, "continue")];
    expect(await log(dap)).toMatch(/\(2 3 4\)/);
    expect(await go(dap, "reverseContinue")).toEqual(stops[1]);
    expect(await log(dap)).toMatch(/\(3 4\)/);
    expect(await go(dap, "reverseContinue")).toEqual(stops[0]);
    expect(await go(dap, "continue")).toEqual(stops[1]);
    expect(await go(dap, "continue")).toEqual(stops[2]);
    expect(await go(dap, "stepBack")).toMatchObject({ reason: "step", line: 6 });
    expect(await go(dap, "continue")).toEqual(stops[2]);
    await go(dap, "reverseContinue");
    await go(dap, "reverseContinue");
    await go(dap, "reverseContinue");
    const start = await go(dap, "reverseContinue");
    expect(start.reason).toBe("step");
    await expect(log(dap)).rejects.toThrow("has no value");
  }));

test("request stepBack: goes to the form, line or instruction before", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], PROGRAM);
    const { digest } = await dap.request("conspect/digest", {});
    for (const granularity of ["statement", "instruction", "line"]) {
      const after = await go(dap, "next", { granularity });
      expect(after.digest).not.toBe(digest);
      expect(await go(dap, "stepBack", { granularity })).toMatchObject({ line: 3, digest });
      expect(await go(dap, "next", { granularity })).toEqual(after);
      await go(dap, "stepBack", { granularity });
    }
    await dap.request("setBreakpoints", { source: { path: `${dap.folder}/program.cons` }, breakpoints: [] });
    expect(await go(dap, "stepBack")).toMatchObject({ reason: "step", line: 6 });
  }));

test("request reverseContinue: a filter stops backwards too, with its condition", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([7], PROGRAM);
    await dap.request("setExceptionBreakpoints", {
      filters: [],
      filterOptions: [{ filterId: "object.alloc", condition: "(= type 5)" }],
    });
    const there = [await go(dap, "continue"), await go(dap, "continue"), await go(dap, "continue")];
    expect(there.map(({ reason }) => reason)).toEqual(["exception", "exception", "exception"]);
    expect(await go(dap, "reverseContinue")).toEqual(there[1]);
    expect(await go(dap, "reverseContinue")).toEqual(there[0]);
  }));

test("request stepBack, reverseContinue: without a recording they say what to do", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], PROGRAM, { record: false });
    for (const command of ["stepBack", "reverseContinue"]) {
      await expect(dap.request(command, { threadId: 1 })).rejects.toThrow(/"record": true/);
    }
  }));

test("request setVariable: a change in the past begins another run", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], PROGRAM);
    await go(dap, "continue");
    await go(dap, "reverseContinue");
    const { variablesReference } = (await dap.scope("Symbols")).find(({ name }) => name === "program");
    await dap.request("variables", { variablesReference });
    await dap.request("setVariable", { variablesReference, name: "log", value: "'(new)" });
    await go(dap, "continue");
    expect(await log(dap)).toMatch(/\(4 new\)/);
    // The stop before is as it was before the change, which happens again on the way forwards.
    await go(dap, "reverseContinue");
    expect(await log(dap)).toBe("nil");
    await go(dap, "continue");
    expect(await log(dap)).toMatch(/\(4 new\)/);
  }));
