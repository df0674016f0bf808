import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { LspProcess, serverFile } from "../support/protocol/lsp-process.ts";

const uri = "file:///program.cons";
let running: LspProcess[] = [];
function start(args?: readonly string[]): LspProcess {
  const server = new LspProcess(args);
  running.push(server);
  return server;
}
afterEach(() => {
  for (const server of running) server.stop();
  running = [];
});

describe("the language server as a process", () => {
  test("ends with code 0 after shutdown and exit", async () => {
    const server = start();
    await server.initialize();
    await server.connection.sendRequest("shutdown");
    await server.connection.sendNotification("exit");
    expect((await server.exit()).code).toBe(0);
  });

  test("speaks over stdio without arguments, too", async () => {
    const server = start([]);
    expect((await server.initialize()).capabilities.positionEncoding).toBe("utf-16");
  });
});

describe("a session", () => {
  const text = "; Adds one.\n(define (inc n) (+ n 1))\n(display (inc 2)\n";
  const textDocument = { uri };
  const position = { line: 2, character: 11 };

  test("answers what was announced, and diagnostics follow the text", async () => {
    const server = start();
    const ask = (method: string, params: object) => server.connection.sendRequest(`textDocument/${method}`, params);
    const { capabilities } = await server.initialize();
    expect(capabilities).toMatchObject({ renameProvider: { prepareProvider: true }, inlayHintProvider: true });
    await server.open(uri, text);
    expect(await server.diagnostics()).toMatchObject({ uri, version: 1, diagnostics: [{ code: "unclosed-list" }] });
    const change = { range: { start: { line: 2, character: 16 }, end: { line: 2, character: 16 } }, text: ")" };
    await server.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: 2 },
      contentChanges: [change],
    });
    expect(await server.diagnostics()).toMatchObject({ uri, version: 2, diagnostics: [] });
    expect(await ask("hover", { textDocument, position })).toMatchObject({
      contents: { value: expect.stringContaining("Adds one.") },
    });
    expect(await ask("definition", { textDocument, position })).toMatchObject({ range: { start: { line: 1 } } });
    expect(await ask("references", { textDocument, position, context: { includeDeclaration: true } })).toHaveLength(2);
    expect(await ask("completion", { textDocument, position })).toContainEqual(
      expect.objectContaining({ label: "inc", detail: "(inc n)" }),
    );
    expect(await ask("documentSymbol", { textDocument })).toMatchObject([{ name: "inc" }]);
    expect(await ask("foldingRange", { textDocument })).toEqual([]);
    expect(await ask("semanticTokens/full", { textDocument })).toMatchObject({
      data: expect.arrayContaining([expect.any(Number)]),
    });
    await server.connection.sendNotification("textDocument/didClose", { textDocument });
    expect(await server.diagnostics()).toEqual({ uri, diagnostics: [] });
    await server.connection.sendRequest("shutdown");
    await expect(ask("hover", { textDocument, position })).rejects.toThrow(/shut down/);
  });

  test("computes diagnostics once for changes that follow each other quickly", async () => {
    const server = start();
    await server.initialize();
    await server.open(uri, "1");
    expect(await server.diagnostics()).toMatchObject({ version: 1 });
    for (let version = 2; version <= 30; version += 1) {
      await server.connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ text: ")".repeat(version) }],
      });
    }
    expect(await server.diagnostics()).toMatchObject({ version: 30 });
  });
});

describe("when the client is gone", () => {
  test("the server ends within a second after its input ends", async () => {
    const server = start();
    await server.initialize();
    server.child.stdin?.end();
    const { code, milliseconds } = await server.exit();
    expect(code).toBe(1);
    expect(milliseconds).toBeLessThan(1000);
  });

  test("the server ends before initialize as well", async () => {
    const server = start();
    server.child.stdin?.end();
    expect((await server.exit()).code).toBe(1);
  });

  test("the server ends within a second after the process that initialize names, though the pipe stays open", async () => {
    const client = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    const server = start();
    await server.initialize(client.pid);
    client.kill("SIGKILL");
    await once(client, "exit");
    expect((await server.exit()).milliseconds).toBeLessThan(1000);
  });

  test("the server ends within a second after its parent was killed, over stdio and over node IPC", async () => {
    for (const [channel, stdio] of [
      ["--stdio", '["pipe", "pipe", "ignore"]'],
      ["--node-ipc", '["ignore", "ignore", "ignore", "ipc"]'],
    ]) {
      const script = `const child = require("node:child_process").spawn(process.execPath,
        [${JSON.stringify(serverFile)}, "${channel}"], { stdio: ${stdio} });
        process.stdout.write(String(child.pid)); setTimeout(() => {}, 60000);`;
      const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
      const [id] = (await once(parent.stdout, "data")) as [Buffer];
      expect(isRunning(Number(id))).toBe(true);
      parent.kill("SIGKILL");
      await once(parent, "exit");
      const until = performance.now() + 1000;
      while (isRunning(Number(id)) && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect(isRunning(Number(id)), channel).toBe(false);
    }
  });
});

describe("malformed input", () => {
  test("random bytes do not end the session", async () => {
    const server = start();
    server.write(randomBytes(1000));
    expect((await server.initialize()).capabilities).toBeDefined();
  });

  test("a truncated message does not end the session", async () => {
    const server = start();
    await server.initialize();
    server.write('Content-Length: 60\r\n\r\n{"jsonrpc":"2.0"');
    await server.open(uri, "1");
    await server.open(uri, "1");
    expect(await server.diagnostics()).toMatchObject({ uri });
  });

  test("a message over the limit is skipped, and the client is told", async () => {
    const server = start();
    await server.initialize();
    const chunk = Buffer.alloc(1 << 20, 0x20);
    server.write(`Content-Length: ${70 << 20}\r\n\r\n`);
    for (let i = 0; i < 70; i += 1) server.write(chunk);
    await server.open(uri, "1");
    expect(await server.diagnostics()).toMatchObject({ uri });
    expect(server.log.join()).toMatch(/skipped a message of 73400320 bytes/);
  });

  test("a document of 50 MB is answered with one diagnostic", async () => {
    const server = start();
    await server.initialize();
    await server.open(uri, "(a)".repeat(17_000_000));
    expect((await server.diagnostics()).diagnostics).toMatchObject([{ code: "text-too-long" }]);
  });

  test("notifications and requests of the wrong shape are refused and the session goes on", async () => {
    const server = start();
    await server.initialize();
    for (const method of ["didOpen", "didChange", "didClose"]) {
      for (const params of [undefined, {}, { textDocument: 5 }, { textDocument: { uri: 7, version: "x" } }]) {
        await server.connection.sendNotification(`textDocument/${method}`, params);
      }
    }
    await expect(server.connection.sendRequest("no/such/method")).rejects.toThrow(/Unhandled method/);
    await server.open(uri, "1");
    expect(await server.diagnostics()).toMatchObject({ uri, version: 1 });
  });
});

/** A process that has ended and was not waited for yet does not run. */
function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch {
    return false;
  }
  return !isZombie(id);
}

function isZombie(id: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${id}/stat`, "utf8"));
  } catch {
    return false;
  }
}
