/**
 * From marks and escape classes to the strategy of everything that is made, by the table of `strategy.ts`. Where the table's answer would
 * need something that cannot be had (a cycle of objects of several functions, a stack cell that a heap object owns), the objects
 * concerned are let go: they are PROGRAM, and the whole is looked at again.
 */
import { STRATEGY, type Strategy } from "../../../../isa/plan.ts";
import { eachChild } from "../../analyse.ts";
import type { Binding, Expression, Lambda } from "../../tree.ts";
import { escapesAsFarAs, type Shape } from "../plan.ts";
import { STACK_CELLS, strategyFor } from "../strategy.ts";
import { makesPairs } from "./calls/builtin-effects.ts";
import type { Marks } from "./marks.ts";
import { type AbstractObject, because, type Cause, meets, NO_OBJECTS, needsPlan, type Objects } from "./objects.ts";
import type { Ownership, Use } from "./ownership.ts";
import type { PointsTo } from "./points-to.ts";

export interface Leak {
  readonly objects: Objects;
  readonly cause: Cause;
}

export class Strategies {
  /** Objects that the strategies cannot do with: to be leaked before all is computed again. */
  readonly leaks: Leak[];
  private readonly p: PointsTo;
  private readonly ownership: Ownership;
  private readonly marks: Marks;
  private readonly stack: Set<AbstractObject>;
  /** Strategies that have been asked for, after all is settled. */
  private readonly known: Map<AbstractObject, Strategy>;
  /** By the function that they are of. */
  private readonly variables: ReadonlyMap<Lambda, readonly Binding[]>;
  private readonly repeated: ReadonlySet<Expression>;
  private readonly scopes: ReadonlyMap<Binding, Expression>;

  constructor(p: PointsTo, ownership: Ownership, marks: Marks) {
    this.leaks = [];
    this.p = p;
    this.ownership = ownership;
    this.marks = marks;
    this.variables = variablesByOwner(p);
    const { repeated, scopes } = survey(p);
    this.repeated = repeated;
    this.scopes = scopes;
    this.stack = new Set([...p.allocations.values()].filter((object) => this.mayBeOnStack(object)));
    this.shrinkStack();
    this.checkCycles();
    this.known = new Map();
  }

  /** The shape of an object in its own function. That of what the plan does not end says nothing about its strategy. */
  shapeOfOne(object: AbstractObject): Shape {
    if (object.isNeutral) return object.kind === "code" ? "scalar" : "unknown";
    if (this.marks.belowOne("cyclic", object) !== null) return "cyclic";
    return this.marks.belowOne("shared", object) === null ? "tree" : "dag";
  }

  strategyOf(object: AbstractObject): Strategy {
    if (object.isNeutral) return STRATEGY.PROGRAM;
    const known = this.known.get(object);
    if (known !== undefined) return known;
    const strategy = object.kind === "result" ? this.strategyOfResult(object) : this.ownStrategy(object);
    this.known.set(object, strategy);
    return strategy;
  }

  /** What the function that makes it makes it as; a caller may turn OWNED into COUNTED. */
  private ownStrategy(object: AbstractObject): Strategy {
    const cells = this.stack.has(object) ? this.cellsWith(object) : null;
    const strategy = strategyFor(this.marks.escapeOf(object).reach, this.shapeOfOne(object), cells);
    return strategy === STRATEGY.OWNED && this.marks.get("counted", object) !== null ? STRATEGY.COUNTED : strategy;
  }

  private strategyOfResult(object: AbstractObject): Strategy {
    const made = this.madeAs(object);
    if (made !== STRATEGY.OWNED) return made;
    const isShared = this.marks.belowOne("shared", object) ?? this.marks.get("counted", object);
    const isCaptured = this.marks.escapeOf(object).reach === "closure";
    return isShared !== null || isCaptured ? STRATEGY.COUNTED : STRATEGY.OWNED;
  }

  /** How the functions that a result comes from make it. */
  madeAs(result: AbstractObject, seen: ReadonlySet<AbstractObject> = new Set()): Strategy {
    const found = new Set<Strategy>();
    const inside = new Set([...seen, result]);
    for (const maker of result.makers) {
      for (const object of this.p.standsFor(result, maker)) {
        if (object.isNeutral || inside.has(object)) continue;
        found.add(object.kind === "result" ? this.promoted(object, inside) : this.ownStrategy(object));
      }
    }
    const order = [STRATEGY.COMPONENT, STRATEGY.ARENA, STRATEGY.COUNTED, STRATEGY.OWNED];
    return order.find((strategy) => found.has(strategy)) ?? STRATEGY.PROGRAM;
  }

