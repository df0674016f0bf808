/** The adapter process against clients that break the rules, or go away. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { encodeMessage } from "../../adapter/transport/framing.ts";
import {
  ADAPTER,
  connect,
  exitOf,
  isAlive,
  readUntil,
  requireBundle,
  startAdapter,
  startServer,
} from "../support/protocol/adapter-process.ts";

const INITIALIZE = encodeMessage({ seq: 1, type: "request", command: "initialize", arguments: { adapterID: "x" } });
const ANSWERED = /"supportsConfigurationDoneRequest":true/;
const folder = mkdtempSync(join(tmpdir(), "conspect-dap-"));
const endless = join(folder, "endless.cons");
writeFileSync(endless, "(define (spin) (while #t 1))\n(spin)\n");

/** A pipe of a child process that was started with pipes. */
function out(pipe: Readable | null): Readable {
  if (pipe === null) throw new Error("the process has no pipe");
  return pipe;
}

const started: ChildProcess[] = [];
function adapter(...args: string[]): ChildProcess {
  const child = startAdapter(...args);
  started.push(child);
  return child;
}
/** Initializes, launches the endless program and starts it. */
async function run(input: NodeJS.WritableStream, output: Readable): Promise<void> {
  input.write(INITIALIZE);
  input.write(encodeMessage({ seq: 2, type: "request", command: "launch", arguments: { program: endless } }));
  await readUntil(output, /"event":"initialized"/);
  input.write(encodeMessage({ seq: 3, type: "request", command: "configurationDone" }));
  await readUntil(output, /conspect\/status/);
}

beforeAll(requireBundle);
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

describe("bad input to the adapter process", () => {
  test("1 000 random bytes are passed over", async () => {
    const child = adapter();
    child.stdin?.write(randomBytes(1000));
    child.stdin?.write("\r\n\r\n");
    child.stdin?.write(INITIALIZE);
    await readUntil(out(child.stdout), ANSWERED);
  });

  test("a message of 50 MB is refused, and what comes after it is served", async () => {
    const child = adapter();
    const data = "x".repeat(50 * 1024 * 1024);
    child.stdin?.write(encodeMessage({ seq: 1, type: "request", command: "writeMemory", arguments: { data } }));
    child.stdin?.write(INITIALIZE);
    const text = await readUntil(out(child.stdout), ANSWERED);
    expect(text).toMatch(/at most 16777216 are taken/);
  });

  test("a truncated message ends with the input, without a crash", async () => {
    const child = adapter();
    child.stdin?.write(INITIALIZE);
    child.stdin?.end('Content-Length: 200\r\n\r\n{ "seq": ');
    expect(await exitOf(child)).toEqual({ code: 0, signal: null });
  });

  test("the process ends when its client closes the pipe, even while a program runs without end", async () => {
    const child = adapter();
    if (child.stdin === null || child.stdout === null) throw new Error("no pipes");
    await run(child.stdin, child.stdout);
    const start = performance.now();
    child.stdin.end();
    expect(await exitOf(child)).toEqual({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("the process ends when its client is killed", async () => {
    // A shell in the place of a client: it starts the adapter and is killed, which closes both pipes.
    const script = `
      const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, [process.argv[1]], { stdio: ["pipe", "pipe", "inherit"] });
      process.stdout.write(child.pid + "\\n");
      process.stdin.pipe(child.stdin);
      child.stdout.pipe(process.stdout);
    `;
    const client = spawn(process.execPath, ["-e", script, ADAPTER], { stdio: ["pipe", "pipe", "inherit"] });
    started.push(client);
    const pid = Number.parseInt(await readUntil(client.stdout, /\d+\n/), 10);
    await run(client.stdin, client.stdout);
    client.kill("SIGKILL");
    await exitOf(client);
    for (let i = 0; i < 100 && isAlive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAlive(pid)).toBe(false);
  });

  test("a TCP server survives a client that goes away, and serves the next", async () => {
    const { child, port } = await startServer();
    started.push(child);
    const first = await connect(port);
    await run(first, first);
    first.destroy();
    const second = await connect(port);
    second.write("garbage\r\n\r\n");
    second.write(INITIALIZE);
    await readUntil(second, ANSWERED);
    second.end();
    child.stdin?.end();
    expect(await exitOf(child)).toEqual({ code: 0, signal: null });
  });

  test.each([["--port"], ["--port=99999"], ["--port=x"], ["--help"]])(
    "%s says how it is used, with status 2",
    async (argument) => {
      const child = adapter(argument);
      const text = readUntil(out(child.stderr), /usage: .*--port N/);
      expect(await exitOf(child)).toEqual({ code: 2, signal: null });
      await text;
    },
  );
});
