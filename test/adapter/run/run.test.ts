/** Two clients on one scripted machine, in one process. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { StopReason } from "../../../core/index.ts";
import { DapClient, testEnvironment } from "../../support/protocol/dap-client.ts";
import { ScriptedEngine } from "../../support/protocol/scripted-engine.ts";

const stop: StopReason = { kind: "step" };
const failed: StopReason = {
  kind: "failed",
  event: { kind: "lisp.error", name: "not-a-list", message: "7 is not a list", values: [] },
  message: "7 is not a list",
  site: 0x1000,
};

async function two(script: StopReason[]) {
  const engine = new ScriptedEngine(script);
  const environment = testEnvironment(engine);
  const [host, guest] = [new DapClient(environment), new DapClient(environment)];
  await host.launch({ program: "/work/program.cons", stopOnEntry: true });
  await host.event("stopped");
  await guest.initialize();
  await guest.request("attach", {});
  await guest.event("initialized");
  return { engine, host, guest, environment };
}

describe("a run that two clients share", () => {
  test("a guest hears of nothing before it is configured, then how the machine stands", async () => {
    const { host, guest } = await two([stop]);
    await host.request("next", { threadId: 1 });
    await host.event("stopped");
    expect([guest.events("stopped"), guest.events("continued"), guest.events("process")]).toEqual([[], [], []]);
    await guest.request("configurationDone");
    expect(await guest.event("process")).toMatchObject({ startMethod: "attach" });
    expect(await guest.event("stopped")).toMatchObject({ reason: "step" });
  });

  test("numbers of one client mean nothing to the other, and both lose them when either goes on", async () => {
    const { host, guest } = await two([stop]);
    await guest.request("configurationDone");
    await guest.event("stopped");
    const [frame] = (await guest.request("stackTrace", { threadId: 1 })).stackFrames;
    await host.request("next", { threadId: 1 });
    await guest.event("stopped");
    expect(await guest.send("scopes", { frameId: frame.id })).toMatchObject({ success: false });
    expect(host.events("continued")).toEqual([]);
    expect(guest.events("continued")).toHaveLength(1);
  });

  test("a failure stops it when one of them looks at it; what it failed of is said once to each", async () => {
    const { host, guest } = await two([failed]);
    await guest.request("configurationDone");
    await guest.event("stopped");
    await host.request("setExceptionBreakpoints", { filters: [] });
    await host.request("continue", { threadId: 1 });
    expect(await guest.event("stopped")).toMatchObject({ reason: "exception" });
    expect(await host.event("stopped")).toMatchObject({ reason: "exception" });
    await host.request("continue", { threadId: 1 });
    expect(await host.event("exited")).toEqual({ exitCode: 1 });
    const said = (client: DapClient) => client.events("output").filter(({ category }) => category === "stderr");
    expect([said(host).length, said(guest).length]).toEqual([1, 1]);
  });

  test("restart by one starts it again for both; the last who leaves ends it", async () => {
    const { host, guest, environment } = await two([]);
    await guest.request("configurationDone");
    await guest.request("restart", {});
    expect(await host.event("stopped")).toMatchObject({ reason: "entry" });
    expect(environment.runs.ids).toEqual([1]);
    await host.request("disconnect", {});
    expect(environment.runs.ids).toEqual([1]);
    await guest.request("disconnect", {});
    expect(environment.runs.ids).toEqual([]);
    expect(environment.runs.find(undefined)).toBeNull();
  });

  test("a guest may restart it before it is configured, and nobody attaches twice", async () => {
    const { host, guest } = await two([]);
    await guest.request("restart", {});
    expect(await host.event("stopped")).toMatchObject({ reason: "entry" });
    for (const port of [undefined, 4711]) {
      expect(await host.send("attach", { port })).toMatchObject({ success: false, body: { error: { id: 3001 } } });
    }
  });

  test("a guest that leaves before it is configured leaves no trace", async () => {
    const { engine, host, guest } = await two([stop]);
    await guest.request("setBreakpoints", { source: { path: "/work/program.cons" }, breakpoints: [{ line: 3 }] });
    expect(engine.breakpoints.size).toBe(1);
    guest.session.dispose();
    expect(engine.breakpoints.size).toBe(0);
    await host.request("next", { threadId: 1 });
    await host.event("stopped");
    await nextTurn();
    expect(guest.events("stopped")).toEqual([]);
  });
});
