/** Names and literals in words: how something is written, what kind of value it is, where it comes from, the comment above it. */
import { memberText } from "../../analysis/records.ts";
import { describeArity } from "../../analysis/resolver.ts";
import type { Analysis, Binding, Lambda } from "../../analysis/tree.ts";
import type { Builtin } from "../../builtins.ts";
import type { Comment, Form, Range } from "../../forms.ts";
import { adviceText, arenaAdvice, arenaFactsOf } from "../advice/arena-advice.ts";
import { formText } from "../forms/form-text.ts";
import { enclosingForms, formWithRange, startsLine } from "../forms/forms-at.ts";
import { type Subject, subjectAt } from "./names.ts";

/** What is said about a place. */
export interface Hover {
  readonly range: Range;
  /** Lisp: a signature, a name, the literal itself. */
  readonly code: string;
  /** Paragraphs, parted by empty lines. */
  readonly text: string;
}

/** Integers from -65536 to 65535 are kept in the pointer itself (memory specification: SMALLP); others are objects (FIXP). */
const SMALL_INTEGER_LIMIT = 65_536;

/** What stands at an offset, in words; null when there is nothing to say. */
export function hover(analysis: Analysis, offset: number): Hover | null {
  const subject = subjectAt(analysis, offset);
  if (subject !== null) {
    const text = subjectText(analysis, subject) + expansionText(analysis, offset);
    return { range: subject.range, code: subjectCode(subject), text };
  }
  const form = enclosingForms(analysis.forms, offset)[0];
  const text = form === undefined ? null : literalText(form);
  if (form === undefined || text === null) return null;
  return { range: form, code: analysis.text.slice(form.start, form.end), text };
}

/** What the call of a macro at an offset stands for; empty when there is none. */
function expansionText(analysis: Analysis, offset: number): string {
  const found = analysis.expansions.find(({ nameRange }) => nameRange.start <= offset && offset <= nameRange.end);
  return found === undefined ? "" : `\n\nHere it stands for:\n\n\`\`\`lisp\n${formText(found.form)}\n\`\`\``;
}

function subjectCode(subject: Subject): string {
  switch (subject.kind) {
    case "special-form":
      return subject.form.syntax;
    case "builtin":
      return builtinSignature(subject.builtin);
    case "binding":
      return bindingCode(subject.binding);
  }
}

function subjectText(analysis: Analysis, subject: Subject): string {
  switch (subject.kind) {
    case "special-form":
      return `${subject.form.doc}\n\n${arenaText(analysis, subject)}Special form.`;
    case "builtin": {
      const { builtin } = subject;
      const result = builtin.result === "any" || builtin.result === "nothing" ? "" : `; result: ${builtin.result}`;
      return `${builtin.doc}\n\nBuilt in; takes ${describeArity(builtin)}${result}.`;
    }
    case "binding":
      return bindingText(analysis, subject.binding);
  }
}

const ARENA_FORMS: readonly string[] = ["with-arena", "with-region"];

/** Whether an arena fits where one is opened; empty for other forms. */
function arenaText(analysis: Analysis, { form, range }: Extract<Subject, { kind: "special-form" }>): string {
  if (!ARENA_FORMS.includes(form.name)) return "";
  const whole = enclosingForms(analysis.forms, range.start).find((around) => around.kind === "list");
  return whole === undefined ? "" : `${adviceText(arenaAdvice(arenaFactsOf(analysis, whole)))}\n\n`;
}

export function builtinSignature(builtin: Builtin): string {
  return `(${[builtin.name, ...builtin.parameters].join(" ")})`;
}

/** How a binding is used: a call for a function, the name for a variable. */
export function bindingCode(binding: Binding): string {
  if (binding.macro !== null) {
    const { names, rest } = binding.macro.parameters;
    return `(${[binding.name, ...names, ...(rest === null ? [] : [".", rest])].join(" ")})`;
  }
  const lambda = fixedLambda(binding);
  if (lambda === null) return binding.name;
  const names = lambda.parameters.map((parameter) => parameter.name);
  if (lambda.hasRest) names.splice(-1, 0, ".");
  return `(${[binding.name, ...names].join(" ")})`;
}

/**
 * What a binding is and where it is bound, then the comment above it.
 * @param lineOf given by those who ask about many bindings
 */
export function bindingText(analysis: Analysis, binding: Binding, lineOf = lineNumbers(analysis.text)): string {
  const doc = documentation(analysis, binding);
  const line = lineOf(binding.nameRange.start);
  const of = binding.isGlobal || binding.kind === "macro" ? "" : ` of ${ownerName(binding.owner)}`;
  const what = `${bindingTitle(binding)}${of}, line ${line}${valueText(analysis, binding)}.`;
  const title = binding.member === null ? what : `${memberText(binding.member)}\n\n${what}`;
  return doc === "" ? title : `${title}\n\n${doc}`;
}

