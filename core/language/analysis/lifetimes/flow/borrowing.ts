/**
 * On which owning variables the value of an expression depends: those that it is, or may be a part of. As long as somebody has the value
 * they must not let go.
 */
import { STRATEGY, type Strategy } from "../../../../isa/plan.ts";
import type { Plan } from "../../../compiler/plan/plan.ts";
import type { Binding, Expression } from "../../tree.ts";
import type { Lifetimes, UseFact } from "../plan.ts";
import { calledFunction, type Point } from "./graph.ts";
import { droppedBy, operandsOf, resultsOf, type Surroundings, testsOf } from "./structure.ts";

/** Strategies that end because somebody lets go. */
const LET_GO: ReadonlySet<Strategy> = new Set([STRATEGY.OWNED, STRATEGY.COUNTED, STRATEGY.COMPONENT]);

const NOBODY: ReadonlySet<Binding> = new Set();

export class Borrowing {
  readonly lifetimes: Lifetimes;
  private readonly plan: Plan;
  private readonly surroundings: Surroundings;
  private readonly ofVariables = new Map<Binding, ReadonlySet<Binding>>();
  private readonly ofValues = new Map<Expression, ReadonlySet<Binding>>();

  constructor(lifetimes: Lifetimes, plan: Plan, surroundings: Surroundings) {
    this.lifetimes = lifetimes;
    this.plan = plan;
    this.surroundings = surroundings;
  }

  /** How a variable ends that owns its value; null for what owns nothing that has to be let go. */
  ownerStrategy(binding: Binding): Strategy | null {
    const fact = this.lifetimes.variables.get(binding);
    if (fact?.isOwner !== true || !LET_GO.has(fact.strategy) || this.plan.isBoxed(binding)) return null;
    return fact.strategy;
  }

  /** Does an expression take the value of a variable along? */
  moves(expression: Expression, binding: Binding): boolean {
    if (expression.kind === "local") return expression.binding === binding && this.useOf(expression) === "moved";
    return this.capturesOf(expression).some(({ captured, ownership }) => captured === binding && ownership === "moved");
  }
  /** What becomes of the variables that a function captures. */
  capturesOf(expression: Expression): readonly UseFact[] {
    return this.lifetimes.captures.get(expression) ?? [];
  }

  /** The owners that a variable depends on, itself included when it is one. */
  ofVariable(binding: Binding): ReadonlySet<Binding> {
    const known = this.ofVariables.get(binding);
    if (known !== undefined) return known;
    const found = new Set<Binding>();
    const work = [binding];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      work.push(...(this.lifetimes.variables.get(at)?.owners ?? []));
    }
    this.ofVariables.set(binding, found);
    return found;
  }

  /** How the ownership of a value goes on where it is used. */
  useOf(expression: Expression): UseFact["ownership"] | null {
    return this.lifetimes.uses.get(expression)?.ownership ?? null;
  }

  /** What the value of an expression depends on once it is there. What comes with ownership depends on nobody. */
  ofValue(expression: Expression): ReadonlySet<Binding> {
    const known = this.ofValues.get(expression);
    if (known !== undefined) return known;
    const found = this.newOfValue(expression);
    this.ofValues.set(expression, found);
    return found;
  }

  private newOfValue(expression: Expression): ReadonlySet<Binding> {
    if (this.isNew(expression)) return NOBODY;
    const results = resultsOf(expression);
    if (results.length === 1) return this.ofValue(results[0] as Expression);
    const found = new Set<Binding>();
    if (results.length === 0) this.addOwners(found, expression);
    for (const result of results) for (const owner of this.ofValue(result)) found.add(owner);
    return found.size === 0 ? NOBODY : found;
  }

  private isNew(expression: Expression): boolean {
    const { temporaries } = this.lifetimes;
    const use = this.useOf(expression);
    if (use !== "moved" && use !== "retained" && !temporaries.has(expression)) return false;
    return LET_GO.has(this.lifetimes.valueOf(expression).strategy);
  }

  private addOwners(found: Set<Binding>, expression: Expression): void {
    for (const owner of this.lifetimes.valueOf(expression).owners) this.addVariable(found, owner);
    if (expression.kind === "local") this.addVariable(found, expression.binding);
  }

  private addVariable(found: Set<Binding>, binding: Binding): void {
    for (const owner of this.ofVariable(binding)) found.add(owner);
  }

  /** What has to be there until a point is over. */
  neededAt(point: Point): ReadonlySet<Binding> {
    const { expression, moment } = point;
    const found = new Set<Binding>();
    const add = (part: Expression) => {
      for (const owner of this.ofValue(part)) found.add(owner);
    };
    if (moment === "bound") add(expression);
    else if (moment === "jump") operandsOf(expression).forEach(add);
    else if (moment === "after") {
      if (this.isWanted(expression)) add(expression);
      // It has to be there until it has got another owner.
      if (this.useOf(expression) === "retained") this.addOwners(found, expression);
      operandsOf(expression).forEach(add);
      for (const captured of this.capturedBy(expression)) this.addVariable(found, captured);
    }
    return found;
  }

  /** Does anybody take the value of an expression, except to see whether it is nil? */
  private isWanted(expression: Expression): boolean {
    const parent = this.surroundings.parentOf(expression);
    if (parent === null || droppedBy(parent).includes(expression) || testsOf(parent).includes(expression)) return false;
    return resultsOf(parent).includes(expression) ? this.isWanted(parent) : true;
  }

  /** Variables that an expression hands on without naming them: to a function that it makes, or calls with them as further arguments. */
  private capturedBy(expression: Expression): readonly Binding[] {
    if (expression.kind === "lambda") return this.plan.freeOf(expression.lambda);
    if (expression.kind !== "call") return [];
    const lambda = calledFunction(expression.callee);
    return lambda !== null && this.plan.roleOf(lambda) === "lifted" ? this.plan.freeOf(lambda) : [];
  }

  /** Is a value new, so that whoever takes it owns it? Constants count: letting go of them does nothing. */
  isOwned(expression: Expression): boolean {
    if (expression.kind === "constant") return true;
    if (this.lifetimes.valueOf(expression).isScalar) return true;
    const use = this.useOf(expression);
    if (use === "moved" || use === "retained") return true;
    const results = resultsOf(expression);
    return results.length > 0 && results.every((result) => this.isOwned(result));
  }
}
