/** Lists of parameter names, as functions and `receive` have them. */
import type { Form } from "../forms.ts";
import type { Resolver, SymbolForm } from "./resolver.ts";

export interface ParameterList {
  readonly names: readonly SymbolForm[];
  readonly rest: SymbolForm | null;
}

/** `(a b . rest)`, or a single name for all. */
export function parameterList(resolver: Resolver, form: Form): ParameterList {
  if (form.kind === "symbol") return { names: [], rest: form };
  // nil is the empty list.
  if (form.kind === "constant") return { names: [], rest: null };
  if (form.kind !== "list") {
    resolver.error(form, "malformed", "expected a list of parameter names");
    return { names: [], rest: null };
  }
  const names: SymbolForm[] = [];
  for (const item of form.items) {
    if (item.kind === "symbol") names.push(item);
    else resolver.error(item, "malformed", "a parameter must be a name: optional and key parameters are not available");
  }
  if (form.tail === null) return { names, rest: null };
  if (form.tail.kind === "symbol") return { names, rest: form.tail };
  resolver.error(form.tail, "malformed", "the rest parameter after the dot must be a name");
  return { names, rest: null };
}
