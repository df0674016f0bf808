import fc from "fast-check";
import { expect, test } from "vitest";
import { outputOf } from "../../../support/lisp/run-program.ts";

/**
 * Random programs, run by the machine and by an evaluator that is small enough to be right. Expressions are nested arrays; values are
 * numbers (all integers stay small) and pairs.
 */
type Code = number | string | readonly Code[];
type Value = number | boolean | { car: Value; cdr: Value } | null | ((...args: Value[]) => Value);
type Scope = ReadonlyMap<string, { value: Value }>;

const isTrue = (value: Value) => value !== null && value !== false;
const truth = (condition: boolean): Value => (condition ? true : null);

function evaluate(code: Code, scope: Scope): Value {
  if (typeof code === "number") return code;
  if (typeof code === "string") return code === "nil" ? null : (scope.get(code) as { value: Value }).value;
  const [head, ...rest] = code as readonly [string, ...Code[]];
  const value = (i: number) => evaluate(rest[i] as Code, scope);
  switch (head) {
    case "if":
      return isTrue(value(0)) ? value(1) : value(2);
    case "and":
      return isTrue(value(0)) ? value(1) : null;
    case "or": {
      const first = value(0);
      return isTrue(first) ? first : value(1);
    }
    case "let": {
      const [[[name, init]], body] = rest as unknown as [[[string, Code]], Code];
      return evaluate(body, new Map(scope).set(name, { value: evaluate(init, scope) }));
    }
    case "set!": {
      const assigned = value(1);
      (scope.get(rest[0] as string) as { value: Value }).value = assigned;
      return assigned;
    }
    case "begin":
      value(0);
      return value(1);
    case "lambda": {
      const [[parameter], body] = rest as unknown as [[string], Code];
      return (argument) => evaluate(body, new Map(scope).set(parameter, { value: argument as Value }));
    }
    // Repeats the body with the variable counted down: (repeat name count start body), where the body may use the name and acc.
    case "let-loop": {
      const [name, count, start, body] = rest as unknown as [string, number, Code, Code];
      let acc = evaluate(start, scope);
      for (let i = count; i > 0; i--) {
        acc = evaluate(body, new Map(scope).set(name, { value: i }).set("acc", { value: acc }));
      }
      return acc;
    }
    case "call":
      return (value(0) as (argument: Value) => Value)(value(1));
    case "cons":
      return { car: value(0), cdr: value(1) };
    case "eq":
      return truth(value(0) === value(1));
    case "pair?":
      return truth(typeof value(0) === "object" && value(0) !== null);
  }
  const a = value(0) as number;
  const b = value(1) as number;
  return arithmetic(head, a, b);
}

function arithmetic(head: string, a: number, b: number): Value {
  switch (head) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "<":
      return truth(a < b);
    case ">=":
      return truth(a >= b);
    default:
      return Math.max(a, b);
  }
}

function print(value: Value): string {
  if (value === null) return "nil";
  if (value === true) return "#t";
  if (typeof value === "function") return "function";
  if (typeof value !== "object") return `${value}`;
  let text = `(${print(value.car)}`;
  let rest = value.cdr;
  while (typeof rest === "object" && rest !== null) {
    text += ` ${print(rest.car)}`;
    rest = rest.cdr;
  }
  return `${text}${rest === null ? "" : ` . ${print(rest)}`})`;
}

/** The program text: `let-loop` as a named let, `call` and `eq` as what they are. */
function source(code: Code): string {
  if (!Array.isArray(code)) return String(code);
  if (code[0] === "let-loop") {
    const [, name, count, start, body] = code as [string, string, number, Code, Code];
    const step = `(loop (- ${name} 1) ${source(body)})`;
    return `(let loop ((${name} ${count}) (acc ${source(start)})) (if (= ${name} 0) acc ${step}))`;
  }
  if (code[0] === "call") return `(${code.slice(1).map(source).join(" ")})`;
  if (code[0] === "eq") return `(eq? ${code.slice(1).map(source).join(" ")})`;
  return `(${code.map(source).join(" ")})`;
}