function bindingTitle(binding: Binding): string {
  if (binding.kind === "parameter") return "Parameter";
  if (binding.kind === "macro") return "Macro";
  const what = fixedLambda(binding) === null ? "variable" : "function";
  return binding.isGlobal ? `Global ${what}` : `Local ${what}`;
}

function valueText(analysis: Analysis, binding: Binding): string {
  const lambda = fixedLambda(binding);
  if (lambda !== null) {
    return `; takes ${describeArity({ least: lambda.required, most: lambda.hasRest ? null : lambda.required })}`;
  }
  const value = valueForm(analysis, binding);
  const kind = value === null ? null : valueKind(analysis, value);
  return kind === null ? "" : `; ${binding.isAssigned ? "value at first" : "value"}: ${kind}`;
}

/** The function that a binding means for good. */
function fixedLambda(binding: Binding): Lambda | null {
  return binding.isAssigned ? null : binding.lambda;
}

function ownerName(lambda: Lambda): string {
  return lambda.parent === null ? "the top level" : lambda.name;
}

/** Line numbers by offset, from 1 as editors count. */
export function lineNumbers(text: string): (offset: number) => number {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (offset) => countWhile(starts, (start) => start <= offset);
}

/** How many items from the first on the claim holds for; it holds for none after the first that it does not hold for. */
function countWhile<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle] as Item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The comment lines directly above a definition, without their semicolons. */
export function documentation(analysis: Analysis, binding: Binding): string {
  const { text, comments } = analysis;
  const lines: string[] = [];
  let end = binding.range.start;
  // The reader hands comments over in the order in which they end.
  for (let i = countWhile(comments, (comment) => comment.end <= end) - 1; i >= 0; i--) {
    const comment = comments[i] as Comment;
    if (!/^[ \t]*\r?\n?[ \t]*$/.test(text.slice(comment.end, end)) || !comment.text.startsWith(";")) break;
    // A comment behind code on the same line belongs to that code.
    if (!startsLine(text, comment)) break;
    lines.unshift(comment.text.replace(/^;+ ?/, "").trimEnd());
    end = comment.start;
  }
  return lines.join("\n");
}

/** The form that a variable gets its value from where it is bound: `(name value)`, `(define name value)`. */
function valueForm(analysis: Analysis, binding: Binding): Form | null {
  if (binding.kind === "parameter") return null;
  const definition = formWithRange(analysis.forms, binding.range);
  if (definition?.kind !== "list") return null;
  const place = definition.items.findIndex((item) => item.start === binding.nameRange.start);
  return (place < 0 ? null : definition.items[place + 1]) ?? null;
}

/** The kind of value that a form has whatever happens; null when that depends. */
function valueKind(analysis: Analysis, form: Form): string | null {
  switch (form.kind) {
    case "integer":
    case "float":
    case "character":
    case "string":
    case "vector":
      return form.kind;
    case "constant":
      return form.value === "true" ? "boolean" : "nil";
    case "quote":
      return form.form === null ? null : dataKind(analysis, form.form);
    case "list":
      return callKind(analysis, form.items[0]);
    default:
      return null;
  }
}

function dataKind(analysis: Analysis, form: Form): string | null {
  if (form.kind === "symbol") return "symbol";
  if (form.kind === "list") return form.items.length === 0 ? "nil" : "list";
  return valueKind(analysis, form);
}

function callKind(analysis: Analysis, head: Form | undefined): string | null {
  if (head === undefined) return "nil";
  const subject = subjectAt(analysis, head.start);
  if (subject?.kind !== "builtin") return null;
  const { result } = subject.builtin;
  return result === "any" || result === "nothing" ? null : result;
}

function literalText(form: Form): string | null {
  switch (form.kind) {
    case "integer":
      return `Integer: ${radixes(form.value)}; ${integerPlace(form.value)}.`;
    case "float":
      return `Float, IEEE single: ${Math.fround(form.value)}.`;
    case "character":
      return `Character, code ${form.code}.`;
    case "string":
      return `String of ${form.text.length} character${form.text.length === 1 ? "" : "s"}.`;
    case "constant":
      return form.value === "true" ? "True." : "Nil: the empty list, and false.";
    default:
      return null;
  }
}

function radixes(value: number): string {
  const sign = value < 0 ? "-" : "";
  return `#x${sign}${Math.abs(value).toString(16).toUpperCase()}, #o${sign}${Math.abs(value).toString(8)}`;
}

function integerPlace(value: number): string {
  const isSmall = value >= -SMALL_INTEGER_LIMIT && value < SMALL_INTEGER_LIMIT;
  return isSmall ? "small, kept in the pointer itself" : "too large for a pointer, a number object";
}
