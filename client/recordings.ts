/** The command that saves what is recorded of a run, to be debugged elsewhere. */
import * as vscode from "vscode";
import type { SaveRecordingAnswer, SaveRecordingArguments } from "#wire";
import { DEBUG_TYPE } from "./debug.ts";

export function registerRecordingCommands(): vscode.Disposable[] {
  return [vscode.commands.registerCommand("conspect.saveRecording", saveRecordingAs)];
}

async function saveRecordingAs(): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) {
    void vscode.window.showErrorMessage("Conspect: no Conspect session is active; start one first.");
    return;
  }
  const { program } = session.configuration;
  const target = await vscode.window.showSaveDialog({
    title: "Save Recording As",
    saveLabel: "Save Recording",
    filters: { "Conspect recordings": ["consrec"] },
    ...(typeof program === "string" && { defaultUri: vscode.Uri.file(`${program}rec`) }),
  });
  if (target === undefined) return;
  // The dialog has asked about a file of that name.
  const wish: SaveRecordingArguments = { path: target.fsPath, overwrite: true };
  try {
    const answer: SaveRecordingAnswer = await session.customRequest("conspect/saveRecording", wish);
    if (answer.saved)
      void vscode.window.showInformationMessage(`Conspect: saved ${answer.path}, ${answer.bytes} bytes.`);
  } catch (error) {
    void vscode.window.showErrorMessage(`Conspect: ${error instanceof Error ? error.message : String(error)}`);
  }
}
