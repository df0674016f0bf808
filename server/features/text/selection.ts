/** Selection ranges: what the editor's "expand selection" goes through, for each cursor. */

import type { SelectionRange } from "vscode-languageserver";
import { selectionRanges as rangesAround } from "#core";
import { toPosition } from "../../convert.ts";
import { invalidParams } from "../../errors.ts";
import type { FeatureRequest } from "../feature.ts";

/** @throws {ResponseError} InvalidParams */
export function selectionRanges({ snapshot, params }: FeatureRequest): SelectionRange[] {
  const { analysis, lines } = snapshot;
  if (!Array.isArray(params.positions)) throw invalidParams("positions", "a list of positions", params.positions);
  return params.positions.map((position: unknown) => {
    const ranges = rangesAround(analysis, lines.offsetAt(toPosition(position, "positions")));
    const outside = { range: lines.rangeOf({ start: 0, end: snapshot.text.length }) };
    return (
      ranges.reduceRight<SelectionRange | null>(
        (parent, range) => ({ range: lines.rangeOf(range), ...(parent === null ? {} : { parent }) }),
        null,
      ) ?? outside
    );
  });
}
