/** What built-in operations do with references, as data: which part they read, what they make, what they put where. */
import { BUILTINS, INTERNAL_BUILTINS } from "../../../../builtins.ts";
import type { Field } from "../objects.ts";

/**
 * - `scalar`: looks at its arguments; the result is no object that a plan could end.
 * - `read`: the parts of the first argument reached by the fields in order.
 * - `same`: the result is an argument.
 * - `make`: a new object; the argument at an index goes to a field, those from `rest` on all to one. `repeats`: each argument goes
 *   into as many places of it as only the run knows.
 * - `store`: replaces a field of the first argument; the result is an argument.
 * - `search`: what a chain of pairs, the argument at `list`, holds: the pairs themselves, or their first halves.
 * - `library`: a function of the library.
 * - `untold`: anything may become of the arguments.
 */
export type Effect =
  | { readonly kind: "scalar" }
  | { readonly kind: "read"; readonly path: readonly Field[] }
  | { readonly kind: "same"; readonly index: number }
  | {
      readonly kind: "make";
      readonly fields: readonly (Field | null)[];
      readonly rest: Field | null;
      readonly chain: boolean;
      readonly repeats: boolean;
    }
  | { readonly kind: "store"; readonly field: Field; readonly value: number; readonly result: number }
  | { readonly kind: "search"; readonly part: "pairs" | "items"; readonly list: number }
  | { readonly kind: "library"; readonly name: string }
  | { readonly kind: "append" }
  /** The program ends the argument. */
  | { readonly kind: "free" }
  /** Keeps nothing; what it makes is not the plan's. */
  | { readonly kind: "apart" }
  | { readonly kind: "untold" };

const SCALAR: Effect = { kind: "scalar" };
const UNTOLD: Effect = { kind: "untold" };

const read = (...path: Field[]): Effect => ({ kind: "read", path });
const make = (fields: readonly (Field | null)[], rest: Field | null = null, chain = false): Effect => ({
  kind: "make",
  fields,
  rest,
  chain,
  repeats: false,
});

const EFFECTS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ["cons", make(["car", "cdr"])],
  ["list", make([], "car", true)],
  ["vector", make([], "item")],
  ["make-vector", { kind: "make", fields: [null, "item"], rest: null, chain: false, repeats: true }],
  ["car", read("car")],
  ["cdr", read("cdr")],
  ["caar", read("car", "car")],
  ["cadr", read("cdr", "car")],
  ["cdar", read("car", "cdr")],
  ["cddr", read("cdr", "cdr")],
  ["caddr", read("cdr", "cdr", "car")],
  ["cdddr", read("cdr", "cdr", "cdr")],
  ["cadddr", read("cdr", "cdr", "cdr", "car")],
  ["vector-ref", read("item")],
  ["set-car!", { kind: "store", field: "car", value: 1, result: 0 }],
  ["set-cdr!", { kind: "store", field: "cdr", value: 1, result: 0 }],
  ["vector-set!", { kind: "store", field: "item", value: 2, result: 2 }],
  ["assq", { kind: "search", part: "items", list: 1 }],
  ["memq", { kind: "search", part: "pairs", list: 1 }],
  ["display", { kind: "same", index: 0 }],
  ["write", { kind: "same", index: 0 }],
  ["print", { kind: "same", index: 0 }],
  ["print-int", { kind: "same", index: 0 }],
  ["print-string", { kind: "same", index: 0 }],
  ["append", { kind: "append" }],
  ["free", { kind: "free" }],
]);

/** Their results are numbers, characters, truth values or symbols, or nothing, and they keep nothing. */
const HARMLESS: ReadonlySet<string> = new Set([
  ..."+ - * / % remainder modulo quotient 1+ 1- abs min max truncate = < > <= >= zero? positive? negative? even? odd?".split(
    " ",
  ),
  ..."bit-and bit-or bit-xor bit-shl bit-ashr bit-shr eq? eqv? equal? not null? pair? list? symbol? number? integer?".split(
    " ",
  ),
  ..."float? string? char? vector? procedure? boolean? length vector-length string-length string-ref string=? string<?".split(
    " ",
  ),
  ..."string->number string->symbol char->integer integer->char char=? char<? newline error peek poke gc refcount".split(
    " ",
  ),
  ..."address-of region runtime exit %array? %string-bit %code %character %wrong-type %signal %equal %min %max".split(
    " ",
  ),
]);
/** Results are new strings, which refer to nothing. */
const STRINGS: ReadonlySet<string> = new Set([
  "string-append",
  "substring",
  "make-string",
  "number->string",
  "symbol->string",
]);

/** Results of operations on the flat memory that are no objects. */
const SCALAR_RESULTS: ReadonlySet<string> = new Set(["integer", "symbol", "nothing"]);

/** @param count number of arguments of the call */
export function effectOf(name: string, count: number): Effect {
  const known = EFFECTS.get(name);
  if (known !== undefined) return known;
  if (HARMLESS.has(name)) return SCALAR;
  if (STRINGS.has(name)) return make([]);
  if (name === "map" || name === "for-each") return { kind: "library", name: `%${name}${count === 2 ? "" : "2"}` };
  const builtin = BUILTINS.get(name) ?? INTERNAL_BUILTINS.get(name);
  // The flat memory holds numbers only.
  if (builtin?.code.kind === "operation" && builtin.code.subr === "MEMORY") {
    return SCALAR_RESULTS.has(builtin.result) ? SCALAR : { kind: "apart" };
  }
  if (builtin?.code.kind === "library") return { kind: "library", name: builtin.code.name };
  return UNTOLD;
}

/** Cells that one call makes; null when that depends on more than the text. */
export function cellsOf(name: string, count: number): number | null {
  if (name === "cons") return 1;
  return name === "list" || name === "vector" ? count : null;
}

/** May a stack scope hold what it makes? Of pairs alone is it sure that one allocation is one object. */
export function makesPairs(name: string): boolean {
  return name === "cons" || name === "list";
}
