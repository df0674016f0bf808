/** Linked editing: all places of the name at the cursor change as one is typed. Nothing is linked where a rename is refused. */

import type { LinkedEditingRanges } from "vscode-languageserver";
import { renamingAt } from "#core";
import { type FeatureRequest, offsetOf } from "../feature.ts";

/** What a name may be while it is typed; the same as in `client/language-configuration.json`. */
const NAME_PATTERN = "[^\\s()\\[\\]{}\"';,`|]+";

export function linkedEditingRanges(request: FeatureRequest): LinkedEditingRanges | null {
  const { analysis, lines } = request.snapshot;
  const renaming = renamingAt(analysis, offsetOf(request));
  if ("refused" in renaming) return null;
  return { ranges: renaming.places.map((place) => lines.rangeOf(place)), wordPattern: NAME_PATTERN };
}
