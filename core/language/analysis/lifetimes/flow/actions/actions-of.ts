/** Puts together what the compiled code tells the memory manager: from facts about values and the points at which they die. */
import { PLAN, type PlanOperation, STRATEGY, type Strategy } from "../../../../../isa/plan.ts";
import { type Plan, plan } from "../../../../compiler/plan/plan.ts";
import type { Range } from "../../../../forms.ts";
import type { Analysis, Binding, Expression, Lambda } from "../../../tree.ts";
import type { Action, ActionTable, Elision, Operand } from "../../actions.ts";
import type { Lifetimes } from "../../plan.ts";
import { Borrowing } from "../borrowing.ts";
import { type FlowGraph, functionGraph, type Point, topLevelGraph } from "../graph.ts";
import { Handles } from "../handles.ts";
import { Handovers } from "../handovers.ts";
import { Leaves } from "../leaves.ts";
import { type Deaths, deathsOf } from "../liveness.ts";
import { type Owner, variableOwners } from "../owners.ts";
import { type Scopes, scopesOf } from "../scopes.ts";
import { Surroundings } from "../structure.ts";
import { temporariesOf } from "../temporaries.ts";
import { uncountedVariables } from "../uncounted.ts";
import { ActionDraft } from "./action-draft.ts";

/** What lets go of a value, by how it lives. */
const LET_GO: ReadonlyMap<Strategy, PlanOperation> = new Map([
  [STRATEGY.OWNED, PLAN.RELEASE],
  [STRATEGY.COUNTED, PLAN.DROP],
  [STRATEGY.COMPONENT, PLAN.RELEASE_HANDLE],
]);
const VALUE: Operand = { kind: "value" };
const NOTHING: Operand = { kind: "nothing" };

/** The plan of a program, and of the library functions that it uses. */
export function actionsOf(analysis: Analysis, lifetimes: Lifetimes): ActionTable {
  const draft = new ActionDraft();
  const elided: Elision[] = [];
  const strategies = new Map<Expression, Strategy>();
  let atEnd: readonly Action[] = [];
  for (const text of [analysis, ...lifetimes.library.values()]) {
    const planner = new Planner(text, lifetimes, draft);
    planner.add();
    for (const [expression, strategy] of planner.strategies()) strategies.set(expression, strategy);
    if (text === analysis) atEnd = planner.globals();
    elided.push(...planner.elided());
  }
  return { expressions: draft.finish(), strategies, atEnd, elided };
}

class Planner {
  private readonly analysis: Analysis;
  private readonly lifetimes: Lifetimes;
  private readonly plan: Plan;
  private readonly surroundings: Surroundings;
  private readonly borrowing: Borrowing;
  private readonly handles: Handles;
  private readonly scopes: Scopes;
  private readonly draft: ActionDraft;
  private readonly handovers: Handovers;
  private readonly uncounted: ReadonlyMap<Binding, readonly Expression[]>;

  constructor(analysis: Analysis, lifetimes: Lifetimes, draft: ActionDraft) {
    this.analysis = analysis;
    this.lifetimes = lifetimes;
    this.draft = draft;
    this.plan = lifetimes.plans.get(analysis) ?? plan(analysis.program, analysis.topLevel);
    this.surroundings = new Surroundings(analysis.program);
    const leaves = new Leaves(this.plan);
    this.borrowing = new Borrowing(lifetimes, this.plan, this.surroundings);
    this.handles = new Handles(lifetimes, this.surroundings, leaves);
    this.handovers = new Handovers(lifetimes, this.surroundings, this.borrowing, leaves, draft);
    this.uncounted = uncountedVariables(this.borrowing, this.surroundings, leaves, this.plan);
    this.scopes = scopesOf(lifetimes, this.plan, this.surroundings);
  }

  add(): void {
    const unchanged = new Set([...this.uncounted.values()].flat());
    this.handovers.add(this.handles, unchanged);
    for (const frame of this.owningFrames()) this.variables(this.graphOf(frame));
    this.temporaries();
    this.places();
  }

  elided(): readonly Elision[] {
    return this.handovers.elided;
  }

  strategies(): ReadonlyMap<Expression, Strategy> {
    const found = new Map<Expression, Strategy>();
    for (const { expression, strategy } of this.lifetimes.allocations.values()) {
      const isOurs = strategy !== STRATEGY.PROGRAM && this.surroundings.has(expression);
      if (isOurs && !this.scopes.refused.has(expression)) found.set(expression, strategy);
    }
    return found;
  }

