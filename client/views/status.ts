/** The status bar item: collections and heap of the active session, as its adapter reports them with `conspect/status`. */

import * as vscode from "vscode";
import type { StatusEventBody } from "#wire";
import { DEBUG_TYPE } from "../debug.ts";
import { heapText, spokenText, statusText } from "./status-text.ts";

export function registerStatusItem(): vscode.Disposable[] {
  const item = vscode.window.createStatusBarItem("conspect.status", vscode.StatusBarAlignment.Left, 50);
  item.name = "Conspect: collections and heap";
  item.command = "workbench.view.debug";
  const latest = new Map<string, StatusEventBody>();

  const refresh = (): void => {
    const session = vscode.debug.activeDebugSession;
    const status = session === undefined ? undefined : latest.get(session.id);
    if (status === undefined) {
      item.hide();
      return;
    }
    item.text = statusText(status);
    item.tooltip = tooltip(status);
    // Else a screen reader reads the source text of the tooltip.
    item.accessibilityInformation = { label: spokenText(status) };
    item.show();
  };
  return [
    item,
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
      if (session.type !== DEBUG_TYPE || event !== "conspect/status") return;
      latest.set(session.id, body as StatusEventBody);
      refresh();
    }),
    vscode.debug.onDidTerminateDebugSession((session) => {
      latest.delete(session.id);
      refresh();
    }),
    vscode.debug.onDidChangeActiveDebugSession(refresh),
  ];
}

function tooltip(status: StatusEventBody): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = { enabledCommands: ["conspect.collect"] };
  text.appendMarkdown(`**Conspect**: ${status.isRunning ? "running" : "stopped"}\n\n`);
  text.appendMarkdown(
    `| | |\n|:--|--:|\n| Memory manager | ${status.manager} |\n| Collections | ${status.collections} |\n`,
  );
  text.appendMarkdown(`| Used | ${heapText(status.usedBytes)} |\n| Free | ${heapText(status.freeBytes)} |\n\n`);
  text.appendMarkdown("[$(trash) Collect garbage now](command:conspect.collect)");
  return text;
}
