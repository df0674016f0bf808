/** The course of a session: how it begins, what the client is told of the program, and how it ends. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../support/protocol/black-box.ts";
import type { Loose } from "../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define (work n)
  (print n)
  (car n))
(work '(1 2))
(print 'done)
`;
const ENDLESS = "(define (f n) (if (= n -1) 0 (f (+ n 1))))\n(f 0)\n";

/** Runs `look` on the image that a program stands in at its entry; its file has what `change` makes of it. */
async function withImage(change: (bytes: Buffer) => Uint8Array, look: (dap: BlackBox) => Promise<void>): Promise<void> {
  await withAdapter(async (maker) => {
    await maker.start(PROGRAM, { stopOnEntry: true, heapMB: 1 });
    await maker.event("stopped");
    const path = `${maker.folder}/some.sysout`;
    await maker.request("conspect/saveImage", { path });
    const bytes = change(readFileSync(path));
    await withAdapter(async (dap) => {
      await dap.launch({ image: dap.file("some.sysout", bytes) });
      await dap.event("stopped");
      await look(dap);
    });
  });
}

test("request initialize, launch, configurationDone, event initialized, process, thread, exited, terminated: a whole session in order", () =>
  withAdapter(async (dap) => {
    await dap.start(PROGRAM);
    await dap.event("terminated");
    const order = dap.received
      .map(({ type, event, command }) => (type === "event" ? `event ${event}` : `${command}`))
      .filter((name) => !/^event (?:conspect\/status|output|module|loadedSource)$/.test(name));
    expect(order).toEqual([
      "initialize",
      "launch",
      "event initialized",
      "configurationDone",
      "event process",
      "event thread",
      "event thread",
      "event exited",
      "event terminated",
    ]);
    expect(dap.events("process")).toEqual([
      { name: "program.cons", isLocalProcess: true, startMethod: "launch", pointerSize: 32 },
    ]);
    expect(dap.events("thread")).toEqual([
      { reason: "started", threadId: 1 },
      { reason: "exited", threadId: 1 },
    ]);
    expect(dap.events("exited")).toEqual([{ exitCode: 0 }]);
  }));

test("capability supportsConfigurationDoneRequest: the program does not begin before configurationDone", () =>
  withAdapter(async (dap) => {
    expect(await dap.initialize()).toMatchObject({ supportsConfigurationDoneRequest: true });
    await dap.request("launch", { program: dap.file("program.cons", PROGRAM) });
    await dap.event("initialized");
    await dap.request("threads");
    expect(dap.events("process")).toEqual([]);
    await dap.request("configurationDone");
    await dap.event("exited");
  }));

test("event output: a failure names its place in the text, and is a line that every client shows", () =>
  withAdapter(async (dap) => {
    await dap.start("(define (f x)\n  (car x))\n(f 7)\n");
    await dap.event("stopped");
    const failure = dap.events("output").find(({ category }: Loose) => category === "stderr");
    expect(failure).toMatchObject({
      output: expect.stringContaining("7"),
      source: { name: "program.cons" },
      line: 2,
      column: 3,
    });
    // Of an output with variables VS Code shows those alone.
    expect(failure.variablesReference).toBeUndefined();
    await dap.request("continue", { threadId: 1 });
    expect(await dap.event("exited")).toEqual({ exitCode: 1 });
  }));

test("event output: what belongs together is a group that is closed at first", () =>
  withImage(
    (bytes) => bytes.subarray(0, bytes.length - 4 * 512),
    async (dap) => {
      const outputs = dap.events("output");
      const groups = outputs.map(({ group }: Loose) => group).filter((group) => group !== undefined);
      expect(groups).toEqual(["startCollapsed", "end"]);
      expect(outputs.find(({ group }: Loose) => group === "startCollapsed").output).toMatch(/ wrong with the file:\n$/);
    },
  ));

