/** The commands of the palette, of the editor title and of the debug toolbar. */

import * as vscode from "vscode";
import type { LaunchConfiguration } from "#wire";
import { LANGUAGE_ID, launchConfiguration } from "./debug.ts";
import { activate, nextChildOf, withSession } from "./sessions.ts";

const FREED_SHOWN_MS = 5000;

export function registerCommands(): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("conspect.runFile", (file?: FileArgument) =>
      launch("Run program", file, {}, { noDebug: true }),
    ),
    vscode.commands.registerCommand("conspect.debugFile", (file?: FileArgument) =>
      launch("Debug program", file, {}, {}),
    ),
    vscode.commands.registerCommand("conspect.measureFile", (file?: FileArgument) =>
      launch("Measure program", file, { measure: true }, { noDebug: true }),
    ),
    vscode.commands.registerCommand("conspect.debugFileOnCollections", (file?: FileArgument) =>
      launch("Stop on collections", file, { stopOnGC: true }, {}),
    ),
    vscode.commands.registerCommand("conspect.collect", () => withSession(collectNow)),
    vscode.commands.registerCommand("conspect.fork", () => withSession(debugCopy)),
    vscode.commands.registerCommand("conspect.tryCollection", () =>
      withSession((session) => ask(session, "conspect/beginTrial")),
    ),
    vscode.commands.registerCommand("conspect.findCulprit", () =>
      withSession((session) => ask(session, "conspect/findCulprit")),
    ),
  ];
}

/** What the editor's own menus hand to a command is a URI; the lenses of the language server name it as text. */
type FileArgument = vscode.Uri | string;

/** @param file the file whose editor title or lens was clicked; from the palette, the active one */
async function launch(
  name: string,
  file: FileArgument | undefined,
  attributes: LaunchConfiguration,
  options: vscode.DebugSessionOptions,
): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const given = typeof file === "string" ? vscode.Uri.parse(file) : file;
  const uri = given ?? (document?.languageId === LANGUAGE_ID ? document.uri : undefined);
  if (uri?.scheme !== "file") {
    void vscode.window.showErrorMessage(
      "Conspect: open a Conspect Lisp program (.cons) that is saved as a file first.",
    );
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  await vscode.debug.startDebugging(folder, launchConfiguration(name, uri.fsPath, attributes), options);
}

/** Evaluates `(gc)`, as one would in the debug console. */
async function collectNow(session: vscode.DebugSession): Promise<void> {
  const { result } = await session.customRequest("evaluate", { expression: "(gc)", context: "repl" });
  vscode.window.setStatusBarMessage(`Conspect: ${result} objects freed`, FREED_SHOWN_MS);
}

/** The adapter has the editor start a session on the copy, which the user wants to see. */
async function debugCopy(session: vscode.DebugSession): Promise<void> {
  const started = nextChildOf(session);
  await session.customRequest("conspect/fork");
  const copy = await started;
  if (copy !== null) await activate(copy);
}

/** The answer is a report in the debug console. */
async function ask(
  session: vscode.DebugSession,
  request: "conspect/beginTrial" | "conspect/findCulprit",
): Promise<void> {
  await session.customRequest(request);
  await vscode.commands.executeCommand("workbench.panel.repl.view.focus");
}
