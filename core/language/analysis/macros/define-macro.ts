/** The special form `defmacro`. */
import type { Form } from "../../forms.ts";
import { SPECIAL_FORMS } from "../../special-forms.ts";
import type { Context, ListForm, Resolver } from "../resolver.ts";
import type { Expression } from "../tree.ts";
import { Expander } from "./expander.ts";

/** The form when it is a definition of a macro; else null. */
export function macroDefinition(form: Form): ListForm | null {
  const head = form.kind === "list" ? form.items[0] : undefined;
  return form.kind === "list" && head?.kind === "symbol" && head.name === "defmacro" ? form : null;
}

/** Makes a macro known to what follows. What is wrong with the form is reported when the form itself is resolved. */
export function declareMacro(resolver: Resolver, form: ListForm, context: Context): void {
  const name = form.items[1];
  const macro = Expander.macroOf(form, (helper) => {
    const definition = resolver.definitions.get(helper);
    return definition !== undefined && definition.end <= form.start ? definition : null;
  });
  if (macro === null || name?.kind !== "symbol") return;
  if (SPECIAL_FORMS.has(name.name)) {
    resolver.error(name, "malformed", `${name.name} is a special form and cannot be defined`);
    return;
  }
  if (resolver.globals.has(name.name)) {
    resolver.duplicate(name);
    return;
  }
  const binding = resolver.newBinding(name, "macro", form, context, true);
  binding.macro = macro;
  resolver.globals.set(name.name, binding);
}

/** The form itself has no code. */
export function defineMacro(resolver: Resolver, form: ListForm, context: Context): Expression {
  const name = form.items[1];
  if (Expander.macroOf(form, () => null) === null) {
    return resolver.malformed(form, name === undefined || name.kind === "symbol" ? "" : "the name must be a symbol");
  }
  if (!context.isTopLevel) resolver.error(form, "malformed", "a macro can only be defined at the top level");
  return resolver.nil(form);
}
