/**
 * What the name at a place of a text means, where else it stands, and which text is a name at all. As all queries: pure functions of an
 * `Analysis`, offsets in, ranges and texts out, no protocol.
 */
import type { Analysis, Binding, Scope } from "../../analysis/tree.ts";
import type { Builtin } from "../../builtins.ts";
import type { Range } from "../../forms.ts";
import { isSymbolCharacter } from "../../lexer.ts";
import { SPECIAL_FORMS, type SpecialForm } from "../../special-forms.ts";
import { enclosingForms } from "../forms/forms-at.ts";

/** What stands at an offset. */
export type Subject =
  | { readonly kind: "binding"; readonly range: Range; readonly binding: Binding }
  | { readonly kind: "builtin"; readonly range: Range; readonly builtin: Builtin }
  | { readonly kind: "special-form"; readonly range: Range; readonly form: SpecialForm };

function contains(range: Range, offset: number): boolean {
  return offset >= range.start && offset <= range.end;
}

/** The name at an offset (also directly behind it) and what it means; null when there is none, or nothing known has it. */
export function subjectAt(analysis: Analysis, offset: number): Subject | null {
  for (const reference of analysis.references) {
    if (contains(reference, offset) && reference.target !== null) return subjectOf(reference, reference.target);
  }
  for (const binding of analysis.bindings) {
    if (contains(binding.nameRange, offset) && standsThere(analysis.text, binding)) {
      return { kind: "binding", range: binding.nameRange, binding };
    }
  }
  for (const keyword of analysis.keywords) {
    const form = SPECIAL_FORMS.get(keyword.name);
    if (contains(keyword, offset) && form !== undefined) return { kind: "special-form", range: keyword, form };
  }
  return null;
}

/** Does the name of a binding stand where it is defined, or the name of the type or field that it comes with? Else a macro made it. */
export function standsThere(text: string, { isWritten, member, nameRange }: Binding): boolean {
  if (isWritten) return true;
  return member !== null && text.slice(nameRange.start, nameRange.end) === (member.field ?? member.type).name;
}

function subjectOf(range: Range, target: Binding | Builtin): Subject {
  return "nameRange" in target
    ? { kind: "binding", range, binding: target }
    : { kind: "builtin", range, builtin: target };
}

/** Where the name at an offset is defined in this text; null for what is built in. */
export function definitionAt(analysis: Analysis, offset: number): Binding | null {
  const subject = subjectAt(analysis, offset);
  return subject?.kind === "binding" ? subject.binding : null;
}

/** All places of the name at an offset, its definition first. Builtins and special forms have places too. */
export function referencesAt(analysis: Analysis, offset: number, withDefinition: boolean): readonly Range[] {
  const subject = subjectAt(analysis, offset);
  if (subject === null) return [];
  if (subject.kind === "special-form") return analysis.keywords.filter((keyword) => keyword.name === subject.form.name);
  if (subject.kind === "builtin")
    return analysis.references.filter((reference) => reference.target === subject.builtin);
  const { binding } = subject;
  return withDefinition ? [binding.nameRange, ...binding.references] : binding.references;
}

/** A place of a name, and what happens to its value there; "text" for what has no value. */
export interface Highlight {
  readonly range: Range;
  readonly access: "read" | "write" | "text";
}

/** All places of the name at an offset. Definitions and assignments write. */
export function highlightsAt(analysis: Analysis, offset: number): readonly Highlight[] {
  const subject = subjectAt(analysis, offset);
  if (subject?.kind !== "binding") {
    const access = subject?.kind === "builtin" ? "read" : "text";
    return referencesAt(analysis, offset, true).map((range) => ({ range, access }));
  }
  const { nameRange, references } = subject.binding;
  return [
    { range: nameRange, access: "write" },
    ...references.map((range) => ({ range, access: range.use === "assign" ? ("write" as const) : ("read" as const) })),
  ];
}

/** The innermost scope at an offset. */
export function scopeAt(analysis: Analysis, offset: number): Scope {
  const file = analysis.scopes[0] as Scope;
  return analysis.scopes.reduce((best, scope) => {
    return contains(scope, offset) && scope.end - scope.start <= best.end - best.start ? scope : best;
  }, file);
}

/** The symbol text around an offset: what a completion replaces. */
export function wordAt(text: string, offset: number): Range {
  let start = offset;
  let end = offset;
  while (start > 0 && isSymbolCharacter(text.charAt(start - 1))) start--;
  while (end < text.length && isSymbolCharacter(text.charAt(end))) end++;
  return { start, end };
}

/** Stands for the name that has not been typed yet. */
const PLACEHOLDER = "_";

/**
 * The text with a name at the offset, if none is there: that of somebody who is about to type it. White space behind a list that is not
 * closed is then inside of it.
 */
export function textWithNameAt(text: string, offset: number): string {
  const word = wordAt(text, offset);
  return word.start < word.end ? text : text.slice(0, offset) + PLACEHOLDER + text.slice(offset);
}

/** May completion offer names here? Not in strings, comments, characters and data. */
export function isCodeAt(analysis: Analysis, offset: number): boolean {
  const isInside = (range: Range) => offset > range.start && offset < range.end;
  if (analysis.comments.some((comment) => offset > comment.start && offset <= comment.end)) return false;
  const form = enclosingForms(analysis.forms, offset).find(({ start, end }) => start < offset && offset <= end);
  if (form?.kind === "string") return offset === form.end && isClosedString(analysis.text, form);
  return form?.kind !== "character" && !analysis.quoted.some(isInside);
}

function isClosedString(text: string, { start, end }: Range): boolean {
  return end - start > 1 && text.charAt(end - 1) === '"';
}
