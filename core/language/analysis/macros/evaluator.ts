/**
 * Evaluates the bodies of macros: a pure part of the language over forms, while the text is analysed. It ends on every text: steps, nesting and size
 * are bounded, and nothing outside of it is changed.
 */
import type { Form } from "../../forms.ts";
import { MACRO_FUNCTIONS, type Steps } from "./functions.ts";
import {
  isEqual,
  isNil,
  listOf,
  MacroFault,
  NIL,
  type Procedure,
  pair,
  symbol,
  TRUE,
  templateOf,
  type Value,
} from "./values.ts";

type ListForm = Extract<Form, { kind: "list" }>;

/** Names of the macro language, innermost first. */
interface Scope {
  readonly names: Map<string, Value>;
  readonly parent: Scope | null;
}

/** What is evaluated next, in the place of the form that led to it: so the turns of a loop are not nested. */
interface Tail {
  readonly kind: "tail";
  readonly form: Form;
  readonly scope: Scope;
}
type Outcome = Value | Tail;

/** A function that is written in the macro language: a call of it in the last place is its body instead. */
interface WrittenProcedure extends Procedure {
  readonly enter: (items: readonly Value[]) => Outcome;
}

export interface Parameters {
  readonly names: readonly string[];
  readonly rest: string | null;
}

const MOST_DEPTH = 150;
/** Special forms that macros do without: they change something. */
const CHANGING: ReadonlySet<string> = new Set(["define", "set!", "set", "setq", "while", "for"]);

export class Evaluator {
  private readonly steps: Steps;
  /** Definition of a function of the file that stands before the macro; null for none. */
  private readonly helper: (name: string) => ListForm | null;
  private depth = 0;

  constructor(steps: Steps, helper: (name: string) => ListForm | null) {
    this.steps = steps;
    this.helper = helper;
  }

  /** @throws {MacroFault} */
  call(parameters: Parameters, body: readonly Form[], items: readonly Value[]): Value {
    return this.body(body, bound(parameters, items, null));
  }

  private body(forms: readonly Form[], scope: Scope): Value {
    let value: Value = NIL;
    for (const form of forms) value = this.evaluate(form, scope);
    return value;
  }

  private evaluate(form: Form, scope: Scope): Value {
    if (this.depth >= MOST_DEPTH) throw new MacroFault(`its calls are nested more than ${MOST_DEPTH} deep`);
    this.depth++;
    try {
      return this.finish({ kind: "tail", form, scope });
    } finally {
      this.depth--;
    }
  }

  private finish(outcome: Outcome): Value {
    let next = outcome;
    while (next.kind === "tail") {
      this.steps.spend(1);
      next = this.evaluateForm(next.form, next.scope);
    }
    return next;
  }

  /** The last form is left to whoever asked. */
  private inLastPlace(forms: readonly Form[], scope: Scope): Outcome {
    const last = forms.at(-1);
    if (last === undefined) return NIL;
    this.body(forms.slice(0, -1), scope);
    return { kind: "tail", form: last, scope };
  }

  private evaluateForm(form: Form, scope: Scope): Outcome {
    switch (form.kind) {
      case "symbol":
        return this.variable(form.name, scope);
      case "quote":
        return form.form === null ? NIL : templateOf(form.form);
      case "quasiquote":
        return form.form === null ? NIL : this.template(form.form, scope, 1);
      case "unquote":
      case "unquote-splicing":
        throw new MacroFault("a comma stands outside of a quasiquotation");
      case "list":
        return form.items.length === 0 ? NIL : this.list(form, scope);
      default:
        return templateOf(form);
    }
  }

  private variable(name: string, scope: Scope): Value {
    for (let at: Scope | null = scope; at !== null; at = at.parent) {
      const value = at.names.get(name);
      if (value !== undefined) return value;
    }
    const helper = this.helper(name);
    if (helper !== null) return this.helperFunction(name, helper);
    const run = MACRO_FUNCTIONS.get(name);
    if (run === undefined) {
      throw new MacroFault(
        `${name} is not known while macros are expanded: only functions of lists, symbols and numbers, and functions that are defined above the macro`,
      );
    }
    return { kind: "procedure", name, call: (items) => run(items, this.steps) };
  }

