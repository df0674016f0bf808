/** Arithmetic and comparison of numbers, those of the image and those computed here. Integers divide as the machine's QUOTIENT: cut towards zero. */
import type { Accessor, Call } from "./call.ts";
import { asNumber, claim, isTrue, numeric, type Value } from "./value.ts";

function numbersOf({ args, view, fail }: Call): readonly number[] | null {
  const found: number[] = [];
  for (const value of args) {
    const number = asNumber(view.memory, value);
    if (number === null) return fail("expected numbers");
    found.push(number);
  }
  return found;
}

function folding(doc: string, least: number, fold: (numbers: readonly number[]) => number | string): Accessor {
  return {
    least,
    most: null,
    doc,
    apply(call) {
      const numbers = numbersOf(call);
      const result = numbers === null ? null : fold(numbers);
      if (typeof result === "string") return call.fail(result);
      return result === null ? null : numeric(result);
    },
  };
}

function ordering(doc: string, holds: (a: number, b: number) => boolean): Accessor {
  return {
    least: 2,
    most: null,
    doc,
    apply(call) {
      const numbers = numbersOf(call);
      return numbers === null ? null : claim(numbers.every((n, i) => i === 0 || holds(numbers[i - 1] as number, n)));
    },
  };
}

function divided([first = 0, ...rest]: readonly number[], by: (a: number, b: number) => number): number | string {
  let result = first;
  for (const divisor of rest) {
    if (divisor === 0) return "division by zero";
    result = by(result, divisor);
  }
  return result;
}

function quotient(a: number, b: number): number {
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
}

const bits = (doc: string, fold: (a: number, b: number) => number) =>
  folding(doc, 2, (numbers) => numbers.reduce((a, b) => fold(a | 0, b | 0)));
const not: Accessor = {
  least: 1,
  most: 1,
  doc: "whether a value is NIL",
  apply: ({ args }) => claim(!isTrue(args[0] as Value)),
};

export const ARITHMETIC: { readonly [name: string]: Accessor } = {
  "+": folding("sum", 0, (numbers) => numbers.reduce((a, b) => a + b, 0)),
  "-": folding("difference", 1, ([first = 0, ...rest]) =>
    rest.length === 0 ? -first : rest.reduce((a, b) => a - b, first),
  ),
  "*": folding("product", 0, (numbers) => numbers.reduce((a, b) => a * b, 1)),
  "/": folding("quotient; of integers cut towards zero", 2, (numbers) => divided(numbers, quotient)),
  quotient: folding("quotient of integers, cut towards zero", 2, (numbers) =>
    divided(numbers, (a, b) => Math.trunc(a / b)),
  ),
  remainder: folding("remainder with the sign of the first number", 2, (numbers) => divided(numbers, (a, b) => a % b)),
  mod: folding("remainder with the sign of the second number", 2, (numbers) =>
    divided(numbers, (a, b) => ((a % b) + b) % b),
  ),
  abs: folding("absolute value", 1, ([a = 0]) => Math.abs(a)),
  min: folding("the smallest", 1, (numbers) => Math.min(...numbers)),
  max: folding("the largest", 1, (numbers) => Math.max(...numbers)),
  logand: bits("bits that both have", (a, b) => a & b),
  logor: bits("bits that one has", (a, b) => a | b),
  logxor: bits("bits in which they differ", (a, b) => a ^ b),
  "=": ordering("whether numbers are equal", (a, b) => a === b),
  "/=": ordering("whether neighbours differ", (a, b) => a !== b),
  "<": ordering("whether numbers grow", (a, b) => a < b),
  ">": ordering("whether numbers fall", (a, b) => a > b),
  "<=": ordering("whether numbers do not fall", (a, b) => a <= b),
  ">=": ordering("whether numbers do not grow", (a, b) => a >= b),
  not,
  null: not,
};
