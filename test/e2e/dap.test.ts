/**
 * The bundled adapter as a child process, driven through whole sessions by the client of `@vscode/debugadapter-testsupport`, which is not ours,
 * over standard streams and over TCP.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Connected, overStandardStreams, overTcp, requireBundle } from "../support/protocol/adapter-process.ts";

const folder = mkdtempSync(join(tmpdir(), "conspect-dap-"));
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const garbage = file(
  "garbage.cons",
  [
    "(define kept (list 1 2 3))",
    "(define (pair-up n)",
    "  (let ((half (/ n 2)))",
    "    (cons half n)))",
    "(define (waste n)",
    "  (while (> n 0)",
    "    (pair-up n)",
    "    (set! n (- n 1))))",
    '(display "start")',
    "(waste 100)",
    "(display kept)",
  ].join("\n"),
);
const endless = file("endless.cons", "(define (spin n)\n  (while #t\n    (set! n (- 1 n))))\n(spin 0)\n");

beforeAll(requireBundle);
afterAll(() => rmSync(folder, { recursive: true }));

type Stop = DebugProtocol.StoppedEvent["body"];

/** Sends a request that makes the program go, and waits for the next stop. */
async function go(client: DebugClient, command: string, more: object = {}): Promise<Stop> {
  const [event] = await Promise.all([
    client.waitForEvent("stopped"),
    client.customRequest(command, { threadId: 1, ...more }),
  ]);
  return event.body;
}
async function top(client: DebugClient): Promise<DebugProtocol.StackFrame> {
  const { body } = await client.stackTraceRequest({ threadId: 1, startFrame: 0, levels: 20 });
  const [frame] = body.stackFrames;
  if (frame === undefined) throw new Error("the stack is empty");
  return frame;
}
const lineOf = async (client: DebugClient) => (await top(client)).line;

/** Launches and runs to the first stop. */
async function start(client: DebugClient, launch: object, configure: () => Promise<unknown> = async () => {}) {
  await client.initializeRequest({
    adapterID: "conspect",
    linesStartAt1: true,
    columnsStartAt1: true,
    pathFormat: "path",
    supportsMemoryEvent: true,
    supportsInvalidatedEvent: true,
    supportsVariablePaging: true,
  });
  const initialized = client.waitForEvent("initialized");
  await client.launchRequest(launch as DebugProtocol.LaunchRequestArguments);
  await initialized;
  await configure();
}
async function toFirstStop(client: DebugClient): Promise<Stop> {
  const [event] = await Promise.all([client.waitForEvent("stopped"), client.configurationDoneRequest()]);
  return event.body;
}
/** Every scope and its children to some depth, first page each; and memory behind whatever has an address. */
async function openEverything(client: DebugClient): Promise<number> {
  let opened = 0;
  const open = async (variablesReference: number, depth: number): Promise<void> => {
    const { body } = await client.variablesRequest({ variablesReference, start: 0, count: 30 });
    opened += body.variables.length;
    for (const variable of body.variables.slice(0, 8)) {
      if (variable.memoryReference !== undefined) {
        await client.customRequest("readMemory", { memoryReference: variable.memoryReference, count: 64 });
      }
      if (variable.variablesReference > 0 && depth > 0) await open(variable.variablesReference, depth - 1);
    }
  };
  const { stackFrames } = (await client.stackTraceRequest({ threadId: 1 })).body;
  for (const frame of stackFrames.slice(0, 3)) {
    for (const scope of (await client.scopesRequest({ frameId: frame.id })).body.scopes) {
      await open(scope.variablesReference, 3);
    }
    for (const expression of ["kept", "(pair-up 8)", "n", "(car 1)"]) {
      await client.evaluateRequest({ expression, frameId: frame.id, context: "watch" }).catch(() => null);
    }
    const memoryReference = frame.instructionPointerReference ?? "0x0";
    await client.disassembleRequest({ memoryReference, instructionOffset: -20, instructionCount: 60 });
  }
  await client.exceptionInfoRequest({ threadId: 1 }).catch(() => null);
  return opened;
}

