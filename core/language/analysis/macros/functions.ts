/** What a macro may call: the pure functions of the language over forms, and `gensym`. Each takes its arguments as a list and spends a step an item. */
import {
  float,
  integer,
  isEqual,
  isNil,
  isSame,
  listOf,
  MacroFault,
  NIL,
  type Procedure,
  pair,
  string,
  symbol,
  truth,
  type Value,
} from "./values.ts";

/** What functions need of the evaluation that they run in. */
export interface Steps {
  /** @throws {MacroFault} when the macro has taken too many */
  spend(steps: number): void;
  /** A number that no other call of this got. */
  fresh(): number;
}

type Run = (items: readonly Value[], steps: Steps) => Value;

const LONGEST_STRING = 10_000;
/** As in a text, see `language/lexer.ts`. */
const LONGEST_NAME = 255;
const [LEAST_INTEGER, MOST_INTEGER] = [-(2 ** 31), 2 ** 31 - 1];

function at(items: readonly Value[], i: number): Value {
  const item = items[i];
  if (item === undefined) throw new MacroFault("a function got too few arguments");
  return item;
}
function number(value: Value): number {
  if (value.kind === "integer" || value.kind === "float") return value.value;
  throw new MacroFault("arithmetic on something that is no number");
}
function text(value: Value): string {
  if (value.kind === "string") return value.text;
  throw new MacroFault("a string was expected");
}
function name(value: Value): string {
  if (value.kind === "symbol") return value.name;
  throw new MacroFault("a symbol was expected");
}
function procedure(value: Value): Procedure {
  if (value.kind === "procedure") return value;
  throw new MacroFault("something was called that is no function");
}
function car(value: Value): Value {
  if (isNil(value)) return NIL;
  if (value.kind === "pair") return value.car;
  throw new MacroFault("car or cdr of something that is no list");
}
function cdr(value: Value): Value {
  if (isNil(value)) return NIL;
  if (value.kind === "pair") return value.cdr;
  throw new MacroFault("car or cdr of something that is no list");
}
function items(list: Value, steps: Steps): Value[] {
  const found: Value[] = [];
  let rest = list;
  for (; rest.kind === "pair"; rest = rest.cdr) {
    steps.spend(1);
    found.push(rest.car);
  }
  if (!isNil(rest)) throw new MacroFault("a list was expected");
  return found;
}

/** Of two integers an integer. */
function arithmetic(combine: (a: number, b: number) => number, start: number): Run {
  return (given) => {
    const numbers = given.map(number);
    const [first, ...rest] = numbers.length > 1 ? (numbers as [number, ...number[]]) : [start, ...numbers];
    const result = rest.reduce(combine, first);
    if (!Number.isFinite(result)) throw new MacroFault("a number is too large, or a division by zero");
    if (!given.every(({ kind }) => kind === "integer")) return float(result);
    if (result < LEAST_INTEGER || result > MOST_INTEGER) throw new MacroFault("an integer does not fit in 32 bits");
    return integer(Math.trunc(result));
  };
}
const sum = arithmetic((a, b) => a + b, 0);
function comparison(holds: (a: number, b: number) => boolean): Run {
  return (given) => {
    const numbers = given.map(number);
    return truth(numbers.every((value, i) => i === 0 || holds(numbers[i - 1] as number, value)));
  };
}
const test =
  (holds: (value: Value) => boolean): Run =>
  (given) =>
    truth(holds(at(given, 0)));

function path(letters: string): Run {
  return (given) =>
    [...letters].reduceRight((value, letter) => (letter === "a" ? car(value) : cdr(value)), at(given, 0));
}

function joined(given: readonly Value[]): Value {
  const texts = given.map(text);
  const length = texts.reduce((sum, part) => sum + part.length, 0);
  if (length > LONGEST_STRING) throw new MacroFault(`a string has more than ${LONGEST_STRING} characters`);
  return string(texts.join(""));
}

function same(a: Value, b: Value, steps: Steps): boolean {
  return isEqual(a, b, () => steps.spend(1));
}

function named(name: string): Value {
  if (name.length === 0 || name.length > LONGEST_NAME) {
    throw new MacroFault(`a symbol has 1 to ${LONGEST_NAME} characters, not ${name.length}`);
  }
  return symbol(name);
}

function find(given: readonly Value[], steps: Steps, isIt: (item: Value) => boolean): Value {
  for (let rest = at(given, 1); rest.kind === "pair"; rest = rest.cdr) {
    steps.spend(1);
    if (isIt(rest.car)) return rest;
  }
  return NIL;
}

