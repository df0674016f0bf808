/**
 * Where scope arenas, stack scopes and components begin and end: around the body of the function in whose frame something is allocated for
 * them. A function that calls itself by a jump stays in its scope, so its beginning stands before the place that it jumps to.
 */
import { PLAN, STRATEGY, type Strategy } from "../../../../isa/plan.ts";
import type { Plan } from "../../../compiler/plan/plan.ts";
import type { Expression } from "../../tree.ts";
import type { AllocationFact, Lifetimes } from "../plan.ts";
import type { Surroundings } from "./structure.ts";

const OPERATIONS = {
  [STRATEGY.ARENA]: { begin: PLAN.ARENA_BEGIN, end: PLAN.ARENA_END, name: "arena" },
  [STRATEGY.STACK]: { begin: PLAN.STACK_BEGIN, end: PLAN.STACK_END, name: "stack scope" },
  [STRATEGY.COMPONENT]: { begin: PLAN.COMPONENT_BEGIN, end: PLAN.COMPONENT_END, name: "component" },
} as const;

type ScopeOperations = (typeof OPERATIONS)[keyof typeof OPERATIONS];

export interface Scopes {
  /** Bodies of functions, each with the scopes that surround it, in the order in which they begin. */
  readonly scopes: readonly { readonly body: Expression; readonly operations: ScopeOperations }[];
  /** Allocations that no function surrounds: they are made for the whole program. */
  readonly refused: ReadonlySet<Expression>;
}

/** @param surroundings the text whose allocations are looked at */
export function scopesOf(lifetimes: Lifetimes, plan: Plan, surroundings: Surroundings): Scopes {
  const refused = new Set<Expression>();
  const bodies = new Map<ScopeOperations, Set<Expression>>();
  for (const fact of lifetimes.allocations.values()) {
    const operations = operationsOf(fact.strategy);
    if (operations === null || !surroundings.has(fact.expression)) continue;
    const body = bodyOf(fact, plan);
    if (body === null) refused.add(fact.expression);
    else bodies.set(operations, (bodies.get(operations) ?? new Set()).add(body));
  }
  const scopes = [...bodies].flatMap(([operations, found]) => [...found].map((body) => ({ body, operations })));
  return { scopes, refused };
}

function operationsOf(strategy: Strategy): ScopeOperations | null {
  return strategy === STRATEGY.ARENA || strategy === STRATEGY.STACK || strategy === STRATEGY.COMPONENT
    ? OPERATIONS[strategy]
    : null;
}

/** The top level is left only when the program ends: it has no scopes. */
function bodyOf({ place, lambda }: AllocationFact, plan: Plan): Expression | null {
  if (place === null) return null;
  const frame = plan.frameOf(place);
  return frame.parent === null || plan.frameOf(lambda) !== frame ? null : frame.body;
}