test("event capabilities: an image that does not run loses what needs a run", () =>
  withImage(
    (bytes) => bytes,
    async (dap) => {
      const [{ capabilities }] = dap.events("capabilities");
      expect(capabilities).toMatchObject({ supportsRestartFrame: false, supportsDataBreakpoints: false });
      expect(await dap.send("stepInTargets", { frameId: 1 })).toMatchObject({ body: { error: { id: 3007 } } });
    },
  ));

test("event capabilities: where the code itself frees, it cannot jump; another program gives that back", () =>
  withAdapter(async (dap) => {
    const path = await dap.start(PROGRAM, { manager: "asap", stopOnEntry: true });
    await dap.event("stopped");
    expect(dap.events("capabilities")).toEqual([
      { capabilities: { supportsRestartFrame: false, supportsGotoTargetsRequest: false } },
    ]);
    await dap.request("restart", { arguments: { program: path, stopOnEntry: true } });
    await dap.event("stopped");
    expect(dap.events("capabilities").at(-1)).toEqual({
      capabilities: { supportsRestartFrame: true, supportsGotoTargetsRequest: true },
    });
  }));

test("capability supportsRestartRequest, request restart, event continued: with the text of now, and with other attributes", () =>
  withAdapter(async (dap) => {
    const path = await dap.start(PROGRAM, { stopOnEntry: true });
    await dap.event("stopped");
    dap.file("program.cons", "(print 'other)\n(print 'text)\n");
    await dap.request("restart", { arguments: { program: path, stopOnEntry: true, manager: "mark-sweep" } });
    await dap.event("continued");
    expect(await dap.event("stopped")).toMatchObject({ reason: "entry" });
    expect(await dap.event("conspect/status")).toMatchObject({ manager: "mark-sweep" });
    await dap.request("continue", { threadId: 1 });
    await dap.event("terminated");
    await dap.request("restart", {});
    expect(await dap.event("stopped")).toMatchObject({ reason: "entry" });
    expect(dap.events("output").map(({ output }) => output)).toEqual(["other\ntext\n"]);
  }));

test("capability supportsTerminateRequest, request terminate: the program ends where it is, without a status", () =>
  withAdapter(async (dap) => {
    await dap.start(ENDLESS);
    await dap.request("terminate", {});
    await dap.event("terminated");
    expect(dap.events("exited")).toEqual([]);
    expect(await dap.send("next", { threadId: 1 })).toMatchObject({ success: false, body: { error: { id: 3004 } } });
  }));

test("capability supportsTerminateThreadsRequest, request terminateThreads: the only thread ends, and the program with it", () =>
  withAdapter(async (dap) => {
    await dap.start(ENDLESS);
    expect(await dap.send("terminateThreads", { threadIds: [5] })).toMatchObject({ body: { error: { id: 4001 } } });
    await dap.request("terminateThreads", { threadIds: [1] });
    await dap.event("terminated");
    expect(dap.events("thread").at(-1)).toEqual({ reason: "exited", threadId: 1 });
  }));

test("request disconnect: the adapter ends with its client, whatever runs", () =>
  withAdapter(async (dap) => {
    await dap.start(ENDLESS);
    await dap.request("disconnect", {});
    await expect(dap.event("never")).rejects.toThrow("the adapter ended with 0");
  }));

test("request setBreakpoints, setFunctionBreakpoints, setExceptionBreakpoints: take effect in a program that runs", () =>
  withAdapter(async (dap) => {
    const path = await dap.start(
      "(define (f n)\n  (if (= n -1)\n    0\n    (g (+ n 1))))\n(define (g n)\n  (f (car (list n))))\n(f 0)\n",
    );
    const set = await dap.request("setBreakpoints", { source: { path }, breakpoints: [{ line: 6 }] });
    expect(set.breakpoints).toMatchObject([{ verified: true, line: 6 }]);
    expect(await dap.event("stopped")).toMatchObject({ reason: "breakpoint" });
    await dap.request("setBreakpoints", { source: { path }, breakpoints: [] });
    await dap.request("continue", { threadId: 1 });
    await dap.request("setFunctionBreakpoints", { breakpoints: [{ name: "f" }] });
    expect(await dap.event("stopped")).toMatchObject({ reason: "function breakpoint" });
    await dap.request("setFunctionBreakpoints", { breakpoints: [] });
    await dap.request("continue", { threadId: 1 });
    await dap.request("setExceptionBreakpoints", { filters: ["object.alloc"] });
    expect(await dap.event("stopped")).toMatchObject({ reason: "exception", text: "object.alloc" });
  }));

