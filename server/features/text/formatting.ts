/** Formatting: of a whole file, of the lines of a range, and of the line that Enter begins. White space only. */

import type { TextEdit } from "vscode-languageserver";
import { format, indentationAt } from "#core";
import { toPosition } from "../../convert.ts";
import type { Snapshot } from "../../documents.ts";
import { type FeatureRequest, offsetOf, rangeOf } from "../feature.ts";

/** The characters that are formatted when they are typed. */
export const ON_TYPE = "\n";

export function formatting({ snapshot, params }: FeatureRequest): TextEdit[] {
  return edits(snapshot, { start: 0, end: snapshot.text.length }, params.options);
}

/** @throws {ResponseError} InvalidParams */
export function rangeFormatting(request: FeatureRequest): TextEdit[] {
  const { snapshot, params } = request;
  const range = rangeOf(request);
  const { lines } = snapshot;
  const start = lines.startOf(lines.lineAt(range.start));
  return edits(snapshot, { start, end: lines.endOf(lines.lineAt(range.end)) }, params.options);
}

/** Indents the line of the position, which is new; what stands on other lines is left to its author. */
export function onTypeFormatting(request: FeatureRequest): TextEdit[] {
  const { snapshot } = request;
  const { lines, text } = snapshot;
  if (request.params.ch !== ON_TYPE || snapshot.isTooLong) return [];
  const start = lines.startOf(toPosition(request.params.position, "position").line);
  const end = start + (/^[ \t]*/.exec(text.slice(start, lines.endOf(lines.lineAt(start))))?.[0].length ?? 0);
  if (offsetOf(request) < start) return [];
  const column = indentationAt(text, start);
  const newText = " ".repeat(column ?? 0);
  if (column === null || newText === text.slice(start, end)) return [];
  return [{ range: lines.rangeOf({ start, end }), newText }];
}

function edits(snapshot: Snapshot, range: { start: number; end: number }, options: unknown): TextEdit[] {
  const { lines, text, isTooLong } = snapshot;
  if (isTooLong) return [];
  const given = options as { insertFinalNewline?: unknown } | null | undefined;
  const changes = format(text, range, { insertFinalNewline: given?.insertFinalNewline === true });
  return changes.map((change) => ({ range: lines.rangeOf(change), newText: change.newText }));
}
