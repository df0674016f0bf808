/**
 * Random sessions of well-formed requests (`test/support/dap-fuzz`), and the smallest case of each fault that they found.
 * A hundred thousand requests: `CONSPECT_RANDOM_RUNS=670 npx vitest run --project unit test/adapter/random-sessions.test.ts`
 */
import { describe, expect, test } from "vitest";
import { newTally, RandomSession } from "../support/dap-fuzz/random-session.ts";
import { fuzzEnvironment } from "../support/dap-fuzz/surroundings.ts";
import { DapClient, type Loose } from "../support/protocol/dap-client.ts";
import { randomRuns, timeLimit } from "../support/random-runs.ts";

const RUNS = randomRuns(6);
const REQUESTS = 150;
/** The opcode that calls a function with one argument. */
const FN1 = 9;

describe("random requests in random states", () => {
  test(
    "are all answered once, in bounded time, without a fault of ours, and looking changes nothing",
    async () => {
      const tally = newTally();
      for (let seed = 1; seed <= RUNS; seed++) await new RandomSession(seed, tally).run(REQUESTS);
      expect(tally.requests).toBeGreaterThanOrEqual(RUNS * REQUESTS);
      expect(tally.requests - tally.refused).toBeGreaterThan(tally.requests / 5);
    },
    timeLimit(10 * RUNS),
  );
});

/** Stopped at the entry of a program, or of an image that runs. */
async function atEntry(launch: object): Promise<DapClient> {
  const dap = new DapClient(fuzzEnvironment());
  await dap.launch({ heapMB: 0.5, stopOnEntry: true, ...launch });
  await dap.event("stopped");
  return dap;
}
/** Goes on by a request, to the next stop or the end. */
async function go(dap: DapClient, command: string, more: object = {}): Promise<Loose> {
  await dap.request(command, { threadId: 1, ...more });
  return dap.stopOrEnd();
}

describe("what random requests have found", () => {
  test("a breakpoint on an address can be set before the program begins", async () => {
    const dap = new DapClient(fuzzEnvironment());
    await dap.initialize();
    await dap.request("launch", { program: "/w/garbage.cons", heapMB: 0.5, stopOnEntry: true });
    const breakpoints = [{ instructionReference: "0x5C24E2" }];
    await dap.request("setInstructionBreakpoints", { breakpoints });
    await dap.request("configurationDone");
    await dap.event("stopped");
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    expect(stackFrames.length).toBeGreaterThan(0);
  });

  test("after two changes in a row the one before them is looked for too", async () => {
    const dap = await atEntry({ program: "/w/fault.cons", manager: "none" });
    for (const data of ["", "AQIDBAUGBwg="]) await dap.request("writeMemory", { memoryReference: "0x5C2308", data });
    await go(dap, "next", { granularity: "line" });
    expect(await go(dap, "reverseContinue")).toMatchObject({ text: "nothing earlier is recorded" });
  });

  test("a failure after which the program was sent elsewhere is gone back to, and is no end then", async () => {
    const dap = await atEntry({ program: "/w/fault.cons", manager: "none" });
    await dap.request("setExceptionBreakpoints", { filters: ["lisp.error"] });
    const failure = await go(dap, "continue");
    expect(failure).toMatchObject({ reason: "exception" });
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    await go(dap, "restartFrame", { frameId: stackFrames[1].id });
    await go(dap, "stepIn", { granularity: "instruction" });
    expect(await go(dap, "reverseContinue")).toEqual(failure);
    expect(await go(dap, "continue")).toEqual(failure);
  });

  test("a call of what is no symbol is nothing to step into", async () => {
    const dap = await atEntry({ program: "/w/fault.cons" });
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    const [{ id: frameId, instructionPointerReference: memoryReference }] = stackFrames;
    const data = Buffer.from([FN1, 0xff, 0xff, 0xff, 0xff, 0xff]).toString("base64");
    await dap.request("writeMemory", { memoryReference, data });
    expect(await dap.send("stepInTargets", { frameId })).toMatchObject({ success: true });
  });

  test("the past is not asked about where a change in the middle of a collection has cut it off", async () => {
    const dap = await atEntry({ program: "/w/garbage.cons", stopOnGC: ["gc.reclaim"] });
    await go(dap, "continue");
    await dap.request("writeMemory", { memoryReference: "0x5C2308", data: "" });
    const asked = await dap.send("conspect/whoAllocated", { memoryReference: "0x5C2308" });
    expect(asked).toMatchObject({ success: false, body: { error: { id: 3020 } } });
  });

  test("what is refused leaves no trace in the recording", async () => {
    const dap = await atEntry({ image: "/w/garbage.sysout", mode: "run" });
    await go(dap, "stepIn");
    for (const targetId of [0, 2])
      expect(await dap.send("goto", { threadId: 1, targetId })).toMatchObject({ success: false });
    expect(await go(dap, "reverseContinue")).toMatchObject({ reason: "step" });
    expect(await go(dap, "next", { granularity: "instruction" })).toMatchObject({ reason: "step" });
    expect(await go(dap, "next", { granularity: "instruction" })).toMatchObject({ reason: "step" });
  });
});
