/**
 * The control-flow graph of one stack frame: a point for every evaluation, an edge for every way that control can go on. Loops of a
 * named `let` stand in the frame of the function around them, as the compiler lays them out.
 *
 * A point is also a place where the compiler can add code. Where control leaves a test without a place of its own (the short cuts of
 * `and` and `or`) the edge leads to the point behind the whole expression; the placement of releases knows how to wait until there.
 */
import type { Plan } from "../../../compiler/plan/plan.ts";
import type { Binding, Expression, Lambda, Loop } from "../../tree.ts";

/**
 * - `entry`: the parameters of a function have their values; no code can be added here.
 * - `before`: before the expression begins; at the entry of a branch, of the body of a loop, of a function.
 * - `after`: its value has been computed, and stands on the evaluation stack when someone wants it.
 * - `bound`: its value has been stored in the variable of a `let`.
 * - `exit`: the test of this loop has failed.
 * - `none`: no clause of this `cond` or `case` fits.
 * - `jump`: the arguments of this call are on the stack, and become the parameters of a loop or of the same function.
 */
export type Moment = "entry" | "before" | "after" | "bound" | "exit" | "none" | "jump";

export interface Point {
  readonly id: number;
  readonly expression: Expression;
  readonly moment: Moment;
  readonly successors: number[];
  /** Variables that get a new value here. */
  readonly defines: readonly Binding[];
}

export interface FlowGraph {
  /** The function whose frame it is; the top level for the code outside of functions. */
  readonly frame: Lambda;
  /** The first one is the entry. */
  readonly points: readonly Point[];
  /** For each point, those from which control comes to it. */
  readonly predecessors: readonly (readonly number[])[];
  /** The last points of every path that returns. */
  readonly exits: readonly number[];
  /** Expressions whose value the function returns, without those that only hand on the value of a part. */
  readonly results: readonly Expression[];
}

/** Points from which control comes to the next one. Empty: it cannot be reached. */
type Frontier = readonly number[];

/** The graph of a function with a frame of its own. */
export function functionGraph(lambda: Lambda, plan: Plan): FlowGraph {
  const builder = new GraphBuilder(lambda, plan);
  const entry = builder.point(lambda.body, "entry", [], lambda.parameters);
  const head = builder.point(lambda.body, "before", [entry]);
  builder.heads.set(lambda, head);
  const end = builder.visit(lambda.body, [head], true);
  return { ...pointsOf(builder), frame: lambda, exits: end, results: builder.results };
}

/** The graph of the top level: its forms in order. */
export function topLevelGraph(program: readonly Expression[], topLevel: Lambda, plan: Plan): FlowGraph {
  const builder = new GraphBuilder(topLevel, plan);
  let end: Frontier = [];
  program.forEach((form, i) => {
    end = builder.visit(form, i === 0 ? [builder.point(form, "before", [])] : end, false);
  });
  return { ...pointsOf(builder), frame: topLevel, exits: end, results: [] };
}

function pointsOf({ points }: GraphBuilder): Pick<FlowGraph, "points" | "predecessors"> {
  return { points, predecessors: predecessors(points) };
}

function predecessors(points: readonly Point[]): readonly (readonly number[])[] {
  const before: number[][] = points.map(() => []);
  for (const { id, successors } of points) for (const next of successors) before[next]?.push(id);
  return before;
}

type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

class GraphBuilder {
  readonly points: Point[] = [];
  readonly results: Expression[] = [];
  /** Where a call that is a jump goes on: the function itself, and the loops that stand in its frame. */
  readonly heads = new Map<Lambda, number>();
  private readonly frame: Lambda;
  private readonly plan: Plan;
  /** Points of `break`, by the loop that they leave. */
  private readonly breaks = new Map<Loop, number[]>();
  /** Points of `continue`, by the loop whose next turn they begin. */
  private readonly continues = new Map<Loop, number[]>();

  constructor(frame: Lambda, plan: Plan) {
    this.frame = frame;
    this.plan = plan;
  }

  point(expression: Expression, moment: Moment, from: Frontier, defines: readonly Binding[] = []): number {
    const id = this.points.push({ id: this.points.length, expression, moment, successors: [], defines }) - 1;
    this.connect(from, id);
    return id;
  }
  private connect(from: Frontier, to: number): void {
    for (const id of from) this.points[id]?.successors.push(to);
  }

