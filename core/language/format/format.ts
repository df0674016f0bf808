/**
 * The formatter of Conspect Lisp. It changes white space only: indentation, spaces between forms, brackets that stand alone. Comments,
 * blank lines and the line breaks between forms stay. Formatting a formatted text changes nothing.
 */
import type { Form, Range } from "../forms.ts";
import { read } from "../reader.ts";
import { Layout, type TextChange } from "./layout.ts";

/** What happens at the end of the text. */
export interface FormatOptions {
  /** A text that ends without a line break gets one. */
  readonly insertFinalNewline: boolean;
}

/**
 * The changes that format a text, in order, without overlap. Forms whose brackets are not closed are left as they are: nobody knows yet
 * what they are going to be.
 *
 * @param range only lines that have a part in it are changed
 */
export function format(text: string, range: Range, options: FormatOptions): readonly TextChange[] {
  const { forms } = read(text);
  const untouched = forms.filter((form) => !isComplete(form));
  const isFree = (token: Range) =>
    token.end >= range.start &&
    token.start <= range.end &&
    !untouched.some((form) => form.start < token.start && token.start < form.end);
  const layout = new Layout({ text, tops: new Set(forms.map(({ start }) => start)), isFree });
  layout.run(text.length);
  const end = endOfText(text, layout.lastToken?.end ?? 0, options);
  const changes = end === null || range.end < text.length ? layout.changes : [...layout.changes, end];
  return isSameProgram(forms, read(applied(text, changes)).forms) ? changes : [];
}

/** The column in which a line begins that is broken off at an offset; null inside of a string or comment. */
export function indentationAt(text: string, offset: number): number | null {
  const { forms } = read(text);
  const layout = new Layout({ text, tops: new Set(forms.map(({ start }) => start)), isFree: () => false });
  layout.run(offset);
  const last = layout.lastToken;
  const isInside = last !== null && (last.end > offset || last.problem?.code.startsWith("unclosed") === true);
  return isInside ? null : layout.indent;
}

/** The text with changes made, which come in order and do not overlap. */
export function applied(text: string, changes: readonly TextChange[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, newText } of changes) {
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}

function isComplete(form: Form): boolean {
  switch (form.kind) {
    case "list":
    case "vector":
      return form.isClosed;
    case "quote":
    case "quasiquote":
    case "unquote":
    case "unquote-splicing":
      return form.form !== null && isComplete(form.form);
    default:
      return true;
  }
}

/** One line break at the end, if there was one or one is asked for. */
function endOfText(text: string, contentEnd: number, options: FormatOptions): TextChange | null {
  const gap = text.slice(contentEnd);
  const lineBreak = /\r\n|\r|\n/.exec(gap)?.[0] ?? (options.insertFinalNewline ? "\n" : "");
  const newText = contentEnd === 0 ? "" : lineBreak;
  return gap === newText ? null : { start: contentEnd, end: text.length, newText };
}

/** Are these the same forms, wherever they stand? */
export function isSameProgram(a: readonly Form[], b: readonly Form[]): boolean {
  return a.length === b.length && a.every((form, i) => isSameForm(form, b[i] as Form));
}

function isSameForm(a: Form, b: Form): boolean {
  switch (a.kind) {
    case "list":
      if (b.kind !== "list" || a.isClosed !== b.isClosed) return false;
      return isSameProgram(a.items, b.items) && isSameOptional(a.tail, b.tail);
    case "vector":
      return b.kind === "vector" && a.isClosed === b.isClosed && isSameProgram(a.items, b.items);
    case "quote":
    case "quasiquote":
    case "unquote":
    case "unquote-splicing":
      return b.kind === a.kind && isSameOptional(a.form, b.form);
    case "symbol":
      return b.kind === "symbol" && a.name === b.name;
    case "character":
      return b.kind === "character" && a.code === b.code;
    case "string":
      return b.kind === "string" && a.text === b.text;
    case "integer":
    case "float":
      return b.kind === a.kind && a.value === b.value;
    case "constant":
      return b.kind === "constant" && a.value === b.value;
  }
}

function isSameOptional(a: Form | null, b: Form | null): boolean {
  return a === null || b === null ? a === b : isSameForm(a, b);
}
