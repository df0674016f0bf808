/**
 * Conditions that only compare what is there already: `(> bytes 100)`, `(and (eq? type 'LISTP) (< i 10))`. They are read off, many times faster than
 * compiled and run on an excursion; whatever is more than that is left to the machine. An answer is always the machine's answer.
 */
import type { Pointer } from "../../base/units.ts";
import type { Form } from "../../language/forms.ts";
import { read } from "../../language/reader.ts";
import { NIL, T } from "../../memory/layout.ts";
import { fitsSmall, isSmall, smallValue } from "../../objects/immediates.ts";

/** What a condition sees. */
export interface ConditionNames {
  /** The value of a variable: a field of the event, or an object; null when it cannot be told without running anything. */
  variable(name: string): number | string | { readonly pointer: Pointer } | null;
  /** The symbol of that name; null when nobody has made it yet. */
  symbol(name: string): Pointer | null;
  /** Whether the program or the frame means something of its own by the name of a function of the language. */
  isOwn(name: string): boolean;
}

type Value =
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "object"; readonly pointer: Pointer }
  /** A symbol that does not exist yet: it is no object that the program has. */
  | { readonly kind: "unmade"; readonly name: string };

/** Sums of numbers below are exact, and fit into the machine's integers. */
const EXACT = 2 ** 30;

/** The one form of a text; null for anything else. */
export function conditionForm(text: string): Form | null {
  const { forms, diagnostics } = read(text);
  const [form] = forms;
  return forms.length === 1 && form !== undefined && diagnostics.length === 0 ? form : null;
}

/** Whether the condition holds; null when the machine has to be asked. */
export function quickCondition(form: Form, names: ConditionNames): boolean | null {
  const value = valueIn(form, names);
  return value === null ? null : isTrue(value);
}

function valueIn(form: Form, names: ConditionNames): Value | null {
  switch (form.kind) {
    case "integer":
      return { kind: "integer", value: form.value };
    case "constant":
      return truth(form.value === "true");
    case "symbol":
      return variable(form.name, names);
    case "quote":
      return form.form?.kind === "symbol" ? symbol(form.form.name, names) : null;
    case "list":
      return form.isClosed && form.tail === null ? call(form.items, names) : null;
    default:
      return null;
  }
}

function variable(name: string, names: ConditionNames): Value | null {
  const found = names.variable(name);
  if (found === null) return null;
  if (typeof found === "number") return { kind: "integer", value: found };
  if (typeof found === "string") return symbol(found, names);
  const { pointer } = found;
  return isSmall(pointer) ? { kind: "integer", value: smallValue(pointer) } : { kind: "object", pointer };
}

function symbol(name: string, names: ConditionNames): Value {
  const pointer = names.symbol(name);
  return pointer === null ? { kind: "unmade", name } : { kind: "object", pointer };
}

function call([head, ...args]: readonly Form[], names: ConditionNames): Value | null {
  if (head?.kind !== "symbol" || names.isOwn(head.name)) return null;
  switch (head.name) {
    case "and":
      return sequence(args, names, truth(true), (value) => !isTrue(value));
    case "or":
      return sequence(args, names, truth(false), isTrue);
    case "not":
    case "null?":
      return ofOne(args, names, (value) => truth(!isTrue(value)));
    case "eq?":
      return ofTwo(args, names, identity);
  }
  const numeric = NUMERIC.get(head.name);
  return numeric === undefined ? null : ofTwo(args, names, (a, b) => ofIntegers(a, b, numeric));
}

/** The first value that ends the sequence, or the last one. All are read, so that what is wrong with one behind it is told by the machine. */
function sequence(
  forms: readonly Form[],
  names: ConditionNames,
  empty: Value,
  ends: (value: Value) => boolean,
): Value | null {
  const values: Value[] = [];
  for (const form of forms) {
    const value = valueIn(form, names);
    if (value === null) return null;
    values.push(value);
  }
  return values.find(ends) ?? values.at(-1) ?? empty;
}

function ofOne(args: readonly Form[], names: ConditionNames, apply: (value: Value) => Value): Value | null {
  const [form] = args;
  const value = form === undefined || args.length > 1 ? null : valueIn(form, names);
  return value === null ? null : apply(value);
}

function ofTwo(
  args: readonly Form[],
  names: ConditionNames,
  apply: (first: Value, second: Value) => Value | null,
): Value | null {
  const [left, right] = args;
  if (left === undefined || right === undefined || args.length > 2) return null;
  const first = valueIn(left, names);
  const second = first === null ? null : valueIn(right, names);
  return first === null || second === null ? null : apply(first, second);
}

/** Large integers are objects of their own each time: whether two are the same one only the machine knows. */
function identity(first: Value, second: Value): Value | null {
  if (first.kind === "integer" && second.kind === "integer") {
    return fitsSmall(first.value) && fitsSmall(second.value) ? truth(first.value === second.value) : null;
  }
  if (first.kind === "object" && second.kind === "object") return truth(first.pointer === second.pointer);
  if (first.kind === "unmade" && second.kind === "unmade") return truth(first.name === second.name);
  return isLarge(first) || isLarge(second) ? null : truth(false);
}
function isLarge(value: Value): boolean {
  return value.kind === "integer" && !fitsSmall(value.value);
}

const NUMERIC: ReadonlyMap<string, (a: number, b: number) => number | boolean> = new Map([
  ["=", (a: number, b: number) => a === b],
  ["<", (a: number, b: number) => a < b],
  [">", (a: number, b: number) => a > b],
  ["<=", (a: number, b: number) => a <= b],
  [">=", (a: number, b: number) => a >= b],
  ["+", (a: number, b: number): number | boolean => a + b],
  ["-", (a: number, b: number): number | boolean => a - b],
]);

function ofIntegers(first: Value, second: Value, apply: (a: number, b: number) => number | boolean): Value | null {
  if (first.kind !== "integer" || second.kind !== "integer") return null;
  if (Math.abs(first.value) >= EXACT || Math.abs(second.value) >= EXACT) return null;
  const result = apply(first.value, second.value);
  return typeof result === "boolean" ? truth(result) : { kind: "integer", value: result };
}

/** NIL is the only false value. */
function isTrue(value: Value): boolean {
  return value.kind !== "object" || value.pointer !== NIL;
}
function truth(holds: boolean): Value {
  return { kind: "object", pointer: holds ? T : NIL };
}
