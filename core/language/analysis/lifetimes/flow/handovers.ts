/**
 * What the code does where ownership goes from one place to another: one owner more, one owner that becomes several, a handle for who is
 * to hold a component, and the report that a function hands its result over.
 */
import { PLAN, type PlanOperation, STRATEGY, type Strategy } from "../../../../isa/plan.ts";
import type { Binding, Expression, Lambda } from "../../tree.ts";
import type { Elision, Operand } from "../actions.ts";
import type { Lifetimes, UseFact } from "../plan.ts";
import type { ActionDraft } from "./actions/action-draft.ts";
import type { Borrowing } from "./borrowing.ts";
import { calledFunction } from "./graph.ts";
import type { Handles } from "./handles.ts";
import type { Leaves } from "./leaves.ts";
import type { Surroundings } from "./structure.ts";

/**
 * What makes one owner more, by how the value lives. A parameter that is part of a cycle for one caller is a counted object for another:
 * each operation leaves alone what it is not about.
 */
const ADD_OWNER: ReadonlyMap<Strategy, readonly PlanOperation[]> = new Map([
  [STRATEGY.COUNTED, [PLAN.RETAIN]],
  [STRATEGY.ARENA, [PLAN.RETAIN]],
  [STRATEGY.COMPONENT, [PLAN.ACQUIRE, PLAN.RETAIN]],
]);
const VALUE: Operand = { kind: "value" };

export class Handovers {
  readonly elided: Elision[] = [];
  private readonly lifetimes: Lifetimes;
  private readonly surroundings: Surroundings;
  private readonly borrowing: Borrowing;
  private readonly leaves: Leaves;
  private readonly draft: ActionDraft;
  /** Expressions whose value becomes counted behind them. */
  private readonly shared = new Set<Expression>();

  constructor(
    lifetimes: Lifetimes,
    surroundings: Surroundings,
    borrowing: Borrowing,
    leaves: Leaves,
    draft: ActionDraft,
  ) {
    this.lifetimes = lifetimes;
    this.surroundings = surroundings;
    this.borrowing = borrowing;
    this.leaves = leaves;
    this.draft = draft;
  }

  /** @param unchanged new values that go on having one owner, whatever their shape */
  add(handles: Handles, unchanged: ReadonlySet<Expression>): void {
    const handedOn = this.handedOnByLoops();
    for (const leaf of handles.given()) {
      if (!handedOn.has(leaf)) this.value(leaf, PLAN.ACQUIRE, "from here on it is held from outside");
    }
    for (const expression of this.surroundings.expressions()) {
      const call = this.lifetimes.calls.get(expression);
      if (call?.isConverted === true && !unchanged.has(expression)) this.share(expression);
    }
    this.shareArriving();
    for (const expression of this.surroundings.expressions()) {
      const use = this.lifetimes.uses.get(expression);
      if (use !== undefined) this.ownerMore(expression, use, this.lifetimes.valueOf(expression).strategy);
      for (const capture of this.borrowing.capturesOf(expression)) this.captured(expression, capture);
    }
    for (const lambda of this.surroundings.functions()) this.results(lambda);
  }

  /** What a loop hands on to somebody who keeps it: each has got its owner for that already. */
  private handedOnByLoops(): ReadonlySet<Expression> {
    const found = new Set<Expression>();
    for (const expression of this.surroundings.expressions()) {
      if (this.lifetimes.uses.get(expression)?.ownership !== "retained" || !this.leaves.isJump(expression)) continue;
      for (const leaf of this.leaves.of(expression)) found.add(leaf);
    }
    return found;
  }

  /** Values that go to somebody who owns them counted. */
  private shareArriving(): void {
    for (const binding of this.surroundings.variables()) {
      if (!this.ownsCounted(binding)) continue;
      for (const value of this.surroundings.valuesOf(binding)) this.shareOwned(value);
    }
    for (const { callee, items } of this.surroundings.calls()) {
      const parameters = calledFunction(callee)?.parameters ?? [];
      for (const [i, parameter] of parameters.entries()) {
        const item = items[i];
        if (item !== undefined && this.ownsCounted(parameter)) this.shareOwned(item);
      }
    }
    for (const lambda of this.surroundings.functions()) {
      if (this.lifetimes.functions.get(lambda)?.resultStrategy === STRATEGY.COUNTED) this.shareOwned(lambda.body);
    }
  }

  private ownsCounted(binding: Binding): boolean {
    const fact = this.lifetimes.variables.get(binding);
    return fact?.isOwner === true && fact.strategy === STRATEGY.COUNTED;
  }

  private shareOwned(value: Expression): void {
    for (const leaf of this.leaves.of(value)) {
      const isOwned = this.lifetimes.valueOf(leaf).strategy === STRATEGY.OWNED && this.borrowing.isOwned(leaf);
      if (isOwned && leaf.kind !== "constant") this.share(leaf);
    }
  }

  private share(expression: Expression): void {
    for (const leaf of this.leaves.of(expression)) {
      if (this.shared.has(leaf)) continue;
      this.shared.add(leaf);
      this.value(leaf, PLAN.SHARE, "it has one owner; here it gets several, and is counted from now on");
    }
  }

  private captured(expression: Expression, use: UseFact): void {
    const { captured } = use;
    if (captured === null) return;
    const operations = ADD_OWNER.get(this.lifetimes.variables.get(captured)?.strategy ?? STRATEGY.PROGRAM);
    if (operations === undefined) return;
    const { range } = expression;
    const because = use.because.map(({ text }) => text).join("; ");
    if (use.ownership === "elided") this.elided.push({ binding: captured, range, because });
    if (use.ownership !== "retained") return;
    const start = { start: range.start, end: range.start };
    for (const operation of operations) {
      const operand: Operand = { kind: "variable", binding: captured };
      this.draft.add(expression, "before", { operation, operand, range: start, because });
    }
  }

  private ownerMore(expression: Expression, use: UseFact, strategy: Strategy): void {
    const operations = ADD_OWNER.get(strategy);
    if (operations === undefined) return;
    const because = use.because.map(({ text }) => text).join("; ");
    if (use.ownership === "retained") {
      for (const leaf of this.leaves.isJump(expression) ? this.leaves.of(expression) : [expression]) {
        for (const operation of operations) this.value(leaf, operation, because);
      }
    } else if (use.ownership === "elided" && expression.kind === "local") {
      this.elided.push({ binding: expression.binding, range: expression.range, because });
    }
  }

  /** What a function returns and its caller owns. */
  private results(lambda: Lambda): void {
    const summary = this.lifetimes.functions.get(lambda);
    if (summary === undefined || (summary.result !== "fresh" && summary.result !== "passed-through")) return;
    if (this.leaves.isLoop(lambda)) return;
    for (const leaf of this.leaves.of(lambda.body)) {
      if (leaf.kind === "constant" || this.lifetimes.valueOf(leaf).isScalar || !this.borrowing.isOwned(leaf)) continue;
      this.value(leaf, PLAN.TRANSFER, `ownership goes to the caller of ${lambda.name}`);
    }
  }

  private value(expression: Expression, operation: PlanOperation, because: string): void {
    this.draft.add(expression, "after", { operation, operand: VALUE, range: expression.range, because });
  }
}
