/**
 * Which pairs surely get the cells of others that were freed just before. Not every pair that follows a free does: the free chain of a page is
 * sorted (`cons-pages.ts`), so that the next pair takes the first cell of it, whichever was freed last. But freeing what was allocated last puts the
 * chain back to what it was before, and the same request then finds the same cells. That is what is looked for: two allocations that ask for the
 * same, with a single way from the one to the other on which nothing but the first one is freed, and nothing else is allocated.
 *
 * Source: description of system O, O-F12.
 */
import { PLAN, STRATEGY } from "../../../isa/plan.ts";
import { type Plan, plan } from "../../compiler/plan/plan.ts";
import { children } from "../analyse.ts";
import type { Analysis, Binding, Expression, Lambda } from "../tree.ts";
import type { Action, ActionTable, Operand } from "./actions.ts";
import { type FlowGraph, functionGraph, type Point, topLevelGraph } from "./flow/graph.ts";
import type { AllocationFact, Lifetimes } from "./plan.ts";
import { effectOf } from "./values/calls/builtin-effects.ts";

/** An allocation takes the very cells that another one had. */
export interface Reuse {
  /** What is allocated anew. */
  readonly expression: Expression;
  /** What had the cells before. */
  readonly former: Expression;
  /** What frees that. */
  readonly freed: Action;
}

/** Expressions that allocate nothing themselves, and only hand values on or decide between their parts. */
const STRUCTURE: ReadonlySet<Expression["kind"]> = new Set([
  "constant",
  "local",
  "global",
  "sequence",
  "bind",
  "if",
  "cond",
  "case",
  "and",
  "or",
  "set-local",
]);
/** Builtins besides the readers of parts that neither allocate pairs nor free anything. */
const QUIET: ReadonlySet<string> = new Set(
  "+ - * = < > <= >= 1+ 1- zero? eq? not null? pair? vector-length display write print newline address-of".split(" "),
);

/**
 * The reuses in the text itself, in order of their place. A free then hands the cells on at once when the manager keeps no quarantine.
 * None for a program that opens arenas: any caller may have opened one, where nothing is freed by itself.
 */
export function reusesOf(analysis: Analysis, lifetimes: Lifetimes, actions: ActionTable): readonly Reuse[] {
  const requests = new Map<Expression, string>();
  for (const fact of lifetimes.allocations.values()) {
    const request = requestOf(fact, actions);
    if (request !== null) requests.set(fact.expression, request);
  }
  if (requests.size < 2 || opensArena(analysis.program)) return [];
  return new Search(analysis, lifetimes, actions, requests).reuses();
}

/** What a form asks the allocator for, told from the text alone; null when that takes the run, or other places than those for single pairs. */
function requestOf({ expression, strategy }: AllocationFact, actions: ActionTable): string | null {
  if (expression.kind !== "primitive" || actions.strategies.get(expression) !== strategy) return null;
  if (strategy !== STRATEGY.OWNED && strategy !== STRATEGY.COUNTED) return null;
  const { builtin, items } = expression;
  if (builtin.name === "list") return `list of ${items.length}`;
  const rest = items[1];
  if (builtin.name !== "cons" || rest === undefined) return null;
  // The cell of a pair depends on where its rest lies.
  if (rest.kind === "local" && !rest.binding.isAssigned) return `pair before variable ${rest.binding.id}`;
  if (rest.kind !== "constant") return null;
  const { kind } = rest.datum;
  if (kind === "nil") return "list of 1";
  return kind === "integer" || kind === "symbol" ? "pair before no list" : null;
}

function opensArena(expressions: readonly Expression[]): boolean {
  return expressions.some((expression) => expression.kind === "arena" || opensArena(children(expression)));
}

class Search {
  private readonly analysis: Analysis;
  private readonly lifetimes: Lifetimes;
  private readonly actions: ActionTable;
  private readonly requests: ReadonlyMap<Expression, string>;
  private readonly plan: Plan;

  constructor(
    analysis: Analysis,
    lifetimes: Lifetimes,
    actions: ActionTable,
    requests: ReadonlyMap<Expression, string>,
  ) {
    this.analysis = analysis;
    this.lifetimes = lifetimes;
    this.actions = actions;
    this.requests = requests;
    this.plan = lifetimes.plans.get(analysis) ?? plan(analysis.program, analysis.topLevel);
  }