  /** Adds an expression; the result is where control is when it is done. `returns`: its value is that of the function. */
  visit(expression: Expression, from: Frontier, returns: boolean): Frontier {
    if (from.length === 0) return from;
    switch (expression.kind) {
      case "if":
        return this.join(expression, this.ifElse(expression, from, returns));
      case "cond":
        return this.join(expression, this.cond(expression, from, returns));
      case "case":
        return this.join(expression, this.caseOf(expression, from, returns));
      case "and":
      case "or":
        return this.join(expression, this.andOr(expression, from, returns));
      case "sequence":
        return this.join(expression, this.sequence(expression.items, from, returns));
      case "bind":
        return this.join(expression, this.bind(expression, from, returns));
      case "block":
        return this.join(expression, this.block(expression, from, returns));
      case "while":
        return this.whileLoop(expression, from, returns);
      case "for":
        return this.forLoop(expression, from, returns);
      case "arena":
        return this.join(expression, this.visit(expression.body, from, returns));
      case "break":
        this.breaks.get(expression.loop)?.push(this.point(expression, "before", from));
        return [];
      case "continue":
        this.continues.get(expression.loop)?.push(this.point(expression, "before", from));
        return [];
      case "call":
        return this.call(expression, from, returns);
      default:
        return this.simple(expression, from, returns);
    }
  }

  private join(expression: Expression, from: Frontier): Frontier {
    return from.length === 0 ? from : [this.point(expression, "after", from)];
  }

  /** The value comes into being here, not in a part. */
  private leaf(expression: Expression, from: Frontier, returns: boolean, defines: readonly Binding[] = []): Frontier {
    if (from.length === 0) return from;
    if (returns) this.results.push(expression);
    return [this.point(expression, "after", from, defines)];
  }

  private simple(expression: Expression, from: Frontier, returns: boolean): Frontier {
    switch (expression.kind) {
      case "set-local":
      case "define-local":
      case "define-global": {
        const isFunction = expression.value.kind === "lambda" && expression.kind !== "set-local";
        const isCode = isFunction && this.isOnlyCode(expression.value, expression.binding);
        const end = isCode ? from : this.visit(expression.value, from, false);
        return this.leaf(expression, end, returns, [expression.binding]);
      }
      case "set-global":
        return this.leaf(expression, this.visit(expression.value, from, false), returns);
      case "primitive":
      case "record":
        return this.leaf(expression, this.all(expression.items, from), returns);
      default:
        return this.leaf(expression, from, returns);
    }
  }

  /** Is this function never an object? */
  private isOnlyCode(value: Expression, binding: Binding): boolean {
    return value.kind === "lambda" && !binding.isAssigned && this.plan.roleOf(value.lambda) !== "closure";
  }

  private all(items: readonly Expression[], from: Frontier): Frontier {
    let at = from;
    for (const item of items) at = this.visit(item, at, false);
    return at;
  }

  private sequence(items: readonly Expression[], from: Frontier, returns: boolean): Frontier {
    const last = items.length - 1;
    let at = from;
    items.forEach((item, i) => {
      at = this.visit(item, at, returns && i === last);
    });
    return at;
  }

  // Choices

  private branch(expression: Expression, from: Frontier, returns: boolean): Frontier {
    if (from.length === 0) return from;
    return this.visit(expression, [this.point(expression, "before", from)], returns);
  }

  private ifElse(expression: Of<"if">, from: Frontier, returns: boolean): Frontier {
    const tested = this.visit(expression.test, from, false);
    const first = this.branch(expression.consequent, tested, returns);
    return [...first, ...this.branch(expression.alternative, tested, returns)];
  }

  private cond(expression: Of<"cond">, from: Frontier, returns: boolean): Frontier {
    const ends: number[] = [];
    let next = from;
    expression.clauses.forEach(({ test, body, passed }, i) => {
      if (test === null) {
        if (body !== null) ends.push(...this.branch(body, next, returns));
        next = [];
        return;
      }
      const start = i === 0 || next.length === 0 ? next : [this.point(test, "before", next)];
      next = this.visit(test, start, false);
      if (body !== null) ends.push(...this.branch(body, next, returns));
      else if (passed === null) ends.push(...next);
      else if (next.length > 0) ends.push(...this.visit(passed, [this.point(passed, "before", next)], false));
      // A value that is made of the test, or by a function that gets it, is that of the whole form.
      if (body === null && returns) this.results.push(expression);
    });
    if (next.length > 0) ends.push(this.point(expression, "none", next));
    return ends;
  }

  private caseOf(expression: Of<"case">, from: Frontier, returns: boolean): Frontier {
    const key = this.visit(expression.key, from, false);
    const ends: number[] = [];
    for (const { body } of expression.clauses) ends.push(...this.branch(body, key, returns));
    const hasElse = expression.clauses.some(({ data }) => data === null);
    if (!hasElse && key.length > 0) ends.push(this.point(expression, "none", key));
    return ends;
  }

