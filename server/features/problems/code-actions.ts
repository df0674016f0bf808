/** Code actions: what can be done about the diagnostics of a range, and what can be put around a selected form. */

import { type CodeAction, CodeActionKind } from "vscode-languageserver";
import { type Fix, fixesFor, wrappings } from "#core";
import type { Snapshot } from "../../documents.ts";
import { member } from "../../settings.ts";
import { type FeatureRequest, rangeOf } from "../feature.ts";
import { inProtocol, problemsOf } from "./diagnostics.ts";

export const ACTION_KINDS = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite];

/** More diagnostics than these in a range are not for fixing one by one. */
const MAX_PROBLEMS = 50;

export function codeActions(request: FeatureRequest): CodeAction[] {
  const { snapshot, params } = request;
  if (snapshot.isTooLong) return [];
  const range = rangeOf(request);
  const only = member(params.context, "only");
  const isWanted = (kind: string) =>
    !Array.isArray(only) || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  const problems = snapshot.once(problemsOf).filter(({ start, end }) => start <= range.end && range.start <= end);
  const fixes = problems.slice(0, MAX_PROBLEMS).flatMap((problem) => {
    return fixesFor(snapshot.analysis, problem).map((fix) => ({
      ...action(snapshot, fix, CodeActionKind.QuickFix),
      diagnostics: [inProtocol(snapshot, problem)],
    }));
  });
  const wraps = wrappings(snapshot.analysis, range).map((fix) => action(snapshot, fix, CodeActionKind.RefactorRewrite));
  return [...fixes, ...wraps].filter(({ kind }) => isWanted(kind));
}

function action({ uri, lines }: Snapshot, fix: Fix, kind: string): CodeAction & { kind: string } {
  const edits = fix.changes.map((change) => ({ range: lines.rangeOf(change), newText: change.newText }));
  return {
    title: fix.title,
    kind,
    ...(fix.isPreferred ? { isPreferred: true } : {}),
    edit: { changes: { [uri]: edits } },
  };
}
