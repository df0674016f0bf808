/** Puts together what the compiled code tells the memory manager: from facts about values and the points at which they die. */
import { PLAN, type PlanOperation, STRATEGY, type Strategy } from "../../../../isa/plan.ts";
import type { Plan } from "../../../compiler/plan.ts";
import type { Range } from "../../../forms.ts";
import type { Analysis, Binding, Expression, Lambda } from "../../tree.ts";
import type { Action, ActionTable, Elision, Operand } from "../actions.ts";
import type { Lifetimes } from "../plan.ts";
import { ActionDraft } from "./action-draft.ts";
import { Borrowing, leavesOf } from "./borrowing.ts";
import { type FlowGraph, functionGraph, type Point, topLevelGraph } from "./graph.ts";
import { type Deaths, deathsOf } from "./liveness.ts";
import { type Owner, temporaryOwners, variableOwners } from "./owners.ts";
import { SCOPE_OPERATIONS, type Scopes, scopesOf } from "./scopes.ts";
import { droppedBy, Surroundings, testsOf } from "./structure.ts";

/** What lets go of a value, by how it lives. */
const LET_GO: ReadonlyMap<Strategy, PlanOperation> = new Map([
  [STRATEGY.OWNED, PLAN.RELEASE],
  [STRATEGY.COUNTED, PLAN.DROP],
  [STRATEGY.COMPONENT, PLAN.RELEASE_HANDLE],
]);
const VALUE: Operand = { kind: "value" };
const NOTHING: Operand = { kind: "nothing" };

/** The plan of a program. */
export function actionsOf(analysis: Analysis, lifetimes: Lifetimes, plan: Plan): ActionTable {
  return new Planner(analysis, lifetimes, plan).table();
}

class Planner {
  private readonly analysis: Analysis;
  private readonly lifetimes: Lifetimes;
  private readonly plan: Plan;
  private readonly surroundings: Surroundings;
  private readonly borrowing: Borrowing;
  private readonly graphs: ReadonlyMap<Lambda, FlowGraph>;
  private readonly draft = new ActionDraft();
  private readonly elided: Elision[] = [];

  constructor(analysis: Analysis, lifetimes: Lifetimes, plan: Plan) {
    this.analysis = analysis;
    this.lifetimes = lifetimes;
    this.plan = plan;
    this.surroundings = new Surroundings(analysis.program);
    this.borrowing = new Borrowing(lifetimes, plan);
    this.graphs = graphsOf(analysis, this.surroundings.functions(), plan);
  }

  table(): ActionTable {
    for (const graph of this.graphs.values()) {
      this.conversions(graph);
      this.variables(graph);
      this.temporaries(graph);
      this.dropped(graph);
      this.results(graph);
    }
    const scopes = scopesOf(this.lifetimes, this.graphs, this.plan, this.surroundings);
    this.scopes(scopes);
    return {
      expressions: this.draft.finish(),
      strategies: this.strategies(scopes),
      atEnd: this.globals(),
      elided: this.elided,
    };
  }

  private strategies(scopes: Scopes): ReadonlyMap<Expression, Strategy> {
    const found = new Map<Expression, Strategy>();
    for (const { expression, strategy } of this.lifetimes.allocations.values()) {
      if (strategy !== STRATEGY.PROGRAM && !scopes.refused.has(expression)) found.set(expression, strategy);
    }
    return found;
  }

  // Ownership that changes its form

  private conversions(graph: FlowGraph): void {
    for (const { expression, moment } of graph.points) {
      if (moment !== "after") continue;
      const call = this.lifetimes.calls.get(expression);
      if (call?.isFresh === true && call.isConverted) {
        const because = "the callee gives it one owner; here it gets several, and is counted from now on";
        this.draft.add(expression, "after", action(PLAN.SHARE, VALUE, expression.range, because));
      }
      this.retained(expression);
    }
  }

  private retained(expression: Expression): void {
    const use = this.lifetimes.uses.get(expression);
    const { strategy } = this.lifetimes.valueOf(expression);
    if (use === undefined || strategy !== STRATEGY.COUNTED) return;
    const because = use.because.map(({ text }) => text).join("; ");
    if (use.ownership === "retained") {
      this.draft.add(expression, "after", action(PLAN.RETAIN, VALUE, expression.range, because));
    } else if (use.ownership === "elided" && expression.kind === "local") {
      this.elided.push({ binding: expression.binding, range: expression.range, because });
    }
  }

  // Letting go

  private variables(graph: FlowGraph): void {
    for (const owner of variableOwners(graph, this.borrowing, this.plan, this.surroundings)) {
      const deaths = this.deathsOf(graph, owner);
      if (deaths === null) continue;
      for (const point of deaths.releases) this.letGo(owner, point);
      for (const point of deaths.unused) {
        this.draft.add(point.expression, point.moment, release(owner, point, `${owner.name} is never used`));
      }
    }
  }

  private temporaries(graph: FlowGraph): void {
    for (const owner of temporaryOwners(graph, this.borrowing, this.surroundings)) {
      const deaths = this.deathsOf(graph, owner);
      if (deaths === null || owner.operand.kind !== "temporary") continue;
      this.draft.keep(owner.operand.of);
      for (const point of deaths.releases) this.letGo(owner, point);
    }
  }

