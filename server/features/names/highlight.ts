/** Document highlight: all places of the name at the cursor, told apart by whether they read or write it. */

import { type DocumentHighlight, DocumentHighlightKind } from "vscode-languageserver";
import { type Highlight, highlightsAt } from "#core";
import { type FeatureRequest, offsetOf } from "../feature.ts";

const KINDS: Readonly<Record<Highlight["access"], DocumentHighlightKind>> = {
  read: DocumentHighlightKind.Read,
  write: DocumentHighlightKind.Write,
  text: DocumentHighlightKind.Text,
};

export function documentHighlights(request: FeatureRequest): DocumentHighlight[] {
  const { analysis, lines } = request.snapshot;
  return highlightsAt(analysis, offsetOf(request)).map(({ range, access }) => {
    return { range: lines.rangeOf(range), kind: KINDS[access] };
  });
}
