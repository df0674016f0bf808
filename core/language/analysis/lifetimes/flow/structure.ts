/** Where expressions stand: what an expression consumes, what only hands a value on, and what lies inside what. */
import { children, eachChild } from "../../analyse.ts";
import type { Binding, Expression, Lambda } from "../../tree.ts";

/** Parts whose values the expression takes when it is evaluated itself, in the order of their evaluation. Those that only hand a value on take none. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "primitive":
      return expression.items;
    case "call":
      return [...expression.items, expression.callee];
    case "set-local":
    case "set-global":
    case "define-global":
    case "define-local":
      return [expression.value];
    case "cond":
      return expression.clauses.flatMap(({ test, passed }) => (passed === null || test === null ? [] : [test, passed]));
    default:
      return [];
  }
}

/** Parts whose value is that of the expression, unless it makes its own. */
export function resultsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "if":
      return [expression.consequent, expression.alternative];
    case "cond":
      return expression.clauses.flatMap(({ test, body, passed }) => {
        const value = body ?? (passed === null ? test : null);
        return value === null ? [] : [value];
      });
    case "case":
      return expression.clauses.map(({ body }) => body);
    case "and":
      return expression.items.slice(-1);
    case "or":
      return expression.items;
    case "sequence":
      return expression.items.slice(-1);
    case "bind":
    case "block":
    case "arena":
      return [expression.body];
    case "set-local":
    case "set-global":
      return [expression.value];
    default:
      return [];
  }
}

/** Parts whose value nobody takes. */
export function droppedBy(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "sequence":
      return expression.items.slice(0, -1);
    case "while":
    case "for":
      return [expression.body];
    default:
      return [];
  }
}

/** Parts that only decide. */
export function testsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "if":
    case "while":
      return [expression.test];
    case "cond":
      return expression.clauses.flatMap(({ test, body }) => (test === null || body === null ? [] : [test]));
    case "case":
      return [expression.key];
    case "and":
      return expression.items.slice(0, -1);
    default:
      return [];
  }
}

/** Does every way through an expression pass one of the given expressions? */
export function isAlwaysPassed(e: Expression, given: ReadonlySet<Expression>): boolean {
  const passes = (item: Expression | null | undefined) =>
    item !== null && item !== undefined && isAlwaysPassed(item, given);
  if (given.has(e)) return true;
  switch (e.kind) {
    case "if":
      return passes(e.test) || (passes(e.consequent) && passes(e.alternative));
    case "cond": {
      const hasElse = e.clauses.some(({ test }) => test === null);
      return passes(e.clauses[0]?.test) || (hasElse && e.clauses.every(({ body }) => passes(body)));
    }
    case "case": {
      const hasElse = e.clauses.some(({ data }) => data === null);
      return passes(e.key) || (hasElse && e.clauses.every(({ body }) => passes(body)));
    }
    case "and":
    case "or":
      return passes(e.items[0]);
    case "while":
      return passes(e.test);
    case "for":
      return passes(e.from) || passes(e.to);
    case "lambda":
      return false;
    default:
      return children(e).some(passes);
  }
}

type Call = Extract<Expression, { kind: "call" }>;

/** The tree upside down, and what stands where in it. */
export class Surroundings {
  private readonly parents = new Map<Expression, Expression>();
  /** The expression that ends the scope of each local variable. */
  private readonly scopes = new Map<Binding, Expression>();
  private readonly lambdas: Lambda[] = [];
  private readonly callList: Call[] = [];
  private readonly values = new Map<Binding, Expression[]>();
  private readonly known = new Set<Expression>();

  constructor(program: readonly Expression[]) {
    for (const form of program) this.visit(form);
  }

  /** Is an expression part of this program? */
  has(expression: Expression): boolean {
    return this.known.has(expression);
  }
  expressions(): Iterable<Expression> {
    return this.known;
  }
  parentOf(expression: Expression): Expression | null {
    return this.parents.get(expression) ?? null;
  }

  /** Is an expression, or the other one itself, inside another? */
  isInside(inner: Expression, outer: Expression): boolean {
    for (let at: Expression | null = inner; at !== null; at = this.parentOf(at)) if (at === outer) return true;
    return false;
  }

  /** The expression within which a local variable has its place in the frame; null for what is no local. */
  scopeOf(binding: Binding): Expression | null {
    return this.scopes.get(binding) ?? null;
  }
  /** All functions of the program. */
  functions(): readonly Lambda[] {
    return this.lambdas;
  }
  calls(): readonly Call[] {
    return this.callList;
  }
  /** Variables that the program gives a value. */
  variables(): Iterable<Binding> {
    return this.values.keys();
  }
  /** What a variable is given, arguments of jumps and calls apart. */
  valuesOf(binding: Binding): readonly Expression[] {
    return this.values.get(binding) ?? [];
  }

  private visit(expression: Expression): void {
    this.known.add(expression);
    switch (expression.kind) {
      case "bind":
        for (const binding of expression.bindings) this.scopes.set(binding, expression);
        expression.bindings.forEach((binding, i) => {
          this.give(binding, expression.values[i] as Expression);
        });
        break;
      case "block":
        for (const binding of expression.bindings) this.scopes.set(binding, expression);
        break;
      case "for":
        this.scopes.set(expression.binding, expression);
        break;
      case "set-local":
      case "define-local":
      case "define-global":
        this.give(expression.binding, expression.value);
        break;
      case "call":
        this.callList.push(expression);
        break;
      case "lambda":
        this.lambdas.push(expression.lambda);
        for (const parameter of expression.lambda.parameters) this.scopes.set(parameter, expression.lambda.body);
    }
    eachChild(expression, (child) => {
      this.parents.set(child, expression);
      this.visit(child);
    });
  }

  private give(binding: Binding, value: Expression): void {
    const values = this.values.get(binding) ?? [];
    values.push(value);
    this.values.set(binding, values);
  }
}
