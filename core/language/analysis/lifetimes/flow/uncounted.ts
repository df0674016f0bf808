/**
 * Variables whose value would be counted by its shape, and needs no count: all that refers to it besides is gone before the variable, so that
 * there is one owner all the time. What makes it leaves it as it is, and its release frees it.
 */
import { STRATEGY } from "../../../../isa/plan.ts";
import type { Plan } from "../../../compiler/plan/plan.ts";
import type { Binding, Expression } from "../../tree.ts";
import type { Borrowing } from "./borrowing.ts";
import type { Leaves } from "./leaves.ts";
import type { Surroundings } from "./structure.ts";

/** Operations compiled to more than opcodes that keep nothing without a fact about it. */
const HARMLESS: ReadonlySet<string> = new Set("list vector + - * / = < > <= >=".split(" "));

/** @returns the variables, each with the new values that it is given */
export function uncountedVariables(
  borrowing: Borrowing,
  surroundings: Surroundings,
  leaves: Leaves,
  plan: Plan,
): ReadonlyMap<Binding, readonly Expression[]> {
  const found = new Map<Binding, readonly Expression[]>();
  for (const binding of surroundings.variables()) {
    if (binding.isGlobal || binding.kind === "parameter") continue;
    if (borrowing.ownerStrategy(binding) !== STRATEGY.COUNTED) continue;
    const values = surroundings.valuesOf(binding).flatMap((value) => leaves.of(value));
    const isNew = values.every((value) => borrowing.lifetimes.calls.get(value)?.isConverted === true);
    if (isNew) found.set(binding, values);
  }
  for (const lambda of surroundings.functions()) for (const captured of plan.freeOf(lambda)) found.delete(captured);
  const given = new Set([...found.values()].flat());
  for (const expression of surroundings.expressions()) {
    if (found.size === 0) break;
    if (given.has(expression) || isHarmless(expression, borrowing, surroundings)) continue;
    for (const owner of borrowing.ofValue(expression)) found.delete(owner);
    if (expression.kind === "local") found.delete(expression.binding);
  }
  return found;
}

/** Does a use of a value make no further owner, in this function or in another? */
function isHarmless(expression: Expression, borrowing: Borrowing, surroundings: Surroundings): boolean {
  const use = borrowing.useOf(expression);
  const { strategy } = borrowing.lifetimes.valueOf(expression);
  // What lies in a stack scope refers to it without owning it, whoever has that.
  if ((use === "moved" || use === "retained") && strategy !== STRATEGY.STACK) return false;
  const parent = surroundings.parentOf(expression);
  if (parent?.kind === "call") return false;
  if (parent?.kind !== "primitive") return true;
  const { code, name } = parent.builtin;
  return code.kind === "opcodes" || code.kind === "predicate" || code.kind === "host" || HARMLESS.has(name);
}
