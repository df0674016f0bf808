/** A session on an image that does not run, through all requests that a client sends. */
import { describe, expect, test } from "vitest";
import type { Environment } from "../../adapter/context.ts";
import { realEnvironment } from "../../adapter/program/environment.ts";
import { openedImage } from "../../adapter/program/loading/opened-image.ts";
import { RunningImage } from "../../core/debuggee/image/running-image.ts";
import { bytesFile } from "../../core/memory/sysout/image-file.ts";
import { savedIn } from "../support/images/dead-image.ts";
import { miniBytes } from "../support/images/mini-sysout.ts";
import { DapClient, type Loose } from "../support/protocol/dap-client.ts";

const IMAGE = { image: "mini.sysout" };

function client(damage: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes): DapClient {
  const opened = () => openedImage(bytesFile("mini.sysout", damage(miniBytes())));
  const environment: Environment = { ...realEnvironment(), openImage: opened };
  return new DapClient(environment);
}
async function opened(): Promise<DapClient> {
  const dap = client();
  await dap.launch(IMAGE);
  await dap.event("stopped");
  return dap;
}
async function topFrame(dap: DapClient): Promise<Loose> {
  return (await dap.request("stackTrace", { threadId: 1, startFrame: 0, levels: 1 })).stackFrames[0];
}
async function scope(dap: DapClient, name: string): Promise<Loose[]> {
  const { scopes } = await dap.request("scopes", { frameId: (await topFrame(dap)).id });
  const { variablesReference } = scopes.find((found: Loose) => found.name === name);
  return (await dap.request("variables", { variablesReference })).variables;
}

