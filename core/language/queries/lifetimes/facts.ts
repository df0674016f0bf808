/** What is known of the lifetimes in a text, as the compiler takes it: facts about values, and what the code would tell the manager. */
import { STRATEGY, type Strategy } from "../../../isa/plan.ts";
import { children } from "../../analysis/analyse.ts";
import type { ActionTable } from "../../analysis/lifetimes/actions.ts";
import { actionsOf } from "../../analysis/lifetimes/flow/actions-of.ts";
import { lifetimesOf } from "../../analysis/lifetimes/lifetimes.ts";
import type { AllocationFact, Lifetimes } from "../../analysis/lifetimes/plan.ts";
import type { Analysis, Expression } from "../../analysis/tree.ts";

export interface LifetimeFacts {
  readonly analysis: Analysis;
  readonly lifetimes: Lifetimes;
  readonly actions: ActionTable;
  /** Allocations of this text; what the library functions that it uses allocate has no place here. */
  readonly allocations: readonly AllocationFact[];
  /** Is the expression one of this text? */
  readonly isOwn: (expression: Expression) => boolean;
}

export function lifetimeFacts(analysis: Analysis): LifetimeFacts {
  const lifetimes = lifetimesOf(analysis);
  const own = new Set<Expression>();
  everyExpression(analysis.program, (expression) => own.add(expression));
  return {
    analysis,
    lifetimes,
    actions: actionsOf(analysis, lifetimes),
    allocations: [...lifetimes.allocations.values()].filter(({ expression }) => own.has(expression)),
    isOwn: (expression) => own.has(expression),
  };
}

/** How an allocation is made: the fact, unless the code cannot follow it. */
export function strategyOf({ actions }: LifetimeFacts, expression: Expression): Strategy {
  return actions.strategies.get(expression) ?? STRATEGY.PROGRAM;
}

/** Visits expressions and all that is inside them, outer before inner. */
export function everyExpression(expressions: readonly Expression[], visit: (expression: Expression) => void): void {
  for (const expression of expressions) {
    visit(expression);
    everyExpression(children(expression), visit);
  }
}
