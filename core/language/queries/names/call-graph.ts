/** Which function of a text calls which. */
import type { Analysis, Binding, Reference } from "../../analysis/tree.ts";
import type { Range } from "../../forms.ts";
import { definitionAt } from "./names.ts";

/** All calls between two functions. */
export interface Calls {
  /** The function at the other end; null for the top level. */
  readonly other: Binding | null;
  /** The names that are called, in order of their place. */
  readonly places: readonly Range[];
}

/** The function that the name at an offset means; null for other names. */
export function functionAt(analysis: Analysis, offset: number): Binding | null {
  const binding = definitionAt(analysis, offset);
  return binding?.lambda == null ? null : binding;
}

/** Who calls a function. */
export function callersOf(analysis: Analysis, called: Binding): readonly Calls[] {
  const aroundOf = functionFinder(analysis);
  return grouped(called.references.filter(isCall), ({ start }) => aroundOf(start));
}

/** Which functions of the text a function calls itself, not through functions inside of it. Null asks about the top level. */
export function calleesOf(analysis: Analysis, caller: Binding | null): readonly Calls[] {
  const aroundOf = functionFinder(analysis);
  const calls = analysis.references.filter(isCall).filter((call) => calledBy(call) !== null);
  return grouped(
    calls.filter(({ start }) => aroundOf(start) === caller),
    calledBy,
  );
}

function isCall({ use }: Reference): boolean {
  return use === "call";
}

/** The function of the text that a reference means. */
function calledBy({ target }: Reference): Binding | null {
  return target !== null && "nameRange" in target && target.lambda !== null ? target : null;
}

/** Finds the innermost named function around an offset; null at the top level. */
function functionFinder(analysis: Analysis): (offset: number) => Binding | null {
  const functions = analysis.bindings.filter((binding) => binding.lambda !== null);
  return (offset) => {
    let best: Binding | null = null;
    for (const binding of functions) {
      const { start, end } = binding.lambda?.range ?? binding.range;
      const isInside = start <= offset && offset < end;
      if (isInside && (best === null || start >= (best.lambda?.range ?? best.range).start)) best = binding;
    }
    return best;
  };
}

function grouped(calls: readonly Reference[], otherOf: (call: Reference) => Binding | null): readonly Calls[] {
  const found = new Map<Binding | null, Range[]>();
  for (const call of calls) {
    const other = otherOf(call);
    const places = found.get(other) ?? [];
    found.set(other, places);
    places.push({ start: call.start, end: call.end });
  }
  return [...found].map(([other, places]) => ({ other, places }));
}
