/** The sessions of Conspect: which one a command is about, what menus know of it, and what becomes of a copy of a machine when its original ends. */
import * as vscode from "vscode";
import { DEBUG_TYPE } from "./debug.ts";

const live = new Map<string, vscode.DebugSession>();
/** Sessions that the editor is gone through in search of one. */
const MOST_SESSIONS = 50;
const START_LIMIT_MS = 10_000;

export function registerSessions(): vscode.Disposable[] {
  return [
    vscode.debug.onDidStartDebugSession((session) => {
      if (session.type === DEBUG_TYPE) live.set(session.id, session);
    }),
    vscode.debug.onDidTerminateDebugSession(ended),
    vscode.debug.onDidChangeActiveDebugSession(noteSession),
  ];
}

/**
 * Does something with the active session, or with a certain one. What goes wrong is shown.
 * @param id of the session; left out, the active one is meant
 */
export async function withSession(work: (session: vscode.DebugSession) => Promise<void>, id?: string): Promise<void> {
  const session = id === undefined ? vscode.debug.activeDebugSession : live.get(id);
  if (session?.type !== DEBUG_TYPE) {
    const problem = id === undefined ? "no Conspect session is active; start one first." : "this session has ended.";
    void vscode.window.showErrorMessage(`Conspect: ${problem}`);
    return;
  }
  try {
    await work(session);
  } catch (error) {
    void vscode.window.showErrorMessage(`Conspect: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The next session that a session has the editor start; null when none comes. */
export function nextChildOf(parent: vscode.DebugSession): Promise<vscode.DebugSession | null> {
  return new Promise((resolve) => {
    const give = (session: vscode.DebugSession | null) => {
      listening.dispose();
      clearTimeout(timer);
      resolve(session);
    };
    const listening = vscode.debug.onDidStartDebugSession((session) => {
      if (session.parentSession?.id === parent.id) give(session);
    });
    const timer = setTimeout(() => give(null), START_LIMIT_MS);
  });
}

/** Makes a session the active one. The editor has only a command that goes to the next. */
export async function activate({ id }: vscode.DebugSession): Promise<void> {
  for (let i = 0; i < MOST_SESSIONS && vscode.debug.activeDebugSession?.id !== id; i++) {
    await vscode.commands.executeCommand("workbench.action.debug.nextConsole");
  }
}

/** A session that was started by another is shown below that in the editor, and nowhere any more without it: it ends too. */
function ended({ id }: vscode.DebugSession): void {
  live.delete(id);
  for (const session of live.values()) if (session.parentSession?.id === id) void vscode.debug.stopDebugging(session);
}

/** Lets the menus know what the active session debugs: `conspect.session` is `program`, `inspect` or `run`. */
function noteSession(session: vscode.DebugSession | undefined): void {
  void vscode.commands.executeCommand("setContext", "conspect.session", session === undefined ? null : kindOf(session));
}

function kindOf({ configuration }: vscode.DebugSession): "program" | "inspect" | "run" {
  if (configuration.image === undefined) return "program";
  return configuration.mode === "run" ? "run" : "inspect";
}