describe.each([
  ["standard streams", overStandardStreams],
  ["TCP", overTcp],
] as const)("a session over %s", (_, connect) => {
  let connected: Connected;
  let client: DebugClient;
  let output = "";
  beforeEach(async () => {
    connected = await connect();
    client = connected.client;
    output = "";
    client.on("output", ({ body }: DebugProtocol.OutputEvent) => {
      if (body.category === "stdout") output += body.output;
    });
  });
  afterEach(() => connected.stop());

  test("breaks, steps, shows and changes values, and runs to the end", async () => {
    await start(client, { program: garbage }, async () => {
      const { body } = await client.setBreakpointsRequest({
        source: { path: garbage },
        breakpoints: [{ line: 3, condition: "(= n 98)" }],
      });
      expect(body.breakpoints).toMatchObject([{ verified: true, line: 3 }]);
      await client.setExceptionBreakpointsRequest({ filters: [] });
    });
    expect(await toFirstStop(client)).toMatchObject({ reason: "breakpoint", threadId: 1 });
    expect((await client.threadsRequest()).body.threads).toHaveLength(1);
    const frame = await top(client);
    expect(frame).toMatchObject({ name: "pair-up", line: 3, source: { path: garbage } });
    const { scopes } = (await client.scopesRequest({ frameId: frame.id })).body;
    expect(scopes.map(({ name }) => name)).toEqual([
      "Locals",
      "Registers",
      "Memory",
      "Objects",
      "Symbols",
      "Reference counts",
      "Collector",
      "Manager",
    ]);
    const locals = { variablesReference: scopes[0]?.variablesReference ?? 0 };
    expect((await client.variablesRequest(locals)).body.variables[0]).toMatchObject({ name: "n", value: "98" });

    await client.setVariableRequest({ ...locals, name: "n", value: "(* 2 5)" });
    const watch = { expression: "(list n 'x)", frameId: frame.id, context: "watch" };
    expect((await client.evaluateRequest(watch)).body).toMatchObject({ result: expect.stringMatching(/\(10 x\)$/) });

    expect((await go(client, "next", { granularity: "line" })).reason).toBe("step");
    expect(await lineOf(client)).toBe(4);
    expect((await go(client, "stepOut")).reason).toBe("step");
    expect(await top(client)).toMatchObject({ name: "waste", line: 7 });
    await go(client, "next");
    expect(await lineOf(client)).toBe(8);
    const before = await top(client);
    await go(client, "next", { granularity: "instruction" });
    const after = await top(client);
    expect(after.instructionPointerReference).not.toBe(before.instructionPointerReference);

    const ended = client.waitForEvent("exited");
    await client.continueRequest({ threadId: 1 });
    expect((await ended).body).toEqual({ exitCode: 0 });
    expect(output).toBe("start(1 2 3)");
  });

  test("stops on a collection with its report, and memory behind a value can be read, changed and watched", async () => {
    await start(client, { program: garbage, stopOnGC: true, managerOptions: { countdown: 60 } });
    expect(await toFirstStop(client)).toMatchObject({
      reason: "exception",
      description: "Paused on collection",
      text: "gc.trigger: countdown",
    });
    const trigger = (await client.exceptionInfoRequest({ threadId: 1 })).body;
    expect(trigger).toMatchObject({ exceptionId: "gc.trigger", breakMode: "always" });
    expect(await go(client, "continue")).toMatchObject({ text: "gc.reclaim: collection 1 (countdown)" });
    const reclaim = (await client.exceptionInfoRequest({ threadId: 1 })).body;
    expect(reclaim.details?.stackTrace).toMatch(/59 objects will be freed; 1 more has count 0, but the stack holds it/);
    expect(await go(client, "continue")).toMatchObject({ text: "gc.end: collection 1 (countdown)" });

    const { id } = await top(client);
    const kept = (await client.evaluateRequest({ expression: "kept", frameId: id, context: "watch" })).body;
    const at = { memoryReference: kept.memoryReference ?? "", offset: 0 };
    const read = (await client.customRequest("readMemory", { ...at, count: 8 })).body;
    const bytes = Buffer.from(read.data, "base64");
    expect(bytes).toHaveLength(8);
    const changed = client.waitForEvent("memory");
    const data = Buffer.concat([bytes.subarray(0, 3), Buffer.of((bytes[3] ?? 0) + 6)]).toString("base64");
    await client.customRequest("writeMemory", { ...at, data });
    expect((await changed).body).toMatchObject({ memoryReference: at.memoryReference, offset: 0, count: 4 });
    const again = (await client.evaluateRequest({ expression: "(car kept)", frameId: id, context: "watch" })).body;
    expect(again.result).toBe("7");

    const about = (await client.dataBreakpointInfoRequest({ name: "kept", frameId: id })).body;
    expect(about.dataId).toMatch(/^(0x[0-9A-F]+|global:kept),4(,frame:\d+)?$/);
    const set = await client.setDataBreakpointsRequest({ breakpoints: [{ dataId: about.dataId ?? "" }] });
    expect(set.body.breakpoints).toMatchObject([{ verified: true }]);
    const repl = { expression: '(begin (display "!") (gc))', frameId: id, context: "repl" };
    await client.evaluateRequest(repl);
    expect(output).toBe("start!");
  });

  test("pauses an endless loop, and ends it", async () => {
    await start(client, { program: endless });
    await client.configurationDoneRequest();
    await client.waitForEvent("conspect/status");
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const before = performance.now();
      expect((await go(client, "pause")).reason).toBe("pause");
      times.push(performance.now() - before);
      expect(await top(client)).toMatchObject({ name: "spin" });
      await client.continueRequest({ threadId: 1 });
    }
    process.stdout.write(`pause took ${times.map((time) => time.toFixed(1)).join(", ")} ms\n`);
    expect(Math.max(...times)).toBeLessThan(2000);
    const terminated = client.waitForEvent("terminated");
    await client.terminateRequest();
    await terminated;
  });

  test("serves requests while the program runs", async () => {
    await start(client, { program: endless });
    await client.configurationDoneRequest();
    expect((await client.threadsRequest()).body.threads).toHaveLength(1);
    const evaluated = client.evaluateRequest({ expression: "1", context: "repl" });
    await expect(evaluated).rejects.toThrow(/Pause it first/);
    const stopped = client.waitForEvent("stopped");
    await client.setBreakpointsRequest({ source: { path: endless }, breakpoints: [{ line: 3 }] });
    expect((await stopped).body.reason).toBe("breakpoint");
  });

  test.each([
    [{ manager: "generational" }, /"manager".*"generational".*Allowed: .*refcount/],
    [{ image: "lisp.sysout" }, /"program" and "image"/],
    [{ program: "/no/such/file.cons" }, /\/no\/such\/file.cons: there is no such file/],
    [{ heapMB: "big" }, /"heapMB": expected a number/],
  ])("refuses to launch with %j", async (attributes, text) => {
    await client.initializeRequest();
    const launched = client.launchRequest({ program: garbage, ...attributes } as DebugProtocol.LaunchRequestArguments);
    await expect(launched).rejects.toThrow(text);
    // The session goes on: a good launch works.
    await client.launchRequest({ program: garbage } as DebugProtocol.LaunchRequestArguments);
  });

  test("a source text with errors is reported line by line, without a stack trace", async () => {
    const broken = file("broken.cons", "(define (f x)\n  (+ x unknown))\n(f 1");
    const lines: string[] = [];
    client.on("output", ({ body }: DebugProtocol.OutputEvent) => lines.push(body.output));
    await client.initializeRequest();
    const launched = client.launchRequest({ program: broken } as DebugProtocol.LaunchRequestArguments);
    await expect(launched).rejects.toThrow(/broken.cons has .*error/);
    expect(lines.join("")).toMatch(/broken.cons:3:1: error: /);
    expect(lines.join("")).not.toMatch(/\n\s+at /);
  });
});

