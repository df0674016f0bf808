/** Code lenses: what can be done with the file, above its first line. Only commands that the client knows. */

import type { CodeLens } from "vscode-languageserver";
import type { FeatureRequest } from "../feature.ts";

/** Each takes the URI of the file as its argument. */
const FILE_COMMANDS: readonly (readonly [command: string, title: string])[] = [
  ["conspect.runFile", "$(play) Run"],
  ["conspect.debugFile", "$(debug-alt) Debug"],
  ["conspect.compare", "$(graph-line) Compare memory managers"],
];

export function codeLenses({ snapshot, client, settings }: FeatureRequest): CodeLens[] {
  if (!settings.codeLens || snapshot.analysis.forms.length === 0) return [];
  const range = snapshot.lines.rangeOf({ start: 0, end: 0 });
  return FILE_COMMANDS.filter(([command]) => client.commands.has(command)).map(([command, title]) => {
    return { range, command: { command, title, arguments: [snapshot.uri] } };
  });
}
