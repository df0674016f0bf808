/** Starts the bundled language server as a process and speaks LSP with it through the protocol library. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  createProtocolConnection,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { LANGUAGE_SERVER_ENGINE } from "#wire";

export const serverFile = join(import.meta.dirname, "../../../dist/server.cjs");

/** Capabilities of a client that can take everything. */
export const fullCapabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
    hover: { contentFormat: ["markdown"] },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

export class LspProcess {
  readonly child: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly log: string[] = [];
  readonly #published: PublishDiagnosticsParams[] = [];
  #wake: () => void = () => {};

  constructor(args: readonly string[] = ["--stdio"]) {
    this.child = spawn(process.execPath, [...LANGUAGE_SERVER_ENGINE, serverFile, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const { stdin, stdout } = this.child;
    if (stdin === null || stdout === null) throw new Error("the server was started without pipes");
    stdin.on("error", () => {});
    this.connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.connection.onNotification("window/logMessage", (params: { message: string }) => {
      this.log.push(params.message);
    });
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.#published.push(params);
      this.#wake();
    });
    this.connection.listen();
  }

  /** Bytes as they are, past the protocol library. */
  write(bytes: string | Uint8Array): void {
    this.child.stdin?.write(bytes);
  }

  async initialize(processId: number | null = process.pid, capabilities: object = fullCapabilities) {
    const result = await this.connection.sendRequest("initialize", { processId, rootUri: null, capabilities });
    await this.connection.sendNotification("initialized", {});
    return result as { capabilities: Record<string, unknown> };
  }

  async open(uri: string, text: string, version = 1): Promise<void> {
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "conspect", version, text },
    });
  }

  /** The next diagnostics that the server publishes, in the order in which they come. */
  async diagnostics(): Promise<PublishDiagnosticsParams> {
    for (;;) {
      const next = this.#published.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Exit code, and how long it took from now. */
  async exit(): Promise<{ code: number | null; milliseconds: number }> {
    const start = performance.now();
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return { code: this.child.exitCode, milliseconds: performance.now() - start };
  }

  stop(): void {
    this.connection.dispose();
    this.child.kill("SIGKILL");
  }
}
