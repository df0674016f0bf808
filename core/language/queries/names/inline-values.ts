/** The variables whose values are worth showing beside the text while a program stands at a place. */
import type { Analysis, Binding, Scope } from "../../analysis/tree.ts";
import type { Range } from "../../forms.ts";
import { scopeAt } from "./names.ts";

export interface InlineValue {
  readonly range: Range;
  readonly name: string;
  /** False: a global, which is evaluated rather than looked up in the frame. */
  readonly isLocal: boolean;
}

/**
 * Places of the variables that are visible where the program stopped, up to there, in order.
 *
 * @param visible what the editor shows
 * @param stopped the form that comes next
 */
export function inlineValues(analysis: Analysis, visible: Range, stopped: Range): readonly InlineValue[] {
  const end = Math.min(visible.end, stopped.end);
  const isShown = (range: Range) => range.start >= visible.start && range.end <= end;
  const found = visibleVariables(analysis, stopped.start).flatMap((binding) => {
    const places = [binding.nameRange, ...binding.references].filter(isShown);
    return places.map((range) => ({ range, name: binding.name, isLocal: !binding.isGlobal }));
  });
  return found.sort((a, b) => a.range.start - b.range.start);
}

/** Innermost first; of two that share a name, the one that the name means there. Functions that are never assigned have nothing to show. */
function visibleVariables(analysis: Analysis, offset: number): readonly Binding[] {
  const found = new Map<string, Binding>();
  const add = (binding: Binding) => {
    if (!found.has(binding.name)) found.set(binding.name, binding);
  };
  for (let scope: Scope | null = scopeAt(analysis, offset); scope !== null; scope = scope.parent) {
    for (const binding of scope.bindings) add(binding);
  }
  for (const binding of analysis.bindings) if (binding.isGlobal) add(binding);
  return [...found.values()].filter((binding) => binding.lambda === null || binding.isAssigned);
}
