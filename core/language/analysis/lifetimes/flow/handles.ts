/**
 * Who holds a component by a handle: parameters, globals, and variables that were given one by a call. The variables of the function that
 * makes a component need none, as long as its scope is open; where a member leaves them for somebody who does, it gets one.
 */
import { STRATEGY } from "../../../../isa/plan.ts";
import type { Binding, Expression, Lambda } from "../../tree.ts";
import type { Lifetimes } from "../plan.ts";
import { calledFunction } from "./graph.ts";
import type { Leaves } from "./leaves.ts";
import type { Surroundings } from "./structure.ts";

export class Handles {
  private readonly lifetimes: Lifetimes;
  private readonly surroundings: Surroundings;
  private readonly leaves: Leaves;
  private readonly known = new Map<Binding, boolean>();

  constructor(lifetimes: Lifetimes, surroundings: Surroundings, leaves: Leaves) {
    this.lifetimes = lifetimes;
    this.leaves = leaves;
    this.surroundings = surroundings;
  }

  isHolder(binding: Binding): boolean {
    const known = this.known.get(binding);
    if (known !== undefined) return known;
    if (binding.isGlobal || binding.kind === "parameter") return true;
    this.known.set(binding, false);
    const isHolder = this.surroundings
      .valuesOf(binding)
      .flatMap((value) => this.leaves.of(value))
      .some((leaf) => !this.isPlain(leaf) && this.brings(leaf));
    this.known.set(binding, isHolder);
    return isHolder;
  }

  /** Values that come from a variable without a handle, or are new, and go to somebody who has to have one. */
  given(): readonly Expression[] {
    const found: Expression[] = [];
    for (const binding of this.surroundings.variables()) {
      if (!this.isComponent(binding) || !this.isHolder(binding)) continue;
      for (const value of this.surroundings.valuesOf(binding)) found.push(...this.leaves.of(value));
    }
    for (const lambda of this.surroundings.functions()) {
      if (this.lifetimes.functions.get(lambda)?.resultStrategy === STRATEGY.COMPONENT)
        found.push(...this.leaves.of(lambda.body));
    }
    for (const call of this.surroundings.calls()) found.push(...this.arguments(call));
    return [...new Set(found)].filter((leaf) => !this.isPlain(leaf) && !this.brings(leaf));
  }

  private arguments(call: Extract<Expression, { kind: "call" }>): readonly Expression[] {
    const lambda: Lambda | null = calledFunction(call.callee);
    const summary = lambda === null ? undefined : this.lifetimes.functions.get(lambda);
    return call.items.flatMap((item, i) => {
      const mode = summary?.parameters[i] ?? "borrowed";
      return mode === "borrowed" ? [] : this.leaves.of(item);
    });
  }

  private isComponent(binding: Binding): boolean {
    const fact = this.lifetimes.variables.get(binding);
    return fact?.isOwner === true && fact.strategy === STRATEGY.COMPONENT;
  }

  /** Has it nothing to do with components? */
  private isPlain(leaf: Expression): boolean {
    return leaf.kind === "constant" || this.lifetimes.valueOf(leaf).strategy !== STRATEGY.COMPONENT;
  }

  /** Does a handle come with the value? One owner more of a component is a handle more. */
  private brings(leaf: Expression): boolean {
    const use = this.lifetimes.uses.get(leaf)?.ownership;
    if (use === "retained") return true;
    if (leaf.kind === "call") return this.lifetimes.calls.get(leaf)?.isFresh === true;
    return leaf.kind === "local" && use === "moved" && this.isHolder(leaf.binding);
  }
}
