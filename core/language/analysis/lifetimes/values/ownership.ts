/**
 * Who owns what: which variables, parameters and results carry ownership, and what becomes of it where a value is kept. Ownership begins
 * where something is made. A variable that is handed it owns; one that is given a part of something, or what another variable goes on
 * holding, borrows. Where a borrowed value is kept all the same, there is one owner more: the value is shared.
 *
 * What owns is found by going over the program until no more is found; then every use is settled.
 */

import { eachChild } from "../../analyse.ts";
import type { Binding, Expression, Lambda } from "../../tree.ts";
import { isAlwaysPassed, resultsOf } from "../flow/structure.ts";
import type { UseFact } from "../plan.ts";
import { effectOf } from "./calls/builtin-effects.ts";
import { knownCallee } from "./evaluate.ts";
import type { LastUses } from "./last-uses.ts";
import { because, type Cause, meets, NO_OBJECTS, needsPlan, type Objects } from "./objects.ts";
import type { FunctionGraph, PointsTo } from "./points-to.ts";

/** Where a value goes. Null: it is only looked at, or dropped. */
export type Position =
  | null
  | { readonly kind: "variable"; readonly binding: Binding }
  | { readonly kind: "return"; readonly lambda: Lambda }
  /** The program ends it by itself. */
  | { readonly kind: "free" }
  | { readonly kind: "store"; readonly into: Objects; readonly what: string; readonly isLater: boolean }
  | {
      readonly kind: "argument";
      readonly lambda: Lambda;
      readonly parameter: Binding | null;
      readonly isJump: boolean;
    };

export interface Use {
  readonly expression: Expression;
  /** The variable that is captured, when the expression is a function. */
  readonly captured: Binding | null;
  readonly position: NonNullable<Position>;
  readonly ownership: UseFact["ownership"];
  readonly graph: FunctionGraph;
}

/** What owns. */
export class Ownership {
  readonly owners: Set<Binding>;
  /** Parameters whose arguments are handed over with the call. */
  readonly kept: Set<Binding>;
  /** Those among them that are handed over only because the caller is gone when they end. */
  readonly consumed: Set<Binding>;
  /** Functions whose results have no other owner. */
  readonly ownedResults: Set<Lambda>;
  readonly uses: Use[];
  private readonly usesByVariable: Map<Binding, Use[]>;
  /** New values that nobody keeps, and the expression around them after which nothing of them is looked at any more. */
  readonly temporaries: Map<Expression, Expression>;
  /** Values that outlive the place of their owner without anybody who could keep them. */
  readonly stranded: Map<Expression, Objects>;
  private readonly p: PointsTo;
  private readonly last: LastUses;
  /** Variables that hand their value on somewhere that keeps it. */
  private readonly wanted: Set<Binding>;
  /** Parameters that a function hands parts of what it was handed, when it calls itself. */
  private readonly partial: ReadonlySet<Binding>;
  /** Expressions around the one at hand. */
  private readonly trail: { readonly expression: Expression; readonly position: Position }[];
  private hasChanged: boolean;
  private isSettling: boolean;

  constructor(p: PointsTo, last: LastUses) {
    this.p = p;
    this.last = last;
    this.owners = new Set();
    this.kept = new Set();
    this.consumed = new Set();
    this.ownedResults = new Set();
    this.uses = [];
    this.usesByVariable = new Map();
    this.temporaries = new Map();
    this.stranded = new Map();
    this.trail = [];
    this.wanted = new Set();
    this.partial = partialParameters(p);
    this.hasChanged = false;
    this.isSettling = false;
    do {
      this.hasChanged = false;
      this.visitAll();
    } while (this.hasChanged);
    this.isSettling = true;
    this.visitAll();
  }

  private visitAll(): void {
    for (const graph of this.p.graphs.values()) {
      const walk = (e: Expression, position: Position) => this.visit(graph, e, position);
      if (graph.isTopLevel) for (const form of graph.unit.analysis.program) walk(form, null);
      else if (walk(graph.lambda.body, { kind: "return", lambda: graph.lambda }))
        this.add(this.ownedResults, graph.lambda);
    }
  }