  /** Null: it never lets go, because not every place to do it is one at which its variable is still there. */
  private deathsOf(graph: FlowGraph, owner: Owner): Deaths | null {
    const deaths = deathsOf(graph, owner.effects);
    if (deaths === null) return null;
    const isThere = ({ expression }: Point) =>
      owner.scope === null || this.surroundings.isInside(expression, owner.scope);
    return deaths.releases.every(isThere) ? deaths : null;
  }

  private letGo(owner: Owner, point: Point): void {
    const { expression, moment } = point;
    const isLastUse = owner.effects.uses(point);
    const because = isLastUse ? `last use of ${owner.name}` : `${owner.name} is not used from here on`;
    if (owner.strategy === STRATEGY.COMPONENT && isLastUse && moment === "after") {
      const whole = "the access needs the component whole, and its handle goes with it";
      if (owner.operand.kind === "variable") {
        this.draft.add(expression, "before", action(PLAN.TETHER_BEGIN, owner.operand, expression.range, whole));
        this.draft.add(expression, "after", action(PLAN.TETHER_END, owner.operand, expression.range, whole));
      }
    }
    this.draft.add(expression, moment, release(owner, point, because));
  }

  /** New values that nobody takes. */
  private dropped(graph: FlowGraph): void {
    const drop = (expression: Expression, because: string) => {
      const { isOwned, isScalar, strategy } = this.lifetimes.valueOf(expression);
      const operation = LET_GO.get(strategy);
      if (!isOwned || isScalar || operation === undefined || !makesValue(expression)) return;
      this.draft.add(expression, "after", action(operation, VALUE, expression.range, because));
    };
    for (const { expression, moment } of graph.points) {
      if (moment !== "after") continue;
      for (const part of droppedBy(expression)) drop(part, "nobody takes the value");
      for (const part of testsOf(expression)) drop(part, "only whether it is nil is wanted");
    }
    if (graph.frame === this.analysis.topLevel) {
      for (const form of this.analysis.program) drop(form, "nobody takes the value");
    }
  }

  /** What a function returns and its caller owns. */
  private results(graph: FlowGraph): void {
    const summary = this.lifetimes.functions.get(graph.frame);
    if (summary?.result !== "fresh") return;
    for (const leaf of leavesOf(graph.frame.body)) {
      const value = this.lifetimes.valueOf(leaf);
      if (leaf.kind === "constant" || value.isScalar || !this.borrowing.isOwned(leaf)) continue;
      if (summary.resultStrategy === STRATEGY.COMPONENT && leaf.kind === "local") {
        const because = "the caller holds the component by a handle";
        this.draft.add(leaf, "after", action(PLAN.ACQUIRE, VALUE, leaf.range, because));
      }
      const because = `ownership goes to the caller of ${graph.frame.name}`;
      this.draft.add(leaf, "after", action(PLAN.TRANSFER, VALUE, leaf.range, because));
    }
  }

  private scopes({ scopes }: Scopes): void {
    for (const { strategy, expression, isFunction } of scopes) {
      const { begin, end, name } = SCOPE_OPERATIONS[strategy];
      const { range } = expression;
      const start = { start: range.start, end: range.start };
      this.draft.first(
        expression,
        isFunction ? "entry" : "before",
        action(begin, NOTHING, start, `the ${name} begins`),
      );
      this.draft.last(expression, "after", action(end, NOTHING, range, `the ${name} ends with all that is in it`));
    }
  }

  /** Globals end with the program, the last one first. */
  private globals(): readonly Action[] {
    const owners: Action[] = [];
    for (const form of this.analysis.program) {
      if (form.kind !== "define-global") continue;
      const operation = this.globalOperation(form.binding, form.value);
      if (operation === null) continue;
      const because = `the program ends, and with it ${form.binding.name}`;
      owners.push(action(operation, { kind: "variable", binding: form.binding }, form.range, because));
    }
    return owners.reverse();
  }

  private globalOperation(binding: Binding, value: Expression): PlanOperation | null {
    const fact = this.lifetimes.variables.get(binding);
    if (fact?.isOwner !== true || binding.isAssigned || !this.borrowing.isOwned(value)) return null;
    return LET_GO.get(fact.strategy) ?? null;
  }
}

function graphsOf(analysis: Analysis, functions: readonly Lambda[], plan: Plan): ReadonlyMap<Lambda, FlowGraph> {
  const graphs = new Map<Lambda, FlowGraph>();
  graphs.set(analysis.topLevel, topLevelGraph(analysis.program, analysis.topLevel, plan));
  for (const lambda of functions) {
    if (plan.roleOf(lambda) !== "loop") graphs.set(lambda, functionGraph(lambda, plan));
  }
  return graphs;
}

function action(operation: PlanOperation, operand: Operand, range: Range, because: string): Action {
  return { operation, operand, range, because };
}

function release({ operand, strategy }: Owner, { expression }: Point, because: string): Action {
  return action(LET_GO.get(strategy) ?? PLAN.RELEASE, operand, expression.range, because);
}

/** Assignments and definitions give their value to a variable. */
function makesValue({ kind }: Expression): boolean {
  return kind !== "set-local" && kind !== "set-global" && kind !== "define-global" && kind !== "define-local";
}
