/** What is known of the lifetimes in a text, as the compiler takes it: facts about values, and what the code would tell the manager. */
import { STRATEGY, STRATEGY_NAMES, type Strategy } from "../../../isa/plan.ts";
import { eachChild } from "../../analysis/analyse.ts";
import type { ActionTable } from "../../analysis/lifetimes/actions.ts";
import { actionsOf } from "../../analysis/lifetimes/flow/actions/actions-of.ts";
import { lifetimesOf } from "../../analysis/lifetimes/lifetimes.ts";
import type { AllocationFact, Lifetimes, Reason } from "../../analysis/lifetimes/plan.ts";
import { type Reuse, reusesOf } from "../../analysis/lifetimes/reuse.ts";
import type { Analysis, Expression } from "../../analysis/tree.ts";
import { type ArenaExpression, arenasAround } from "./arenas.ts";

export interface LifetimeFacts {
  readonly analysis: Analysis;
  readonly lifetimes: Lifetimes;
  readonly actions: ActionTable;
  /** Allocations of this text; what the library functions that it uses allocate has no place here. */
  readonly allocations: readonly AllocationFact[];
  /** Is the expression one of this text? */
  readonly isOwn: (expression: Expression) => boolean;
  /** The innermost `with-arena` or `with-region` that surely is open where something is allocated. */
  readonly arenas: ReadonlyMap<Expression, ArenaExpression>;
  /** By the allocation that gets the cells of what was freed just before. */
  readonly reuses: ReadonlyMap<Expression, Reuse>;
}

export function lifetimeFacts(analysis: Analysis): LifetimeFacts {
  const lifetimes = lifetimesOf(analysis);
  const own = new Set<Expression>();
  everyExpression(analysis.program, (expression) => own.add(expression));
  const actions = actionsOf(analysis, lifetimes);
  const reuses = reusesOf(analysis, lifetimes, actions).map((reuse) => [reuse.expression, reuse] as const);
  return {
    analysis,
    lifetimes,
    actions,
    arenas: arenasAround(analysis),
    reuses: new Map(reuses),
    allocations: [...lifetimes.allocations.values()].filter(({ expression }) => own.has(expression)),
    isOwn: (expression) => own.has(expression),
  };
}

/** How an allocation is made: in an arena that the program has opened; otherwise the fact, unless the code cannot follow it. */
export function strategyOf({ actions, arenas }: LifetimeFacts, expression: Expression): Strategy {
  if (arenas.has(expression)) return STRATEGY.ARENA;
  return actions.strategies.get(expression) ?? STRATEGY.PROGRAM;
}

/** In one or two words; a region has a name. */
export function strategyName(facts: LifetimeFacts, expression: Expression): string {
  const region = facts.arenas.get(expression)?.region ?? null;
  return region === null ? (STRATEGY_NAMES[strategyOf(facts, expression)] ?? "") : `region ${region}`;
}

/** What makes an allocation as it is: the form that opens its arena decides alone. */
export function reasonsOf({ arenas }: LifetimeFacts, { expression, because }: AllocationFact): readonly Reason[] {
  const arena = arenas.get(expression);
  if (arena === undefined) return because;
  const form = arena.region === null ? "with-arena" : `with-region ${arena.region}`;
  return [
    { text: `made inside (${form} …), which takes all that is made while it is the innermost`, range: arena.range },
  ];
}

/** What has had the cells of an allocation before: its name, and the free that hands them on. */
export function reuseAt({ reuses }: LifetimeFacts, expression: Expression): { name: string; freed: Reason } | null {
  const reuse = reuses.get(expression);
  if (reuse === undefined) return null;
  const { operand, range } = reuse.freed;
  const name = operand.kind === "variable" ? operand.binding.name : "temporary";
  return { name, freed: { text: `${name} is freed here: ${reuse.freed.because}`, range } };
}

/** Visits expressions and all that is inside them, outer before inner. */
export function everyExpression(expressions: readonly Expression[], visit: (expression: Expression) => void): void {
  const through = (expression: Expression): void => {
    visit(expression);
    eachChild(expression, through);
  };
  for (const expression of expressions) through(expression);
}
