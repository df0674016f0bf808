/**
 * The language server process: binds the service to a client. Arguments: `--stdio` (also the default) or `--node-ipc`.
 * Time lives here and nowhere else in the server: the pause after a change, and the watch over the client's process.
 */
import {
  createConnection,
  DidChangeWatchedFilesNotification,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageReader,
  type MessageWriter,
  ProgressType,
  StreamMessageWriter,
  WorkDoneProgressCreateRequest,
} from "vscode-languageserver/node";
import { Dispatcher } from "./dispatch.ts";
import { features } from "./features/index.ts";
import { endWithClient } from "./lifetime.ts";
import { LanguageService } from "./service.ts";
import { member } from "./settings.ts";
import { BoundedReader } from "./transport.ts";
import { FolderFiles } from "./workspace/folder-files.ts";

/** Diagnostics come this long after the last change, so that they do not flicker while somebody types. */
const DIAGNOSTICS_DELAY_MS = 100;

/** What the client is asked to watch. */
const WATCHED = "**/*.cons";

const service = new LanguageService(new FolderFiles());
const isIpc = process.argv.includes("--node-ipc");
const [reader, writer] = isIpc ? ipc() : stdio();
const connection = createConnection(reader, writer);
const lifetime = endWithClient(isIpc ? [process] : [process.stdin, process.stdout], () =>
  process.exit(service.isShutDown ? 0 : 1),
);
const dispatcher = new Dispatcher(service, {
  createProgress: (token) => connection.sendRequest(WorkDoneProgressCreateRequest.type, { token }),
  sendProgress: (token, value) => connection.sendProgress(new ProgressType<unknown>(), token, value),
});
const pending = new Map<string, NodeJS.Timeout>();

reader.onError((error) => connection.console.warn(error.message));
connection.onInitialize((params) => {
  lifetime.watchProcess(params?.processId);
  const workspace = params?.capabilities?.workspace;
  connection.onInitialized(async () => {
    if (member(workspace, "workspaceFolders") === true) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        service.setFolders(await connection.workspace.getWorkspaceFolders());
      });
    }
    if (member(member(workspace, "didChangeWatchedFiles"), "dynamicRegistration") === true) await watchFiles();
  });
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
connection.onDidChangeConfiguration((params) => {
  service.configure(params);
  refresh();
});
connection.onNotification("conspect/measured", (params) => {
  service.measured(params);
  refresh();
});
connection.onDidChangeWatchedFiles((params) => service.filesChanged(params));
for (const { method } of features) {
  connection.onRequest(method, (params, token) => dispatcher.dispatch(method, params, token));
}
connection.listen();

/** From then on files are read again only when they change. */
async function watchFiles(): Promise<void> {
  try {
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: WATCHED }] });
    service.watchFiles();
  } catch {
    // The client says no: then files are read each time.
  }
}

/** Has what does not follow from the text alone asked for again. */
function refresh(): void {
  for (const method of service.client?.refreshes ?? []) connection.sendRequest(method).catch(leaveToLifetime);
}

/** Computes when the pause is over, from the version that is open then; what an older version would have said is never computed. */
function publish(uri: string, delayMs: number): void {
  if (service.client?.pullsDiagnostics === true) return;
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
