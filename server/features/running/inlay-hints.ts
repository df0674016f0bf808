/**
 * Inlay hints: how each object is allocated, where it ends, who has it, as the compiler decides it for the manager asap; and what a measured
 * run said about each form that allocates.
 */
import type { InlayHint, MarkupContent } from "vscode-languageserver";
import { hintsIn } from "../../lifetimes.ts";
import { type FeatureRequest, rangeOf } from "../feature.ts";
import { reasoned } from "../markup.ts";
import { measuredLabel, measuredText } from "./measured-text.ts";

/** @throws {ResponseError} InvalidParams */
export function inlayHints(request: FeatureRequest): InlayHint[] {
  return [...lifetimeHints(request), ...measuredHints(request)];
}

function lifetimeHints(request: FeatureRequest): InlayHint[] {
  const { snapshot, settings, client } = request;
  const { start, end } = rangeOf(request);
  const shown = hintsIn(snapshot).filter(
    ({ offset, kind }) => offset >= start && offset <= end && settings.hints.has(kind),
  );
  return shown.map(({ offset, label, text, because }) => {
    return hint(snapshot.lines.positionAt(offset), label, reasoned(client, snapshot, text, because));
  });
}

function measuredHints(request: FeatureRequest): InlayHint[] {
  const { snapshot, settings } = request;
  const { measured } = snapshot.session;
  const { start, end } = rangeOf(request);
  if (measured === null || !settings.showsMeasured) return [];
  const shown = measured.sites.filter((site) => site.end >= start && site.end <= end);
  return shown.map((site) => {
    return hint(snapshot.lines.positionAt(site.end), measuredLabel(site), measuredText(site, measured.manager));
  });
}

function hint(position: InlayHint["position"], label: string, tooltip: MarkupContent | string): InlayHint {
  return { position, label, tooltip, paddingLeft: true };
}
