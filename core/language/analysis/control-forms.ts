/** Special forms that choose, order and repeat. */
import type { Datum } from "../../isa/code-block.ts";
import type { Form } from "../forms.ts";
import { datumOf, quasiquote } from "./quotation.ts";
import type { Context, FormHandler, ListForm, Resolver } from "./resolver.ts";
import type { CaseClause, CondClause, Expression } from "./tree.ts";

export const CONTROL_FORMS: ReadonlyMap<string, FormHandler> = new Map<string, FormHandler>([
  ["if", ifForm],
  ["cond", cond],
  ["case", caseForm],
  ["when", when],
  ["unless", when],
  ["and", andOr],
  ["or", andOr],
  ["begin", block],
  ["do", block],
  ["progn", block],
  ["while", whileForm],
  ["for", forForm],
  ["break", leaveForm],
  ["continue", leaveForm],
  ["with-arena", withArena],
  ["with-region", withRegion],
  ["quote", quote],
  ["quasiquote", quote],
]);

function nested(context: Context): Context {
  return { ...context, isTopLevel: false };
}

function ifForm(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [, test, then, otherwise] = form.items;
  if (test === undefined || then === undefined || form.items.length > 4) return resolver.malformed(form);
  return {
    kind: "if",
    test: resolver.resolveInner(test, context),
    consequent: resolver.resolve(then, nested(context)),
    alternative: otherwise === undefined ? resolver.nil(form) : resolver.resolve(otherwise, nested(context)),
    range: form,
  };
}

function when(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [head, test, ...body] = form.items;
  if (test === undefined || body.length === 0) return resolver.malformed(form);
  const condition = resolver.resolveInner(test, context);
  const then = resolver.resolveBody(body, form, nested(context));
  const nothing = resolver.nil(form);
  const isWhen = head?.kind === "symbol" && head.name === "when";
  return {
    kind: "if",
    test: condition,
    consequent: isWhen ? then : nothing,
    alternative: isWhen ? nothing : then,
    range: form,
  };
}

function isElse(form: Form | undefined): boolean {
  return form?.kind === "symbol" && form.name === "else";
}

function cond(resolver: Resolver, form: ListForm, context: Context): Expression {
  const clauses: CondClause[] = [];
  for (const [i, clause] of form.items.slice(1).entries()) {
    if (clause.kind !== "list" || clause.items.length === 0 || clause.tail !== null) {
      resolver.error(clause, "malformed", "expected a clause (test body …) or (else body …)");
      continue;
    }
    const [test, ...body] = clause.items as [Form, ...Form[]];
    if (isElse(test) && i < form.items.length - 2) {
      resolver.error(clause, "malformed", "else must be the last clause");
    }
    clauses.push(condClause(resolver, test, body, clause, context));
  }
  return { kind: "cond", clauses, range: form };
}

function condClause(
  resolver: Resolver,
  test: Form,
  body: readonly Form[],
  clause: ListForm,
  context: Context,
): CondClause {
  if (isElse(test)) {
    const only = resolver.resolveBody(body, clause, nested(context));
    if (body.length === 0) resolver.error(clause, "malformed", "else needs a body");
    return { test: null, body: only, passed: null };
  }
  const [arrow, receiver] = body;
  if (arrow?.kind === "symbol" && arrow.name === "=>" && receiver !== undefined && body.length === 2) {
    const condition = resolver.resolveInner(test, context);
    return { test: condition, body: null, passed: resolver.resolveInner(receiver, context) };
  }
  const condition = resolver.resolveInner(test, context);
  if (body.length === 0) return { test: condition, body: null, passed: null };
  return { test: condition, body: resolver.resolveBody(body, clause, nested(context)), passed: null };
}

function caseForm(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [, key, ...rest] = form.items;
  if (key === undefined) return resolver.malformed(form);
  const value = resolver.resolveInner(key, context);
  const clauses: CaseClause[] = [];
  for (const clause of rest) {
    const [head, ...body] = clause.kind === "list" ? clause.items : [];
    const data = isElse(head) ? null : caseData(head);
    if (clause.kind !== "list" || data === undefined || body.length === 0) {
      resolver.error(clause, "malformed", "expected a clause ((datum …) body …) or (else body …)");
      continue;
    }
    if (head !== undefined && data !== null) resolver.noteQuoted(head);
    clauses.push({ data, body: resolver.resolveBody(body, clause, nested(context)) });
  }
  return { kind: "case", key: value, clauses, range: form };
}

