/** Special forms that give names a meaning: definitions, functions, local variables, assignment. */
import { BUILTINS } from "../builtins.ts";
import type { Form, Range } from "../forms.ts";
import { SPECIAL_FORMS } from "../special-forms.ts";
import { defineType } from "./define-type.ts";
import { defineMacro } from "./macros/define-macro.ts";
import { parameterList } from "./parameters.ts";
import type { BindingDraft, Context, FormHandler, ListForm, Resolver, ScopeDraft, SymbolForm } from "./resolver.ts";
import { letValues, receive } from "./several-results.ts";
import type { Binding, Expression, Lambda } from "./tree.ts";

/** Pointers into the argument area have one byte, counted in words. */
const MAX_PARAMETERS = 120;

interface LambdaDraft extends Lambda {
  name: string;
  parameters: readonly Binding[];
  body: Expression;
  isMicro: boolean;
}

export const BINDING_FORMS: ReadonlyMap<string, FormHandler> = new Map<string, FormHandler>([
  ["define", define],
  ["defun", define],
  ["defmicro", define],
  ["lambda", lambda],
  ["let", letForm],
  ["let*", letStar],
  ["letrec", letrec],
  ["define-type", defineType],
  ["defmacro", defineMacro],
  ["receive", receive],
  ["let-values", letValues],
  ["set!", assign],
  ["set", assign],
  ["setq", assign],
]);

// Functions

function lambda(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [, parameters, ...body] = form.items;
  if (parameters === undefined || body.length === 0) return resolver.malformed(form);
  const made = makeLambda(resolver, "lambda", parameters, body, form, context);
  return { kind: "lambda", lambda: made, range: form };
}

/** @param parameters a list of names, a dotted list, or one name for all arguments */
function makeLambda(
  resolver: Resolver,
  name: string,
  parameters: Form,
  body: readonly Form[],
  form: ListForm,
  context: Context,
): LambdaDraft {
  const { names, rest } = parameterList(resolver, parameters);
  const made: LambdaDraft = {
    id: resolver.newLambdaId(),
    name,
    range: { start: form.start, end: form.end },
    parameters: [],
    required: names.length,
    hasRest: rest !== null,
    isMicro: false,
    body: resolver.nil(form),
    parent: context.lambda,
    continuation: { returnsFrom: null },
  };
  const continuation = { returnsFrom: made };
  Object.assign(made, { continuation });
  const scope = resolver.newScope(form, context.scope);
  const inside: Context = { scope, lambda: made, continuation, loop: null, isTopLevel: false };
  const all = rest === null ? names : [...names, rest];
  if (all.length > MAX_PARAMETERS) {
    resolver.error(parameters, "too-many-variables", `a function takes at most ${MAX_PARAMETERS} parameters`);
  }
  made.parameters = all.map((symbol) => resolver.declare(symbol, "parameter", symbol, scope, inside));
  made.body = resolver.resolveBody(body, bodyRange(body, form), inside);
  return made;
}

function bodyRange(body: readonly Form[], form: Range): Range {
  const first = body[0];
  return first === undefined ? form : { start: first.start, end: form.end };
}

// Definitions

function define(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [head, target] = form.items;
  const name = resolver.definedName(form, context);
  if (name === null) return resolver.malformed(form, target === undefined ? "" : "the name must be a symbol");
  const binding = definedBinding(resolver, name, form, context);
  const value = definedValue(resolver, form, (head as SymbolForm).name, name, context);
  if (value === null || binding === null) return value ?? resolver.nil(form);
  binding.lambda = value.kind === "lambda" ? value.lambda : null;
  binding.isReady = true;
  if (binding.isGlobal) return { kind: "define-global", binding, value, range: form };
  return { kind: "define-local", binding, value, range: form };
}

function definedBinding(resolver: Resolver, name: SymbolForm, form: ListForm, context: Context): BindingDraft | null {
  const isDefinition = (binding: BindingDraft) => binding.nameRange.start === name.start && binding.name === name.name;
  if (!context.isTopLevel) {
    const local = context.scope.bindings.find(isDefinition);
    if (local !== undefined) return local;
    const places = "at the top level, or directly in the body of a function, let, when, while or begin";
    resolver.error(form, "malformed", `a definition cannot stand here: only ${places}`);
    return null;
  }
  const binding = resolver.globals.get(name.name);
  return binding !== undefined && isDefinition(binding) ? binding : null;
}

