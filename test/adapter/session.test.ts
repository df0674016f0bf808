import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CAPABILITIES, requests } from "../../adapter/requests/index.ts";
import type { StopReason, Watch, WatchHit } from "../../core/index.ts";
import { DapClient, testEnvironment } from "../support/protocol/dap-client.ts";
import { place, ScriptedEngine } from "../support/protocol/scripted-engine.ts";

const PROGRAM = { program: "/work/program.cons" };
const freed: StopReason = {
  kind: "event",
  event: { kind: "object.free", object: 2, type: 5, sizeWords: 2, preview: "(1)" },
  site: 0x1000,
};
const failed: StopReason = {
  kind: "failed",
  event: { kind: "lisp.error", name: "not-a-list", message: "7 is not a list", values: [] },
  message: "7 is not a list",
  site: 0x1000,
};

function client(script: StopReason[] = []) {
  const engine = new ScriptedEngine(script);
  return { engine, dap: new DapClient(testEnvironment(engine)) };
}
async function stoppedAt(script: StopReason[], more: object = {}) {
  const { engine, dap } = client(script);
  await dap.launch({ ...PROGRAM, ...more });
  await dap.event("stopped");
  return { engine, dap };
}
async function stoppedAtEntry(script: StopReason[] = []) {
  return stoppedAt(script, { stopOnEntry: true });
}

