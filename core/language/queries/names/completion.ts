/** Which names can be written at a place of a text. */
import { analyse } from "../../analysis/analyse.ts";
import type { Analysis, Binding, Scope } from "../../analysis/tree.ts";
import { BUILTINS } from "../../builtins.ts";
import { SPECIAL_FORMS } from "../../special-forms.ts";
import { bindingCode, bindingText, builtinSignature, lineNumbers } from "./hover.ts";
import { scopeAt, textWithNameAt } from "./names.ts";

export interface CompletionItem {
  readonly name: string;
  readonly kind: "function" | "variable" | "parameter" | "local" | "macro" | "builtin" | "special-form";
  /** How it is called or written; of a variable, what it is. */
  readonly detail: string;
  readonly doc: string;
}

/** The names that mean something at an offset, innermost first, each once: locals, globals, special forms, builtins. */
export function completions(typed: Analysis, offset: number): readonly CompletionItem[] {
  const analysis = withNameAt(typed, offset);
  const lineOf = lineNumbers(analysis.text);
  const found = new Map<string, CompletionItem>();
  const add = (binding: Binding) => {
    const { name, kind, nameRange, isWritten, isGlobal } = binding;
    // A name that a macro made cannot be meant where the text goes on.
    if (!isWritten && !isGlobal) return;
    // The name that is being defined right here is no candidate for itself.
    if (found.has(name) || (nameRange.start <= offset && offset <= nameRange.end)) return;
    const code = bindingCode(binding);
    const doc = bindingText(analysis, binding, lineOf);
    found.set(name, { name, kind, detail: code === name ? (doc.split("\n")[0] as string) : code, doc });
  };
  for (let scope: Scope | null = scopeAt(analysis, offset); scope !== null; scope = scope.parent) {
    for (const binding of scope.bindings) add(binding);
  }
  for (const binding of analysis.bindings) if (binding.isGlobal) add(binding);
  return [...found.values(), ...BUILT_IN.filter((item) => !found.has(item.name))];
}

const BUILT_IN: readonly CompletionItem[] = [
  ...[...SPECIAL_FORMS.values()].map(({ name, syntax, doc }) => {
    return { name, kind: "special-form" as const, detail: syntax, doc };
  }),
  ...[...BUILTINS.values()].map((builtin) => {
    const { name, doc } = builtin;
    return { name, kind: "builtin" as const, detail: builtinSignature(builtin), doc };
  }),
];

/**
 * The analysis of the text with a name where one is about to be typed. Without it a form that is being written, say a `let` without a
 * body yet, would not be what it is going to be, and the white space behind a list that is not closed would not be inside of it.
 */
function withNameAt(analysis: Analysis, offset: number): Analysis {
  const text = textWithNameAt(analysis.text, offset);
  return text === analysis.text ? analysis : analyse(text);
}