function definedValue(
  resolver: Resolver,
  form: ListForm,
  head: string,
  name: SymbolForm,
  context: Context,
): Expression | null {
  const [, target, ...rest] = form.items;
  if (head === "defun" || head === "defmicro") {
    const [parameters, ...body] = rest;
    if (target?.kind !== "symbol" || parameters === undefined || body.length === 0)
      return malformedOrNull(resolver, form);
    const made = makeLambda(resolver, name.name, parameters, body, form, context);
    made.isMicro = head === "defmicro" && context.isTopLevel;
    return { kind: "lambda", lambda: made, range: form };
  }
  if (target?.kind === "list") {
    if (rest.length === 0) return malformedOrNull(resolver, form);
    const parameters: ListForm = { ...target, items: target.items.slice(1) };
    const made = makeLambda(resolver, name.name, parameters, rest, form, context);
    return { kind: "lambda", lambda: made, range: form };
  }
  const [value, ...more] = rest;
  if (value === undefined || more.length > 0) return malformedOrNull(resolver, form);
  return named(resolver.resolveInner(value, context), name.name);
}

function malformedOrNull(resolver: Resolver, form: ListForm): null {
  resolver.malformed(form);
  return null;
}

/** A function takes the name of the variable that holds it. */
function named(value: Expression, name: string): Expression {
  if (value.kind === "lambda" && value.lambda.name === "lambda") (value.lambda as LambdaDraft).name = name;
  return value;
}

// Local variables

interface Clause {
  readonly name: SymbolForm;
  readonly value: Form | null;
  readonly range: Range;
}

/** `((name value) …)`; a clause may also be `(name)` or `name`, for nil. Null when it is no such list. */
function clauses(resolver: Resolver, form: Form | undefined): Clause[] | null {
  if (form?.kind === "constant") return [];
  if (form?.kind !== "list" || form.tail !== null) return null;
  const found: Clause[] = [];
  for (const item of form.items) {
    if (item.kind === "symbol") found.push({ name: item, value: null, range: item });
    else if (item.kind === "list" && item.items[0]?.kind === "symbol" && item.items.length <= 2) {
      found.push({ name: item.items[0], value: item.items[1] ?? null, range: item });
    } else resolver.error(item, "malformed", "expected (name value)");
  }
  return found;
}

function clauseValue(resolver: Resolver, clause: Clause, context: Context): Expression {
  if (clause.value === null) return resolver.nil(clause.range);
  return named(resolver.resolveInner(clause.value, context), clause.name.name);
}

function letForm(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [, second, third] = form.items;
  if (second?.kind === "symbol") return namedLet(resolver, form, second, third, context);
  const list = clauses(resolver, second);
  if (list === null || form.items.length < 3) return resolver.malformed(form);
  const values = list.map((clause) => clauseValue(resolver, clause, context));
  const scope = resolver.newScope(form, context.scope);
  const bindings = list.map((clause, i) => bindLocal(resolver, clause, values[i] as Expression, scope, context));
  const body = resolver.resolveBody(form.items.slice(2), form, { ...context, scope, isTopLevel: false });
  return { kind: "bind", bindings, values, body, range: form };
}

function bindLocal(
  resolver: Resolver,
  clause: Clause,
  value: Expression,
  scope: ScopeDraft,
  context: Context,
): BindingDraft {
  const kind = value.kind === "lambda" ? "function" : "local";
  const binding = resolver.declare(clause.name, kind, clause.range, scope, context);
  if (value.kind === "lambda") binding.lambda = value.lambda;
  return binding;
}

function letStar(resolver: Resolver, form: ListForm, context: Context): Expression {
  const list = clauses(resolver, form.items[1]);
  if (list === null || form.items.length < 3) return resolver.malformed(form);
  let { scope } = context;
  const bindings: Binding[] = [];
  const values: Expression[] = [];
  for (const clause of list) {
    const value = clauseValue(resolver, clause, { ...context, scope });
    scope = resolver.newScope({ start: clause.range.end, end: form.end }, scope);
    bindings.push(bindLocal(resolver, clause, value, scope, context));
    values.push(value);
  }
  const body = resolver.resolveBody(form.items.slice(2), form, { ...context, scope, isTopLevel: false });
  return { kind: "bind", bindings, values, body, range: form };
}

