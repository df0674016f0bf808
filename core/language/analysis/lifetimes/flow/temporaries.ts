/**
 * New values without a name that an expression only looks at, as in `(car (make-list))`: the code keeps them in a slot and lets go of them
 * behind the expression after which nothing of them is wanted any more.
 */
import { children } from "../../analyse.ts";
import type { Expression } from "../../tree.ts";
import type { Lifetimes } from "../plan.ts";
import { droppedBy, type Surroundings, testsOf } from "./structure.ts";

export type Temporary =
  /** Nobody takes the value: it goes as soon as it is there. */
  | { readonly kind: "dropped"; readonly expression: Expression; readonly because: string }
  /** It is kept until behind `until`. `isSure`: when that is done, the value has surely been computed. */
  | { readonly kind: "kept"; readonly expression: Expression; readonly until: Expression; readonly isSure: boolean };

/** @param program top-level forms: their values are dropped */
export function temporariesOf(
  lifetimes: Lifetimes,
  program: readonly Expression[],
  surroundings: Surroundings,
): readonly Temporary[] {
  const found: Temporary[] = [];
  for (const [expression, until] of lifetimes.temporaries) {
    if (surroundings.has(expression)) found.push(temporary(expression, until, surroundings));
  }
  for (const form of program) {
    const isNew = lifetimes.calls.get(form)?.isFresh === true || lifetimes.allocations.has(form);
    if (isNew) found.push({ kind: "dropped", expression: form, because: "nobody takes the value" });
  }
  return found;
}

function temporary(expression: Expression, until: Expression, surroundings: Surroundings): Temporary {
  const parent = surroundings.parentOf(expression);
  if (parent !== null && droppedBy(parent).includes(expression)) {
    return { kind: "dropped", expression, because: "nobody takes the value" };
  }
  if (parent !== null && testsOf(parent).includes(expression) && parent.kind !== "case") {
    return { kind: "dropped", expression, because: "only whether it is nil is wanted" };
  }
  return { kind: "kept", expression, until, isSure: isSure(expression, until, surroundings) };
}

/** Has an expression been evaluated whenever the one around it is done? */
function isSure(expression: Expression, until: Expression, surroundings: Surroundings): boolean {
  let at = expression;
  while (at !== until) {
    const parent = surroundings.parentOf(at);
    if (parent === null || !always(parent).includes(at)) return false;
    at = parent;
  }
  return true;
}

/** Parts that are evaluated whenever the expression is. */
function always(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "primitive":
    case "call":
    case "sequence":
    case "bind":
    case "set-local":
    case "set-global":
    case "define-local":
    case "define-global":
    case "arena":
      return children(expression);
    case "if":
    case "while":
      return [expression.test];
    case "case":
      return [expression.key];
    default:
      return [];
  }
}
