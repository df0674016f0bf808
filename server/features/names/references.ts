/** Find references: all places of a name, also of one that is built in. */

import type { Location } from "vscode-languageserver";
import { referencesAt } from "#core";
import { type FeatureRequest, offsetOf } from "../feature.ts";

export function references(request: FeatureRequest): Location[] {
  const { uri, analysis, lines } = request.snapshot;
  const context = request.params.context as { includeDeclaration?: unknown } | null | undefined;
  const places = referencesAt(analysis, offsetOf(request), context?.includeDeclaration !== false);
  return places.map((range) => ({ uri, range: lines.rangeOf(range) }));
}