  private promoted(result: AbstractObject, seen: ReadonlySet<AbstractObject>): Strategy {
    const made = this.madeAs(result, seen);
    if (made !== STRATEGY.OWNED) return made;
    return (this.marks.belowOne("shared", result) ?? this.marks.get("counted", result)) ? STRATEGY.COUNTED : made;
  }

  isOnStack(object: AbstractObject): boolean {
    return this.stack.has(object) && this.ownStrategy(object) === STRATEGY.STACK;
  }

  /** Cells of an object when they are known; null when not, or when it is made over and over. */
  cellsOf(object: AbstractObject): number | null {
    return object.expression !== null && this.repeated.has(object.expression) ? null : object.cells;
  }

  // Stack scopes

  private mayBeOnStack(object: AbstractObject): boolean {
    const { expression, lambda } = object;
    if (object.kind !== "allocation" || object.isNeutral || expression === null || lambda === null) return false;
    if (this.repeated.has(expression) || object.cells === null || lambda.parent === null) return false;
    const { plan } = this.p.graphOf(lambda).unit;
    if (plan.roleOf(lambda) === "loop") return false;
    if (expression.kind === "primitive" && !makesPairs(expression.builtin.name)) return false;
    if (this.marks.belowOne("cyclic", object) !== null) return false;
    return !escapesAsFarAs(this.marks.escapeOf(object).reach, "return");
  }

  /** All cells that hang on an object and are in the stack scope with it. */
  private cellsWith(object: AbstractObject): number {
    let cells = 0;
    for (const member of this.p.reachOf(object)) if (this.stack.has(member)) cells += member.cells ?? 0;
    return cells;
  }

  private shrinkStack(): void {
    for (let before = -1; before !== this.stack.size; ) {
      before = this.stack.size;
      for (const object of this.stack) if (this.cellsWith(object) > STACK_CELLS) this.stack.delete(object);
      for (const use of this.ownership.uses) this.checkStore(use);
      // A variable has one way to end what it owns.
      for (const [, objects] of this.p.eachVariable()) {
        const fresh = [...objects].filter((object) => object.isFresh && !object.isNeutral);
        if (fresh.some((object) => !this.stack.has(object))) for (const object of fresh) this.stack.delete(object);
      }
    }
  }

  /** Heap objects own no stack cells; stack cells own nothing, so that something else has to. What the program frees is an object of its own. */
  private checkStore(use: Use): void {
    const { position } = use;
    const objects = this.objectsOf(use);
    if (position.kind === "free") for (const object of objects) this.stack.delete(object);
    if (position.kind !== "store") return;
    const containers = [...position.into].filter((object) => !object.isNeutral);
    const planned = [...objects].filter((object) => !object.isNeutral);
    const isAllStack = containers.every((container) => this.stack.has(container));
    const holdsHeap = planned.some((object) => !this.stack.has(object));
    if (!isAllStack) {
      for (const object of planned) this.stack.delete(object);
      for (const object of containers) this.stack.delete(object);
    } else if (holdsHeap && (position.isLater || !this.hasOwnerFor(use, containers))) {
      for (const object of containers) this.stack.delete(object);
    }
  }

  /** Is there a variable that goes on owning what is stored, and is it there for as long as the containers are looked at? */
  private hasOwnerFor(use: Use, containers: readonly AbstractObject[]): boolean {
    const { expression, captured, ownership } = use;
    const variable = captured ?? (expression.kind === "local" ? expression.binding : null);
    if (ownership === "moved" && variable === null) return false;
    const reached = this.p.reachOfAll(this.objectsOf(use));
    const holders = new Set<AbstractObject>();
    for (const object of this.p.objectsOf(use.graph)) {
      const below = this.p.reachOf(object);
      if (containers.some((container) => below.has(container))) holders.add(object);
    }
    const isOwner = (owner: Binding) =>
      owner.owner === use.graph.lambda &&
      meets(this.p.reachOfAll(this.p.variableOf(owner)), reached) &&
      [...this.p.variableOf(owner)].some((object) => !this.stack.has(object));
    const variables = this.variables.get(use.graph.lambda) ?? [];
    const isOwned = variable !== null && this.ownership.owners.has(variable);
    const owners = isOwned ? [variable] : variables.filter((binding) => this.ownership.owners.has(binding));
    for (const owner of owners.filter(isOwner)) {
      const scope = this.scopes.get(owner);
      if (scope !== undefined && meets(this.p.values.get(scope) ?? NO_OBJECTS, holders)) return false;
      const isBefore = (binding: Binding) => binding.id < owner.id && meets(this.p.variableOf(binding), holders);
      if (variables.some(isBefore)) return false;
    }
    return true;
  }

