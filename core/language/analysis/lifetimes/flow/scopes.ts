/**
 * Where scope arenas, stack scopes and components begin and end. Allocations go into the innermost open one, so places of one kind must
 * not come between an allocation and its own place: where they would, the outer place takes what the inner one should have had.
 */
import { PLAN, STRATEGY, type Strategy } from "../../../../isa/plan.ts";
import type { Plan } from "../../../compiler/plan.ts";
import type { Expression, Lambda } from "../../tree.ts";
import type { AllocationFact, Lifetimes, Place } from "../plan.ts";
import type { FlowGraph } from "./graph.ts";
import type { Surroundings } from "./structure.ts";

export type ScopedStrategy = typeof STRATEGY.ARENA | typeof STRATEGY.STACK | typeof STRATEGY.COMPONENT;

export const SCOPE_OPERATIONS = {
  [STRATEGY.ARENA]: { begin: PLAN.ARENA_BEGIN, end: PLAN.ARENA_END, name: "arena" },
  [STRATEGY.STACK]: { begin: PLAN.STACK_BEGIN, end: PLAN.STACK_END, name: "stack scope" },
  [STRATEGY.COMPONENT]: { begin: PLAN.COMPONENT_BEGIN, end: PLAN.COMPONENT_END, name: "component" },
} as const;

/** One scope: from before an expression until behind it. */
export interface LifetimeScope {
  readonly strategy: ScopedStrategy;
  /** The body of a function, or a `let`. */
  readonly expression: Expression;
  readonly isFunction: boolean;
}

export interface Scopes {
  readonly scopes: readonly LifetimeScope[];
  /** Allocations whose place cannot be kept: they are made for the whole program. */
  readonly refused: ReadonlySet<Expression>;
}

export function isScoped(strategy: Strategy): strategy is ScopedStrategy {
  return strategy === STRATEGY.ARENA || strategy === STRATEGY.STACK || strategy === STRATEGY.COMPONENT;
}

/** @param graphs of all frames, by their function */
export function scopesOf(
  lifetimes: Lifetimes,
  graphs: ReadonlyMap<Lambda, FlowGraph>,
  plan: Plan,
  surroundings: Surroundings,
): Scopes {
  const refused = new Set<Expression>();
  const scopes: LifetimeScope[] = [];
  for (const strategy of [STRATEGY.ARENA, STRATEGY.STACK, STRATEGY.COMPONENT] as const) {
    const wanted = new Map<Expression, Expression>();
    for (const fact of lifetimes.allocations.values()) {
      if (fact.strategy !== strategy) continue;
      const place = placeOf(fact, graphs, plan, surroundings);
      if (place === null) refused.add(fact.expression);
      else wanted.set(fact.expression, place);
    }
    settle(wanted, surroundings);
    for (const place of new Set(wanted.values())) {
      scopes.push({ strategy, expression: place, isFunction: surroundings.parentOf(place)?.kind === "lambda" });
    }
  }
  return { scopes, refused };
}

/** The expression that an allocation's scope surrounds; null when there is none that control always leaves through its end. */
function placeOf(
  { place, lambda, expression }: AllocationFact,
  graphs: ReadonlyMap<Lambda, FlowGraph>,
  plan: Plan,
  surroundings: Surroundings,
): Expression | null {
  if (place === null) return null;
  const frame = plan.frameOf(lambda);
  const graph = graphs.get(frame);
  if (graph === undefined) return null;
  const whole = frame.parent === null ? null : frame.body;
  const inner = inFrame(place, whole, frame, plan, surroundings);
  if (inner === null || !surroundings.isInside(expression, inner)) return null;
  return inner !== whole && isLeftEarly(inner, graph, surroundings) ? whole : inner;
}

function inFrame(
  place: Place,
  whole: Expression | null,
  frame: Lambda,
  plan: Plan,
  surroundings: Surroundings,
): Expression | null {
  if (plan.frameOf(place.lambda) !== frame) return null;
  if (place.kind === "function") return whole;
  return surroundings.parentOf(place.expression)?.kind === "lambda" ? whole : place.expression;
}

/** Does a jump or `break` inside of an expression lead out of it? */
function isLeftEarly(expression: Expression, graph: FlowGraph, surroundings: Surroundings): boolean {
  for (const point of graph.points) {
    const { kind } = point.expression;
    const isJump = point.moment === "jump" || kind === "break" || kind === "continue";
    if (!isJump || !surroundings.isInside(point.expression, expression)) continue;
    const isOut = point.successors.some((next) => {
      const target = graph.points[next]?.expression;
      return target === undefined || !surroundings.isInside(target, expression);
    });
    if (isOut) return true;
  }
  return false;
}

/** Moves allocations outward until the innermost place around each is its own. */
function settle(wanted: Map<Expression, Expression>, surroundings: Surroundings): void {
  for (let isStable = false; !isStable; ) {
    isStable = true;
    const places = new Set(wanted.values());
    for (const [allocation, place] of wanted) {
      const nearest = nearestPlace(allocation, places, surroundings);
      if (nearest === null || nearest === place) continue;
      // What belongs to the inner place stays until the end of the outer one.
      for (const [other, its] of wanted) if (its === nearest) wanted.set(other, place);
      isStable = false;
      break;
    }
  }
}

function nearestPlace(
  allocation: Expression,
  places: ReadonlySet<Expression>,
  surroundings: Surroundings,
): Expression | null {
  for (let at: Expression | null = allocation; at !== null; at = surroundings.parentOf(at)) {
    if (places.has(at)) return at;
  }
  return null;
}