  private add<T>(set: Set<T>, item: T): void {
    if (set.has(item)) return;
    set.add(item);
    this.hasChanged = true;
  }

  /** Is ownership taken there? */
  private keeps(position: NonNullable<Position>): boolean {
    switch (position.kind) {
      case "variable":
        return this.owners.has(position.binding);
      case "return":
        return this.ownedResults.has(position.lambda);
      case "store":
      case "free":
        return true;
      case "argument":
        return position.parameter !== null && this.kept.has(position.parameter);
    }
  }

  /** From now on ownership is taken there. */
  private force(position: NonNullable<Position>): void {
    if (position.kind === "return") this.add(this.ownedResults, position.lambda);
    const binding =
      position.kind === "variable" ? position.binding : position.kind === "argument" ? position.parameter : null;
    if (binding === null) return;
    this.add(this.owners, binding);
    if (binding.kind === "parameter") this.add(this.kept, binding);
  }

  /** Does ownership come with the value? */
  private visit(g: FunctionGraph, e: Expression, position: Position): boolean {
    this.trail.push({ expression: e, position });
    const isOwned = this.visitKind(g, e, position);
    this.trail.pop();
    return isOwned;
  }

  private visitKind(g: FunctionGraph, e: Expression, position: Position): boolean {
    switch (e.kind) {
      case "local":
        return this.variable(g, e, e.binding, position, null);
      case "global":
        return this.settle(g, e, position, false);
      case "set-local":
      case "define-local":
      case "define-global":
        this.assign(g, e.binding, e.value);
        if (e.kind === "set-local") this.outlive(e.binding, e.value);
        return this.settle(g, e, position, false);
      case "set-global":
        this.visit(g, e.value, null);
        return this.settle(g, e, position, false);
      case "lambda":
        return this.closure(g, e, position);
      case "call":
        return this.call(g, e, position);
      case "primitive":
        return this.primitive(g, e, position);
      default:
        return this.passing(g, e, position);
    }
  }

  /** Expressions whose value is that of an expression inside. */
  private passing(g: FunctionGraph, e: Expression, position: Position): boolean {
    switch (e.kind) {
      case "if":
        this.visit(g, e.test, null);
        return this.visitEach(g, [e.consequent, e.alternative], position);
      case "cond":
        return this.cond(g, e, position);
      case "case":
        this.visit(g, e.key, null);
        return this.visitEach(g, resultsOf(e), position);
      case "or":
        return this.visitEach(g, e.items, position);
      case "and":
      case "sequence": {
        const last = e.items.length - 1;
        let isOwned = false;
        for (const [i, item] of e.items.entries()) isOwned = this.visit(g, item, i === last ? position : null);
        return isOwned;
      }
      case "bind":
        for (const [i, binding] of e.bindings.entries()) this.assign(g, binding, e.values[i] as Expression);
        return this.scope(g, e, position);
      case "block":
        return this.scope(g, e, position);
      case "arena":
        return this.visit(g, e.body, position);
      default:
        eachChild(e, (child) => this.visit(g, child, null));
        return false;
    }
  }

  /** Does ownership come with any of the values? */
  private visitEach(g: FunctionGraph, items: readonly Expression[], position: Position): boolean {
    let isOwned = false;
    for (const item of items) if (this.visit(g, item, position)) isOwned = true;
    return isOwned;
  }

  private cond(g: FunctionGraph, e: Extract<Expression, { kind: "cond" }>, position: Position): boolean {
    for (const { test, passed, body } of e.clauses) {
      if (test !== null && (body !== null || passed !== null)) this.visit(g, test, null);
      if (body === null && passed !== null) this.visit(g, passed, null);
    }
    return this.visitEach(g, resultsOf(e), position);
  }

