/** Finds the source text of library functions: from the prelude, or made from the table of what is built in. */
import { BUILTINS, INTERNAL_BUILTINS } from "../builtins.ts";
import { PRELUDE } from "../prelude.ts";
import { read } from "../reader.ts";

/** Prefix of definitions that are values of something that calls do not call. */
export const VALUE_PREFIX = "value:";
/** The one library function that no Lisp text can express: its code is in `handlers.ts`. */
export const APPLY = "%apply";

/** Source text of every definition of the prelude by its name. */
const SOURCES: ReadonlyMap<string, string> = sources();

function sources(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const form of read(PRELUDE).forms) {
    const target = form.kind === "list" ? form.items[1] : undefined;
    const name = target?.kind === "list" ? target.items[0] : undefined;
    if (name?.kind === "symbol") found.set(name.name, PRELUDE.slice(form.start, form.end));
  }
  return found;
}

/** The library function that holds what a builtin is as a value. */
export function valueFunction(name: string): string {
  const builtin = BUILTINS.get(name) ?? INTERNAL_BUILTINS.get(name);
  return builtin?.code.kind === "library" ? name : `${VALUE_PREFIX}${name}`;
}

/** Names of everything that the prelude defines. */
export function libraryNames(): readonly string[] {
  return [...SOURCES.keys()];
}

/** The definition of a library function. */
export function librarySource(name: string): string {
  const source = SOURCES.get(name);
  if (source !== undefined) return source;
  const builtin = BUILTINS.get(name.slice(VALUE_PREFIX.length));
  const parameters = builtin?.parameters.map((parameter, i) => `${parameter.replace(/[?…]$/, "")}${i}`).join(" ");
  return `(define (${name} ${parameters}) (${builtin?.name} ${parameters}))`;
}
