/**
 * Which uses of local variables may take the value along: afterwards nobody looks at the variable, nor at anything that it reaches. One
 * walk against the order of evaluation through every function, with the set of variables that are still looked at.
 *
 * A loop counts as looking at everything that it mentions until it is left, and so does the stretch of text in which a function is known
 * that mentions a variable.
 */

import { children, eachChild } from "../../analyse.ts";
import type { Binding, Expression, Loop } from "../../tree.ts";
import { meets, needsPlan, type Objects } from "./objects.ts";
import type { FunctionGraph, PointsTo } from "./points-to.ts";

/** Uses that may move: of a variable by its expression, of captured variables by the function that captures them. */
export interface LastUses {
  isLast(use: Expression, binding: Binding): boolean;
}

export function lastUses(p: PointsTo): LastUses {
  const last = new Map<Expression, Set<Binding>>();
  const mentions = new Map<Expression, ReadonlySet<Binding>>();
  const reached = new Map<Binding, Objects>();
  for (const graph of p.graphs.values()) {
    const walk = new BackwardWalk(p, graph, last, mentions, reached);
    if (!graph.isTopLevel) walk.into(graph.lambda.body, new Set());
    else for (const form of graph.unit.analysis.program) walk.into(form, new Set());
  }
  return { isLast: (use, binding) => last.get(use)?.has(binding) ?? false };
}

class BackwardWalk {
  private live: Set<Binding>;
  /** Values that have been computed and not yet used when the expression at hand is evaluated. */
  private readonly pending: Expression[];
  /** What is looked at behind a loop, and when it begins its next turn. */
  private readonly exits: Map<Loop, ReadonlySet<Binding>>;
  private readonly turns: Map<Loop, ReadonlySet<Binding>>;
  private readonly p: PointsTo;
  private readonly graph: FunctionGraph;
  private readonly last: Map<Expression, Set<Binding>>;
  private readonly mentions: Map<Expression, ReadonlySet<Binding>>;
  private readonly reached: Map<Binding, Objects>;

  constructor(
    p: PointsTo,
    graph: FunctionGraph,
    last: Map<Expression, Set<Binding>>,
    mentions: Map<Expression, ReadonlySet<Binding>>,
    reached: Map<Binding, Objects>,
  ) {
    this.live = new Set();
    this.pending = [];
    this.exits = new Map();
    this.turns = new Map();
    this.p = p;
    this.graph = graph;
    this.last = last;
    this.mentions = mentions;
    this.reached = reached;
  }

  /** @param live variables that are looked at behind the expression */
  into(e: Expression, live: Set<Binding>): void {
    this.live = live;
    this.walk(e);
  }

  private walk(e: Expression): void {
    switch (e.kind) {
      case "local":
        this.use(e, e.binding);
        return;
      case "set-local":
        if (e.binding.owner === this.graph.lambda) this.live.delete(e.binding);
        this.walk(e.value);
        return;
      case "define-local":
        this.live.delete(e.binding);
        this.walk(e.value);
        return;
      case "if":
        this.branches([e.consequent, e.alternative]);
        this.walk(e.test);
        return;
      case "cond":
        this.cond(e);
        return;
      case "case":
        this.branches([...e.clauses.map(({ body }) => body), null]);
        this.walk(e.key);
        return;
      case "and":
      case "or":
        this.andOr(e.items);
        return;
      case "bind":
        this.bind(e);
        return;
      case "block":
        this.keep(...functionsIn(e.body));
        this.walk(e.body);
        for (const binding of e.bindings) this.live.delete(binding);
        return;
      case "while":
      case "for":
        this.loop(e);
        return;
      case "break":
        this.live = new Set(this.exits.get(e.loop));
        return;
      case "continue":
        this.live = new Set(this.turns.get(e.loop));
        return;
      case "lambda":
        this.capture(e);
        return;
      case "sequence":
        for (const item of e.items.toReversed()) this.walk(item);
        return;
      case "call":
        this.operands([...e.items, e.callee]);
        return;
      default:
        this.operands(children(e));
    }
  }

  /** Operands wait for each other. */
  private operands(items: readonly Expression[]): void {
    const depth = this.pending.length;
    this.pending.push(...items);
    for (let i = items.length - 1; i >= 0; i--) {
      this.pending.length = depth + i;
      this.walk(items[i] as Expression);
    }
  }

