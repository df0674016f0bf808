/** Rename, with the question beforehand whether there is something to rename. */

import type { Range, WorkspaceEdit } from "vscode-languageserver";
import { type RenameRefusal, rename as renameIn, renamingAt } from "#core";
import type { LineTable } from "../../convert.ts";
import { cannotRename, invalidParams } from "../../errors.ts";
import { type FeatureRequest, offsetOf } from "../feature.ts";

/** @throws {ResponseError} RequestFailed, with what the user is to know */
export function prepareRename(request: FeatureRequest): { range: Range; placeholder: string } {
  const { analysis, lines } = request.snapshot;
  const renaming = renamingAt(analysis, offsetOf(request));
  if ("refused" in renaming) throw refusal(lines, renaming);
  return { range: lines.rangeOf(renaming.at), placeholder: renaming.binding.name };
}

/** @throws {ResponseError} RequestFailed, with what the user is to know */
export function rename(request: FeatureRequest): WorkspaceEdit {
  const { analysis, lines, uri } = request.snapshot;
  const { newName } = request.params;
  if (typeof newName !== "string") throw invalidParams("newName", "a string", newName);
  const renaming = renameIn(analysis, offsetOf(request), newName);
  if ("refused" in renaming) throw refusal(lines, renaming);
  const edits = renaming.places.map((place) => ({ range: lines.rangeOf(place), newText: newName }));
  return { changes: { [uri]: edits } };
}

function refusal(lines: LineTable, refused: RenameRefusal): Error {
  return cannotRename(refused, "offset" in refused ? lines.lineAt(refused.offset) + 1 : 0);
}
