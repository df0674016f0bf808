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
  /** Where it comes in the list: what is nearer to the user before what is further away. */
  readonly rank: number;
  /** What a call is completed to: the label with names for its arguments, the first of which is selected. Null: the label. */
  readonly call: { readonly text: string; readonly selectionStart: number; readonly selectionLength: number } | null;
  /** The stretch of the text that the label replaces. */
  readonly start: number;
  readonly length: number;
}

/** @param parametersOf names of the arguments that a function of the program must have */
export function completionsAt(
  text: string,
  offset: number,
  locals: readonly InspectNode[],
  globals: ExternalNames,
  parametersOf: (name: string) => readonly string[],
): readonly Completion[] {
  const { start, end } = wordAt(text, offset);
  const prefix = text.slice(start, offset);
  // Names for arguments are in the way where there are arguments.
  const isNewCall = text.charAt(start - 1) === "(" && /^\s*\)*\s*$/.test(text.slice(end));
  const found = new Map<string, Completion>();
  const offer = (
    rank: number,
    kind: Completion["kind"],
    label: string,
    detail: string,
    parameters: readonly string[] = [],
  ) => {
    if (!label.startsWith(prefix) || found.has(label)) return;
    const call = isNewCall ? callText(label, parameters) : null;
    found.set(label, { label, detail, kind, rank, call, start, length: end - start });
  };
  for (const { name, value } of locals) offer(0, "variable", name, value);
  for (const name of globals.variables) offer(1, "variable", name, "global variable");
  for (const name of globals.functions.keys())
    offer(2, "function", name, "function of the program", parametersOf(name));
  for (const { name, doc, parameters, least } of BUILTINS.values())
    offer(3, "function", name, doc, parameters.slice(0, least));
  for (const { name, doc } of SPECIAL_FORMS.values()) offer(4, "keyword", name, doc);
  return [...found.values()].sort((a, b) => a.rank - b.rank || (a.label < b.label ? -1 : 1));
}

function callText(label: string, parameters: readonly string[]): Completion["call"] {
  const [first, ...others] = parameters.map((name) => name.replace(/[?…]$/, ""));
  if (first === undefined) return null;
  return {
    text: [label, first, ...others].join(" "),
    selectionStart: label.length + 1,
    selectionLength: first.length,
  };
}