  private branches(bodies: readonly (Expression | null)[]): void {
    const after = this.live;
    const before = new Set<Binding>();
    for (const body of bodies) {
      this.live = new Set(after);
      if (body !== null) this.walk(body);
      for (const binding of this.live) before.add(binding);
    }
    this.live = before;
  }

  /** After each test that fails comes the next. */
  private cond(e: Extract<Expression, { kind: "cond" }>): void {
    const after = this.live;
    this.live = new Set(after);
    for (const { test, passed, body } of e.clauses.toReversed()) {
      const next = this.live;
      this.live = new Set(after);
      if (body !== null) this.walk(body);
      else if (passed !== null) this.operands(test === null ? [passed] : [test, passed]);
      for (const binding of next) this.live.add(binding);
      if (test !== null && passed === null) this.walk(test);
    }
  }

  private andOr(items: readonly Expression[]): void {
    const after = this.live;
    this.live = new Set(after);
    for (const item of items.toReversed()) {
      for (const binding of after) this.live.add(binding);
      this.walk(item);
    }
  }

  private bind(e: Extract<Expression, { kind: "bind" }>): void {
    this.keep(...e.values.filter((value) => value.kind === "lambda"));
    this.walk(e.body);
    for (let i = e.values.length - 1; i >= 0; i--) {
      this.live.delete(e.bindings[i] as Binding);
      this.walk(e.values[i] as Expression);
    }
  }

  private loop(e: Extract<Expression, { kind: "while" | "for" }>): void {
    const after = new Set(this.live);
    this.exits.set(e.loop, after);
    this.keep(e);
    this.turns.set(e.loop, new Set(this.live));
    this.walk(e.body);
    // The body may not have been run at all, or be run again.
    for (const binding of after) this.live.add(binding);
    this.keep(e);
    if (e.kind === "while") this.walk(e.test);
    else this.operands(e.step === null ? [e.from, e.to] : [e.from, e.to, e.step]);
  }

  /** All that the expressions mention, their own variables apart, is looked at from here on. */
  private keep(...expressions: readonly Expression[]): void {
    for (const expression of expressions) {
      for (const binding of this.mentioned(expression)) this.live.add(binding);
    }
  }

  private capture(e: Extract<Expression, { kind: "lambda" }>): void {
    if (this.graph.unit.plan.roleOf(e.lambda) !== "closure") return;
    for (const binding of this.graph.unit.plan.freeOf(e.lambda)) this.use(e, binding);
  }

  private use(e: Expression, binding: Binding): void {
    const known = this.last.get(e) ?? new Set();
    this.last.set(e, known);
    if (this.isLast(binding)) known.add(binding);
    else known.delete(binding);
    this.live.add(binding);
  }

  private isLast(binding: Binding): boolean {
    if (binding.isGlobal || binding.owner !== this.graph.lambda || this.live.has(binding)) return false;
    const reached = this.reachedFrom(binding);
    if (!needsPlan(reached)) return true;
    for (const other of this.live) if (meets(this.p.variableOf(other), reached)) return false;
    return !this.pending.some((waiting) => meets(this.p.values.get(waiting) ?? NONE, reached));
  }

  private reachedFrom(binding: Binding): Objects {
    const known = this.reached.get(binding) ?? this.p.partsOf(this.p.variableOf(binding));
    this.reached.set(binding, known);
    return known;
  }

  private mentioned(e: Expression): ReadonlySet<Binding> {
    const known = this.mentions.get(e);
    if (known !== undefined) return known;
    const found = new Set<Binding>();
    const declared = new Set<Binding>();
    const visit = (at: Expression): void => {
      if (at.kind === "local") found.add(at.binding);
      else if (at.kind === "bind" || at.kind === "block") for (const binding of at.bindings) declared.add(binding);
      else if (at.kind === "for") declared.add(at.binding);
      else if (at.kind === "lambda") for (const parameter of at.lambda.parameters) declared.add(parameter);
      eachChild(at, visit);
    };
    visit(e);
    for (const binding of declared) found.delete(binding);
    this.mentions.set(e, found);
    return found;
  }
}

const NONE: Objects = new Set();

/** The functions that a body defines. */
function functionsIn(body: Expression): readonly Expression[] {
  const items = body.kind === "sequence" ? body.items : [body];
  return items.flatMap((item) => (item.kind === "define-local" && item.value.kind === "lambda" ? [item.value] : []));
}
