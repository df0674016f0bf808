/** Inlay hints: what a measured run said about each form that allocates. */

import type { InlayHint } from "vscode-languageserver";
import { type FeatureRequest, rangeOf } from "../feature.ts";
import { measuredLabel, measuredText } from "./measured-text.ts";

/** @throws {ResponseError} InvalidParams */
export function inlayHints(request: FeatureRequest): InlayHint[] {
  return measuredHints(request);
}

function measuredHints(request: FeatureRequest): InlayHint[] {
  const { snapshot, settings } = request;
  const { measured } = snapshot.session;
  const { start, end } = rangeOf(request);
  if (measured === null || !settings.showsMeasured) return [];
  const shown = measured.sites.filter((site) => site.end >= start && site.end <= end);
  return shown.map((site) => ({
    position: snapshot.lines.positionAt(site.end),
    label: measuredLabel(site),
    tooltip: measuredText(site, measured.manager),
    paddingLeft: true,
  }));
}