  // Letting go

  /** Frames with a variable that owns something: only in these is it asked where values die. */
  private owningFrames(): readonly Lambda[] {
    const owning = new Set<Lambda>();
    for (const binding of this.lifetimes.variables.keys()) {
      const owns = !binding.isGlobal && this.borrowing.ownerStrategy(binding) !== null;
      if (owns) owning.add(this.plan.frameOf(binding.owner));
    }
    const frames = [this.analysis.topLevel, ...this.surroundings.functions()];
    return frames.filter((frame) => owning.has(frame));
  }

  private graphOf(frame: Lambda): FlowGraph {
    const { program, topLevel } = this.analysis;
    return frame === topLevel ? topLevelGraph(program, topLevel, this.plan) : functionGraph(frame, this.plan);
  }

  private variables(graph: FlowGraph): void {
    for (const owner of variableOwners(graph, this.borrowing, this.plan)) {
      if (owner.strategy === STRATEGY.COMPONENT && !this.handles.isHolder(owner.binding)) continue;
      const deaths = this.deathsOf(graph, owner);
      if (deaths === null) continue;
      for (const point of deaths.releases) this.letGo(owner, point);
      for (const point of deaths.unused) this.release(owner, point, `${owner.binding.name} is never used`);
    }
  }

  /** Null: it never lets go, because not every place to do it is one at which its variable is still there. */
  private deathsOf(graph: FlowGraph, owner: Owner): Deaths | null {
    const deaths = deathsOf(graph, owner.effects);
    const scope = this.surroundings.scopeOf(owner.binding);
    if (deaths === null || scope === null) return null;
    const isThere = ({ expression }: Point) => this.surroundings.isInside(expression, scope);
    return deaths.releases.every(isThere) ? deaths : null;
  }

  private letGo(owner: Owner, point: Point): void {
    const { expression, moment } = point;
    const { name } = owner.binding;
    const isLastUse = owner.effects.uses(point);
    if (owner.strategy === STRATEGY.COMPONENT && isLastUse && moment === "after") this.tether(owner, expression);
    this.release(owner, point, isLastUse ? `last use of ${name}` : `${name} is not used from here on`);
  }

  private release({ binding, strategy }: Owner, { expression, moment }: Point, because: string): void {
    const operation = this.uncounted.has(binding) ? PLAN.RELEASE : (LET_GO.get(strategy) ?? PLAN.RELEASE);
    const range = moment === "before" ? startOf(expression) : expression.range;
    this.draft.add(expression, moment, action(operation, { kind: "variable", binding }, range, because));
  }

  /** An access that no handle outlives holds the component whole itself; before it, the handle does that. */
  private tether({ binding }: Owner, expression: Expression): void {
    const operand: Operand = { kind: "variable", binding };
    const because = `the last access through ${binding.name} needs the component whole`;
    this.draft.add(expression, "before", action(PLAN.TETHER_BEGIN, operand, startOf(expression), because));
    this.draft.add(expression, "after", action(PLAN.TETHER_END, operand, expression.range, because));
  }

  private temporaries(): void {
    for (const temporary of temporariesOf(this.lifetimes, this.analysis.program, this.surroundings)) {
      const { expression } = temporary;
      const operation = LET_GO.get(this.lifetimes.valueOf(expression).strategy);
      if (operation === undefined) continue;
      if (temporary.kind === "dropped") {
        this.draft.last(expression, "after", action(operation, VALUE, expression.range, temporary.because));
        continue;
      }
      const { until, isSure } = temporary;
      const because = "nothing of it is wanted from here on";
      this.draft.keep(until, { expression, isCleared: !isSure });
      this.draft.add(until, "after", action(operation, { kind: "temporary", of: expression }, until.range, because));
    }
  }

  // Places

  private places(): void {
    for (const { body, operations } of this.scopes.scopes) {
      const { begin, end, name } = operations;
      this.draft.first(body, "entry", action(begin, NOTHING, startOf(body), `the ${name} begins`));
      this.draft.last(body, "after", action(end, NOTHING, body.range, `the ${name} ends with all that is in it`));
    }
  }

  /** Globals end with the program, the last one first. */
  globals(): readonly Action[] {
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

/** What happens before a form belongs to what came before it. */
function startOf({ range }: Expression): Range {
  return { start: range.start, end: range.start };
}

function action(operation: PlanOperation, operand: Operand, range: Range, because: string): Action {
  return { operation, operand, range, because };
}
