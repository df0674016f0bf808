/**
 * The language server process: binds the service to a client. Arguments: `--stdio` (also the default) or `--node-ipc`.
 * Time lives here and nowhere else in the server: the pause after a change, and the watch over the client's process.
 */
import {
  createConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageReader,
  type MessageWriter,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { features } from "./features/index.ts";
import { endWithClient } from "./lifetime.ts";
import { LanguageService } from "./service.ts";
import { BoundedReader } from "./transport.ts";

/** Diagnostics come this long after the last change, so that they do not flicker while somebody types. */
const DIAGNOSTICS_DELAY_MS = 100;

const service = new LanguageService();
const isIpc = process.argv.includes("--node-ipc");
const [reader, writer] = isIpc ? ipc() : stdio();
const connection = createConnection(reader, writer);
const lifetime = endWithClient(isIpc ? [process] : [process.stdin, process.stdout], () =>
  process.exit(service.isShutDown ? 0 : 1),
);
const pending = new Map<string, NodeJS.Timeout>();

reader.onError((error) => connection.console.warn(error.message));
connection.onInitialize((params) => {
  lifetime.watchProcess(params?.processId);
  return service.initialize(params);
});
connection.onShutdown(() => service.shutdown());
connection.onDidOpenTextDocument((params) => {
  service.open(params);
  publish(params.textDocument.uri, 0);
});
connection.onDidChangeTextDocument((params) => {
  service.change(params);
  publish(params.textDocument.uri, DIAGNOSTICS_DELAY_MS);
});
connection.onDidCloseTextDocument((params) => {
  service.close(params);
  publish(params.textDocument.uri, 0);
});
for (const { method } of features) connection.onRequest(method, (params) => service.answer(method, params));
connection.listen();

/** Computes when the pause is over, from the version that is open then; what an older version would have said is never computed. */
function publish(uri: string, delayMs: number): void {
  clearTimeout(pending.get(uri));
  const timer = setTimeout(() => {
    pending.delete(uri);
    try {
      connection.sendDiagnostics(service.diagnose(uri)).catch(leaveToLifetime);
    } catch (error) {
      // A mistake of ours on one version must not end the session: the next version may be without it.
      connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }, delayMs);
  pending.set(uri, timer);
}

function ipc(): [MessageReader, MessageWriter] {
  return [new IPCMessageReader(process), new IPCMessageWriter(process)];
}

function stdio(): [MessageReader, MessageWriter] {
  process.stdout.on("error", leaveToLifetime);
  return [new BoundedReader(process.stdin), new StreamMessageWriter(process.stdout)];
}

/** A client that cannot be written to is gone; `lifetime.ts` sees that for itself. */
function leaveToLifetime(): void {}
