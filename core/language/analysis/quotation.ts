/** Data in source text: quoted forms as constants, and quasiquotation as calls that build a copy of the template. */
import type { Datum } from "../../isa/code-block.ts";
import { BUILTINS, type Builtin } from "../builtins.ts";
import type { Form, Range } from "../forms.ts";
import type { Context, Resolver } from "./resolver.ts";
import type { Expression } from "./tree.ts";

export const NIL: Datum = { kind: "nil" };

const PREFIX_SYMBOLS = {
  quote: "quote",
  quasiquote: "quasiquote",
  unquote: "unquote",
  "unquote-splicing": "unquote-splicing",
} as const;

/** A form as data. */
export function datumOf(form: Form): Datum {
  switch (form.kind) {
    case "symbol":
      return { kind: "symbol", name: form.name };
    case "integer":
    case "float":
      return { kind: form.kind, value: form.value };
    case "character":
      return { kind: "character", code: form.code };
    case "string":
      return { kind: "string", text: form.text };
    case "constant":
      return { kind: form.value };
    case "vector":
      return { kind: "vector", items: form.items.map(datumOf) };
    case "list": {
      const tail = form.tail === null ? NIL : datumOf(form.tail);
      return listDatum(form.items.map(datumOf), tail);
    }
    default: {
      const name: Datum = { kind: "symbol", name: PREFIX_SYMBOLS[form.kind] };
      return listDatum(form.form === null ? [name] : [name, datumOf(form.form)], NIL);
    }
  }
}

function listDatum(items: readonly Datum[], tail: Datum): Datum {
  return items.reduceRight<Datum>((cdr, car) => ({ kind: "pair", car, cdr }), tail);
}

/** A template: constant where it has no comma, else calls of `list`, `append` and `list->vector` around the values. */
export function quasiquote(resolver: Resolver, form: Form, range: Range, context: Context): Expression {
  return template(resolver, form, range, resolver.inner(context), 1);
}

function template(resolver: Resolver, form: Form, range: Range, context: Context, level: number): Expression {
  if (!hasUnquote(form, level)) return resolver.data(form, range);
  switch (form.kind) {
    case "unquote":
      if (level === 1) return form.form === null ? resolver.nil(form) : resolver.resolve(form.form, context);
      return wrapped(resolver, form, context, level - 1);
    case "quasiquote":
      return wrapped(resolver, form, context, level + 1);
    case "quote":
      return wrapped(resolver, form, context, level);
    case "vector": {
      const list = listTemplate(resolver, form.items, null, form, context, level);
      return primitive("list->vector", [list], form);
    }
    case "list":
      return listTemplate(resolver, form.items, form.tail, form, context, level);
    default:
      resolver.error(form, "malformed", ",@ has a meaning only inside a list of a quasiquotation");
      return resolver.nil(form);
  }
}

/** A prefix that stays in the copy, as the list of its name and what follows it. */
function wrapped(
  resolver: Resolver,
  form: Extract<Form, { form: Form | null }>,
  context: Context,
  level: number,
): Expression {
  const name: Expression = {
    kind: "constant",
    datum: { kind: "symbol", name: PREFIX_SYMBOLS[form.kind] },
    range: form,
  };
  if (form.form === null) return primitive("list", [name], form);
  return primitive("list", [name, template(resolver, form.form, form.form, context, level)], form);
}

function listTemplate(
  resolver: Resolver,
  items: readonly Form[],
  tail: Form | null,
  range: Range,
  context: Context,
  level: number,
): Expression {
  const parts: Expression[] = [];
  let run: Expression[] = [];
  const endRun = () => {
    if (run.length > 0) parts.push(primitive("list", run, range));
    run = [];
  };
  for (const item of items) {
    if (item.kind === "unquote-splicing" && level === 1) {
      endRun();
      if (item.form !== null) parts.push(resolver.resolve(item.form, context));
    } else if (item.kind === "unquote-splicing") run.push(wrapped(resolver, item, context, level - 1));
    else run.push(template(resolver, item, item, context, level));
  }
  endRun();
  if (tail !== null) parts.push(template(resolver, tail, tail, context, level));
  return parts.length === 1 && tail === null ? (parts[0] as Expression) : primitive("append", parts, range);
}

function hasUnquote(form: Form, level: number): boolean {
  switch (form.kind) {
    case "unquote":
    case "unquote-splicing":
      return level === 1 || (form.form !== null && hasUnquote(form.form, level - 1));
    case "quasiquote":
      return form.form !== null && hasUnquote(form.form, level + 1);
    case "quote":
      return form.form !== null && hasUnquote(form.form, level);
    case "list":
      if (form.tail !== null && hasUnquote(form.tail, level)) return true;
      return form.items.some((item) => hasUnquote(item, level));
    case "vector":
      return form.items.some((item) => hasUnquote(item, level));
    default:
      return false;
  }
}

function primitive(name: string, items: readonly Expression[], range: Range): Expression {
  return { kind: "primitive", builtin: BUILTINS.get(name) as Builtin, items, range };
}