  reuses(): readonly Reuse[] {
    const found: Reuse[] = [];
    const boxing = new Set(
      this.analysis.bindings.filter(this.plan.isBoxed).map(({ owner }) => this.plan.frameOf(owner)),
    );
    for (const [frame, expressions] of this.frames()) {
      // Where variables have boxes, those come and go as well.
      if (expressions.size < 2 || boxing.has(frame)) continue;
      const ways = new Ways(this.graphOf(frame));
      for (const point of ways.points) {
        if (point.moment !== "after" || !expressions.has(point.expression)) continue;
        const reuse = this.reuseAt(point, ways);
        if (reuse !== null) found.push(reuse);
      }
    }
    return found.sort((a, b) => a.expression.range.start - b.expression.range.start);
  }

  /** The allocations of the text by the function in whose frame they are made. */
  private frames(): ReadonlyMap<Lambda, ReadonlySet<Expression>> {
    const frames = new Map<Lambda, Set<Expression>>();
    for (const { expression, lambda } of this.lifetimes.allocations.values()) {
      if (!this.requests.has(expression)) continue;
      const frame = this.plan.frameOf(lambda);
      if (outermost(frame) !== this.analysis.topLevel) continue;
      frames.set(frame, (frames.get(frame) ?? new Set()).add(expression));
    }
    return frames;
  }

  private graphOf(frame: Lambda): FlowGraph {
    const { program, topLevel } = this.analysis;
    return frame === topLevel ? topLevelGraph(program, topLevel, this.plan) : functionGraph(frame, this.plan);
  }

  /** Back from an allocation to what was freed before it, and on to where that was allocated. */
  private reuseAt({ id, expression }: Point, ways: Ways): Reuse | null {
    if (this.actions.expressions.get(expression)?.at.has("before")) return null;
    let freed: Action | null = null;
    let former: Expression | null = null;
    for (let point = ways.before(id); point !== null; point = ways.before(point.id)) {
      const actions = this.actionsAt(point);
      if (actions === null || actions.length > 1 || (freed !== null && actions.length > 0)) return null;
      const [action] = actions;
      if (action !== undefined) {
        if (action.operation !== PLAN.RELEASE) return null;
        freed = action;
        if (action.operand.kind === "temporary") former = action.operand.of;
      }
      if (freed !== null && point.moment === "bound" && isOf(freed.operand, point.defines)) former = point.expression;
      if (point.moment !== "after") continue;
      if (freed !== null && point.expression === former) {
        return this.isSame(former, expression) ? { expression, former, freed } : null;
      }
      if (!isQuiet(point.expression)) return null;
    }
    return null;
  }

  /** What the code tells the manager there; null where something comes before an expression that has no point for it. */
  private actionsAt({ expression, moment }: Point): readonly Action[] | null {
    const at = this.actions.expressions.get(expression)?.at;
    if (at === undefined) return [];
    if (moment === "after" && (at.has("before") || at.has("entry"))) return null;
    return at.get(moment) ?? [];
  }

  /** Alone it goes, and what asks for its cells asks as it has asked. */
  private isSame(former: Expression, expression: Expression): boolean {
    const isAlone = children(former).every((item) => this.lifetimes.valueOf(item).isScalar);
    const isOwned = this.actions.strategies.get(former) === STRATEGY.OWNED;
    return isAlone && isOwned && this.requests.get(former) === this.requests.get(expression);
  }
}

/** The points of a graph, and from where alone each is reached. */
class Ways {
  readonly points: readonly Point[];
  /** By point: the one before it; -1 when there are none, or several. */
  private readonly sources: Int32Array;

  constructor({ points }: FlowGraph) {
    this.points = points;
    this.sources = new Int32Array(points.length).fill(-1);
    const entries = new Int32Array(points.length);
    for (const { id, successors } of points) {
      for (const next of successors) {
        entries[next] = (entries[next] ?? 0) + 1;
        this.sources[next] = entries[next] === 1 ? id : -1;
      }
    }
  }

  before(id: number): Point | null {
    return this.points[this.sources[id] ?? -1] ?? null;
  }
}

function outermost(lambda: Lambda): Lambda {
  let at = lambda;
  while (at.parent !== null) at = at.parent;
  return at;
}

function isOf(operand: Operand, bindings: readonly Binding[]): boolean {
  return operand.kind === "variable" && !operand.binding.isAssigned && bindings.includes(operand.binding);
}

/** Is it sure that evaluating it, apart from its parts, leaves the free cells for pairs as they are? */
function isQuiet(expression: Expression): boolean {
  if (expression.kind !== "primitive") return STRUCTURE.has(expression.kind);
  const { builtin, items } = expression;
  return QUIET.has(builtin.name) || effectOf(builtin.name, items.length).kind === "read";
}
