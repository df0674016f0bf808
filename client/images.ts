/** The commands for image files: look at one, run it, save the one that is looked at under a new name, take an edit back. */
import { basename, dirname, extname, join } from "node:path";
import * as vscode from "vscode";
import type { LaunchConfiguration, SaveImageAnswer, SaveImageArguments } from "#wire";
import { activeImage, imageConfiguration } from "./debug.ts";
import { withSession } from "./sessions.ts";

const EDIT_SHOWN_MS = 5000;

export function registerImageCommands(): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("conspect.inspectImage", (file?: vscode.Uri | string) =>
      launch("Inspect image", file, { mode: "inspect" }),
    ),
    vscode.commands.registerCommand("conspect.runImage", (file?: vscode.Uri | string) =>
      launch("Run image", file, { mode: "run", stopOnEntry: true }),
    ),
    vscode.commands.registerCommand("conspect.saveImage", () => withSession(saveImageAs)),
    vscode.commands.registerCommand("conspect.undoEdit", () => withSession(undoEdit)),
  ];
}

/** @param file the file that was clicked, as text when a link of a page names it; from the palette, the active one */
async function launch(
  name: string,
  file: vscode.Uri | string | undefined,
  attributes: LaunchConfiguration,
): Promise<void> {
  const uri = typeof file === "string" ? vscode.Uri.parse(file) : (file ?? activeImage());
  if (uri?.scheme !== "file") {
    void vscode.window.showErrorMessage("Conspect: open an image file (.sysout, .virtualmem) of this computer first.");
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  await vscode.debug.startDebugging(folder, imageConfiguration(name, uri.fsPath, attributes));
}

async function saveImageAs(session: vscode.DebugSession): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    title: "Save Image As",
    saveLabel: "Save Image",
    filters: { "Lisp images": ["sysout", "virtualmem"] },
    ...suggestion(session),
  });
  if (target === undefined) return;
  let wish: SaveImageArguments = { path: target.fsPath, overwrite: false, overwriteOpened: false };
  let answer = await ask(session, wish);
  while (!answer.saved) {
    const isOpened = answer.needs === "overwriteOpened";
    const question = isOpened
      ? `${target.fsPath} is the image that this session has open. Replace it?`
      : `${target.fsPath} exists. Replace it?`;
    const choice = await vscode.window.showWarningMessage(question, { modal: true }, "Replace");
    if (choice === undefined) return;
    wish = isOpened ? { ...wish, overwrite: true, overwriteOpened: true } : { ...wish, overwrite: true };
    answer = await ask(session, wish);
  }
  void vscode.window.showInformationMessage(`Conspect: saved ${answer.path}, ${answer.bytes} bytes.`);
}

function ask(session: vscode.DebugSession, wish: SaveImageArguments): Thenable<SaveImageAnswer> {
  return session.customRequest("conspect/saveImage", wish);
}

/** Beside the image that is open, under a name that is not its own. */
function suggestion({ configuration }: vscode.DebugSession): { defaultUri?: vscode.Uri } {
  const { image } = configuration;
  if (typeof image !== "string") return {};
  const extension = extname(image);
  const name = `${basename(image, extension)}-edited${extension || ".sysout"}`;
  return { defaultUri: vscode.Uri.file(join(dirname(image), name)) };
}

async function undoEdit(session: vscode.DebugSession): Promise<void> {
  const { what } = await session.customRequest("conspect/undoEdit");
  vscode.window.setStatusBarMessage(`Conspect: taken back: ${what}`, EDIT_SHOWN_MS);
}