function letrec(resolver: Resolver, form: ListForm, context: Context): Expression {
  const list = clauses(resolver, form.items[1]);
  if (list === null || form.items.length < 3) return resolver.malformed(form);
  const scope = resolver.newScope(form, context.scope);
  const inside = { ...context, scope, isTopLevel: false };
  for (const clause of list) {
    const isFunction =
      clause.value?.kind === "list" &&
      clause.value.items[0]?.kind === "symbol" &&
      clause.value.items[0].name === "lambda";
    resolver.declare(clause.name, isFunction ? "function" : "local", clause.range, scope, context).isReady = false;
  }
  const items: Expression[] = list.map((clause, i) => {
    const binding = scope.bindings[i] as BindingDraft;
    const value = clauseValue(resolver, clause, inside);
    binding.lambda = value.kind === "lambda" ? value.lambda : null;
    binding.isReady = true;
    return { kind: "define-local", binding, value, range: clause.range };
  });
  items.push(resolver.resolveBody(form.items.slice(2), form, inside));
  const body: Expression = { kind: "sequence", items, range: form };
  return { kind: "block", bindings: scope.bindings, body, continuation: context.continuation, range: form };
}

/** A function that is visible in its own body, called at once. */
function namedLet(
  resolver: Resolver,
  form: ListForm,
  name: SymbolForm,
  variables: Form | undefined,
  context: Context,
): Expression {
  const list = clauses(resolver, variables);
  const body = form.items.slice(3);
  if (list === null || body.length === 0) return resolver.malformed(form);
  const items = list.map((clause) => clauseValue(resolver, clause, context));
  const scope = resolver.newScope(form, context.scope);
  const inside = { ...context, scope, isTopLevel: false };
  const binding = resolver.declare(name, "function", form, scope, context);
  binding.isReady = false;
  const names: ListForm = {
    ...(variables as ListForm),
    kind: "list",
    tail: null,
    isClosed: true,
    items: list.map((clause) => clause.name),
  };
  const made = makeLambda(resolver, name.name, names, body, form, inside);
  binding.lambda = made;
  binding.isReady = true;
  const value: Expression = { kind: "lambda", lambda: made, range: form };
  const define: Expression = { kind: "define-local", binding, value, range: form };
  const { continuation } = context;
  binding.uses.push({ kind: "call", lambda: context.lambda, continuation, isEarly: false });
  const call: Expression = {
    kind: "call",
    callee: { kind: "local", binding, range: name },
    items,
    continuation,
    range: form,
  };
  return {
    kind: "block",
    bindings: [binding],
    body: { kind: "sequence", items: [define, call], range: form },
    continuation,
    range: form,
  };
}

// Assignment

function assign(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [head, ...pairs] = form.items;
  const isMultiple = head?.kind === "symbol" && head.name === "setq";
  if (pairs.length < 2 || pairs.length % 2 !== 0 || (pairs.length > 2 && !isMultiple)) return resolver.malformed(form);
  const items: Expression[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    items.push(assignOne(resolver, pairs[i] as Form, pairs[i + 1] as Form, form, context));
  }
  return items.length === 1 ? (items[0] as Expression) : { kind: "sequence", items, range: form };
}

function assignOne(resolver: Resolver, target: Form, valueForm: Form, form: ListForm, context: Context): Expression {
  const value = resolver.resolveInner(valueForm, context);
  if (target.kind !== "symbol") {
    resolver.error(target, "malformed", "only a variable can be assigned: expected its name");
    return value;
  }
  const binding = resolver.lookUp(target.name, context);
  if (binding !== null && binding.macro !== null) {
    resolver.error(target, "malformed", `${target.name} is a macro and cannot be assigned`);
    return value;
  }
  if (binding !== null && binding.member !== null) {
    const { type } = binding.member;
    resolver.error(target, "malformed", `${target.name} comes with the type ${type.name} and cannot be assigned`);
    return value;
  }
  if (binding !== null) {
    binding.isAssigned = true;
    resolver.refer(target, binding, "assign", context);
    if (binding.isGlobal) return { kind: "set-global", name: target.name, value, range: form };
    return { kind: "set-local", binding, value, range: form };
  }
  if (resolver.isExternal(target.name)) {
    resolver.refer(target, null, "assign", context);
    return { kind: "set-global", name: target.name, value, range: form };
  }
  const isBuiltin = BUILTINS.has(target.name) || SPECIAL_FORMS.has(target.name);
  if (isBuiltin) resolver.error(target, "malformed", `${target.name} is built in and cannot be assigned`);
  else resolver.unknown(target, "assign");
  return value;
}
