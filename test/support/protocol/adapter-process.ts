/** The bundled adapter as a child process, and the client of `@vscode/debugadapter-testsupport` connected to it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { DebugClient } from "@vscode/debugadapter-testsupport";

export const ADAPTER = resolve(import.meta.dirname, "../../../dist/adapter.cjs");

export function requireBundle(): void {
  if (!existsSync(ADAPTER)) throw new Error(`${ADAPTER} is missing: run "npm run build" first`);
}

/** Runs the adapter with arguments, standard streams piped. */
export function startAdapter(...args: string[]): ChildProcess {
  return spawn(process.execPath, [ADAPTER, ...args], { stdio: ["pipe", "pipe", "pipe"] });
}

/** Exit code and signal; waits for it. */
export async function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return { code: child.exitCode, signal: child.signalCode };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts the adapter as a TCP server and returns the port that it chose. */
export async function startServer(): Promise<{ child: ChildProcess; port: number }> {
  const child = startAdapter("--port=0");
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const port = /listening on 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error(`the adapter ended and said: ${text}`);
}

export async function connect(port: number): Promise<Socket> {
  const socket = createConnection(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

export interface Connected {
  readonly client: DebugClient;
  /** Ends client and adapter. */
  stop(): Promise<void>;
}

/** A client that is not ours, over standard input and output. */
export async function overStandardStreams(): Promise<Connected> {
  const client = new DebugClient(process.execPath, ADAPTER, "conspect");
  client.defaultTimeout = 30_000;
  await client.start();
  return { client, stop: () => client.stop() };
}

/** The same over TCP. */
export async function overTcp(): Promise<Connected> {
  const { child, port } = await startServer();
  const client = new DebugClient(process.execPath, ADAPTER, "conspect");
  client.defaultTimeout = 30_000;
  await client.start(port);
  const stop = async () => {
    await client.stop();
    child.stdin?.end();
    await exitOf(child);
  };
  return { client, stop };
}

/** All that arrives until the text matches; for tests that speak bytes. */
export async function readUntil(stream: Readable, pattern: RegExp, timeoutMs = 60_000): Promise<string> {
  let text = "";
  return new Promise((done, fail) => {
    const timer = setTimeout(() => finish(() => fail(new Error(`no ${pattern} in ${text.slice(-500)}`))), timeoutMs);
    const onData = (chunk: Buffer) => {
      text += chunk.toString();
      if (pattern.test(text)) finish(() => done(text));
    };
    const onEnd = () => finish(() => fail(new Error(`ended without ${pattern}: ${text.slice(-500)}`)));
    const finish = (then: () => void) => {
      clearTimeout(timer);
      stream.off("data", onData);
      stream.off("end", onEnd);
      then();
    };
    stream.on("data", onData);
    stream.on("end", onEnd);
  });
}