  private helperFunction(name: string, definition: ListForm): Procedure {
    const [head, target, ...rest] = definition.items;
    const isDefun = head?.kind === "symbol" && head.name !== "define";
    const parameters = isDefun
      ? rest[0]
      : target?.kind === "list"
        ? { ...target, items: target.items.slice(1) }
        : undefined;
    if (parameters !== undefined) return this.procedure(name, parameters, isDefun ? rest.slice(1) : rest, null);
    const value = rest[0] === undefined ? NIL : this.evaluate(rest[0], { names: new Map(), parent: null });
    if (value.kind !== "procedure")
      throw new MacroFault(`${name} is a variable, which has no value while macros are expanded`);
    return value;
  }

  private procedure(name: string, parameters: Form, body: readonly Form[], scope: Scope | null): Procedure {
    return this.written(name, parametersOf(parameters), body, scope);
  }

  private written(name: string, parameters: Parameters, body: readonly Form[], scope: Scope | null): WrittenProcedure {
    return {
      kind: "procedure",
      name,
      call: (items) => this.body(body, bound(parameters, items, scope)),
      enter: (items) => this.inLastPlace(body, bound(parameters, items, scope)),
    };
  }

  private list(form: ListForm, scope: Scope): Outcome {
    const [head, ...rest] = form.items as [Form, ...Form[]];
    if (head.kind === "symbol" && !isLocal(head.name, scope)) {
      const special = this.special(head.name, rest, scope);
      if (special !== null) return special;
    }
    const called = this.evaluate(head, scope);
    const items = rest.map((item) => this.evaluate(item, scope));
    if (called.kind !== "procedure") throw new MacroFault("something was called that is no function");
    return isWritten(called) ? called.enter(items) : called.call(items);
  }

  /** The value of a special form; null when it is none that macros have. */
  private special(name: string, rest: readonly Form[], scope: Scope): Outcome | null {
    if (CHANGING.has(name)) throw new MacroFault(`${name} cannot be used in a macro: it changes something, or repeats`);
    const [first] = rest;
    switch (name) {
      case "quote":
        return first === undefined ? NIL : templateOf(first);
      case "quasiquote":
        return first === undefined ? NIL : this.template(first, scope, 1);
      case "if":
      case "when":
      case "unless":
        return this.choice(name, rest, scope);
      case "cond":
        return this.cond(rest, scope);
      case "case":
        return this.caseOf(rest, scope);
      case "and":
      case "or":
        return this.andOr(name, rest, scope);
      case "begin":
      case "do":
      case "progn":
        return this.inLastPlace(rest, scope);
      case "lambda":
        if (first === undefined) throw new MacroFault("lambda is not complete");
        return this.procedure("lambda", first, rest.slice(1), scope);
      case "let":
      case "let*":
      case "letrec":
        return this.letForm(name, rest, scope);
      default:
        return null;
    }
  }

  private choice(name: "if" | "when" | "unless", [test, ...branches]: readonly Form[], scope: Scope): Outcome {
    const [then, ...otherwise] = branches;
    if (test === undefined || then === undefined) throw new MacroFault(`${name} is not complete`);
    const isTrue = !isNil(this.evaluate(test, scope));
    if (name === "if") return this.inLastPlace(isTrue ? [then] : otherwise, scope);
    return isTrue === (name === "when") ? this.inLastPlace(branches, scope) : NIL;
  }

  private cond(clauses: readonly Form[], scope: Scope): Outcome {
    for (const clause of clauses) {
      const [test, ...body] = clause.kind === "list" ? clause.items : [];
      if (test === undefined) throw new MacroFault("a clause of cond is not complete");
      if (test.kind === "symbol" && test.name === "else") return this.inLastPlace(body, scope);
      const value = this.evaluate(test, scope);
      if (!isNil(value)) return body.length === 0 ? value : this.inLastPlace(body, scope);
    }
    return NIL;
  }

  private caseOf([key, ...clauses]: readonly Form[], scope: Scope): Outcome {
    if (key === undefined) throw new MacroFault("case is not complete");
    const value = this.evaluate(key, scope);
    for (const clause of clauses) {
      const [data, ...body] = clause.kind === "list" ? clause.items : [];
      if (data === undefined) throw new MacroFault("a clause of case is not complete");
      const isElse = data.kind === "symbol" && data.name === "else";
      const choices = data.kind === "list" ? data.items : [data];
      if (isElse || choices.some((datum) => isEqual(templateOf(datum), value, () => this.steps.spend(1))))
        return this.inLastPlace(body, scope);
    }
    return NIL;
  }

  private andOr(name: "and" | "or", items: readonly Form[], scope: Scope): Outcome {
    if (items.length === 0) return name === "and" ? TRUE : NIL;
    for (const item of items.slice(0, -1)) {
      const value = this.evaluate(item, scope);
      if (isNil(value) === (name === "and")) return value;
    }
    return this.inLastPlace(items.slice(-1), scope);
  }

