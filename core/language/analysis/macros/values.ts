/**
 * What macros compute with: forms as pairs and atoms. What comes from the call keeps its place in the text, what the macro makes gets the place of the
 * call when the result becomes a form again. Nothing here can be changed once it is made.
 */
import { type Form, MADE_ID, type Range } from "../../forms.ts";

export type Atom = Exclude<Form, { kind: "list" | "quote" | "quasiquote" | "unquote" | "unquote-splicing" }>;

export interface Pair {
  readonly kind: "pair";
  readonly car: Value;
  readonly cdr: Value;
  /** The form of which it is the whole list; null for what a macro made, and inside of a list. */
  readonly origin: Form | null;
}

/** A function of the macro language. */
export interface Procedure {
  readonly kind: "procedure";
  readonly name: string;
  readonly call: (items: readonly Value[]) => Value;
}

export type Value = Atom | Pair | Procedure;

/** A macro that cannot go on: wrong in itself, or too long. */
export class MacroFault extends Error {}

const NOWHERE = { id: MADE_ID, start: 0, end: 0 } as const;
const PREFIXES: ReadonlySet<string> = new Set(["quote", "quasiquote", "unquote", "unquote-splicing"]);
type Prefix = "quote" | "quasiquote" | "unquote" | "unquote-splicing";
/** Deepest nesting of what a macro makes. */
const MOST_DEPTH = 100;

export const NIL: Value = { ...NOWHERE, kind: "constant", value: "nil" };
export const TRUE: Value = { ...NOWHERE, kind: "constant", value: "true" };

export function symbol(name: string): Value {
  return { ...NOWHERE, kind: "symbol", name };
}
export function integer(value: number): Value {
  return { ...NOWHERE, kind: "integer", value };
}
export function float(value: number): Value {
  return { ...NOWHERE, kind: "float", value };
}
export function string(text: string): Value {
  return { ...NOWHERE, kind: "string", text };
}
export function truth(isTrue: boolean): Value {
  return isTrue ? TRUE : NIL;
}
export function pair(car: Value, cdr: Value): Pair {
  return { kind: "pair", car, cdr, origin: null };
}
export function isNil(value: Value): boolean {
  return value.kind === "constant" && value.value === "nil";
}
export function listOf(items: readonly Value[], tail: Value = NIL): Value {
  return items.reduceRight<Value>((rest, item) => pair(item, rest), tail);
}

/**
 * A form of the call, with its place. What macros made may hold a form many times, so `spend` is called for each time.
 * @throws {MacroFault} when `spend` does
 */
export function argumentOf(form: Form, spend: () => void): Value {
  spend();
  const inside = (part: Form) => argumentOf(part, spend);
  if (form.kind === "list") {
    const list = listOf(form.items.map(inside), form.tail === null ? NIL : inside(form.tail));
    return list.kind === "pair" ? { ...list, origin: form } : list;
  }
  if (isPrefix(form)) {
    const items = form.form === null ? [symbol(form.kind)] : [symbol(form.kind), inside(form.form)];
    return { ...(listOf(items) as Pair), origin: form };
  }
  return form as Atom;
}

/** A form of the macro's own text: a template, whose place is of no use. */
export function templateOf(form: Form): Value {
  if (form.kind === "list") return listOf(form.items.map(templateOf), form.tail === null ? NIL : templateOf(form.tail));
  if (isPrefix(form))
    return listOf(form.form === null ? [symbol(form.kind)] : [symbol(form.kind), templateOf(form.form)]);
  return { ...(form as Atom), ...NOWHERE };
}

function isPrefix(form: Form): form is Extract<Form, { form: Form | null }> {
  return PREFIXES.has(form.kind);
}

/**
 * The value as a form. What was made stands at `at`.
 *
 * @param spend called for every form that is made
 * @throws {MacroFault} for a function, and for a structure that is too deep
 */
export function formOf(value: Value, at: Range, spend: () => void, depth = 0): Form {
  spend();
  if (depth > MOST_DEPTH) throw new MacroFault(`it makes lists that are nested more than ${MOST_DEPTH} deep`);
  const place = { id: MADE_ID, start: at.start, end: at.end };
  if (value.kind === "procedure") throw new MacroFault(`its result holds the function ${value.name}, which is no form`);
  if (value.kind !== "pair") return value.id === MADE_ID ? { ...value, ...place } : value;
  if (value.origin !== null) return value.origin;
  const items: Form[] = [];
  let rest: Value = value;
  for (; rest.kind === "pair"; rest = rest.cdr) items.push(formOf(rest.car, at, spend, depth + 1));
  const tail = isNil(rest) ? null : formOf(rest, at, spend, depth + 1);
  const [head, only] = items;
  if (head?.kind === "symbol" && PREFIXES.has(head.name) && items.length === 2 && tail === null && only !== undefined) {
    return { ...place, kind: head.name as Prefix, form: only };
  }
  return { ...place, kind: "list", items, tail, isClosed: true };
}

/**
 * Same structure and contents. Lists that share their parts are compared part by part, so `spend` is called for each.
 * @throws {MacroFault} when `spend` does, and for a structure that is too deep
 */
export function isEqual(a: Value, b: Value, spend: () => void, depth = 0): boolean {
  if (depth > MOST_DEPTH) throw new MacroFault(`it compares lists that are nested more than ${MOST_DEPTH} deep`);
  let [left, right] = [a, b];
  for (; left.kind === "pair" && right.kind === "pair"; left = left.cdr, right = right.cdr) {
    spend();
    if (!isEqual(left.car, right.car, spend, depth + 1)) return false;
  }
  return isSame(left, right);
}

/** The same symbol, number, character or truth value; two lists are only the same when they are one. */
export function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "symbol":
      return b.kind === "symbol" && a.name === b.name;
    case "integer":
    case "float":
    case "constant":
      return a.kind === b.kind && a.value === (b as typeof a).value;
    case "character":
      return b.kind === "character" && a.code === b.code;
    case "string":
      return b.kind === "string" && a.text === b.text;
    default:
      return false;
  }
}
