/** Go to definition: from a name to the place where it is bound. What is built in has no place. */

import type { Location } from "vscode-languageserver";
import { definitionAt } from "#core";
import { type FeatureRequest, offsetOf } from "../feature.ts";

export function definition(request: FeatureRequest): Location | null {
  const { uri, analysis, lines } = request.snapshot;
  const binding = definitionAt(analysis, offsetOf(request));
  return binding === null ? null : { uri, range: lines.rangeOf(binding.nameRange) };
}
