/**
 * Renaming what a text defines. Whether a new name is safe is not argued about but tried: the renamed text is analysed again, and every
 * name in it must mean what it meant before.
 */
import { analyse, isBuiltIn } from "../../analysis/analyse.ts";
import type { Analysis, Binding, Reference } from "../../analysis/tree.ts";
import type { Range } from "../../forms.ts";
import { read } from "../../reader.ts";
import { isCodeAt, subjectAt, wordAt } from "./names.ts";

/** What can be renamed at a place: all places of the name, the definition first. */
export interface Renaming {
  readonly binding: Binding;
  /** The place that was asked about. */
  readonly at: Range;
  readonly places: readonly Range[];
}

/** Why something is not renamed. */
export type RenameRefusal =
  | { readonly refused: "no-name" }
  | { readonly refused: "built-in" | "special-form" | "not-defined" | "data"; readonly name: string }
  /** What a type or a macro makes has its name from there. */
  | { readonly refused: "made"; readonly name: string }
  /** The new name is none that the reader takes as one symbol. */
  | { readonly refused: "bad-name"; readonly name: string }
  /** The new name has a meaning in the language. */
  | { readonly refused: "taken"; readonly name: string }
  /** With the new name, what stands at the offset would mean something else. */
  | { readonly refused: "conflict"; readonly name: string; readonly offset: number };

/** What a rename at an offset would be about. */
export function renamingAt(analysis: Analysis, offset: number): Renaming | RenameRefusal {
  const subject = subjectAt(analysis, offset);
  if (subject?.kind === "builtin") return { refused: "built-in", name: subject.builtin.name };
  if (subject?.kind === "special-form") return { refused: "special-form", name: subject.form.name };
  if (subject !== null) {
    const { binding, range } = subject;
    if (!binding.isWritten) return { refused: "made", name: binding.name };
    return { binding, at: range, places: [binding.nameRange, ...binding.references] };
  }
  const { start, end } = wordAt(analysis.text, offset);
  const name = analysis.text.slice(start, end);
  if (read(name).forms[0]?.kind !== "symbol") return { refused: "no-name" };
  return { refused: isCodeAt(analysis, offset) ? "not-defined" : "data", name };
}

/** The places that get the new name; nothing but the name changes its spelling, and nothing changes its meaning. */
export function rename(analysis: Analysis, offset: number, newName: string): Renaming | RenameRefusal {
  const renaming = renamingAt(analysis, offset);
  if ("refused" in renaming || newName === renaming.binding.name) return renaming;
  if (!isName(newName)) return { refused: "bad-name", name: newName };
  if (isBuiltIn(newName)) return { refused: "taken", name: newName };
  const conflict = firstDifference(analysis, analyse(renamed(analysis.text, renaming.places, newName)));
  return conflict === null ? renaming : { refused: "conflict", name: newName, offset: conflict };
}

function isName(text: string): boolean {
  const { forms, diagnostics, comments } = read(text);
  const [form] = forms;
  if (forms.length !== 1 || comments.length > 0 || diagnostics.length > 0) return false;
  return form?.kind === "symbol" && form.name === text;
}

function renamed(text: string, places: readonly Range[], newName: string): string {
  let result = "";
  let last = 0;
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(last, start) + newName;
    last = end;
  }
  return result + text.slice(last);
}

/** Offset in the first text of the first name that means something else in the second; null when all is as it was. */
function firstDifference(before: Analysis, after: Analysis): number | null {
  const [old, now] = [meanings(before), meanings(after)];
  const at = before.references.findIndex((_, i) => old[i] !== now[i]);
  if (at >= 0) return (before.references[at] as Reference).start;
  const isSame =
    old.length === now.length &&
    before.bindings.length === after.bindings.length &&
    errorCount(before) === errorCount(after);
  if (isSame) return null;
  const error = after.diagnostics.find(({ code }, i) => code !== before.diagnostics[i]?.code);
  return Math.min(error?.start ?? 0, before.text.length);
}

/** What each reference means, by the order of the definitions: spelling and places do not matter. */
function meanings(analysis: Analysis): readonly string[] {
  const order = new Map(analysis.bindings.map((binding, i) => [binding, i]));
  return analysis.references.map(({ target }) => {
    if (target === null) return "unknown";
    return "nameRange" in target ? `${order.get(target)}` : target.name;
  });
}

function errorCount(analysis: Analysis): number {
  return analysis.diagnostics.filter(({ severity }) => severity === "error").length;
}