  private objectsOf(use: Use): Objects {
    return use.captured === null ? this.p.valueOf(use.expression) : this.p.variableOf(use.captured);
  }

  // Cycles

  private checkCycles(): void {
    for (const graph of this.p.graphs.values()) {
      for (const object of this.p.objectsOf(graph)) {
        if (object.isNeutral || this.marks.belowOne("cyclic", object) === null) continue;
        const strategy = object.kind === "result" ? this.madeAs(object) : this.ownStrategy(object);
        if (!this.isPossible(object, strategy)) this.giveUp([object], "part of a cycle that no single scope holds");
      }
    }
    for (const use of this.ownership.uses) this.checkCyclicStore(use);
  }

  private isPossible(object: AbstractObject, strategy: Strategy): boolean {
    if (object.kind === "result") return strategy === STRATEGY.COMPONENT;
    const members = [...this.p.reachOf(object)].filter((member) => !member.isNeutral);
    if (strategy === STRATEGY.ARENA) return object.lambda?.parent !== null;
    return members.every((member) => member.kind === "allocation" && member.lambda === object.lambda);
  }

  /** What is stored in an arena or a component needs an owner outside, or be one of them; and no program can free one of its members. */
  private checkCyclicStore(use: Use): void {
    const { position, expression } = use;
    if (position.kind === "free") {
      const members = [...this.objectsOf(use)].filter(
        (object) => !object.isNeutral && this.marks.belowOne("cyclic", object) !== null,
      );
      if (members.length > 0) this.giveUp(members, "freed by the program", expression);
    }
    if (position.kind !== "store") return;
    const containers = [...position.into].filter((object) => !object.isNeutral);
    const cyclic = containers.filter((object) => this.marks.belowOne("cyclic", object) !== null);
    if (cyclic.length === 0) return;
    const outside = [...this.objectsOf(use)].filter(
      (value) => !value.isNeutral && this.marks.belowOne("cyclic", value) === null,
    );
    const isAllArena =
      cyclic.length === containers.length && cyclic.every((object) => this.ownStrategy(object) === STRATEGY.ARENA);
    const isBorrowed = isAllArena && !position.isLater && this.hasOwnerFor(use, containers);
    if (!isBorrowed && needsPlan(new Set(outside))) this.giveUp(outside, "stored in a cycle", expression);
  }

  private giveUp(objects: readonly AbstractObject[], text: string, at: Expression | null = null): void {
    const range = at?.range ?? objects[0]?.expression?.range ?? { start: 0, end: 0 };
    this.leaks.push({ objects: new Set(objects), cause: because(text, range) });
  }
}

interface Survey {
  /** Expressions that a loop evaluates over and over. */
  readonly repeated: ReadonlySet<Expression>;
  /** The expression that declares a local variable. */
  readonly scopes: ReadonlyMap<Binding, Expression>;
}

function variablesByOwner(p: PointsTo): ReadonlyMap<Lambda, readonly Binding[]> {
  const found = new Map<Lambda, Binding[]>();
  for (const [binding] of p.eachVariable()) {
    const variables = found.get(binding.owner);
    if (variables === undefined) found.set(binding.owner, [binding]);
    else variables.push(binding);
  }
  return found;
}

function survey(p: PointsTo): Survey {
  const repeated = new Set<Expression>();
  const scopes = new Map<Binding, Expression>();
  const visit = (e: Expression, isRepeated: boolean): void => {
    if (isRepeated) repeated.add(e);
    if (e.kind === "bind" || e.kind === "block") for (const binding of e.bindings) scopes.set(binding, e);
    const isLoop = isRepeated || e.kind === "while" || e.kind === "for";
    eachChild(e, (child) => visit(child, e.kind === "lambda" ? false : isLoop));
  };
  for (const graph of p.graphs.values()) {
    if (graph.isTopLevel) for (const form of graph.unit.analysis.program) visit(form, false);
  }
  return { repeated, scopes };
}
