/** *Compare Memory Managers*: runs a program under each and shows the comparison; a click on the plot starts a session at that step. */
import { basename } from "node:path";
import * as vscode from "vscode";
import type { Comparison } from "#wire";
import { LANGUAGE_ID, launchConfiguration } from "../debug.ts";
import { type ComparisonFacts, comparePage } from "./compare-page-html.ts";
import { runConspect } from "./conspect-command.ts";

const MOST_OUTPUT_BYTES = 32 << 20;
const RUN_LIMIT_MS = 300_000;
const COMMANDS = { compare: "conspect.compare", travel: "conspect.travel" } as const;

export function registerComparison(context: vscode.ExtensionContext): vscode.Disposable[] {
  const program = context.asAbsolutePath("dist/conspect.cjs");
  const views = new Map<string, CompareView>();
  const compare = async (file?: vscode.Uri | string) => {
    const uri = typeof file === "string" ? vscode.Uri.parse(file) : (file ?? activeProgram());
    if (uri?.scheme !== "file") {
      void vscode.window.showErrorMessage(
        "Conspect: open a Conspect Lisp program (.cons) that is saved as a file first.",
      );
      return;
    }
    await vscode.workspace.textDocuments.find((document) => document.uri.fsPath === uri.fsPath)?.save();
    const key = uri.toString();
    const view = views.get(key) ?? new CompareView(program, uri, () => views.delete(key));
    views.set(key, view);
    view.run();
  };
  return [
    vscode.commands.registerCommand(COMMANDS.compare, compare),
    vscode.commands.registerCommand(COMMANDS.travel, travel),
  ];
}

function activeProgram(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === LANGUAGE_ID ? document.uri : undefined;
}

class CompareView {
  private readonly program: string;
  private readonly uri: vscode.Uri;
  private readonly panel: vscode.WebviewPanel;
  private running = new AbortController();

  constructor(program: string, uri: vscode.Uri, closed: () => void) {
    this.program = program;
    this.uri = uri;
    const title = `Compare ${basename(uri.fsPath)}`;
    this.panel = vscode.window.createWebviewPanel("conspect.compare", title, vscode.ViewColumn.Beside, {
      enableCommandUris: Object.values(COMMANDS),
      localResourceRoots: [],
    });
    this.panel.onDidDispose(() => {
      this.running.abort();
      closed();
    });
  }

  run(): void {
    this.running.abort();
    this.running = new AbortController();
    const { signal } = this.running;
    this.panel.reveal(undefined, true);
    this.show({ kind: "running" });
    const limits = { mostBytes: MOST_OUTPUT_BYTES, milliseconds: RUN_LIMIT_MS, signal };
    void runConspect(this.program, this.uri.fsPath, [["compare"], ["--json"]], limits).then(({ stdout, problem }) => {
      if (!signal.aborted) this.show(factsOf(stdout, problem));
    });
  }

  private show(facts: ComparisonFacts): void {
    const link = (command: string, ...args: unknown[]) =>
      `command:${command}?${encodeURIComponent(JSON.stringify([this.uri.toString(), ...args]))}`;
    this.panel.webview.html = comparePage(basename(this.uri.fsPath), facts, {
      travel: (manager, step) => link(COMMANDS.travel, manager, step),
      again: link(COMMANDS.compare),
    });
  }
}

/** A program that fails under a manager is a comparison like any other; the command says so by its exit code. */
function factsOf(stdout: string, problem: string): ComparisonFacts {
  if (stdout === "") return { kind: "failed", message: problem || "The command printed nothing." };
  try {
    return { kind: "done", comparison: JSON.parse(stdout) as Comparison };
  } catch {
    return { kind: "failed", message: problem || "The answer of the command could not be read." };
  }
}

/** Debugs the program from a step on; the session that another click started ends. */
async function travel(file: string, manager: string, step: number): Promise<void> {
  const uri = vscode.Uri.parse(file);
  const name = `${basename(uri.fsPath)} under ${manager}, step ${step}`;
  const configuration = launchConfiguration(name, uri.fsPath, { manager, stopAtStep: step });
  const active = vscode.debug.activeDebugSession;
  if (active?.configuration.stopAtStep !== undefined) await vscode.debug.stopDebugging(active);
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), configuration);
}
