/** Questions about the past from the menu of a variable or from the palette: a list of moments, and the way to the one that is chosen. */
import * as vscode from "vscode";
import type { HistoryAnswer, HistoryArguments, HistoryEvent } from "#wire";
import { DEBUG_TYPE } from "./debug.ts";

/** Commands, and the requests that they send. */
const QUESTIONS = ["whoWrote", "whoCounted", "whoAllocated", "whoFreed", "biography"] as const;
type Question = (typeof QUESTIONS)[number];

/** What the editor hands to a command in the menu of a variable. */
interface VariableMenu {
  readonly container: { readonly variablesReference?: number };
  readonly variable: { readonly name: string; readonly evaluateName?: string };
}

export function registerHistoryCommands(): vscode.Disposable[] {
  return QUESTIONS.map((question) =>
    vscode.commands.registerCommand(`conspect.${question}`, (menu?: VariableMenu) => ask(question, menu)),
  );
}

async function ask(question: Question, menu: VariableMenu | undefined): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) {
    void vscode.window.showErrorMessage("Conspect: no Conspect session is active; start one first.");
    return;
  }
  const what = menu === undefined ? await typed() : variableOf(menu);
  if (what === null) return;
  try {
    const answer: HistoryAnswer = await session.customRequest(`conspect/${question}`, what);
    const moment = await chosen(what.name ?? "", answer);
    if (moment !== null) await session.customRequest("conspect/goTo", { moment });
  } catch (error) {
    void vscode.window.showErrorMessage(`Conspect: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function variableOf({ container, variable }: VariableMenu): HistoryArguments {
  if (container.variablesReference !== undefined) {
    return { name: variable.name, variablesReference: container.variablesReference };
  }
  return { name: variable.evaluateName ?? variable.name };
}

/** Null when the user has changed their mind. */
async function typed(): Promise<HistoryArguments | null> {
  const prompt = "An expression, or an address such as 57,12340 or 0x2F14E0";
  const name = await vscode.window.showInputBox({ prompt });
  if (name === undefined || name === "") return null;
  const item = vscode.debug.activeStackItem;
  const frameId = item instanceof vscode.DebugStackFrame ? item.frameId : undefined;
  return { name, ...(frameId !== undefined && { frameId }) };
}

interface MomentItem extends vscode.QuickPickItem {
  readonly moment: string;
}

/** The moment that the user wants to go to, latest first in the list; null for none. */
async function chosen(name: string, { events, isComplete, beginning }: HistoryAnswer): Promise<string | null> {
  if (events.length === 0) {
    void vscode.window.showInformationMessage(
      `Conspect: nothing of ${name} since the recording began, at ${beginning}`,
    );
    return null;
  }
  const items = [...events].reverse().map(itemOf);
  const earlier = isComplete ? "" : `; earlier ones are not shown, the recording began at ${beginning}`;
  const title = `${name}: choose a moment to go there${earlier}`;
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.moment ?? null;
}

function itemOf({ what, where, moment }: HistoryEvent): MomentItem {
  return { label: what, description: where, detail: moment, moment };
}
