/** The bundled adapter as a child process on standard streams, and a client that speaks bytes with it: nothing of the adapter's code runs in the test. */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { expect } from "vitest";
import { rowsNamed } from "../../conformance/dap/report/rows.ts";
import { exitOf, requireBundle, startAdapter } from "./adapter-process.ts";
import { Conversation, type Loose, type Message } from "./dap-conversation.ts";

export class BlackBox extends Conversation {
  readonly child: ChildProcess;
  /** For files of the test; goes away with the session. */
  readonly folder = mkdtempSync(join(tmpdir(), "conspect-dap-"));
  private input = Buffer.alloc(0);

  constructor() {
    super();
    requireBundle();
    this.child = startAdapter();
    this.child.stdout?.on("data", (chunk: Buffer) => this.arrive(chunk));
    this.child.on("exit", (code, signal) => this.cut(new Error(`the adapter ended with ${code ?? signal}`)));
    // What is written after its end is lost, which `cut` has said already.
    this.child.stdin?.on("error", () => {});
  }

  protected override post(message: DebugProtocol.ProtocolMessage): void {
    const body = Buffer.from(JSON.stringify(message));
    this.child.stdin?.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  private arrive(chunk: Buffer): void {
    this.input = Buffer.concat([this.input, chunk]);
    for (;;) {
      const end = this.input.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.input.toString("latin1", 0, end))?.[1]);
      if (this.input.length < end + 4 + length) return;
      const message = JSON.parse(this.input.toString("utf8", end + 4, end + 4 + length));
      this.input = this.input.subarray(end + 4 + length);
      this.take(message as Message);
    }
  }

  /** The answer promises every capability that the title of the test names. */
  override async initialize(more: object = {}): Promise<Loose> {
    const promised = await super.initialize(more);
    const title = expect.getState().currentTestName ?? "";
    for (const { kind, name } of rowsNamed(title)) if (kind === "capability") expect(promised[name], name).toBeTruthy();
    return promised;
  }

  /** Writes a file for the session; its path. */
  file(name: string, text: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }
  /** Launches a program text, through all requests up to its start; the path of its file. */
  async start(text: string, more: object = {}, configure: (path: string) => Promise<unknown> = async () => {}) {
    const path = this.file("program.cons", text);
    await this.launch({ program: path, ...more }, () => configure(path));
    return path;
  }
  /** The same, with a breakpoint on each line (counted from 1); returns when the first one stops. */
  async stopOn(lines: readonly number[], text: string, more: object = {}): Promise<Loose> {
    await this.start(text, more, (path) =>
      this.request("setBreakpoints", { source: { path }, breakpoints: lines.map((line) => ({ line })) }),
    );
    return this.event("stopped");
  }
  /** The innermost frame. */
  async topFrame(): Promise<Loose> {
    return (await this.request("stackTrace", { threadId: 1, startFrame: 0, levels: 1 })).stackFrames[0];
  }
  /** The variables of a scope of the innermost frame. */
  async scope(name: string): Promise<Loose[]> {
    const { scopes } = await this.request("scopes", { frameId: (await this.topFrame()).id });
    const found = scopes.find((scope: Loose) => scope.name === name);
    if (found === undefined) throw new Error(`no scope ${name} among ${scopes.map((scope: Loose) => scope.name)}`);
    return (await this.request("variables", { variablesReference: found.variablesReference })).variables;
  }

  /** Ends the session and the adapter, whatever state they are in. */
  async close(): Promise<void> {
    this.child.stdin?.end();
    this.child.kill();
    await exitOf(this.child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs a session and ends it. */
export async function withAdapter(run: (dap: BlackBox) => Promise<void>): Promise<void> {
  const dap = new BlackBox();
  try {
    await run(dap);
  } finally {
    await dap.close();
  }
}