describe("a session on an image at rest", () => {
  test("stops when the image is open, and says what it is", async () => {
    const dap = client();
    await dap.launch(IMAGE);
    const stopped = await dap.event("stopped");
    expect(stopped).toMatchObject({
      reason: "entry",
      description: "Image opened",
      text: "nothing is wrong with the file",
      threadId: 1,
    });
    const printed = dap.events("output").map(({ output }) => output);
    expect(printed.join("")).toMatch(/^mini\.sysout: \d+ bytes, lversion \d+, \d+ MB of memory\n.*innermost/);
    expect(dap.events("conspect/status")).toEqual([]);
  });

  test("counts what is wrong with a damaged file, and lists it", async () => {
    const dap = client((bytes) => bytes.subarray(0, bytes.length - 5000));
    await dap.launch(IMAGE);
    expect((await dap.event("stopped")).text).toMatch(/wrong with the file$/);
    const errors = dap.events("output").filter(({ category }) => category === "stderr");
    expect(errors.map(({ output }) => output).join("")).toMatch(/found .*, expected /);
    expect((await dap.request("threads")).threads.length).toBeGreaterThan(0);
  });

  test("shows threads, frames, scopes, memory and code", async () => {
    const dap = await opened();
    const { threads } = await dap.request("threads");
    expect(threads[0]).toMatchObject({ id: 1, name: expect.stringContaining("current") });
    const frame = await topFrame(dap);
    expect(frame.source.origin).toBe("code of the image");
    const { content } = await dap.request("source", { sourceReference: frame.source.sourceReference });
    expect(content).toMatch(/^0x[0-9A-F]+ {2}/);
    const registers = await scope(dap, "Registers");
    expect(registers.map(({ name }) => name)).toContain("PC");
    const { instructions } = await dap.request("disassemble", {
      memoryReference: frame.instructionPointerReference,
      instructionCount: 3,
    });
    expect(instructions[0].instructionBytes).toMatch(/^[0-9A-F]{2}/);
    const { data } = await dap.request("readMemory", { memoryReference: "0x280000", count: 32 });
    expect(Buffer.from(data, "base64").length).toBe(32);
  });

  test.each(["continue", "next", "stepIn", "stepOut", "pause"])("%s is refused: nothing runs", async (command) => {
    const dap = await opened();
    const response = await dap.send(command, { threadId: 1 });
    expect(response).toMatchObject({ success: false, body: { error: { id: 3007, showUser: true } } });
    expect(response.message).toMatch(/does not run/);
    expect(dap.events("continued")).toEqual([]);
    await scope(dap, "Memory");
  });

  test("breakpoints of every kind are not verified, and say why", async () => {
    const dap = await opened();
    const lines = await dap.request("setBreakpoints", { source: { path: "/x.cons" }, breakpoints: [{ line: 1 }] });
    const functions = await dap.request("setFunctionBreakpoints", { breakpoints: [{ name: "CAR" }] });
    const filters = await dap.request("setExceptionBreakpoints", { filters: ["leak"] });
    const data = await dap.request("setDataBreakpoints", { breakpoints: [{ dataId: "0x280000,4" }] });
    for (const { breakpoints } of [lines, functions, filters, data]) {
      expect(breakpoints[0]).toMatchObject({ verified: false, message: expect.stringMatching(/does not run/) });
    }
  });

  test("tells a few problems of an expression, and of each the beginning", async () => {
    const dap = await opened();
    const frameId = (await topFrame(dap)).id;
    const many = await dap.send("evaluate", { expression: ")".repeat(1000), frameId });
    expect(many.message).toMatch(/^column 1: .*; and 997 more$/);
    const long = await dap.send("evaluate", { expression: "1".repeat(10_000), frameId });
    expect(long.message.length).toBeLessThan(500);
  });

  test("a directory that is granted and does not exist is refused by its name", async () => {
    const dap = new DapClient(realEnvironment());
    await dap.initialize();
    const response = await dap.send("launch", { program: "examples/garbage.cons", files: [{ path: "/no/where" }] });
    expect(response).toMatchObject({ success: false, body: { error: { id: 2010 } } });
    expect(response.message).toContain("cannot grant /no/where: there is no such file");
  });

  test("evaluates, sets, writes, and takes it back", async () => {
    const dap = await opened();
    const frameId = (await topFrame(dap)).id;
    const evaluate = (expression: string, context = "repl") => dap.send("evaluate", { expression, context, frameId });
    expect((await evaluate("(+ 1 2)")).body.result).toBe("3");
    expect(await evaluate("(nothere 1)")).toMatchObject({ success: false, body: { error: { id: 6002 } } });
    const { digest } = await dap.request("conspect/digest");
    expect((await evaluate("(setq \\RECLAIMMIN 7)")).body.result).toBe("7");
    expect((await evaluate("\\RECLAIMMIN", "watch")).body.result).toBe("7");
    const set = { expression: "\\RECLAIMMIN", value: "(+ 4 4)" };
    expect((await dap.request("setExpression", set)).value).toBe("8");
    const sum = await dap.send("setExpression", { ...set, expression: "(+ 1 2)" });
    expect(sum).toMatchObject({ success: false, body: { error: { id: 4005 } } });
    expect(await dap.request("conspect/undoEdit")).toEqual({ what: "value (+ 4 4)" });
    await dap.request("writeMemory", { memoryReference: "0x280040", data: "AQIDBA==" });
    const edits = await scope(dap, "Edits");
    expect(edits.map(({ value }) => value)).toEqual(["4 bytes written", "value 7"]);
    expect(await dap.request("conspect/undoEdit")).toEqual({ what: "4 bytes written" });
    expect(await dap.request("conspect/undoEdit")).toEqual({ what: "value 7" });
    expect(await dap.send("conspect/undoEdit")).toMatchObject({ success: false, body: { error: { id: 3009 } } });
    expect(await dap.request("conspect/digest")).toEqual({ digest });
  });

  test("an image without a readable frame still shows its memory", async () => {
    const dap = client((bytes) => {
      bytes.set([0, 0], 512);
      return bytes;
    });
    await dap.launch(IMAGE);
    await dap.event("stopped");
    expect((await topFrame(dap)).name).toMatch(/^\(no frame: the interface page names 0/);
    expect((await scope(dap, "Memory")).length).toBeGreaterThan(3);
  });

  test("a stack of thousands of frames comes in pages", async () => {
    const text = "(define (deep n) (if (= n 0) (end) (+ 1 (deep (- n 1)))))\n(define (end) 0)\n(deep 1500)\n";
    const file = savedIn(text, "end");
    const openImage = () => openedImage(bytesFile("deep.sysout", file));
    const dap = new DapClient({ ...realEnvironment(), openImage });
    await dap.launch(IMAGE);
    await dap.event("stopped");
    const page = await dap.request("stackTrace", { threadId: 1, startFrame: 1000, levels: 3 });
    expect(page.totalFrames).toBeGreaterThan(1500);
    expect(page.stackFrames.map(({ name }: Loose) => name)).toEqual(["deep", "deep", "deep"]);
    const { scopes } = await dap.request("scopes", { frameId: page.stackFrames[2].id });
    const { variables } = await dap.request("variables", { variablesReference: scopes[0].variablesReference });
    expect(variables[0]).toMatchObject({ value: "1001" });
    const all = await dap.request("stackTrace", { threadId: 1 });
    expect(all.stackFrames.length).toBe(page.totalFrames);
  });

  test("restart opens the file again, without the edits", async () => {
    const dap = await opened();
    await dap.request("evaluate", { expression: "(setq \\RECLAIMMIN 7)", context: "repl" });
    await dap.request("restart");
    await dap.event("stopped");
    const { result } = await dap.request("evaluate", { expression: "\\RECLAIMMIN", context: "watch" });
    expect(result).not.toBe("7");
  });

  test("an image that runs stops where it is told, steps, evaluates, and ends", async () => {
    const file = savedIn("(define (twice n) (+ n n))\n(define (go) (display (twice 4)))\n(go)\n", "go");
    const runImage: Environment["runImage"] = (_path, options) =>
      RunningImage.load(bytesFile("p.sysout", file), options);
    const dap = new DapClient({ ...realEnvironment(), runImage });
    await dap.launch({ ...IMAGE, mode: "run", stopOnEntry: true });
    expect(await dap.event("stopped")).toMatchObject({ reason: "entry" });
    const { breakpoints } = await dap.request("setFunctionBreakpoints", { breakpoints: [{ name: "twice" }] });
    expect(breakpoints[0]).toMatchObject({ verified: true });
    await dap.request("continue", { threadId: 1 });
    expect(await dap.event("stopped")).toMatchObject({ reason: "function breakpoint" });
    const frame = await topFrame(dap);
    expect(frame).toMatchObject({ name: "twice", line: 1, source: { name: "twice", origin: "code of the image" } });
    expect(frame.presentationHint).toBeUndefined();
    await dap.request("next", { threadId: 1 });
    expect(await dap.event("stopped")).toMatchObject({ reason: "step" });
    const stepped = await topFrame(dap);
    expect(stepped.line).toBe(2);
    const instruction = { instructionReference: stepped.instructionPointerReference, offset: 1 };
    const set = await dap.request("setInstructionBreakpoints", {
      breakpoints: [instruction, { instructionReference: "0x10" }],
    });
    expect(set.breakpoints).toMatchObject([{ verified: true }, { verified: false, message: /No instruction/ }]);
    await dap.request("continue", { threadId: 1 });
    expect(await dap.event("stopped")).toMatchObject({
      reason: "instruction breakpoint",
      hitBreakpointIds: [expect.any(Number)],
    });
    await dap.request("setInstructionBreakpoints", { breakpoints: [] });
    await dap.request("setFunctionBreakpoints", { breakpoints: [] });
    expect((await dap.request("evaluate", { expression: "(twice 21)", context: "repl" })).result).toBe("42");
    expect((await dap.send("evaluate", { expression: "(twice 21)", context: "watch" })).message).toMatch(
      /console only/,
    );
    expect(await dap.send("conspect/undoEdit")).toMatchObject({ body: { error: { id: 3008 } } });
    await dap.request("continue", { threadId: 1 });
    expect(await dap.event("exited")).toEqual({ exitCode: 0 });
    expect(
      dap
        .events("output")
        .map(({ output }) => output)
        .join(""),
    ).toBe("8");
  });

  test.each([
    ["empty", (_: Uint8Array) => new Uint8Array(0), /it is empty: found 0 bytes/],
    ["text", (_: Uint8Array) => new TextEncoder().encode("(define x 1)\n".repeat(200)), /expected/],
    ["cut off in its first page", (bytes: Uint8Array) => bytes.subarray(0, 600), /ends before the interface page/],
  ])("a file that is %s is refused with what was found and expected", async (_name, damage, message) => {
    const dap = client(damage);
    await dap.initialize();
    const response = await dap.send("launch", IMAGE);
    expect(response).toMatchObject({ success: false, body: { error: { id: 2006, showUser: true } } });
    expect(response.message).toMatch(message);
  });

  test("a file that is missing is refused by its name", async () => {
    const dap = new DapClient(realEnvironment());
    await dap.initialize();
    const response = await dap.send("launch", { image: "/nowhere/there.sysout" });
    expect(response.message).toMatch(/"image": cannot read \/nowhere\/there\.sysout: there is no such file/);
  });
});