  private andOr(expression: Of<"and" | "or">, from: Frontier, returns: boolean): Frontier {
    const last = expression.items.length - 1;
    const ends: number[] = [];
    let at = from;
    expression.items.forEach((item, i) => {
      at = this.visit(item, at, returns && i === last);
      ends.push(...at);
    });
    if (returns && expression.kind === "or") this.results.push(expression);
    return ends;
  }

  // Variables

  private bind(expression: Of<"bind">, from: Frontier, returns: boolean): Frontier {
    let at = from;
    expression.values.forEach((value, i) => {
      const binding = expression.bindings[i] as Binding;
      if (at.length === 0 || (value.kind === "lambda" && this.plan.roleOf(value.lambda) === "lifted")) return;
      const end = this.visit(value, at, false);
      at = end.length === 0 ? end : [this.point(value, "bound", end, [binding])];
    });
    return this.visit(expression.body, at, returns);
  }

  private block(expression: Of<"block">, from: Frontier, returns: boolean): Frontier {
    const loops: Lambda[] = [];
    for (const { lambda, isAssigned } of expression.bindings) {
      if (lambda === null || isAssigned || this.plan.roleOf(lambda) !== "loop") continue;
      loops.push(lambda);
      this.heads.set(lambda, this.point(lambda.body, "before", []));
    }
    const ends = [...this.visit(expression.body, from, returns)];
    for (const lambda of loops) {
      ends.push(...this.visit(lambda.body, [this.heads.get(lambda) as number], returns));
    }
    return ends;
  }

  // Loops

  private whileLoop(expression: Of<"while">, from: Frontier, returns: boolean): Frontier {
    const leaving: number[] = [];
    this.breaks.set(expression.loop, leaving);
    const turning: number[] = [];
    this.continues.set(expression.loop, turning);
    const head = this.point(expression.test, "before", from);
    const tested = this.visit(expression.test, [head], false);
    this.connect(this.branch(expression.body, tested, false), head);
    this.connect(turning, head);
    const exit = tested.length === 0 ? [] : [this.point(expression, "exit", tested)];
    return this.leaf(expression, [...exit, ...leaving], returns);
  }

  private forLoop(expression: Of<"for">, from: Frontier, returns: boolean): Frontier {
    const leaving: number[] = [];
    this.breaks.set(expression.loop, leaving);
    const first = this.visit(expression.from, from, false);
    if (first.length === 0) return first;
    const bound = this.point(expression.from, "bound", first, [expression.binding]);
    const turning: number[] = [];
    this.continues.set(expression.loop, turning);
    const parts = expression.step === null ? [expression.to] : [expression.to, expression.step];
    const limit = this.all(parts, [bound]);
    if (limit.length === 0) return limit;
    const body = this.point(expression.body, "before", limit);
    const turned = [...this.visit(expression.body, [body], false), ...turning];
    this.connect(turned, body);
    const exit = this.point(expression, "exit", [...limit, ...turned]);
    return this.leaf(expression, [exit, ...leaving], returns);
  }

  // Calls

  private call(expression: Of<"call">, from: Frontier, returns: boolean): Frontier {
    const { callee, items } = expression;
    const given = this.all(items, from);
    const lambda = calledFunction(callee);
    const head = lambda === null ? undefined : this.jumpTarget(expression, lambda);
    if (lambda !== null && head !== undefined) {
      if (given.length > 0) this.connect([this.point(expression, "jump", given, changed(lambda, items))], head);
      return [];
    }
    const isDirect =
      callee.kind === "global"
        ? lambda !== null || callee.external !== null
        : lambda !== null && (lambda === this.frame || this.plan.roleOf(lambda) === "lifted");
    return this.leaf(expression, isDirect ? given : this.visit(callee, given, false), returns);
  }

  /** Where a call goes on that does not come back. */
  private jumpTarget({ continuation }: Of<"call">, lambda: Lambda): number | undefined {
    const isSelf = lambda === this.frame && this.plan.isTailCall(continuation, lambda);
    return isSelf || this.plan.roleOf(lambda) === "loop" ? this.heads.get(lambda) : undefined;
  }
}

/** The function that a call surely enters; null when only the run can tell. */
export function calledFunction(callee: Expression): Lambda | null {
  if (callee.kind !== "local" && callee.kind !== "global") return null;
  const { binding } = callee;
  return binding === null || binding.isAssigned ? null : binding.lambda;
}

/** Parameters that a jump gives a new value: an argument that is the parameter itself is left where it is. */
function changed(lambda: Lambda, items: readonly Expression[]): readonly Binding[] {
  return lambda.parameters.filter((parameter, i) => {
    const item = items[i];
    return item?.kind !== "local" || item.binding !== parameter || (lambda.hasRest && i === lambda.required);
  });
}
