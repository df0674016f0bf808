/** Code lenses: what can be done with the file, above its first line; what was measured, above each function. Only commands that the client knows. */

import type { CodeLens } from "vscode-languageserver";
import type { Binding } from "#core";
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
  const functions = measured.functions.flatMap(({ name, at, calls }) => {
    const binding = innermost(
      analysis.bindings.filter((one) => one.name === name),
      at,
    );
    return binding === null ? [] : [{ binding, calls }];
  });
  // Loops inside a function are part of it, unless they were measured by themselves.
  const bindings = functions.map(({ binding }) => binding);
  const objects = new Map<Binding | null, number>();
  for (const site of measured.sites) {
    const around = innermost(bindings, site.start);
    objects.set(around, (objects.get(around) ?? 0) + site.objects);
  }
  return functions.map(({ binding, calls }) => {
    const title = `${perCall((objects.get(binding) ?? 0) / calls)} a call, ${counted(calls, "call")}`;
    return { range: lines.rangeOf(binding.nameRange), command: { command: "", title } };
  });
}

/** The function around an offset; null when it is in none of them. */
function innermost(bindings: readonly Binding[], offset: number): Binding | null {
  let best: Binding | null = null;
  for (const binding of bindings) {
    const { start, end } = binding.lambda?.range ?? { start: 0, end: 0 };
    if (start <= offset && offset < end && start >= (best?.lambda?.range.start ?? 0)) best = binding;
  }
  return best;
}

function perCall(average: number): string {
  if (average === 0) return "no allocations";
  const shown = average >= 10 ? Math.round(average) : Number(average.toPrecision(2));
  return `${shown} allocation${shown === 1 ? "" : "s"}`;
}
