/** The runs that began when somebody changed the past, as a list to choose from; and when the commands for a collection that is tried are offered. */
import * as vscode from "vscode";
import type { BranchesAnswer, TrialEventBody } from "#wire";
import { DEBUG_TYPE } from "./debug.ts";
import { withSession } from "./sessions.ts";

/** For `when` in package.json. */
const TRIAL_CONTEXT = "conspect.trial";

export function registerBranches(): vscode.Disposable[] {
  const send = (request: string) => () =>
    withSession(async (session) => {
      await session.customRequest(request);
    });
  return [
    vscode.commands.registerCommand("conspect.branches", () => withSession(chooseRun)),
    vscode.commands.registerCommand("conspect.keepCollection", send("conspect/keepTrial")),
    vscode.commands.registerCommand("conspect.discardCollection", send("conspect/discardTrial")),
    ...followTrials(),
  ];
}

/** A collection is tried in some sessions; the commands are for the one that is in front. */
function followTrials(): vscode.Disposable[] {
  const open = new Set<string>();
  const refresh = (): void => {
    const session = vscode.debug.activeDebugSession;
    const isOpen = session !== undefined && open.has(session.id);
    void vscode.commands.executeCommand("setContext", TRIAL_CONTEXT, isOpen);
  };
  return [
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
      if (session.type !== DEBUG_TYPE || event !== "conspect/trial") return;
      if ((body as TrialEventBody).isOpen) open.add(session.id);
      else open.delete(session.id);
      refresh();
    }),
    vscode.debug.onDidTerminateDebugSession((session) => {
      open.delete(session.id);
      refresh();
    }),
    vscode.debug.onDidChangeActiveDebugSession(refresh),
  ];
}

interface RunItem extends vscode.QuickPickItem {
  readonly number: number;
}

async function chooseRun(session: vscode.DebugSession): Promise<void> {
  const { branches }: BranchesAnswer = await session.customRequest("conspect/branches");
  if (branches.length < 2) {
    const text = "Conspect: there is only this run. Change something in the past, and the run that was is kept.";
    void vscode.window.showInformationMessage(text);
    return;
  }
  const title = "Choose a run to go to as far as it has come";
  const chosen = await vscode.window.showQuickPick(branches.map(itemOf), { title, matchOnDescription: true });
  if (chosen !== undefined) await session.customRequest("conspect/goToBranch", { number: chosen.number });
}

function itemOf({ number, isCurrent, name, end, parting, partsFrom }: BranchesAnswer["branches"][number]): RunItem {
  const description = isCurrent ? "the current run" : `parts from run ${partsFrom} at ${parting}`;
  return { label: `${number}  ${name}`, description, detail: `goes to ${end}`, number };
}
