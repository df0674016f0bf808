/** Where the value of an expression comes into being: not in what only hands it on, and not in a jump to a loop, but in the body of that. */
import type { Plan } from "../../../compiler/plan/plan.ts";
import type { Expression, Lambda } from "../../tree.ts";
import { calledFunction } from "./graph.ts";
import { resultsOf } from "./structure.ts";

export class Leaves {
  private readonly plan: Plan;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  of(expression: Expression): readonly Expression[] {
    if (this.partsOf(expression) === null) return [expression];
    const found = new Set<Expression>();
    const seen = new Set<Expression>();
    const work = [expression];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const parts = this.partsOf(at);
      if (parts === null) found.add(at);
      else work.push(...parts);
    }
    return [...found];
  }

  /** Does the body of a function stand in the frame of another? */
  isLoop(lambda: Lambda): boolean {
    return this.plan.roleOf(lambda) === "loop";
  }

  /** Is the expression a call that does not come back? */
  isJump(expression: Expression): boolean {
    if (expression.kind !== "call") return false;
    const lambda = calledFunction(expression.callee);
    if (lambda === null) return false;
    return this.isLoop(lambda) || this.plan.isTailCall(expression.continuation, lambda);
  }

  /** Null: the value is made here. */
  private partsOf(expression: Expression): readonly Expression[] | null {
    if (expression.kind === "set-local" || expression.kind === "set-global") return null;
    if (expression.kind === "call" && this.isJump(expression)) {
      const lambda = calledFunction(expression.callee);
      return lambda !== null && this.isLoop(lambda) ? [lambda.body] : [];
    }
    const results = resultsOf(expression);
    return results.length === 0 ? null : results;
  }
}