describe("what the debugger shows changes nothing", () => {
  interface Run {
    readonly digest: string;
    readonly stops: number;
    readonly opened: number;
  }
  /** Runs to the end of the program; `isLooking`: with many stops, and all views opened at each. */
  async function digestAtEnd(isLooking: boolean): Promise<Run> {
    const { client, stop } = await overStandardStreams();
    let hasEnded = false;
    let opened = 0;
    let stops = 0;
    try {
      await start(client, { program: garbage, managerOptions: { countdown: 25 } }, async () => {
        if (!isLooking) return;
        const breakpoints = [{ line: 4, condition: "(= 0 (remainder n 40))" }, { line: 11 }];
        await client.setBreakpointsRequest({ source: { path: garbage }, breakpoints });
        await client.setExceptionBreakpointsRequest({ filters: ["gc.trigger", "gc.start", "gc.reclaim", "gc.end"] });
      });
      const ended = client.waitForEvent("terminated", 60_000).then(() => {
        hasEnded = true;
      });
      let stopped = client.waitForEvent("stopped", 60_000);
      await client.configurationDoneRequest();
      await Promise.race([stopped, ended]);
      while (!hasEnded) {
        stops++;
        opened += await openEverything(client);
        stopped = client.waitForEvent("stopped", 60_000);
        stopped.catch(() => null);
        await client.continueRequest({ threadId: 1 });
        await Promise.race([stopped, ended]);
      }
      stopped.catch(() => null);
      const { body } = await client.customRequest("conspect/digest");
      return { digest: body.digest, stops, opened };
    } finally {
      await stop();
    }
  }

  test("the machine is the same at the program's end, with all views opened at every stop and without", async () => {
    const looking = await digestAtEnd(true);
    const blind = await digestAtEnd(false);
    expect(looking.stops).toBeGreaterThan(10);
    expect(looking.opened).toBeGreaterThan(500);
    expect(blind.stops).toBe(0);
    expect(looking.digest).toBe(blind.digest);
  });
});