interface Names {
  readonly numbers: readonly string[];
  readonly functions: readonly string[];
  readonly depth: number;
}

/** An expression with an integer value. */
function number(names: Names): fc.Arbitrary<Code> {
  const leaf = fc.oneof(fc.integer({ min: -300, max: 300 }), ...names.numbers.map((name) => fc.constant(name)));
  if (names.depth === 0) return leaf;
  const inner = { ...names, depth: names.depth - 1 };
  const name = `v${names.depth}`;
  const withName = { ...inner, numbers: [...inner.numbers, name] };
  const withFunction = { ...inner, functions: [...inner.functions, `f${names.depth}`] };
  const looping = { ...inner, numbers: [...inner.numbers, name, "acc"] };
  const choices: fc.Arbitrary<Code>[] = [
    leaf,
    fc.tuple(fc.constantFrom("+", "-", "max"), number(inner), number(inner)),
    fc.tuple(fc.constant("if"), condition(inner), number(inner), number(inner)),
    fc.tuple(number(inner), number(withName)).map(([init, body]) => ["let", [[name, init]], body]),
    fc.tuple(number(inner), number(inner)).map(([first, second]) => ["begin", first, second]),
    fc
      .tuple(number(withName), number(withFunction))
      .map(([body, use]) => ["let", [[`f${names.depth}`, ["lambda", [name], body]]], use]),
    fc
      .tuple(fc.integer({ min: 0, max: 3 }), number(inner), number(looping))
      .map(([count, start, body]) => ["let-loop", name, count, start, body]),
    fc.tuple(number(withName), number(inner)).map(([body, argument]) => ["call", ["lambda", [name], body], argument]),
  ];
  const assignable = names.numbers.filter((candidate) => candidate.startsWith("v"));
  if (assignable.length > 0) {
    choices.push(fc.tuple(fc.constantFrom(...assignable), number(inner)).map(([to, value]) => ["set!", to, value]));
  }
  if (names.functions.length > 0) {
    choices.push(fc.tuple(fc.constantFrom(...names.functions), number(inner)).map(([f, x]) => ["call", f, x]));
  }
  return fc.oneof(...choices);
}

function condition(names: Names): fc.Arbitrary<Code> {
  const compare = fc.tuple(fc.constantFrom("<", ">=", "eq"), number({ ...names, depth: 0 }), number(names));
  if (names.depth === 0) return compare;
  const inner = { ...names, depth: names.depth - 1 };
  return fc.oneof(
    compare,
    fc.tuple(fc.constantFrom("and", "or"), condition(inner), condition(inner)),
    fc.tuple(fc.constant("pair?"), list(inner)),
    list(inner),
  );
}

function list(names: Names): fc.Arbitrary<Code> {
  if (names.depth === 0) return fc.constant("nil");
  const inner = { ...names, depth: names.depth - 1 };
  return fc.oneof(
    fc.constant("nil"),
    fc.tuple(fc.constant("cons"), fc.oneof(number(inner), condition(inner)), list(inner)),
  );
}

test("random programs compute what the evaluator computes", () => {
  const program = fc.array(
    fc.oneof(number({ numbers: [], functions: [], depth: 4 }), list({ numbers: [], functions: [], depth: 4 })),
    { minLength: 20, maxLength: 20 },
  );
  fc.assert(
    fc.property(program, (expressions) => {
      const text = expressions
        .map((code, i) => `(define (test${i}) ${source(code)}) (print ${source(code)}) (print (test${i}))`)
        .join("\n");
      const expected = expressions.map((code) => `${print(evaluate(code, new Map()))}\n`.repeat(2)).join("");
      expect(outputOf(text)).toBe(expected);
    }),
    { numRuns: 60 },
  );
});
