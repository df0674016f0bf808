/** Folding ranges: forms over several lines, and blocks of comments. */

import { type FoldingRange, FoldingRangeKind } from "vscode-languageserver";
import type { Comment } from "#core";
import type { Snapshot } from "../documents.ts";
import type { FeatureRequest } from "./feature.ts";
import { eachForm } from "./forms.ts";

export function foldingRanges({ snapshot }: FeatureRequest): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  let lastLine = -1;
  eachForm(snapshot.analysis.forms, (form) => {
    if (form.kind !== "list" && form.kind !== "vector" && form.kind !== "string") return;
    const startLine = snapshot.lines.lineAt(form.start);
    const endLine = snapshot.lines.lineAt(form.end - 1);
    // Forms come outermost first, and a line can fold in one way only.
    if (endLine > startLine && startLine !== lastLine) ranges.push({ startLine, endLine });
    lastLine = Math.max(lastLine, endLine > startLine ? startLine : lastLine);
  });
  return [...ranges, ...commentBlocks(snapshot)];
}

/** Neighbouring lines that hold nothing but a comment are one block. */
function commentBlocks(snapshot: Snapshot): FoldingRange[] {
  const blocks: FoldingRange[] = [];
  for (const comment of snapshot.analysis.comments) {
    if (!startsLine(snapshot, comment)) continue;
    const startLine = snapshot.lines.lineAt(comment.start);
    const endLine = snapshot.lines.lineAt(Math.max(comment.start, comment.end - 1));
    const last = blocks.at(-1);
    if (last !== undefined && last.endLine === startLine - 1) last.endLine = endLine;
    else blocks.push({ startLine, endLine, kind: FoldingRangeKind.Comment });
  }
  return blocks.filter((block) => block.endLine > block.startLine);
}

function startsLine(snapshot: Snapshot, comment: Comment): boolean {
  const lineStart = snapshot.lines.offsetAt({ line: snapshot.lines.lineAt(comment.start), character: 0 });
  return snapshot.text.slice(lineStart, comment.start).trim() === "";
}
