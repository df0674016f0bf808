/** The list of moments that a question about the past is answered with. */
import * as vscode from "vscode";
import type { HistoryAnswer, HistoryEvent } from "#wire";

interface MomentItem extends vscode.QuickPickItem {
  readonly choice: HistoryEvent | "earlier";
}

/**
 * What the user wants to go to, from a list with the latest on top; null for nothing.
 * @param hasMore asking for more will tell of earlier events
 */
export async function chosenMoment(
  question: string,
  { events, isComplete, beginning }: HistoryAnswer,
  hasMore: boolean,
): Promise<HistoryEvent | "earlier" | null> {
  const items = [...events].reverse().map(itemOf);
  if (hasMore && !isComplete) items.push({ label: "$(history) Earlier…", choice: "earlier" });
  const placeHolder =
    isComplete || hasMore
      ? "Choose a moment to go there"
      : `Choose a moment to go there. The recording began at ${beginning}: nothing earlier is known`;
  const options = { title: question, placeHolder, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.choice ?? null;
}

function itemOf(event: HistoryEvent): MomentItem {
  return { label: event.what, detail: `${event.where} · ${event.moment}`, choice: event };
}
