/** The commands for recordings of a run: save what is recorded, to be debugged elsewhere, and debug what was saved. */
import { basename, extname } from "node:path";
import * as vscode from "vscode";
import type { SaveRecordingAnswer, SaveRecordingArguments } from "#wire";
import { recordingConfiguration } from "./debug.ts";
import { withSession } from "./sessions.ts";

const KIND_OF_FILE = { "Conspect recordings": ["consrec"] };
const DEBUG_IT = "Debug It";

export function registerRecordingCommands(): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("conspect.saveRecording", () => withSession(saveRecordingAs)),
    vscode.commands.registerCommand("conspect.debugRecording", debugRecording),
  ];
}

async function saveRecordingAs(session: vscode.DebugSession): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    title: "Save Recording As",
    saveLabel: "Save Recording",
    filters: KIND_OF_FILE,
    ...suggestion(session),
  });
  if (target === undefined) return;
  // The dialog has asked about a file of that name.
  const leaveImageOut = vscode.workspace.getConfiguration("conspect").get("recording.leaveImageOut", false);
  const wish: SaveRecordingArguments = { path: target.fsPath, overwrite: true, leaveImageOut };
  const answer: SaveRecordingAnswer = await session.customRequest("conspect/saveRecording", wish);
  if (!answer.saved) return;
  const message = `Conspect: saved ${answer.path}, ${answer.bytes} bytes.`;
  // Whoever wants to go on working with the session lets the question stand.
  void vscode.window.showInformationMessage(message, DEBUG_IT).then((choice) => {
    if (choice === DEBUG_IT) void debugRecording(target);
  });
}

/** Beside the program or image, or over the recording that is gone through, which the dialog asks about. */
function suggestion({ configuration, parentSession }: vscode.DebugSession): { defaultUri?: vscode.Uri } {
  // A copy of a machine runs the program of its original.
  const { program, image, recording } = { ...parentSession?.configuration, ...configuration };
  const source: unknown = recording === undefined ? (program ?? image) : undefined;
  if (typeof source === "string") return { defaultUri: vscode.Uri.file(recordingOf(source)) };
  return typeof recording === "string" ? { defaultUri: vscode.Uri.file(recording) } : {};
}

/** @param file the one that was clicked; from the palette and by key it is the one in front, or the user chooses one */
async function debugRecording(file: vscode.Uri | undefined): Promise<void> {
  const dialog = { title: "Debug Recording", openLabel: "Debug", filters: KIND_OF_FILE };
  const uri = file ?? recordingInFront() ?? (await vscode.window.showOpenDialog(dialog))?.[0];
  if (uri === undefined) return;
  if (uri.scheme !== "file") {
    void vscode.window.showErrorMessage("Conspect: only a recording (.consrec) that is a file can be debugged.");
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  await vscode.debug.startDebugging(folder, recordingConfiguration(basename(uri.fsPath), uri.fsPath));
}

/** Beside the file that ran. */
function recordingOf(path: string): string {
  return `${path.replace(/\.\w+$/, "")}.consrec`;
}

function recordingInFront(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
  return uri !== undefined && extname(uri.path) === ".consrec" ? uri : undefined;
}