  private letForm(kind: string, rest: readonly Form[], scope: Scope): Outcome {
    const [first, second] = rest;
    const loop = first?.kind === "symbol" ? first.name : null;
    const list = loop === null ? first : second;
    const body = rest.slice(loop === null ? 1 : 2);
    const clauses = list?.kind === "list" ? list.items : [];
    const inside: Scope = { names: new Map(), parent: scope };
    const names: string[] = [];
    const values: Value[] = [];
    for (const clause of clauses) {
      const [name, value] = clause.kind === "list" ? clause.items : [clause];
      if (name?.kind !== "symbol") throw new MacroFault(`a clause of ${kind} has no name`);
      names.push(name.name);
      values.push(value === undefined ? NIL : this.evaluate(value, kind === "let" ? scope : inside));
      if (kind !== "let") inside.names.set(name.name, values.at(-1) as Value);
    }
    if (loop === null) {
      for (const [i, name] of names.entries()) inside.names.set(name, values[i] as Value);
      return this.inLastPlace(body, inside);
    }
    const again = this.written(loop, { names, rest: null }, body, inside);
    inside.names.set(loop, again);
    return again.enter(values);
  }

  /** A copy of a template with the values of what stands behind commas. */
  private template(form: Form, scope: Scope, level: number): Value {
    this.steps.spend(1);
    switch (form.kind) {
      case "unquote":
        if (level === 1) return form.form === null ? NIL : this.evaluate(form.form, scope);
        return this.prefixed(form, scope, level - 1);
      case "quasiquote":
        return this.prefixed(form, scope, level + 1);
      case "quote":
        return this.prefixed(form, scope, level);
      case "unquote-splicing":
        throw new MacroFault(",@ has a meaning only inside a list of a quasiquotation");
      case "list":
        return this.templateList(form, scope, level);
      default:
        return templateOf(form);
    }
  }

  private prefixed(form: Extract<Form, { form: Form | null }>, scope: Scope, level: number): Value {
    return listOf(
      form.form === null ? [symbol(form.kind)] : [symbol(form.kind), this.template(form.form, scope, level)],
    );
  }

  private templateList(form: ListForm, scope: Scope, level: number): Value {
    let result: Value = form.tail === null ? NIL : this.template(form.tail, scope, level);
    for (const item of form.items.toReversed()) {
      if (item.kind !== "unquote-splicing" || level > 1) {
        const isNested = item.kind === "unquote-splicing";
        result = pair(isNested ? this.prefixed(item, scope, level - 1) : this.template(item, scope, level), result);
        continue;
      }
      const spliced: Value[] = [];
      let rest: Value = item.form === null ? NIL : this.evaluate(item.form, scope);
      for (; rest.kind === "pair"; rest = rest.cdr) {
        this.steps.spend(1);
        spliced.push(rest.car);
      }
      if (!isNil(rest)) throw new MacroFault(",@ needs a list");
      result = listOf(spliced, result);
    }
    return result;
  }
}

function isWritten(procedure: Procedure): procedure is WrittenProcedure {
  return "enter" in procedure;
}

function isLocal(name: string, scope: Scope): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

/** @throws {MacroFault} when their number does not fit */
function bound({ names, rest }: Parameters, items: readonly Value[], parent: Scope | null): Scope {
  if (items.length < names.length || (rest === null && items.length > names.length)) {
    const expected = `${rest === null ? "" : "at least "}${names.length} argument${names.length === 1 ? "" : "s"}`;
    throw new MacroFault(`a function takes ${expected}, and got ${items.length}`);
  }
  const scope: Scope = { names: new Map(names.map((name, i) => [name, items[i] as Value])), parent };
  if (rest !== null) scope.names.set(rest, listOf(items.slice(names.length)));
  return scope;
}

/** `(a b . rest)`, `(a &rest rest)`, `(a &body rest)`, or one name for all. What is no name is left out. */
export function parametersOf(form: Form): Parameters {
  if (form.kind === "symbol") return { names: [], rest: form.name };
  if (form.kind !== "list") return { names: [], rest: null };
  const symbols = form.items.flatMap((item) => (item.kind === "symbol" ? [item.name] : []));
  const marker = symbols.findIndex((name) => name === "&rest" || name === "&body");
  if (marker >= 0) return { names: symbols.slice(0, marker), rest: symbols[marker + 1] ?? null };
  return { names: symbols, rest: form.tail?.kind === "symbol" ? form.tail.name : null };
}
