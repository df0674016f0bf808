import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { serve } from "../../../adapter/transport/connection.ts";
import { encodeMessage, MessageReader } from "../../../adapter/transport/framing.ts";
import { type Loose, testEnvironment } from "../../support/protocol/dap-client.ts";
import { ScriptedEngine } from "../../support/protocol/scripted-engine.ts";

/** A program that never stops by itself, and counts how often it was run. */
function endless(): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.continue = () => ({
    run: () => {
      engine.runs++;
      return { kind: "slice" };
    },
  });
  return engine;
}

function connect(engine = new ScriptedEngine()) {
  const input = new PassThrough();
  const output = new PassThrough();
  const received: Loose[] = [];
  const waiting: (() => void)[] = [];
  const reader = new MessageReader({
    message: (value) => {
      received.push(value);
      for (const wake of waiting.splice(0)) wake();
    },
    problem: (text) => {
      throw new Error(text);
    },
  });
  output.on("data", (chunk: Buffer) => reader.push(chunk));
  let closed = 0;
  const end = new Promise<void>((resolve) => {
    serve(input, output, testEnvironment(engine), () => {
      closed++;
      resolve();
    });
  });
  const until = async (matches: (message: Loose) => boolean): Promise<Loose> => {
    for (;;) {
      const found = received.find(matches);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const initialize = { seq: 1, type: "request", command: "initialize", arguments: { adapterID: "x" } };
  const answer = async () => {
    input.write(encodeMessage(initialize));
    return until((message) => message.type === "response" && message.command === "initialize");
  };
  return { input, output, received, until, end, answer, closed: () => closed };
}

describe("connection", () => {
  test("random bytes are reported, and requests after them are answered", async () => {
    const { input, until, answer } = connect();
    input.write(Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7919 + 13) % 251)));
    input.write("\r\n\r\n");
    await until((message) => message.event === "output" && message.body.category === "stderr");
    expect((await answer()).success).toBe(true);
  });

  test("a message of 50 MB is refused without being kept, and requests after it are answered", async () => {
    const { input, until, answer } = connect();
    input.write(`Content-Length: ${50 * 1024 * 1024}\r\n\r\n`);
    for (let i = 0; i < 50; i++) input.write(Buffer.alloc(1024 * 1024, "x"));
    const refused = await until((message) => message.event === "output");
    expect(refused.body.output).toMatch(/a message of 52428800 bytes; at most 16777216 are taken/);
    expect((await answer()).success).toBe(true);
  });

  test("messages that are no requests are passed over", async () => {
    const { input, answer } = connect();
    for (const message of [
      {},
      { type: "request" },
      { type: "event", event: "x" },
      { type: "response", request_seq: 1 },
    ]) {
      input.write(encodeMessage(message));
    }
    expect((await answer()).success).toBe(true);
  });

  test("a message cut off by the end of the input ends the session", async () => {
    const { input, end, closed } = connect();
    input.end("Content-Length: 100\r\n\r\n{");
    await end;
    expect(closed()).toBe(1);
  });

  test("nothing runs on when the client is gone", async () => {
    const engine = endless();
    const { input, end, until, answer } = connect(engine);
    await answer();
    input.write(
      encodeMessage({ seq: 2, type: "request", command: "launch", arguments: { program: "/work/program.cons" } }),
    );
    await until((message) => message.event === "initialized");
    input.write(encodeMessage({ seq: 3, type: "request", command: "configurationDone" }));
    await until((message) => message.event === "conspect/status");
    input.destroy();
    await end;
    const { runs } = engine;
    await nextTurn();
    await nextTurn();
    expect(engine.runs).toBe(runs);
  });

  test("disconnect is answered before the line is closed", async () => {
    const { input, output, end, received, answer } = connect();
    await answer();
    input.write(encodeMessage({ seq: 2, type: "request", command: "disconnect" }));
    await end;
    output.end();
    expect(received.at(-1)).toMatchObject({ type: "response", command: "disconnect", success: true });
  });
});
