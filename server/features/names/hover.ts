/** Hover: what a name means and where it comes from, what a literal is, and why the memory behind it lives as it does. */

import type { Hover } from "vscode-languageserver";
import { hover as describe, explainLifetime } from "#core";
import { lifetimesIn } from "../../lifetimes.ts";
import { type FeatureRequest, offsetOf } from "../feature.ts";
import { markup, reasoned } from "../markup.ts";

export function hover(request: FeatureRequest): Hover | null {
  const { snapshot, client } = request;
  const offset = offsetOf(request);
  const found = describe(snapshot.analysis, offset);
  if (found === null) return null;
  const range = snapshot.lines.rangeOf(found.range);
  const contents = markup(client, found.code, found.text);
  const facts = lifetimesIn(snapshot);
  const lifetime = facts === null ? null : explainLifetime(facts, offset);
  if (lifetime === null) return { contents, range };
  const memory = reasoned(client, snapshot, lifetime.text, lifetime.because);
  return { contents: { ...contents, value: `${contents.value}\n\nMemory: ${memory.value}` }, range };
}
