/** What people want to know of a compiled function at first sight. */
import { flatName } from "../symbol-homes.ts";
import type { CompiledFunction } from "../types.ts";

/** What people call a function: the symbol that it defines, else its frame name. */
export function functionName({ name, frameName }: CompiledFunction): string {
  if (name !== null) return flatName(name);
  if (frameName.kind === "symbol") return flatName(frameName);
  return frameName.kind === "string" ? frameName.text : "(no name)";
}

/** Names of the cells of one kind, by number; a cell with several names has them joined. */
export function cellNames(each: CompiledFunction, kind: "argument" | "local"): ReadonlyMap<number, string> {
  // Free variables have their cells behind the locals.
  const named = each.names.filter((variable) => (variable.kind === "argument") === (kind === "argument"));
  const names = new Map<number, string>();
  for (const { index, name } of kind === "argument" ? [...named, ...each.localArguments] : named) {
    const known = names.get(index);
    names.set(index, known === undefined ? name.name : `${known}/${name.name}`);
  }
  return names;
}
