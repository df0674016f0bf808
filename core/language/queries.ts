/**
 * Questions that an editor asks about a source text, as pure functions of its `Analysis`. Offsets in, ranges and texts out;
 * nothing here knows a protocol.
 */

import { describeArity } from "./analysis/resolver.ts";
import type { Analysis, Binding, Reference, Scope } from "./analysis/tree.ts";
import { BUILTINS, type Builtin } from "./builtins.ts";
import type { Form, Range } from "./forms.ts";
import { isSymbolCharacter } from "./lexer.ts";
import { SPECIAL_FORMS, type SpecialForm } from "./special-forms.ts";

/** What stands at an offset. */
export type Subject =
  | { readonly kind: "binding"; readonly range: Range; readonly binding: Binding }
  | { readonly kind: "builtin"; readonly range: Range; readonly builtin: Builtin }
  | { readonly kind: "special-form"; readonly range: Range; readonly form: SpecialForm };

export interface CompletionItem {
  readonly name: string;
  readonly kind: "function" | "variable" | "parameter" | "local" | "builtin" | "special-form";
  /** How it is called or written. */
  readonly detail: string;
  readonly doc: string;
}

export interface DocumentSymbol {
  readonly name: string;
  readonly kind: "function" | "variable";
  readonly detail: string;
  readonly range: Range;
  readonly nameRange: Range;
  readonly children: readonly DocumentSymbol[];
}

export type TokenKind =
  | "comment"
  | "string"
  | "number"
  | "character"
  | "constant"
  | "keyword"
  | "function"
  | "variable"
  | "parameter"
  | "builtin"
  | "quoted";

export interface SemanticToken extends Range {
  readonly kind: TokenKind;
  readonly isDefinition: boolean;
}

function contains(range: Range, offset: number): boolean {
  return offset >= range.start && offset <= range.end;
}

/** The name at an offset (also directly behind it) and what it means; null when there is none, or nothing known has it. */
export function subjectAt(analysis: Analysis, offset: number): Subject | null {
  for (const reference of analysis.references) {
    if (contains(reference, offset) && reference.target !== null) return subjectOf(reference, reference.target);
  }
  for (const binding of analysis.bindings) {
    if (contains(binding.nameRange, offset)) return { kind: "binding", range: binding.nameRange, binding };
  }
  for (const keyword of analysis.keywords) {
    const form = SPECIAL_FORMS.get(keyword.name);
    if (contains(keyword, offset) && form !== undefined) return { kind: "special-form", range: keyword, form };
  }
  return null;
}

function subjectOf(range: Range, target: Binding | Builtin): Subject {
  return "nameRange" in target
    ? { kind: "binding", range, binding: target }
    : { kind: "builtin", range, builtin: target };
}

/** Text about the name at an offset: how it is used, then what it does. */
export function hover(analysis: Analysis, offset: number): { range: Range; code: string; text: string } | null {
  const subject = subjectAt(analysis, offset);
  if (subject === null) return null;
  const { range } = subject;
  switch (subject.kind) {
    case "special-form":
      return { range, code: subject.form.syntax, text: subject.form.doc };
    case "builtin": {
      const { builtin } = subject;
      const result = builtin.result === "any" ? "" : `\n\nResult: ${builtin.result}.`;
      return { range, code: signature(builtin.name, builtin.parameters), text: `${builtin.doc}${result}` };
    }
    case "binding":
      return { range, code: bindingDetail(subject.binding), text: bindingText(analysis, subject.binding) };
  }
}

function signature(name: string, parameters: readonly string[]): string {
  return `(${[name, ...parameters].join(" ")})`;
}

function bindingDetail(binding: Binding): string {
  const { lambda } = binding;
  if (lambda === null || binding.isAssigned) return binding.name;
  const names = lambda.parameters.map((parameter) => parameter.name);
  if (lambda.hasRest) names.splice(-1, 0, ".");
  return signature(binding.name, names);
}

const BINDING_KINDS: Readonly<Record<Binding["kind"], string>> = {
  function: "function",
  variable: "global variable",
  parameter: "parameter",
  local: "local variable",
};

function bindingText(analysis: Analysis, binding: Binding): string {
  const { lambda } = binding;
  const place = binding.kind === "function" ? (binding.isGlobal ? "Global " : "Local ") : "";
  const kind = BINDING_KINDS[binding.kind];
  const title = place === "" ? kind.charAt(0).toUpperCase() + kind.slice(1) : `${place}${kind}`;
  const takes =
    lambda === null || binding.isAssigned
      ? ""
      : `; takes ${describeArity({ least: lambda.required, most: lambda.hasRest ? null : lambda.required })}`;
  const doc = documentation(analysis, binding);
  return `${title}${takes}.${doc === "" ? "" : `\n\n${doc}`}`;
}

