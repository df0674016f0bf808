/**
 * Numbers of the host calls (SUBRCALL) that are Conspect's own, in a range that the reference VM leaves unused; its own are in `maiko-subrs.ts`.
 * The compiler emits them, `vm/subrs.ts` executes them. Arguments and results are Lisp values.
 */
import { MAIKO_SUBRS } from "./maiko-subrs.ts";

export const SUBR = {
  /** (x): prints x for people (strings without quotes); result x. */
  DISPLAY: 224,
  /** (x): prints x as `read` would take it; result x. */
  WRITE: 225,
  /** (): prints a line end; result nil. */
  NEWLINE: 226,
  /** (x): write, then newline; result x. */
  PRINT: 227,
  /** (code value …): signals the Lisp error number `code` of `LISP_ERRORS`. Does not return. */
  ERROR: 228,
  /** (address): 32-bit integer in cell `address` of the flat memory, 0 … 65535. */
  PEEK: 229,
  /** (address value): result value. */
  POKE: 230,
  /** (): runs a collection; result: objects freed. */
  GC: 231,
  /** (x): stored reference count; result integer, nil when x is not counted. */
  REFCOUNT: 232,
  /** (x): address of x as an integer, in words. */
  ADDRESS_OF: 233,
  /** (n fill): result a vector. */
  MAKE_VECTOR: 234,
  /** (n character) */
  MAKE_STRING: 235,
  /** (string …) */
  STRING_APPEND: 236,
  /** (string from to) */
  SUBSTRING: 237,
  NUMBER_TO_STRING: 238,
  /** (string): number, or nil when the text is no number. */
  STRING_TO_NUMBER: 239,
  /** (a b) */
  STRING_EQUAL: 240,
  STRING_LESS: 241,
  STRING_TO_SYMBOL: 242,
  SYMBOL_TO_STRING: 243,
  /** (a b): same structure; terminates on cycles by a bound that is an error. */
  EQUAL: 244,
  /** (x): name of the memory region that holds x, as a symbol. */
  REGION: 245,
  /** (x): length of a vector or string. */
  VECTOR_LENGTH: 246,
  /** (x): the integer nearest to a float, towards zero. */
  TRUNCATE: 247,
  /** (item …): a vector of the arguments. */
  VECTOR: 248,
  /** (symbol): value of an assigned global; the error `unbound-variable` when it has none. */
  CHECK_BOUND: 249,
  /** (code environment): a closure object. */
  MAKE_CLOSURE: 250,
  /** (): microseconds of the clock port. */
  RUNTIME: 251,
  /** (status): ends the program. */
  EXIT: 252,
  /** (operation x): one operation of the lifetime plan (`plan.ts`); result x. Nothing where code has no plan. */
  PLAN: 253,
  /** (operation argument …): an operation of `MEMORY` in `memory-operations.ts`. */
  MEMORY: 254,
  /** (argument … operation): an operation of `RECORD` in `record-types.ts`. */
  RECORD: 255,
} as const;

/** First number that is our own. */
export const FIRST_OWN_SUBR = 224;

/** Name of each host call, ours and those of the reference VM, by number. */
export const SUBR_NAMES: ReadonlyMap<number, string> = new Map(
  [...Object.entries(MAIKO_SUBRS), ...Object.entries(SUBR)].map(([name, number]) => [number, name]),
);

/** Lisp errors that compiled code and UFN handlers signal by number. `%0`, `%1` stand for the printed values. */
export const LISP_ERRORS = [
  { name: "user-error", message: "%0" },
  { name: "not-a-list", message: "%0 is not a list: car and cdr need a pair or nil" },
  {
    name: "not-a-number",
    message: "arithmetic on %0 and %1: both must be numbers, and the result must fit in 32 bits",
  },
  { name: "division-by-zero", message: "division of %0 by zero" },
  { name: "undefined-function", message: "function %0 is not defined" },
  { name: "unbound-variable", message: "variable %0 has no value" },
  { name: "not-a-function", message: "%0 is not a function" },
  { name: "argument-count", message: "%0 takes %1 arguments, %2 were given" },
  { name: "bad-index", message: "index %1 does not fit %0" },
  {
    name: "bad-address",
    message: "address %0 is outside the flat memory (0 to 65535) or write-protected (below 16384)",
  },
  { name: "wrong-type", message: "%0 is of the wrong type here" },
  { name: "unknown-opcode", message: "opcode %0 went to its handler, and none is defined" },
  { name: "too-deep", message: "structure is too deep or circular: %0" },
  { name: "not-a-record", message: "%0 is no %1: the field of a %1 was asked for" },
  { name: "bad-size", message: "a size of %0 is not possible: expected 0 to %1" },
] as const;
