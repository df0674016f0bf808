/** Code lenses: what can be done with the file, above its first line; what was measured, above each function. Only commands that the client knows. */

import type { CodeLens } from "vscode-languageserver";
import { type Binding, functionFinder } from "#core";
import type { Snapshot } from "../../documents.ts";
import type { FeatureRequest } from "../feature.ts";
import { counted } from "./measured-text.ts";

/** Each takes the URI of the file as its argument. */
const FILE_COMMANDS: readonly (readonly [command: string, title: string])[] = [
  ["conspect.runFile", "$(play) Run"],
  ["conspect.debugFile", "$(debug-alt) Debug"],
  ["conspect.measureFile", "$(dashboard) Measure"],
  ["conspect.compare", "$(graph-line) Compare memory managers"],
];

export function codeLenses({ snapshot, client, settings }: FeatureRequest): CodeLens[] {
  if (!settings.codeLens || snapshot.analysis.forms.length === 0) return [];
  const range = snapshot.lines.rangeOf({ start: 0, end: 0 });
  const commands = FILE_COMMANDS.filter(([command]) => client.commands.has(command)).map(([command, title]) => {
    return { range, command: { command, title, arguments: [snapshot.uri] } };
  });
  return [...commands, ...measuredLenses(snapshot)];
}

/** What each function allocated in the last run that was measured. Nothing happens on a click. */
function measuredLenses({ analysis, lines, session }: Snapshot): CodeLens[] {
  const { measured } = session;
  if (measured === null) return [];
  const functionOf = functionFinder(analysis);
  const objects = new Map<Binding | null, number>();
  for (const site of measured.sites) {
    const around = functionOf(site.start);
    objects.set(around, (objects.get(around) ?? 0) + site.objects);
  }
  return measured.functions.flatMap(({ at, calls }) => {
    const binding = functionOf(at);
    if (binding === null) return [];
    const title = `${perCall((objects.get(binding) ?? 0) / calls)} a call, ${counted(calls, "call")}`;
    return [{ range: lines.rangeOf(binding.nameRange), command: { command: "", title } }];
  });
}

function perCall(average: number): string {
  if (average === 0) return "no allocations";
  const shown = average >= 10 ? Math.round(average) : Number(average.toPrecision(2));
  return `${shown} allocation${shown === 1 ? "" : "s"}`;
}
