/** Hover: what a name means and where it comes from; what a literal is. */

import type { Hover } from "vscode-languageserver";
import { hover as describe } from "#core";
import { type FeatureRequest, offsetOf } from "../feature.ts";
import { markup } from "../markup.ts";

export function hover(request: FeatureRequest): Hover | null {
  const { snapshot, client } = request;
  const found = describe(snapshot.analysis, offsetOf(request));
  if (found === null) return null;
  return { contents: markup(client, found.code, found.text), range: snapshot.lines.rangeOf(found.range) };
}
