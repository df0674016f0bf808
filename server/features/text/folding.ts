/** Folding ranges, in whole lines. */

import { type FoldingRange, FoldingRangeKind } from "vscode-languageserver";
import { foldingRanges as foldsOf } from "#core";
import type { FeatureRequest } from "../feature.ts";

const KINDS = { comment: FoldingRangeKind.Comment, region: FoldingRangeKind.Region } as const;

export function foldingRanges({ snapshot }: FeatureRequest): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  let lastLine = -1;
  for (const { start, end, kind } of foldsOf(snapshot.analysis)) {
    const startLine = snapshot.lines.lineAt(start);
    const endLine = snapshot.lines.lineAt(end - 1);
    // A line folds in one way only, and the outer range comes first.
    if (startLine === lastLine || endLine === startLine) continue;
    lastLine = startLine;
    ranges.push({ startLine, endLine, ...(kind === "code" ? {} : { kind: KINDS[kind] }) });
  }
  return ranges;
}