  /** What is still looked at behind a scope cannot stay with a variable of the scope. */
  private scope(g: FunctionGraph, e: Extract<Expression, { kind: "bind" | "block" }>, position: Position): boolean {
    const isOwned = this.visit(g, e.body, position);
    const objects = this.p.values.get(e) ?? NO_OBJECTS;
    if (!needsPlan(objects) || !e.bindings.some((binding) => this.isPartOf(objects, binding))) return isOwned;
    if (position !== null) {
      if (!this.keeps(position)) this.force(position);
    } else if (this.isLookedAt(e)) this.stranded.set(e, objects);
    return isOwned;
  }

  private isPartOf(objects: Objects, owner: Binding): boolean {
    return this.owners.has(owner) && meets(objects, this.p.reachOfAll(this.p.variableOf(owner)));
  }

  /** Is the value of the expression at hand more than dropped, or compared with nil? */
  private isLookedAt(e: Expression): boolean {
    const around = this.trail[this.trail.length - 2]?.expression;
    if (around === undefined || around.kind === "while" || around.kind === "for") return false;
    return around.kind !== "sequence" || around.items.at(-1) === e;
  }

  /** A variable that is assigned part of what a variable of a scope inside owns has to own it too. */
  private outlive(binding: Binding, value: Expression): void {
    const objects = this.p.values.get(value) ?? NO_OBJECTS;
    if (!needsPlan(objects) || this.owners.has(binding)) return;
    const isShorter = (owner: Binding) => owner.owner === binding.owner && owner.id > binding.id;
    for (const owner of this.owners) {
      if (isShorter(owner) && this.isPartOf(objects, owner)) this.force({ kind: "variable", binding });
    }
  }

  private assign(g: FunctionGraph, binding: Binding, value: Expression): void {
    const isOwned = this.visit(g, value, { kind: "variable", binding });
    if (!isOwned) return;
    this.add(this.owners, binding);
    // A parameter that is assigned something new owns what it is handed, too.
    if (binding.kind === "parameter") this.add(this.kept, binding);
  }

  private variable(
    g: FunctionGraph,
    e: Expression,
    binding: Binding,
    position: Position,
    captured: Binding | null,
  ): boolean {
    const objects = captured === null ? (this.p.values.get(e) ?? NO_OBJECTS) : this.p.variableOf(binding);
    if (!needsPlan(objects)) return false;
    const canMove = this.last.isLast(e, binding);
    if (canMove && position !== null && this.wants(position, binding)) {
      this.add(this.wanted, binding);
      if (g.lambda.parameters.includes(binding)) {
        this.add(this.kept, binding);
        this.add(this.owners, binding);
      }
    }
    return this.settle(g, e, position, canMove && this.owners.has(binding), captured);
  }

  private wants(position: NonNullable<Position>, binding: Binding): boolean {
    if (position.kind === "variable") return this.wanted.has(position.binding);
    if (position.kind === "return") return !this.partial.has(binding);
    return this.keeps(position);
  }

  private settle(
    graph: FunctionGraph,
    expression: Expression,
    position: Position,
    isOwned: boolean,
    captured: Binding | null = null,
  ): boolean {
    if (position !== null && !isOwned && !this.keeps(position)) this.checkStay(expression, position);
    if (!this.isSettling || position === null) return isOwned;
    const objects = captured === null ? (this.p.values.get(expression) ?? NO_OBJECTS) : this.p.variableOf(captured);
    if (!needsPlan(objects)) return isOwned;
    // What the program frees although it goes on being looked at is the program's own affair.
    if (position.kind === "free" && !isOwned) this.stranded.set(expression, objects);
    const ownership = !this.keeps(position) ? "borrowed" : isOwned ? "moved" : "retained";
    this.note({ expression, captured, position, ownership, graph });
    return isOwned;
  }