/** `(datum …)`, or a single datum. */
function caseData(form: Form | undefined): readonly Datum[] | undefined {
  if (form === undefined) return undefined;
  return form.kind === "list" ? form.items.map(datumOf) : [datumOf(form)];
}

function andOr(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [head, ...rest] = form.items;
  const kind = head?.kind === "symbol" && head.name === "and" ? "and" : "or";
  if (rest.length === 0) {
    return { kind: "constant", datum: { kind: kind === "and" ? "true" : "nil" }, range: form };
  }
  const last = rest.length - 1;
  const items = rest.map((item, i) =>
    i < last ? resolver.resolveInner(item, context) : resolver.resolve(item, nested(context)),
  );
  return { kind, items, range: form };
}

function block(resolver: Resolver, form: ListForm, context: Context): Expression {
  return resolver.resolveBody(form.items.slice(1), form, nested(context));
}

function whileForm(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [, test, ...body] = form.items;
  if (test === undefined) return resolver.malformed(form);
  const loop = resolver.newLoop();
  const inside = { ...resolver.inner(context), loop };
  return {
    kind: "while",
    loop,
    test: resolver.resolve(test, inside),
    body: resolver.resolveBody(body, form, inside),
    range: form,
  };
}

function forForm(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [, header, ...body] = form.items;
  const [name, from, to, step] = header?.kind === "list" ? header.items : [];
  if (header?.kind !== "list" || name?.kind !== "symbol" || from === undefined || to === undefined)
    return resolver.malformed(form);
  if (header.items.length > 4 || header.tail !== null) return resolver.malformed(form);
  const start = resolver.resolveInner(from, context);
  const end = resolver.resolveInner(to, context);
  const by = step === undefined ? null : resolver.resolveInner(step, context);
  if (by?.kind === "constant" && (by.datum.kind === "integer" || by.datum.kind === "float") && by.datum.value === 0)
    resolver.error(step as Form, "malformed", "a step of 0 never ends the loop: expected another number");
  const loop = resolver.newLoop();
  const scope = resolver.newScope(form, context.scope);
  const binding = resolver.declare(name, "local", header, scope, context);
  const inside = { ...resolver.inner(context), scope, loop };
  // The loop itself counts it up.
  binding.uses.push({ kind: "value", lambda: context.lambda, continuation: inside.continuation, isEarly: false });
  return {
    kind: "for",
    loop,
    binding,
    from: start,
    to: end,
    step: by,
    body: resolver.resolveBody(body, form, inside),
    range: form,
  };
}

/** `break` and `continue`. */
function leaveForm(resolver: Resolver, form: ListForm, context: Context): Expression {
  if (form.items.length > 1) return resolver.malformed(form);
  const [head] = form.items;
  const kind = head?.kind === "symbol" && head.name === "continue" ? "continue" : "break";
  if (context.loop === null) {
    resolver.error(form, "malformed", `${kind} stands only inside while or for, in the same function`);
    return resolver.nil(form);
  }
  return { kind, loop: context.loop, range: form };
}

function withArena(resolver: Resolver, form: ListForm, context: Context): Expression {
  const body = form.items.slice(1);
  if (body.length === 0) return resolver.malformed(form);
  return arena(resolver, null, body, form, context);
}

function withRegion(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [, name, ...body] = form.items;
  if (name?.kind !== "symbol") return resolver.malformed(form, name === undefined ? "" : "the name must be a symbol");
  if (body.length === 0) return resolver.malformed(form);
  resolver.noteQuoted(name);
  return arena(resolver, name.name, body, form, context);
}

/** The end of the arena comes behind the body: nothing in it is a tail call. */
function arena(
  resolver: Resolver,
  region: string | null,
  body: readonly Form[],
  form: ListForm,
  context: Context,
): Expression {
  return { kind: "arena", region, body: resolver.resolveBody(body, form, resolver.inner(context)), range: form };
}

function quote(resolver: Resolver, form: ListForm, context: Context): Expression {
  const [head, datum] = form.items;
  if (datum === undefined || form.items.length !== 2) return resolver.malformed(form);
  if (head?.kind === "symbol" && head.name === "quasiquote") return quasiquote(resolver, datum, form, context);
  return resolver.data(datum, form);
}