/** A program with so many pairs that a search of its heap takes a while; the reference of what searches it. */
async function withManyObjects(dap: BlackBox, more: object): Promise<number> {
  const path = dap.file(
    "program.cons",
    "(define items nil)\n(for (i 0 2000000) (set! items (cons i items)))\n(print 'made)\n",
  );
  await dap.initialize(more);
  await dap.request("launch", { program: path, heapMB: 48, record: false });
  await dap.event("initialized");
  await dap.request("setBreakpoints", { source: { path }, breakpoints: [{ line: 3 }] });
  await dap.request("configurationDone");
  await dap.event("stopped");
  const objects = await dap.scope("Objects");
  const found = objects.find(({ name }: Loose) => name === "kept by one root or object");
  return found.variablesReference;
}

test("capability supportsCancelRequest, request cancel: a search is given up, what does not wait is not disturbed", () =>
  withAdapter(async (dap) => {
    const variablesReference = await withManyObjects(dap, {});
    const asked = dap.ask("variables", { variablesReference });
    expect(await dap.send("cancel", { requestId: 4711 })).toMatchObject({ success: true });
    expect(await dap.send("cancel", { requestId: asked })).toMatchObject({ success: true });
    expect(await dap.answerTo(asked)).toMatchObject({
      success: false,
      message: "cancelled",
      body: { error: { id: 3012 } },
    });
    expect(await dap.request("threads")).toMatchObject({ threads: [{ id: 1 }] });
  }));

test("event progressStart, progressUpdate, progressEnd, request cancel: how far a search is, until it is given up", () =>
  withAdapter(async (dap) => {
    const variablesReference = await withManyObjects(dap, { supportsProgressReporting: true });
    const asked = dap.ask("variables", { variablesReference });
    let started = await dap.event("progressStart");
    // What came before may have taken long too.
    while (started.requestId !== asked) started = await dap.event("progressStart");
    const { progressId, cancellable, title } = started;
    expect({ cancellable, title }).toEqual({ cancellable: true, title: "Searching the heap" });
    expect(await dap.event("progressUpdate")).toMatchObject({ progressId, message: expect.stringMatching(/: \d+ %$/) });
    await dap.request("cancel", { progressId });
    expect(await dap.event("progressEnd")).toMatchObject({ progressId });
    expect(await dap.answerTo(asked)).toMatchObject({ success: false, message: "cancelled" });
  }));

test("event progressStart, progressEnd: a large image is opened, which nobody can cancel", () =>
  withAdapter(async (maker) => {
    await maker.start("(define v (list (make-vector 60000) (make-vector 60000)))\n(print 'made)\n", {
      stopOnEntry: true,
      heapMB: 24,
    });
    await maker.event("stopped");
    const path = `${maker.folder}/large.sysout`;
    const { bytes } = await maker.request("conspect/saveImage", { path });
    await withAdapter(async (dap) => {
      const image = dap.file(
        "large.sysout",
        Buffer.concat([readFileSync(path), Buffer.alloc(Math.max(0, 17_000_000 - bytes))]),
      );
      await dap.initialize({ supportsProgressReporting: true });
      await dap.request("launch", { image });
      expect(dap.events("progressStart")).toMatchObject([{ title: "Opening large.sysout", cancellable: false }]);
      expect(dap.events("progressEnd")).toMatchObject([{ progressId: dap.events("progressStart")[0].progressId }]);
    });
  }));