  private note(use: Use): void {
    this.uses.push(use);
    const { expression, captured } = use;
    const binding = captured ?? (expression.kind === "local" ? expression.binding : null);
    if (binding === null) return;
    const uses = this.usesByVariable.get(binding);
    if (uses === undefined) this.usesByVariable.set(binding, [use]);
    else uses.push(use);
  }

  private made(g: FunctionGraph, e: Expression, position: Position, isOwned: boolean): boolean {
    const isKept = this.settle(g, e, position, isOwned);
    if (isOwned) this.temporary(e, position);
    return isKept;
  }

  /** A borrowed value must not leave together with what owns it. */
  private checkStay(e: Expression, position: NonNullable<Position>): void {
    const leaves =
      position.kind === "return"
        ? position.lambda
        : position.kind === "argument" && position.isJump
          ? position.lambda
          : null;
    if (leaves === null) return;
    const objects = this.p.values.get(e) ?? NO_OBJECTS;
    for (const object of objects) {
      if (object.isNeutral) continue;
      const { binding } = object;
      if (binding === null || (this.owners.has(binding) && !isAround(binding, leaves))) this.force(position);
    }
  }

  /** Something new that is only looked at: how long? */
  private temporary(e: Expression, position: Position): void {
    if (position !== null && this.keeps(position)) return;
    const reached = this.p.reachOfAll(this.p.values.get(e) ?? NO_OBJECTS);
    for (let i = this.trail.length - 2; i >= 0; i--) {
      const { expression, position: where } = this.trail[i] as (typeof this.trail)[number];
      if (this.isSettling) this.temporaries.set(e, expression);
      if (!meets(this.p.values.get(expression) ?? NO_OBJECTS, reached)) return;
      if (where === null) continue;
      this.force(where);
      return;
    }
  }

  private closure(g: FunctionGraph, e: Extract<Expression, { kind: "lambda" }>, position: Position): boolean {
    if (g.unit.plan.roleOf(e.lambda) !== "closure") return false;
    const into = this.p.values.get(e) ?? NO_OBJECTS;
    const what = `captured by ${e.lambda.name}`;
    for (const binding of g.unit.plan.freeOf(e.lambda))
      this.variable(g, e, binding, { kind: "store", into, what, isLater: false }, binding);
    return this.made(g, e, position, needsPlan(into));
  }

  // Parameters

  /** Is a parameter moved somewhere on every way through an expression? */
  isAlwaysMoved(e: Expression, parameter: Binding): boolean {
    const moved = new Set<Expression>();
    for (const { expression, ownership } of this.usesOf(parameter)) if (ownership === "moved") moved.add(expression);
    return moved.size > 0 && isAlwaysPassed(e, moved);
  }

  /** Does a parameter, once handed over, go anywhere but into the result? */
  isElsewhere(parameter: Binding): boolean {
    return this.usesOf(parameter).some(
      ({ position, ownership }) =>
        ownership !== "borrowed" && (position.kind === "store" || position.kind === "argument"),
    );
  }

  private usesOf(binding: Binding): readonly Use[] {
    return this.usesByVariable.get(binding) ?? [];
  }

  // Calls

  private call(g: FunctionGraph, e: Extract<Expression, { kind: "call" }>, position: Position): boolean {
    const callee = knownCallee(e);
    if (callee === null) {
      this.visit(g, e.callee, null);
      for (const item of e.items) this.visit(g, item, null);
      return this.settle(g, e, position, false);
    }
    const isJump = jumps(g, e, callee);
    for (const [i, item] of e.items.entries()) this.argument(g, item, callee, i, isJump);
    return this.made(g, e, position, this.ownedResults.has(callee) && needsPlan(this.p.values.get(e) ?? NO_OBJECTS));
  }

  private argument(g: FunctionGraph, item: Expression, lambda: Lambda, index: number, isJump: boolean): void {
    const parameter = index < lambda.required ? (lambda.parameters[index] ?? null) : null;
    const isOwned = this.visit(g, item, { kind: "argument", lambda, parameter, isJump });
    // Nobody is left behind to end it.
    if (!isOwned || !isJump || parameter === null || this.kept.has(parameter)) return;
    this.add(this.consumed, parameter);
    this.add(this.kept, parameter);
    this.add(this.owners, parameter);
  }

