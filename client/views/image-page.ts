/** The editor of image files: a page that says what the image is, with the ways into it. What it says comes from the command `conspect`. */
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { IMAGE_EDITOR } from "../debug.ts";
import { runConspect } from "./conspect-command.ts";
import { type ImageFacts, imagePage } from "./image-page-html.ts";

/** A summary is a screen of text; a broken one is cut off here. */
const MOST_OUTPUT_BYTES = 1 << 20;
const READ_LIMIT_MS = 60_000;
/** While an image is being written, its file changes many times. */
const SETTLE_MS = 300;

export function registerImageEditor(context: vscode.ExtensionContext): vscode.Disposable {
  const program = context.asAbsolutePath("dist/conspect.cjs");
  return vscode.window.registerCustomEditorProvider(IMAGE_EDITOR, {
    openCustomDocument: (uri) => ({ uri, dispose() {} }),
    resolveCustomEditor: ({ uri }, panel) => showImage(program, uri, panel),
  });
}

function showImage(program: string, uri: vscode.Uri, panel: vscode.WebviewPanel): void {
  const { webview } = panel;
  webview.options = { enableCommandUris: ["conspect.inspectImage", "conspect.runImage"], localResourceRoots: [] };
  const link = (command: string) => `command:${command}?${encodeURIComponent(JSON.stringify([uri.toString()]))}`;
  const links = { inspect: link("conspect.inspectImage"), run: link("conspect.runImage") };
  let isGone = false;
  const show = (facts: ImageFacts) => {
    if (!isGone) webview.html = imagePage(basename(uri.path), facts, links);
  };
  const read = async () => show(await summaryOf(program, uri));
  const watching = onFileChanged(uri, () => void read());
  panel.onDidDispose(() => {
    isGone = true;
    watching.dispose();
  });
  show({ kind: "reading" });
  void read();
}

/** Asks the command `conspect`, run by the editor's own Node. */
async function summaryOf(program: string, uri: vscode.Uri): Promise<ImageFacts> {
  if (uri.scheme !== "file") {
    return { kind: "failed", message: "Only images that are files of this computer can be read." };
  }
  const limits = { mostBytes: MOST_OUTPUT_BYTES, milliseconds: READ_LIMIT_MS };
  const { stdout, problem } = await runConspect(program, uri.fsPath, [["inspect"], []], limits);
  if (stdout === "") return { kind: "failed", message: problem || "The image has no summary." };
  return { kind: "summary", text: stdout.replace(`./${basename(uri.fsPath)}`, basename(uri.fsPath)) };
}

/** Calls once after a series of changes. */
function onFileChanged({ fsPath }: vscode.Uri, changed: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.file(dirname(fsPath)), basename(fsPath)),
  );
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  };
  const stop = new vscode.Disposable(() => clearTimeout(timer));
  return vscode.Disposable.from(watcher, watcher.onDidChange(later), watcher.onDidCreate(later), stop);
}
