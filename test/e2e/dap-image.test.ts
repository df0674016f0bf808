/** The bundled adapter on image files: looked at, run, saved, and files that are none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { savedIn } from "../support/images/dead-image.ts";
import { type Connected, overStandardStreams, requireBundle } from "../support/protocol/adapter-process.ts";

const folder = mkdtempSync(join(tmpdir(), "conspect-image-"));
const image = join(folder, "counter.sysout");
const PROGRAM = `
(define kept (list 1 2 3))
(define (total items) (if (null? items) 0 (+ (car items) (total (cdr items)))))
(define (report) (display (total kept)))
(report)
`;

beforeAll(() => {
  requireBundle();
  writeFileSync(image, savedIn(PROGRAM, "report"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let connected: Connected;
let client: DebugClient;
beforeEach(async () => {
  connected = await overStandardStreams();
  client = connected.client;
  await client.initializeRequest({ adapterID: "conspect", linesStartAt1: true, columnsStartAt1: true });
});
afterEach(() => connected.stop());

async function launch(attributes: object): Promise<DebugProtocol.StoppedEvent["body"]> {
  const initialized = client.waitForEvent("initialized");
  await client.launchRequest(attributes as DebugProtocol.LaunchRequestArguments);
  await initialized;
  const [event] = await Promise.all([client.waitForEvent("stopped"), client.configurationDoneRequest()]);
  return event.body;
}
async function frames(): Promise<DebugProtocol.StackFrame[]> {
  return (await client.stackTraceRequest({ threadId: 1, startFrame: 0, levels: 5 })).body.stackFrames;
}
async function evaluate(expression: string, context = "repl"): Promise<string> {
  return (await client.evaluateRequest({ expression, context })).body.result;
}

describe("an image file in the adapter process", () => {
  test("is looked at: stack, every scope, memory, expressions", async () => {
    const stopped = await launch({ image });
    expect(stopped).toMatchObject({ reason: "entry", description: "Image opened" });
    expect((await client.threadsRequest()).body.threads[0]?.id).toBe(1);
    const [top] = await frames();
    expect(top?.name).toBe("report");
    const { scopes } = (await client.scopesRequest({ frameId: top?.id ?? 0 })).body;
    expect(scopes.map(({ name }) => name)).toEqual(expect.arrayContaining(["Locals", "Memory", "Reference counts"]));
    for (const { variablesReference } of scopes) {
      expect((await client.variablesRequest({ variablesReference })).body.variables.length).toBeGreaterThan(0);
    }
    expect(await evaluate("(length kept)")).toBe("3");
    await expect(client.continueRequest({ threadId: 1 })).rejects.toThrow(/does not run/);
    expect(await evaluate("kept", "watch")).toMatch(/\(1 2 3\)$/);
  });

  test("runs to its end", async () => {
    await launch({ image, mode: "run", stopOnEntry: true });
    expect((await frames())[0]?.name).toBe("report");
    expect(await evaluate("(total (cdr kept))")).toBe("5");
    const output = client.waitForEvent("output");
    const [ended] = await Promise.all([client.waitForEvent("exited"), client.continueRequest({ threadId: 1 })]);
    expect(ended.body.exitCode).toBe(0);
    expect((await output).body.output).toBe("6");
  });

  test("is saved with its edits under a new name, and never over another file unasked", async () => {
    const before = readFileSync(image);
    await launch({ image });
    const copy = join(folder, "copy.sysout");
    const save = async (more: object) => (await client.customRequest("conspect/saveImage", more)).body;
    expect(await save({ path: copy })).toEqual({ saved: true, path: copy, bytes: before.length });
    expect(readFileSync(copy).equals(before)).toBe(true);
    await evaluate("(setq kept (cdr kept))");
    expect(await save({ path: copy, overwriteOpened: true })).toEqual({ saved: false, needs: "overwrite" });
    expect(await save({ path: image, overwrite: true })).toEqual({ saved: false, needs: "overwriteOpened" });
    expect(readFileSync(image).equals(before)).toBe(true);
    expect(await save({ path: copy, overwrite: true })).toMatchObject({ saved: true });
    await expect(save({ path: join(folder, "no", "such", "x.sysout") })).rejects.toThrow(
      /was not saved: .*does not exist/,
    );
    await expect(save({ path: folder, overwrite: true })).rejects.toThrow(/it is a directory/);
    await expect(save({ path: 5 })).rejects.toThrow(/"path": expected a text/);
    await connected.stop();
    connected = await overStandardStreams();
    client = connected.client;
    await client.initializeRequest({ adapterID: "conspect", linesStartAt1: true, columnsStartAt1: true });
    await launch({ image: copy, mode: "run", stopOnEntry: true });
    expect(await evaluate("kept", "watch")).toMatch(/\(2 3\)$/);
  });

  test("a program that runs is saved where it stands, and the file goes on from there", async () => {
    const program = join(folder, "p.cons");
    writeFileSync(program, "(define (f n) (display n))\n(f 1)\n(f 2)\n");
    await client.customRequest("setFunctionBreakpoints", { breakpoints: [{ name: "f" }] });
    const initialized = client.waitForEvent("initialized");
    await client.launchRequest({ program } as DebugProtocol.LaunchRequestArguments);
    await initialized;
    await Promise.all([client.waitForEvent("stopped"), client.configurationDoneRequest()]);
    await Promise.all([client.waitForEvent("stopped"), client.continueRequest({ threadId: 1 })]);
    const path = join(folder, "p.sysout");
    expect((await client.customRequest("conspect/saveImage", { path })).body).toMatchObject({ saved: true });
    await connected.stop();
    connected = await overStandardStreams();
    client = connected.client;
    await client.initializeRequest({ adapterID: "conspect", linesStartAt1: true, columnsStartAt1: true });
    await launch({ image: path, mode: "run", stopOnEntry: true });
    const output = client.waitForEvent("output");
    await Promise.all([client.waitForEvent("exited"), client.continueRequest({ threadId: 1 })]);
    expect((await output).body.output).toBe("2");
  });

  const bytes = () => readFileSync(image);
  const refused: readonly (readonly [string, { image?: string | (() => string); [more: string]: unknown }, RegExp])[] =
    [
      [
        "a missing file",
        { image: join(folder, "nowhere.sysout") },
        /"image": cannot read .*nowhere\.sysout: there is no/,
      ],
      ["a directory", { image: folder }, /it is a directory, expected a file/],
      ["a text", { image: () => write("text.sysout", Buffer.from("(define x 1)\n".repeat(500))) }, /found .*expected/s],
      ["an empty file", { image: () => write("empty.sysout", Buffer.alloc(0)) }, /it is empty: found 0 bytes/],
      [
        "half a page",
        { image: () => write("half.sysout", bytes().subarray(0, 600)) },
        /ends before the interface page/,
      ],
      ["program and image", { image, program: "a.cons" }, /"program" and "image" exclude each other/],
      ["a mode that is none", { image, mode: "walk" }, /"mode": expected "inspect" or "run", found "walk"/],
      ["a mode without image", { program: "a.cons", mode: "run" }, /"mode": expected nothing: it belongs to "image"/],
      ["a truncated image to run", { image: () => write("cut.sysout", cut()), mode: "run" }, /mode "inspect"/],
      ["files that are not there", { image, mode: "run", files: [{ path: "/nowhere/at/all" }] }, /"files": expected/],
    ];
  test.each(refused)("%s is refused with its reason", async (_name, { image: file, ...rest }, message) => {
    const path = typeof file === "function" ? file() : file;
    const attributes = path === undefined ? rest : { image: path, ...rest };
    await expect(client.launchRequest(attributes as DebugProtocol.LaunchRequestArguments)).rejects.toThrow(message);
    // The session is not lost: a good configuration can follow.
    expect((await launch({ image })).reason).toBe("entry");
  });

  test("a truncated image opens with the damage listed", async () => {
    const output: string[] = [];
    client.on("output", ({ body }: DebugProtocol.OutputEvent) => output.push(body.output));
    expect((await launch({ image: write("short.sysout", cut()) })).text).toMatch(/wrong with the file$/);
    expect(output.join("")).toMatch(/found .*, expected /);
    expect((await frames()).length).toBeGreaterThan(0);
  });

  function cut(): Buffer {
    return bytes().subarray(0, bytes().length - 20 * 512);
  }
  function write(name: string, content: Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }
});
