/** `receive` and `let-values`: local variables for several results. The list of the results is taken apart as the variables are bound. */
import { BUILTINS, type Builtin, INTERNAL_BUILTINS } from "../builtins.ts";
import type { Form, Range } from "../forms.ts";
import { parameterList } from "./parameters.ts";
import type { BindingDraft, Context, ListForm, Resolver, ScopeDraft } from "./resolver.ts";
import type { Binding, Expression } from "./tree.ts";

/** Variables, and the form that gives their values. */
interface Clause {
  readonly names: Form;
  readonly form: Form;
}

/** What a `bind` expression binds, in order. */
interface Bound {
  readonly bindings: Binding[];
  readonly values: Expression[];
}

export function receive(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [, names, value, ...body] = form.items;
  if (names === undefined || value === undefined || body.length === 0) return resolver.malformed(form);
  return bindResults(resolver, [{ names, form: value }], body, form, context);
}

export function letValues(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [, list, ...body] = form.items;
  if (list?.kind !== "list" || list.tail !== null || body.length === 0) return resolver.malformed(form);
  const clauses: Clause[] = [];
  for (const item of list.items) {
    const [names, value, ...more] = item.kind === "list" ? item.items : [];
    if (names === undefined || value === undefined || more.length > 0) {
      resolver.error(item, "malformed", "expected ((name …) form)");
    } else clauses.push({ names, form: value });
  }
  return bindResults(resolver, clauses, body, form, context);
}

function bindResults(
  resolver: Resolver,
  clauses: readonly Clause[],
  body: readonly Form[],
  form: ListForm,
  context: Context,
): Expression {
  const given = clauses.map((clause) => resolver.resolveInner(clause.form, context));
  const scope = resolver.newScope(form, context.scope);
  const bound: Bound = { bindings: [], values: [] };
  clauses.forEach((clause, i) => {
    takeApart(resolver, clause, given[i] as Expression, bound, scope, context);
  });
  const inside = resolver.resolveBody(body, form, { ...context, scope, isTopLevel: false });
  return { kind: "bind", ...bound, body: inside, range: form };
}

/** `items` = the results, checked; a = (car items); `items` = (cdr items); … the rest = `items`. */
function takeApart(
  resolver: Resolver,
  clause: Clause,
  value: Expression,
  bound: Bound,
  scope: ScopeDraft,
  context: Context,
): void {
  const { names, rest } = parameterList(resolver, clause.names);
  const range = clause.form;
  const count: Expression = { kind: "constant", datum: { kind: "integer", value: names.length }, range };
  const more: Expression = { kind: "constant", datum: { kind: rest === null ? "nil" : "true" }, range };
  let items = hidden(resolver, range, context);
  add(bound, items, primitive("%received", [value, count, more], range));
  names.forEach((name, i) => {
    add(
      bound,
      resolver.declare(name, "local", name, scope, context),
      primitive("car", [use(items, range, context)], name),
    );
    if (i === names.length - 1 && rest === null) return;
    const next = hidden(resolver, range, context);
    add(bound, next, primitive("cdr", [use(items, range, context)], range));
    items = next;
  });
  if (rest !== null) add(bound, resolver.declare(rest, "local", rest, scope, context), use(items, range, context));
}

function add(bound: Bound, binding: Binding, value: Expression): void {
  bound.bindings.push(binding);
  bound.values.push(value);
}

/** A variable that stands nowhere in the text. */
function hidden(resolver: Resolver, range: Range, context: Context): BindingDraft {
  const binding = resolver.newBinding(
    { kind: "symbol", name: "results", id: -1, start: 0, end: 0 },
    "local",
    range,
    context,
  );
  binding.isWritten = false;
  return binding;
}

function use(binding: BindingDraft, range: Range, context: Context): Expression {
  binding.uses.push({ kind: "value", lambda: context.lambda, continuation: { returnsFrom: null }, isEarly: false });
  return { kind: "local", binding, range };
}

function primitive(name: string, items: readonly Expression[], range: Range): Expression {
  return { kind: "primitive", builtin: (BUILTINS.get(name) ?? INTERNAL_BUILTINS.get(name)) as Builtin, items, range };
}