describe("session", () => {
  test("initialize promises what the requests bring, and nothing else", async () => {
    const { dap } = client();
    const promised = await dap.initialize();
    expect(promised).toEqual(CAPABILITIES);
    const flags = requests.flatMap((row) => Object.keys(row.capabilities));
    expect(Object.keys(promised).sort()).toEqual([...new Set(flags)].sort());
  });

  test("initialized comes when the program is loaded, and it starts at configurationDone", async () => {
    const { engine, dap } = client();
    await dap.initialize();
    await dap.request("launch", PROGRAM);
    await dap.event("initialized");
    expect(engine.runs).toBe(0);
    await dap.request("configurationDone");
    expect(await dap.event("exited")).toEqual({ exitCode: 0 });
    await dap.event("terminated");
  });

  test("requests out of order are errors with an id, and the session goes on", async () => {
    const { dap } = client();
    expect(await dap.send("threads")).toMatchObject({ success: false, body: { error: { id: 3006 } } });
    await dap.initialize();
    expect(await dap.send("scopes", { frameId: 1 })).toMatchObject({ success: false, body: { error: { id: 3002 } } });
    expect(await dap.send("configurationDone")).toMatchObject({ success: false, body: { error: { id: 3002 } } });
    expect(await dap.send("attach", {})).toMatchObject({ success: false, body: { error: { id: 2009 } } });
    expect(await dap.send("noRequest", { threadId: 1 })).toMatchObject({ body: { error: { id: 1001 } } });
    await dap.request("launch", PROGRAM);
    expect(await dap.send("launch", PROGRAM)).toMatchObject({ success: false, body: { error: { id: 3001 } } });
    expect(await dap.send("stackTrace", { threadId: 1 })).toMatchObject({ body: { error: { id: 3003 } } });
  });

  test.each([
    ["stackTrace", {}, 1002],
    ["stackTrace", { threadId: 9 }, 4001],
    ["scopes", { frameId: "x" }, 1002],
    ["scopes", { frameId: 12345 }, 4002],
    ["variables", { variablesReference: 4242 }, 4003],
    ["setVariable", { variablesReference: 4242, name: "x", value: "1" }, 4003],
    ["evaluate", { expression: 5 }, 1002],
    ["evaluate", { expression: "bad" }, 6001],
    ["evaluate", { expression: "x", frameId: 12345 }, 4002],
    ["readMemory", { memoryReference: "zzz", count: 4 }, 4006],
    ["readMemory", { memoryReference: "0x10000000", count: 4 }, 4007],
    ["readMemory", { memoryReference: "0x10", offset: -32, count: 4 }, 4007],
    ["readMemory", { memoryReference: "0x10", count: 1e9 }, 4008],
    ["readMemory", { memoryReference: "0x10", count: -1 }, 1002],
    ["writeMemory", { memoryReference: "0x3FE", data: "AAAAAA==" }, 4009],
    ["writeMemory", { memoryReference: "0x10", data: "??" }, 4010],
    ["disassemble", { memoryReference: "0x2000", instructionCount: 1e6 }, 1002],
    ["setBreakpoints", { source: { path: "/x" }, breakpoints: [{ line: "1" }] }, 1002],
    ["setBreakpoints", { breakpoints: [] }, 1002],
    ["setExceptionBreakpoints", { filters: ["gc.never"] }, 5001],
    ["setExceptionBreakpoints", { filters: [], filterOptions: [{ filterId: "leak", condition: "(= 1" }] }, 5002],
    ["next", { threadId: 1, granularity: "page" }, 1002],
    ["exceptionInfo", { threadId: 1 }, 3005],
    ["source", { sourceReference: 77 }, 4011],
    ["source", { source: { path: 5 } }, 4011],
  ])("%s %j is refused with id %i, and the session goes on", async (command, args, id) => {
    const { dap } = await stoppedAtEntry();
    const response = await dap.send(command, args);
    expect(response).toMatchObject({ success: false, body: { error: { id, format: expect.stringMatching(/\w+/) } } });
    expect(response.message).toBe(response.body.error.format);
    expect(await dap.request("threads")).toEqual({ threads: [{ id: 1, name: "main" }] });
  });

  test("no arguments whatsoever bring a request down", async () => {
    const { dap } = await stoppedAtEntry();
    const harmless = requests.filter(
      (row) => !["disconnect", "terminate", "restart", "continue"].includes(row.command),
    );
    const args = fc.dictionary(
      fc.constantFrom(...harmless.flatMap((row) => Object.keys(row.expects)), "filters", "x"),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...harmless), args, async ({ command }, given) => {
        const response = await dap.send(command, given);
        expect(response.body?.error?.id).not.toBe(9001);
      }),
      { numRuns: 500 },
    );
  });

  test("frames and variables are known until the program goes on", async () => {
    const { dap } = await stoppedAtEntry([{ kind: "step" }]);
    const { stackFrames, totalFrames } = await dap.request("stackTrace", { threadId: 1, startFrame: 0, levels: 1 });
    expect(totalFrames).toBe(2);
    expect(stackFrames).toMatchObject([{ name: "main", line: 4, column: 3, source: { path: "/work/program.cons" } }]);
    const { scopes } = await dap.request("scopes", { frameId: stackFrames[0].id });
    const reference = scopes[0].variablesReference;
    expect((await dap.request("variables", { variablesReference: reference })).variables).toMatchObject([
      { name: "x", value: "7", evaluateName: "x", type: "SMALLP", variablesReference: 0 },
      { name: "xs", indexedVariables: 3000 },
    ]);
    await dap.request("next", { threadId: 1 });
    await dap.event("stopped");
    expect(await dap.send("variables", { variablesReference: reference })).toMatchObject({ success: false });
    expect(await dap.send("scopes", { frameId: stackFrames[0].id })).toMatchObject({ success: false });
  });

  test("numbered children come in pages, and bounded for a client that does not ask for pages", async () => {
    const { dap } = await stoppedAtEntry();
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    const { scopes } = await dap.request("scopes", { frameId: stackFrames[0].id });
    const { variables } = await dap.request("variables", scopes[0]);
    const xs = { variablesReference: variables[1].variablesReference };
    const page = await dap.request("variables", { ...xs, filter: "indexed", start: 2990, count: 100 });
    expect(page.variables.map(({ name }: { name: string }) => name)).toEqual(
      Array.from({ length: 10 }, (_, i) => `[${2990 + i}]`),
    );
    const all = await dap.request("variables", xs);
    expect(all.variables).toHaveLength(1001);
    expect(all.variables[1000].value).toMatch(/2000 more/);
    expect((await dap.request("variables", { ...xs, filter: "named" })).variables).toEqual([]);
  });

  test("library frames are subdued and have their instructions as source", async () => {
    const { dap } = await stoppedAtEntry();
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1, startFrame: 1 });
    expect(stackFrames).toMatchObject([{ name: "append", presentationHint: "subtle", line: 2 }]);
    const { content } = await dap.request("source", { source: stackFrames[0].source, sourceReference: 0 });
    expect(content.split("\n")[1]).toMatch(/^0x2002 .*ARG0/);
    const { sources } = await dap.request("loadedSources");
    expect(sources).toMatchObject([{ path: "/work/program.cons" }, { name: "append" }]);
  });

  test.each([
    ["next", undefined, "over form"],
    ["next", "line", "over line"],
    ["stepIn", "statement", "in form"],
    ["stepOut", "instruction", "out instruction"],
  ])("%s by %s is the step %s", async (command, granularity, expected) => {
    const { engine, dap } = await stoppedAtEntry([{ kind: "step" }]);
    await dap.request(command, { threadId: 1, ...(granularity !== undefined && { granularity }) });
    expect(await dap.event("stopped")).toMatchObject({ reason: "step", threadId: 1, allThreadsStopped: true });
    expect(engine.steps).toEqual([expected]);
  });

  test("an event of a filter stops as an exception, with its report", async () => {
    const { engine, dap } = client([freed]);
    let id = 0;
    await dap.launch(PROGRAM, async () => {
      const set = await dap.request("setExceptionBreakpoints", { filters: ["object.free"] });
      id = set.breakpoints[0].id;
    });
    expect(await dap.event("stopped")).toMatchObject({
      reason: "exception",
      description: "Paused on freed object",
      text: "object.free",
      hitBreakpointIds: [id],
    });
    expect([...engine.armed]).toEqual(["object.free"]);
    expect(await dap.request("exceptionInfo", { threadId: 1 })).toEqual({
      exceptionId: "object.free",
      description: "report of event",
      breakMode: "always",
      details: {
        message: "report of event",
        typeName: "object.free",
        fullTypeName: "object.free",
        stackTrace: "line one\nline two",
      },
    });
  });

  test("a filter with a condition passes over events for which it does not hold", async () => {
    const { engine, dap } = client([freed, freed, freed]);
    engine.truths.set("wanted", false);
    await dap.launch(PROGRAM, async () => {
      const filterOptions = [{ filterId: "object.free", condition: "wanted" }];
      await dap.request("setExceptionBreakpoints", { filters: [], filterOptions });
    });
    expect(await dap.event("exited")).toEqual({ exitCode: 0 });
    expect(dap.events("stopped")).toEqual([]);
  });

  test("a condition that cannot be evaluated stops, and says so", async () => {
    const { dap } = client([freed]);
    await dap.launch(PROGRAM, async () => {
      const filterOptions = [{ filterId: "object.free", condition: "typ" }];
      await dap.request("setExceptionBreakpoints", { filters: [], filterOptions });
    });
    expect((await dap.event("stopped")).text).toMatch(/"typ" could not be evaluated here: variable typ has no value/);
  });

  test("a bad filter does not keep the good ones from being set", async () => {
    const { engine, dap } = await stoppedAtEntry();
    await dap.send("setExceptionBreakpoints", { filters: ["leak", "gc.never", "gc.end"] });
    expect([...engine.armed]).toEqual(["leak", "gc.end"]);
  });

  test("launch filters hold whatever the client sets", async () => {
    const { engine, dap } = await stoppedAt([freed], { stopOnGC: ["object.free"] });
    await dap.request("setExceptionBreakpoints", { filters: [] });
    expect([...engine.armed]).toEqual(["object.free"]);
  });

  test("a failure stops once; going on ends the program with status 1", async () => {
    const { dap } = await stoppedAt([failed]);
    expect(dap.events("stopped")).toMatchObject([{ reason: "exception", description: "Paused on Lisp error" }]);
    expect(await dap.request("exceptionInfo", { threadId: 1 })).toMatchObject({ breakMode: "unhandled" });
    await dap.request("continue", { threadId: 1 });
    expect(await dap.event("exited")).toEqual({ exitCode: 1 });
    expect(await dap.send("continue", { threadId: 1 })).toMatchObject({ body: { error: { id: 3004 } } });
  });

  test("a failure whose event was just shown does not stop again", async () => {
    const shown: StopReason = {
      kind: "event",
      event: failed.kind === "failed" ? (failed.event as never) : (null as never),
      site: 0x1000,
    };
    const { dap } = await stoppedAt([shown, failed]);
    await dap.request("continue", { threadId: 1 });
    expect(await dap.event("exited")).toEqual({ exitCode: 1 });
    expect(dap.events("stopped")).toHaveLength(1);
  });

  test("a failure whose filter is off ends the program, with its message", async () => {
    const { dap } = client([failed]);
    await dap.launch(PROGRAM, () => dap.request("setExceptionBreakpoints", { filters: [] }));
    expect(await dap.event("exited")).toEqual({ exitCode: 1 });
    expect(dap.events("output")).toMatchObject([{ category: "stderr", output: "7 is not a list\n" }]);
  });

  test("without debugging nothing stops", async () => {
    const { engine, dap } = client([{ kind: "breakpoint", pc: 0x1003 }, freed, failed]);
    await dap.launch({ ...PROGRAM, noDebug: true, stopOnEntry: true, stopOnGC: true }, async () => {
      const source = { path: "/work/program.cons" };
      await dap.request("setBreakpoints", { source, breakpoints: [{ line: 4 }] });
    });
    expect(await dap.event("exited")).toEqual({ exitCode: 1 });
    expect(dap.events("stopped")).toEqual([]);
    expect(engine.breakpoints.size).toBe(0);
  });

  test("breakpoints set before the program is loaded are bound and reported when it is", async () => {
    const { engine, dap } = client();
    await dap.initialize();
    const source = { path: "/work/program.cons" };
    const { breakpoints } = await dap.request("setBreakpoints", { source, breakpoints: [{ line: 4 }] });
    expect(breakpoints).toMatchObject([{ verified: false, message: "The program is not loaded yet." }]);
    await dap.request("launch", PROGRAM);
    expect(await dap.event("breakpoint")).toMatchObject({
      reason: "changed",
      breakpoint: { id: breakpoints[0].id, verified: true, line: 4 },
    });
    expect([...engine.breakpoints]).toEqual([0x1003]);
  });

  test("writing memory tells who looks at it, and that variables may have changed", async () => {
    const { engine, dap } = await stoppedAtEntry([{ kind: "step" }]);
    await dap.request("readMemory", { memoryReference: "0x100", offset: 0, count: 64 });
    const written = await dap.request("writeMemory", { memoryReference: "0x110", offset: 4, data: "AQID" });
    expect(written).toEqual({ bytesWritten: 3 });
    expect([...engine.bytes.slice(0x114, 0x117)]).toEqual([1, 2, 3]);
    expect(dap.events("memory")).toEqual([{ memoryReference: "0x100", offset: 0x14, count: 3 }]);
    expect(dap.events("invalidated")).toEqual([{ areas: ["all"] }]);
    await dap.request("next", { threadId: 1 });
    await dap.event("stopped");
    await dap.event("memory");
    expect(dap.events("memory")[1]).toEqual({ memoryReference: "0x100", offset: 0, count: 64 });
  });

  test("memory beyond the image is reported as unreadable", async () => {
    const { dap } = await stoppedAtEntry();
    const read = await dap.request("readMemory", { memoryReference: "0x3FC", count: 10 });
    expect(read).toEqual({ address: "0x3FC", data: "AAAAAA==", unreadableBytes: 6 });
    const beyond = await dap.request("readMemory", { memoryReference: "0x800", count: 10 });
    expect(beyond).toEqual({ address: "0x800", data: "", unreadableBytes: 10 });
  });

  test("a write that meets a page that is not there changes nothing, unless a part of it is enough", async () => {
    const { engine, dap } = await stoppedAtEntry();
    const write = { memoryReference: "0x2FE", data: "AQIDBA==" };
    const refused = await dap.send("writeMemory", write);
    expect(refused).toMatchObject({ success: false, body: { error: { id: 4009 } } });
    expect([...engine.bytes.slice(0x2fe)].every((byte) => byte === 0)).toBe(true);
    expect(await dap.request("writeMemory", { ...write, allowPartial: true })).toEqual({ offset: 0, bytesWritten: 2 });
    expect([...engine.bytes.slice(0x2fe, 0x302)]).toEqual([1, 2, 0, 0]);
  });

  test("rows of the disassembly that are no code say so", async () => {
    const { dap } = await stoppedAtEntry();
    const args = { memoryReference: "0x2002", instructionOffset: -3, instructionCount: 20 };
    const { instructions } = await dap.request("disassemble", args);
    expect(instructions).toHaveLength(20);
    expect(instructions[3]).toMatchObject({ address: "0x2002", instruction: "ARG0" });
    expect(instructions[1]).toMatchObject({ presentationHint: "invalid" });
    expect(instructions[1]).not.toHaveProperty("instructionBytes");
  });

  test("a data breakpoint on a variable watches its slot", async () => {
    const { engine, dap } = await stoppedAtEntry();
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    const { scopes } = await dap.request("scopes", { frameId: stackFrames[0].id });
    await dap.request("variables", scopes[0]);
    const { variablesReference } = scopes[0];
    const about = await dap.request("dataBreakpointInfo", { variablesReference, name: "x" });
    expect(about).toMatchObject({ dataId: "0x20040,4,frame:100", accessTypes: ["read", "write", "readWrite"] });
    const { breakpoints } = await dap.request("setDataBreakpoints", {
      breakpoints: [{ dataId: about.dataId }, { dataId: about.dataId, accessType: "look" }, { dataId: "x" }],
    });
    expect(breakpoints).toMatchObject([{ verified: true }, { verified: false }, { verified: false }]);
    const watch = { kind: "data", start: 0x20040, bytes: 4, access: "write", frame: 100 } as const;
    expect(engine.watched).toEqual([watch]);
    const hit = (one: Watch): WatchHit => ({ watch: one, access: "write", old: 1, now: 2, isChange: true });
    engine.script = [watch, engine.watched[0] as Watch].map(
      (one): StopReason => ({ kind: "watch", hits: [hit(one)], site: 0 }),
    );
    await dap.request("continue", { threadId: 1 });
    const { reason, hitBreakpointIds } = await dap.event("stopped");
    expect({ reason, hitBreakpointIds }).toEqual({ reason: "data breakpoint", hitBreakpointIds: [breakpoints[0].id] });
  });

  test("a data breakpoint on an address range needs no variable", async () => {
    const { dap } = await stoppedAtEntry();
    const about = await dap.request("dataBreakpointInfo", { name: "0x5E0001", asAddress: true, bytes: 6 });
    expect(about).toMatchObject({ dataId: "0x5E0001,6", description: expect.stringMatching(/6 bytes at 0x5E0001/) });
  });

  test("completions are placed as the client counts", async () => {
    const { dap } = await stoppedAtEntry();
    const { targets } = await dap.request("completions", { text: "(di", column: 4 });
    const place = { start: 2, length: 2, sortText: "0 display" };
    expect(targets).toEqual([{ label: "display", detail: "function", type: "function", ...place }]);
  });

  test("pause stops a program that runs, and restart begins again", async () => {
    const { engine, dap } = client();
    engine.script = Array.from({ length: 1_000_000 }, () => ({ kind: "slice" }) as StopReason);
    await dap.launch(PROGRAM);
    expect(await dap.send("evaluate", { expression: "x", context: "repl" })).toMatchObject({
      body: { error: { id: 3003 } },
    });
    await dap.request("pause", { threadId: 1 });
    expect(await dap.event("stopped")).toMatchObject({ reason: "pause" });
    engine.script = [];
    await dap.request("restart");
    expect(await dap.event("exited")).toEqual({ exitCode: 0 });
  });

  test("status is told at every stop", async () => {
    const { dap } = await stoppedAtEntry();
    expect(dap.events("conspect/status")).toEqual([
      { manager: "scripted", collections: 0, usedBytes: 0, freeBytes: 0, isRunning: false },
    ]);
  });

  test("what a run measured comes at its end, when the launch asked for it", async () => {
    const measured = {
      program: "/work/program.cons",
      fingerprint: "x",
      manager: "scripted",
      steps: 1,
      sites: [],
      functions: [],
    };
    for (const measure of [true, false]) {
      const { engine, dap } = client();
      if (measure) engine.measured = measured;
      await dap.launch({ ...PROGRAM, measure });
      await dap.event("terminated");
      expect(engine.steps.includes("measure")).toBe(measure);
      expect(dap.events("conspect/measurements")).toEqual(measure ? [measured] : []);
    }
  });

  test("terminate ends the program, disconnect the session", async () => {
    const { dap } = await stoppedAtEntry();
    await dap.request("terminate");
    await dap.event("terminated");
    await dap.request("disconnect");
    expect(dap.isClosed).toBe(true);
  });

  test("a client that counts from 0 and uses URIs is answered so", async () => {
    const { dap } = client();
    await dap.initialize({ linesStartAt1: false, columnsStartAt1: false, pathFormat: "uri" });
    await dap.request("launch", { program: "file:///work/program.cons", stopOnEntry: true });
    const source = { path: "file:///work/program.cons" };
    const { breakpoints } = await dap.request("setBreakpoints", { source, breakpoints: [{ line: 3 }] });
    expect(breakpoints).toMatchObject([{ verified: true, line: place(3, 0).line, column: 2, source }]);
  });
});