/** The comment lines directly above a definition, without their semicolons. */
export function documentation(analysis: Analysis, binding: Binding): string {
  const { text, comments } = analysis;
  const lines: string[] = [];
  let end = binding.range.start;
  for (let i = comments.length - 1; i >= 0; i--) {
    const comment = comments[i];
    if (comment === undefined || comment.end > end) continue;
    if (!/^[ \t]*\r?\n?[ \t]*$/.test(text.slice(comment.end, end)) || !comment.text.startsWith(";")) break;
    // A comment behind code on the same line belongs to that code.
    if (!/(?:^|\n)[ \t]*$/.test(text.slice(0, comment.start))) break;
    lines.unshift(comment.text.replace(/^;+ ?/, "").trimEnd());
    end = comment.start;
  }
  return lines.join("\n");
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

/** The innermost scope at an offset. */
export function scopeAt(analysis: Analysis, offset: number): Scope {
  const file = analysis.scopes[0] as Scope;
  return analysis.scopes.reduce((best, scope) => {
    return contains(scope, offset) && scope.end - scope.start <= best.end - best.start ? scope : best;
  }, file);
}

/** The names that mean something at an offset, innermost first, each once: locals, globals, builtins, special forms. */
export function completions(analysis: Analysis, offset: number): readonly CompletionItem[] {
  const found = new Map<string, CompletionItem>();
  const add = (item: CompletionItem) => {
    if (!found.has(item.name)) found.set(item.name, item);
  };
  const addBinding = (binding: Binding) => {
    const { name, kind } = binding;
    // The name that is being defined right here is no candidate for itself.
    if (contains(binding.nameRange, offset)) return;
    add({ name, kind, detail: bindingDetail(binding), doc: documentation(analysis, binding) });
  };
  for (let scope: Scope | null = scopeAt(analysis, offset); scope !== null; scope = scope.parent) {
    for (const binding of scope.bindings) addBinding(binding);
  }
  for (const binding of analysis.bindings) if (binding.isGlobal) addBinding(binding);
  for (const form of SPECIAL_FORMS.values()) {
    add({ name: form.name, kind: "special-form", detail: form.syntax, doc: form.doc });
  }
  for (const builtin of BUILTINS.values()) {
    add({ name: builtin.name, kind: "builtin", detail: signature(builtin.name, builtin.parameters), doc: builtin.doc });
  }
  return [...found.values()];
}

/** The symbol text around an offset: what a completion replaces. */
export function wordAt(text: string, offset: number): Range {
  let start = offset;
  let end = offset;
  while (start > 0 && isSymbolCharacter(text.charAt(start - 1))) start--;
  while (end < text.length && isSymbolCharacter(text.charAt(end))) end++;
  return { start, end };
}

/** May completion offer names here? Not inside strings, comments and characters. */
export function isCodeAt(analysis: Analysis, offset: number): boolean {
  const isInside = (range: Range) => offset > range.start && offset < range.end;
  if (analysis.comments.some((comment) => offset > comment.start && offset <= comment.end)) return false;
  let isCode = true;
  everyForm(analysis.forms, (form) => {
    if (
      (form.kind === "string" && isInside(form)) ||
      (form.kind === "character" && offset > form.start && offset <= form.end)
    ) {
      isCode = false;
    }
  });
  return isCode;
}

/** The call around an offset, for parameter help: what is called and which argument the offset stands in (from 0). */
export function callAt(
  analysis: Analysis,
  offset: number,
): { name: string; parameters: readonly string[]; doc: string; argument: number } | null {
  let list: Extract<Form, { kind: "list" }> | null = null;
  everyForm(analysis.forms, (form) => {
    const isInside = form.kind === "list" && offset > form.start && (offset < form.end || !form.isClosed);
    if (isInside && form.items[0]?.kind === "symbol" && offset > form.items[0].end) list = form;
  });
  const call = list as Extract<Form, { kind: "list" }> | null;
  if (call === null) return null;
  const head = call.items[0] as Form;
  const argument = call.items.slice(1).filter((item) => item.end < offset).length;
  const subject = subjectAt(analysis, head.start);
  if (subject?.kind === "builtin") {
    const { name, parameters, doc } = subject.builtin;
    return { name, parameters, doc, argument };
  }
  if (subject?.kind !== "binding" || subject.binding.lambda === null) return null;
  const { binding } = subject;
  const parameters = subject.binding.lambda.parameters.map((parameter) => parameter.name);
  return { name: binding.name, parameters, doc: documentation(analysis, binding), argument };
}

/** Definitions of the file as an outline: functions with the functions inside them. */
export function documentSymbols(analysis: Analysis): readonly DocumentSymbol[] {
  const listed = analysis.bindings.filter((binding) => binding.isGlobal || binding.kind === "function");
  const inside = (binding: Binding): readonly DocumentSymbol[] =>
    listed.filter((other) => !other.isGlobal && enclosing(listed, other) === binding).map(symbol);
  const symbol = (binding: Binding): DocumentSymbol => ({
    name: binding.name,
    kind: binding.kind === "function" ? "function" : "variable",
    detail: bindingDetail(binding),
    range: binding.range,
    nameRange: binding.nameRange,
    children: inside(binding),
  });
  return listed.filter((binding) => binding.isGlobal || enclosing(listed, binding) === null).map(symbol);
}

function enclosing(listed: readonly Binding[], binding: Binding): Binding | null {
  let best: Binding | null = null;
  for (const other of listed) {
    const isAround =
      other !== binding && other.range.start <= binding.range.start && other.range.end >= binding.range.end;
    if (isAround && (best === null || other.range.start >= best.range.start)) best = other;
  }
  return best;
}

/** Stretches that an editor can fold: lists and comments over several lines. */
export function foldingRanges(analysis: Analysis): readonly (Range & { readonly kind: "code" | "comment" })[] {
  const { text } = analysis;
  const found: (Range & { kind: "code" | "comment" })[] = [];
  const spansLines = (range: Range) => text.slice(range.start, range.end).includes("\n");
  everyForm(analysis.forms, (form) => {
    if ((form.kind === "list" || form.kind === "vector" || form.kind === "string") && spansLines(form)) {
      found.push({ start: form.start, end: form.end, kind: "code" });
    }
  });
  // Comment lines that follow each other fold as one.
  const runs: { start: number; end: number }[] = [];
  for (const comment of analysis.comments) {
    const last = runs.at(-1);
    const isNext = last !== undefined && /^[ \t]*\r?\n?[ \t]*$/.test(text.slice(last.end, comment.start));
    if (isNext) last.end = comment.end;
    else runs.push({ start: comment.start, end: comment.end });
  }
  for (const run of runs) if (spansLines(run)) found.push({ ...run, kind: "comment" });
  return found.sort((a, b) => a.start - b.start);
}

/** From the innermost form at an offset outwards: what "expand selection" goes through. */
export function enclosingForms(analysis: Analysis, offset: number): readonly Range[] {
  const found: Range[] = [];
  everyForm(analysis.forms, (form) => {
    if (contains(form, offset)) found.unshift({ start: form.start, end: form.end });
  });
  return found;
}

/** Every token that has a meaning of its own, in order of its place. */
export function semanticTokens(analysis: Analysis): readonly SemanticToken[] {
  const tokens: SemanticToken[] = [];
  const add = (range: Range, kind: TokenKind, isDefinition = false) =>
    tokens.push({ start: range.start, end: range.end, kind, isDefinition });
  for (const comment of analysis.comments) add(comment, "comment");
  for (const keyword of analysis.keywords) add(keyword, "keyword");
  const named = new Set<number>(analysis.keywords.map((keyword) => keyword.start));
  for (const binding of analysis.bindings) {
    named.add(binding.nameRange.start);
    add(binding.nameRange, bindingToken(binding), true);
  }
  for (const reference of analysis.references) {
    named.add(reference.start);
    add(reference, referenceToken(reference));
  }
  const isQuoted = (range: Range) =>
    analysis.quoted.some((quoted) => range.start >= quoted.start && range.end <= quoted.end);
  everyForm(analysis.forms, (form) => {
    if (form.kind === "string" || form.kind === "character" || form.kind === "constant") add(form, form.kind);
    else if (form.kind === "integer" || form.kind === "float") add(form, "number");
    else if (form.kind === "symbol" && !named.has(form.start) && isQuoted(form)) add(form, "quoted");
  });
  return tokens.sort((a, b) => a.start - b.start || a.end - b.end);
}

function bindingToken(binding: Binding): TokenKind {
  if (binding.kind === "function") return "function";
  return binding.kind === "parameter" ? "parameter" : "variable";
}

function referenceToken(reference: Reference): TokenKind {
  const { target } = reference;
  if (target === null) return reference.use === "call" ? "function" : "variable";
  return "nameRange" in target ? bindingToken(target) : "builtin";
}

/** Visits every form, outer before inner, in the order of the text. */
export function everyForm(forms: readonly Form[], visit: (form: Form) => void): void {
  for (const form of forms) {
    visit(form);
    if (form.kind === "list") everyForm(form.tail === null ? form.items : [...form.items, form.tail], visit);
    else if (form.kind === "vector") everyForm(form.items, visit);
    else if ("form" in form && form.form !== null) everyForm([form.form], visit);
  }
}
