/** Requests that need long work first, on a clock that only the work moves. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { DapClient, type Loose, testEnvironment } from "../support/protocol/dap-client.ts";
import { ScriptedEngine } from "../support/protocol/scripted-engine.ts";

/** A program stopped at its entry, whose scope "Heap" takes so many steps of so many milliseconds. */
async function stopped(steps: number, { stepMs = 10, reports = false } = {}) {
  const engine = new ScriptedEngine();
  const clock = { now: 0, steps: 0 };
  engine.preparation = steps;
  engine.onStep = () => {
    clock.steps++;
    clock.now += stepMs;
  };
  const dap = new DapClient(testEnvironment(engine, { clock: () => clock.now }));
  await dap.initialize({ supportsProgressReporting: reports });
  await dap.request("launch", { program: "/work/program.cons", stopOnEntry: true });
  await dap.request("configurationDone");
  await dap.event("stopped");
  const open = async (name: string): Promise<Loose> => {
    const [frame] = (await dap.request("stackTrace", { threadId: 1 })).stackFrames;
    const { scopes } = await dap.request("scopes", { frameId: frame.id });
    return dap.send("variables", {
      variablesReference: scopes.find((scope: Loose) => scope.name === name).variablesReference,
    });
  };
  return { engine, dap, clock, open };
}
const objects = { success: true, body: { variables: [expect.objectContaining({ name: "objects", value: "7" })] } };
const responses = (dap: DapClient) =>
  dap.received.filter(({ type }) => type === "response").map(({ command, success }) => [command, success]);

describe("variables that need the whole heap", () => {
  test("are answered when the work is done, and other requests in between", async () => {
    const { dap, clock, open } = await stopped(100);
    const answer = open("Heap");
    await nextTurn();
    await nextTurn();
    const before = clock.steps;
    expect(before).toBeGreaterThan(0);
    expect(await dap.request("threads")).toMatchObject({ threads: [{ id: 1 }] });
    expect(await dap.request("pause", { threadId: 1 })).toBe(undefined);
    expect(await open("Locals")).toMatchObject({ success: true });
    expect(await dap.request("evaluate", { expression: "x", context: "watch" })).toMatchObject({ result: "<x>" });
    expect(clock.steps).toBeLessThan(100);
    expect(await answer).toMatchObject(objects);
    expect(clock.steps).toBe(100);
    expect(responses(dap).at(-1)).toEqual(["variables", true]);
  });

  test("are answered in their turn when there is little to do, and one after the other", async () => {
    const quick = await stopped(100, { stepMs: 0 });
    expect(await quick.open("Heap")).toMatchObject(objects);
    expect(responses(quick.dap).slice(-2)).toEqual([
      ["scopes", true],
      ["variables", true],
    ]);
    const { clock, open } = await stopped(20);
    expect(await Promise.all([open("Heap"), open("Heap")])).toMatchObject([objects, objects]);
    expect(clock.steps).toBe(40);
  });

  test("are answered although their preparation fails", async () => {
    const { engine, open } = await stopped(3);
    engine.onStep = () => {
      throw new Error("damaged");
    };
    expect(await open("Heap")).toMatchObject(objects);
  });

  test.each([
    ["next", { threadId: 1 }],
    ["continue", { threadId: 1 }],
    ["restart", {}],
    ["terminate", {}],
    ["writeMemory", { memoryReference: "0x10", data: "AAAA" }],
    ["evaluate", { expression: "x", context: "repl" }],
  ])("are refused when %s changes the program", async (command, args) => {
    const { dap, clock, open } = await stopped(1000);
    const answer = open("Heap");
    await nextTurn();
    await nextTurn();
    await dap.request(command, args);
    expect(await answer).toMatchObject({ success: false, body: { error: { id: 3011 } } });
    const { steps } = clock;
    expect(steps).toBeGreaterThan(0);
    await nextTurn();
    await nextTurn();
    expect(clock.steps).toBe(steps);
  });

  test("are answered, and not worked for, when the client goes", async () => {
    const { dap, clock, open } = await stopped(1000);
    const answers = [open("Heap"), open("Heap")];
    await nextTurn();
    await nextTurn();
    const { steps } = clock;
    expect(steps).toBeGreaterThan(0);
    await dap.request("disconnect");
    await nextTurn();
    await nextTurn();
    expect(clock.steps).toBe(steps);
    const cancelled = { success: false, message: "cancelled" };
    expect(await Promise.all(answers)).toMatchObject([cancelled, cancelled]);
    expect(responses(dap).at(-1)).toEqual(["disconnect", true]);
  });
});

describe("progress", () => {
  test("appears when the work takes longer than half a second, and ends with it", async () => {
    const { dap, open } = await stopped(150, { reports: true });
    expect(await open("Heap")).toMatchObject(objects);
    const seen = dap.received.filter(({ event }) => event?.startsWith("progress"));
    const kinds = seen.map(({ event }) => event);
    expect(kinds).toEqual([
      "progressStart",
      "progressUpdate",
      "progressUpdate",
      "progressUpdate",
      "progressUpdate",
      "progressUpdate",
      "progressEnd",
    ]);
    expect(seen[0]?.body).toMatchObject({
      title: "Searching the heap",
      message: "references: 32 %",
      cancellable: true,
    });
    expect(new Set(seen.map(({ body }) => body?.progressId)).size).toBe(1);
  });

  test.each([
    ["a client that does not show it", 150, false],
    ["work of less than half a second", 45, true],
  ])("does not appear for %s", async (_what, steps, reports) => {
    const { dap, open } = await stopped(steps, { reports });
    expect(await open("Heap")).toMatchObject(objects);
    expect(dap.received.filter(({ event }) => event?.startsWith("progress"))).toEqual([]);
  });

  test.each(["requestId", "progressId"])("and its work end with cancel by %s", async (name) => {
    const { dap, clock, open } = await stopped(1000, { reports: true });
    const answer = open("Heap");
    const start = await dap.event("progressStart");
    const next = open("Heap");
    await dap.request("cancel", { requestId: 4242 });
    await dap.request("cancel", { [name]: start[name] });
    expect(await answer).toMatchObject({ success: false, message: "cancelled" });
    await dap.event("progressEnd");
    expect(clock.steps).toBeLessThan(200);
    // The next in the queue has its turn.
    await dap.request("cancel", {});
    expect(await next).toMatchObject(objects);
  });
});