  private primitive(g: FunctionGraph, e: Extract<Expression, { kind: "primitive" }>, position: Position): boolean {
    const effect = effectOf(e.builtin.name, e.items.length);
    const objects = this.p.values.get(e) ?? NO_OBJECTS;
    if (effect.kind === "library" || effect.kind === "append") return this.library(g, e, position);
    const target = effect.kind === "store" ? (this.p.values.get(e.items[0] as Expression) ?? NO_OBJECTS) : objects;
    const isLater = effect.kind === "store";
    const stored: Position =
      effect.kind === "make" || isLater
        ? { kind: "store", into: target, what: `stored by ${e.builtin.name}`, isLater }
        : effect.kind === "free"
          ? { kind: "free" }
          : null;
    for (const [i, item] of e.items.entries()) {
      this.visit(g, item, isLater && i !== effect.value ? null : stored);
    }
    return this.made(g, e, position, effect.kind === "make" && needsPlan(objects));
  }

  private library(g: FunctionGraph, e: Extract<Expression, { kind: "primitive" }>, position: Position): boolean {
    const effect = effectOf(e.builtin.name, e.items.length);
    const lambda = this.p.library(effect.kind === "library" ? effect.name : "%append");
    const last = e.items.length - 1;
    for (const [i, item] of e.items.entries()) {
      const index = effect.kind === "library" ? i : i < last ? 0 : 1;
      if (lambda === null) this.visit(g, item, null);
      // The only list that is appended is the result itself.
      else if (last === 0 && effect.kind === "append") return this.visit(g, item, position);
      else this.argument(g, item, lambda, index, false);
    }
    const isOwned = lambda !== null && this.ownedResults.has(lambda) && needsPlan(this.p.values.get(e) ?? NO_OBJECTS);
    return this.made(g, e, position, isOwned);
  }
}

/** Is the variable of a function around another? Then it is still there when that one is left. */
function isAround(binding: Binding, lambda: Lambda): boolean {
  if (binding.isGlobal) return true;
  for (let at = lambda.parent; at !== null; at = at.parent) if (at === binding.owner) return true;
  return false;
}

/** Is the call a jump, after which the caller's variables are no more? */
function jumps(g: FunctionGraph, e: Extract<Expression, { kind: "call" }>, callee: Lambda): boolean {
  const { plan } = g.unit;
  if (plan.roleOf(callee) === "loop") return callee.parent !== g.lambda;
  return plan.frameOf(g.lambda) === callee && plan.isTailCall(e.continuation, callee);
}

/** Walking down a structure is no reason to own it. */
function partialParameters(p: PointsTo): ReadonlySet<Binding> {
  const found = new Set<Binding>();
  for (const graph of p.graphs.values()) {
    for (const { callee, arguments: given } of [...graph.sites.values()].flat()) {
      if (callee !== graph.lambda) continue;
      given.forEach((objects, i) => {
        const parameter = callee.parameters[i];
        const isPart = [...objects].some((object) => object.kind === "inside");
        if (parameter !== undefined && isPart) found.add(parameter);
      });
    }
  }
  return found;
}

/** Why a use makes a value shared. */
export function shareCause(use: Use): Cause {
  const { position, expression } = use;
  switch (position.kind) {
    case "variable":
      return because(`kept by ${position.binding.name}, while another owner keeps it too`, expression.range);
    case "return":
      return because(`returned by ${position.lambda.name}, while another owner keeps it`, expression.range);
    case "free":
      return because("freed by the program", expression.range);
    case "store":
      return because(`${position.what}, while another owner keeps it`, expression.range);
    case "argument":
      return because(`handed over to ${position.lambda.name}, while another owner keeps it`, expression.range);
  }
}
