/** The commands of the palette, of the editor title and of the debug toolbar. */

import * as vscode from "vscode";
import type { LaunchConfiguration } from "#wire";
import { DEBUG_TYPE, LANGUAGE_ID, launchConfiguration } from "./debug.ts";

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
    vscode.commands.registerCommand("conspect.collect", collectNow),
    vscode.commands.registerCommand("conspect.fork", () => ask("conspect/fork")),
    vscode.commands.registerCommand("conspect.tryCollection", () => ask("conspect/tryCollection")),
    vscode.commands.registerCommand("conspect.findCulprit", () => ask("conspect/findCulprit")),
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
async function collectNow(): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) {
    void vscode.window.showErrorMessage("Conspect: no Conspect session is active; start one first.");
    return;
  }
  try {
    const { result } = await session.customRequest("evaluate", { expression: "(gc)", context: "repl" });
    vscode.window.setStatusBarMessage(`Conspect: ${result} objects freed`, FREED_SHOWN_MS);
  } catch (error) {
    void vscode.window.showErrorMessage(`Conspect: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Requests whose result is seen elsewhere: a session on a copy of the machine, which the adapter asks the editor to start; a report in the debug console. */
async function ask(request: "conspect/fork" | "conspect/tryCollection" | "conspect/findCulprit"): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) {
    void vscode.window.showErrorMessage("Conspect: no Conspect session is active; start one first.");
    return;
  }
  try {
    await session.customRequest(request);
  } catch (error) {
    void vscode.window.showErrorMessage(`Conspect: ${error instanceof Error ? error.message : String(error)}`);
  }
}
