/** The call around a place of a text, for parameter help. */
import type { Analysis, Binding, Scope } from "../../analysis/tree.ts";
import { BUILTINS } from "../../builtins.ts";
import type { Form, Range } from "../../forms.ts";
import { read } from "../../reader.ts";
import { SPECIAL_FORMS } from "../../special-forms.ts";
import { enclosingForms } from "../forms/forms-at.ts";
import { bindingCode, builtinSignature, documentation } from "./hover.ts";
import { type Subject, scopeAt, subjectAt, textWithNameAt } from "./names.ts";

/** One way to write a call or a special form. */
export interface Signature {
  /** As it is written: `(name parameter …)`. */
  readonly label: string;
  /** Where the parameters stand in the label. */
  readonly parameters: readonly Range[];
  /** Index of the parameter that the argument is for; null when there are more arguments than parameters. */
  readonly active: number | null;
}

/** What is called around an offset. */
export interface Call {
  readonly name: string;
  /** More than one only for special forms that are written in several ways. */
  readonly signatures: readonly Signature[];
  readonly doc: string;
  /** Which argument the offset stands in, from 0. */
  readonly argument: number;
}

type ListForm = Extract<Form, { kind: "list" }>;

/** Between the ways of writing a special form, in `SpecialForm.syntax`. */
const OR = " or ";
/** Behind what may be repeated. */
const REPEATED = "…";

/** The call around an offset; clauses and lists of names belong to the special form that they are part of. Null in data and outside of calls. */
export function callAt(analysis: Analysis, offset: number): Call | null {
  if (analysis.quoted.some(({ start, end }) => offset > start && offset < end)) return null;
  for (const form of enclosingForms(read(textWithNameAt(analysis.text, offset)).forms, offset)) {
    if (form.kind !== "list" || !isInside(form, offset)) continue;
    const head = form.items[0];
    if (head?.kind !== "symbol") continue;
    if (offset <= head.end) continue;
    const found = calledAt(analysis, head.start, head.name);
    if (found === "no call") continue;
    return found === null ? null : callOf(analysis, found, form, offset);
  }
  return null;
}

function isInside(form: ListForm, offset: number): boolean {
  return offset > form.start && (offset < form.end || !form.isClosed);
}

/** What the head of a list calls; "no call" when the list is a clause or a list of names. */
function calledAt(analysis: Analysis, offset: number, name: string): Subject | null | "no call" {
  const reference = analysis.references.find(({ start }) => start === offset);
  if (reference !== undefined && reference.use !== "call") return "no call";
  if (name === "else") return "no call";
  const subject = subjectAt(analysis, offset) ?? subjectNamed(analysis, offset, name);
  if (subject?.kind === "binding" && subject.binding.nameRange.start === offset) return "no call";
  return subject;
}

/** By the name alone, where the analysis has not come: inside a special form that is not complete yet. */
function subjectNamed(analysis: Analysis, offset: number, name: string): Subject | null {
  const range = { start: offset, end: offset + name.length };
  const binding = bindingNamed(analysis, offset, name);
  if (binding !== null) return { kind: "binding", range, binding };
  const form = SPECIAL_FORMS.get(name);
  if (form !== undefined) return { kind: "special-form", range, form };
  const builtin = BUILTINS.get(name);
  return builtin === undefined ? null : { kind: "builtin", range, builtin };
}

function bindingNamed(analysis: Analysis, offset: number, name: string): Binding | null {
  for (let scope: Scope | null = scopeAt(analysis, offset); scope !== null; scope = scope.parent) {
    const local = scope.bindings.find((binding) => binding.name === name);
    if (local !== undefined) return local;
  }
  return analysis.bindings.find((binding) => binding.isGlobal && binding.name === name) ?? null;
}

function callOf(analysis: Analysis, called: Subject, form: ListForm, offset: number): Call | null {
  const argument = form.items.slice(1).filter((item) => item.end < offset).length;
  const call = (name: string, labels: readonly string[], doc: string): Call => {
    return { name, signatures: labels.map((label) => signature(label, argument)), doc, argument };
  };
  switch (called.kind) {
    case "builtin":
      return call(called.builtin.name, [builtinSignature(called.builtin)], called.builtin.doc);
    case "special-form": {
      const labels = called.form.syntax.split(OR).filter((label) => label.startsWith("("));
      return call(called.form.name, labels, called.form.doc);
    }
    case "binding": {
      const label = bindingCode(called.binding);
      const isFunction = label !== called.binding.name;
      return isFunction ? call(called.binding.name, [label], documentation(analysis, called.binding)) : null;
    }
  }
}

/** A label is Lisp itself, so its parameters are the forms in it. */
function signature(label: string, argument: number): Signature {
  const form = read(label).forms[0];
  if (form?.kind !== "list") return { label, parameters: [], active: null };
  const isDots = (item: Form | undefined) => item?.kind === "symbol" && item.name === REPEATED;
  const items = form.tail === null ? form.items : [...form.items, form.tail];
  const parameters = items.slice(1).filter((item) => !isDots(item));
  const repeated = parameters.findIndex((parameter) => {
    return (
      parameter === form.tail || isDots(items[items.indexOf(parameter) + 1]) || /…$/.test(textOfSymbol(parameter) ?? "")
    );
  });
  const active = repeated >= 0 ? Math.min(argument, repeated) : argument;
  return {
    label,
    parameters: parameters.map(({ start, end }) => ({ start, end })),
    active: active < parameters.length ? active : null,
  };
}

function textOfSymbol(form: Form): string | null {
  return form.kind === "symbol" ? form.name : null;
}