const ROWS: readonly (readonly [string, Run])[] = [
  ["cons", (given) => pair(at(given, 0), at(given, 1))],
  ["list", (given) => listOf(given)],
  ...["a", "d", "aa", "ad", "da", "dd", "add", "ddd", "addd"].map(
    (letters) => [`c${letters}r`, path(letters)] as const,
  ),
  [
    "append",
    (given, steps) => {
      const last = given.at(-1) ?? NIL;
      return given.slice(0, -1).reduceRight((rest, list) => listOf(items(list, steps), rest), last);
    },
  ],
  ["reverse", (given, steps) => listOf(items(at(given, 0), steps).reverse())],
  ["length", (given, steps) => integer(items(at(given, 0), steps).length)],
  ["list-ref", (given, steps) => items(at(given, 0), steps)[number(at(given, 1))] ?? NIL],
  ["list-tail", (given, steps) => listOf(items(at(given, 0), steps).slice(number(at(given, 1))))],
  ["memq", (given, steps) => find(given, steps, (item) => isSame(item, at(given, 0)))],
  ["member", (given, steps) => find(given, steps, (item) => same(item, at(given, 0), steps))],
  ["assq", (given, steps) => car(find(given, steps, (item) => item.kind === "pair" && isSame(item.car, at(given, 0))))],
  [
    "assoc",
    (given, steps) => car(find(given, steps, (item) => item.kind === "pair" && same(item.car, at(given, 0), steps))),
  ],
  [
    "map",
    (given, steps) => {
      at(given, 1);
      const lists = given.slice(1).map((list) => items(list, steps));
      const count = Math.min(...lists.map(({ length }) => length));
      const call = procedure(at(given, 0));
      return listOf(Array.from({ length: count }, (_, i) => call.call(lists.map((list) => list[i] as Value))));
    },
  ],
  [
    "filter",
    (given, steps) => {
      const call = procedure(at(given, 0));
      return listOf(items(at(given, 1), steps).filter((item) => !isNil(call.call([item]))));
    },
  ],
  [
    "fold",
    (given, steps) => {
      const call = procedure(at(given, 0));
      return items(at(given, 2), steps).reduce((result, item) => call.call([item, result]), at(given, 1));
    },
  ],
  [
    "apply",
    (given, steps) =>
      procedure(at(given, 0)).call([...given.slice(1, -1), ...items(at(given, given.length - 1), steps)]),
  ],
  ["not", test(isNil)],
  ["null?", test(isNil)],
  ["pair?", test(({ kind }) => kind === "pair")],
  ["list?", test((value) => isNil(value) || value.kind === "pair")],
  ["symbol?", test(({ kind }) => kind === "symbol")],
  ["number?", test(({ kind }) => kind === "integer" || kind === "float")],
  ["integer?", test(({ kind }) => kind === "integer")],
  ["float?", test(({ kind }) => kind === "float")],
  ["string?", test(({ kind }) => kind === "string")],
  ["char?", test(({ kind }) => kind === "character")],
  ["procedure?", test(({ kind }) => kind === "procedure")],
  ["eq?", (given) => truth(isSame(at(given, 0), at(given, 1)))],
  ["eqv?", (given) => truth(isSame(at(given, 0), at(given, 1)))],
  ["equal?", (given, steps) => truth(same(at(given, 0), at(given, 1), steps))],
  ["+", sum],
  ["-", arithmetic((a, b) => a - b, 0)],
  ["*", arithmetic((a, b) => a * b, 1)],
  ["quotient", arithmetic((a, b) => a / b, 1)],
  ["/", arithmetic((a, b) => a / b, 1)],
  ["%", arithmetic((a, b) => a % b, 0)],
  ["remainder", arithmetic((a, b) => a % b, 0)],
  ["modulo", arithmetic((a, b) => ((a % b) + b) % b, 0)],
  ["1+", (given, steps) => sum([at(given, 0), integer(1)], steps)],
  ["1-", (given, steps) => sum([at(given, 0), integer(-1)], steps)],
  ["=", comparison((a, b) => a === b)],
  ["<", comparison((a, b) => a < b)],
  [">", comparison((a, b) => a > b)],
  ["<=", comparison((a, b) => a <= b)],
  [">=", comparison((a, b) => a >= b)],
  ["zero?", test((value) => number(value) === 0)],
  ["even?", test((value) => number(value) % 2 === 0)],
  ["odd?", test((value) => number(value) % 2 !== 0)],
  ["symbol->string", (given) => string(name(at(given, 0)))],
  ["string->symbol", (given) => named(text(at(given, 0)))],
  ["number->string", (given) => string(String(number(at(given, 0))))],
  ["string-append", joined],
  ["string=?", (given) => truth(text(at(given, 0)) === text(at(given, 1)))],
  // A blank is in no name that is read from a text.
  ["gensym", (_, steps) => symbol(`temporary ${steps.fresh()}`)],
  [
    "error",
    (given) => {
      const [message] = given;
      throw new MacroFault(message?.kind === "string" ? message.text : "it signals an error");
    },
  ],
];

export const MACRO_FUNCTIONS: ReadonlyMap<string, Run> = new Map(ROWS);
