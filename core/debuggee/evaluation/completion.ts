/** What can be typed next in the console: names of the frame, of the program, and of the language. */
import type { InspectNode } from "../../inspect/node.ts";
import type { ExternalNames } from "../../language/analysis/resolver.ts";
import { BUILTINS } from "../../language/builtins.ts";
import { wordAt } from "../../language/queries/names/names.ts";
import { SPECIAL_FORMS } from "../../language/special-forms.ts";

export interface Completion {
  readonly label: string;
  readonly detail: string;
  readonly kind: "variable" | "function" | "keyword";
  /** The stretch of the text that the label replaces. */
  readonly start: number;
  readonly length: number;
}

export function completionsAt(
  text: string,
  offset: number,
  locals: readonly InspectNode[],
  globals: ExternalNames,
): readonly Completion[] {
  const { start, end } = wordAt(text, offset);
  const prefix = text.slice(start, offset);
  const found = new Map<string, Completion>();
  const offer = (label: string, detail: string, kind: Completion["kind"]) => {
    if (label.startsWith(prefix) && !found.has(label))
      found.set(label, { label, detail, kind, start, length: end - start });
  };
  for (const { name, value } of locals) offer(name, value, "variable");
  for (const name of globals.variables) offer(name, "global variable", "variable");
  for (const name of globals.functions.keys()) offer(name, "function of the program", "function");
  for (const { name, doc } of BUILTINS.values()) offer(name, doc, "function");
  for (const { name, doc } of SPECIAL_FORMS.values()) offer(name, doc, "keyword");
  return [...found.values()].sort((a, b) => (a.label < b.label ? -1 : 1));
}
