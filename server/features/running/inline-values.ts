/** Inline values: which variables to show beside the text while a program is stopped. The debug adapter knows the values. */

import type { InlineValue } from "vscode-languageserver";
import { inlineValues as variablesUpTo } from "#core";
import { member } from "../../settings.ts";
import { type FeatureRequest, rangeOf, toOffsets } from "../feature.ts";

/** @throws {ResponseError} InvalidParams */
export function inlineValues(request: FeatureRequest): InlineValue[] {
  const { snapshot, params } = request;
  const { analysis, lines } = snapshot;
  const stopped = toOffsets(snapshot, member(params.context, "stoppedLocation"), "context.stoppedLocation");
  const shown = new Set<string>();
  return variablesUpTo(analysis, rangeOf(request), stopped).flatMap<InlineValue>((value) => {
    const range = lines.rangeOf(value.range);
    // Once a line is enough.
    const place = `${range.start.line} ${value.name}`;
    if (shown.has(place)) return [];
    shown.add(place);
    return value.isLocal
      ? [{ range, variableName: value.name, caseSensitiveLookup: true }]
      : [{ range, expression: value.name }];
  });
}
