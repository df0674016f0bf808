/**
 * Decides how each function of a text exists at run time, and which variables are shared through boxes, before code is made.
 *
 * - `global`: called through its symbol.
 * - `loop`: only called where its value is what the block around it returns: its body stands in the frame of that block, calls are jumps.
 * - `lifted`: only called, never a value: code with the captured variables as further arguments; nothing is allocated.
 * - `closure`: a value: an object with an environment of copied variables (flat closure).
 */
import { eachChild } from "../../analysis/analyse.ts";
import type { Binding, Continuation, Expression, Lambda, Use } from "../../analysis/tree.ts";

export type Role = "global" | "loop" | "lifted" | "closure";

export interface Plan {
  roleOf(lambda: Lambda): Role;
  /** The function in whose frame the body of a function runs: itself, unless it is a loop. */
  frameOf(lambda: Lambda): Lambda;
  /** Variables of enclosing frames that a function needs, in a fixed order. */
  freeOf(lambda: Lambda): readonly Binding[];
  /** Shared between frames and changed after it was copied: lives in a box. */
  isBoxed(binding: Binding): boolean;
  /** Read before its definition has run: starts as nil. */
  isUsedEarly(binding: Binding): boolean;
  /** Does a call with this continuation return from the frame of this function (or loop)? */
  isTailCall(continuation: Continuation, lambda: Lambda): boolean;
  /** May be called with any number of arguments, so it has to count them. */
  checksCount(lambda: Lambda): boolean;
}

/** A text's functions, and which binding holds each. */
interface Survey {
  readonly lambdas: readonly Lambda[];
  readonly bindingOf: ReadonlyMap<Lambda, Binding>;
  /** Continuation of the block that declares a function; absent for functions bound otherwise. */
  readonly entryOf: ReadonlyMap<Binding, Continuation>;
  readonly locals: ReadonlySet<Binding>;
}

export function plan(program: readonly Expression[], topLevel: Lambda): Plan {
  const survey = surveyOf(program, topLevel);
  const loops = findLoops(survey);
  const { bindingOf } = survey;
  const roleOf = (lambda: Lambda): Role => {
    const binding = bindingOf.get(lambda);
    if (loops.has(lambda)) return "loop";
    if (binding === undefined || binding.isAssigned) return "closure";
    if (binding.isGlobal) return "global";
    return isOnlyCalled(binding) ? "lifted" : "closure";
  };
  const frameOf = (lambda: Lambda): Lambda => {
    let frame = lambda;
    while (loops.has(frame) && frame.parent !== null) frame = frame.parent;
    return frame;
  };
  const free = freeVariables(survey, topLevel, roleOf, frameOf);
  const shared = new Set<Binding>();
  const copied = new Set<Binding>();
  for (const [lambda, bindings] of free) {
    for (const binding of bindings) {
      shared.add(binding);
      if (roleOf(lambda) === "closure") copied.add(binding);
    }
  }
  const isUsedEarly = (binding: Binding) => binding.uses.some((use) => use.isEarly);
  return {
    roleOf,
    frameOf,
    freeOf: (lambda) => [...(free.get(lambda) ?? [])],
    isBoxed: (binding) => (shared.has(binding) && binding.isAssigned) || (copied.has(binding) && isUsedEarly(binding)),
    isUsedEarly,
    isTailCall: (continuation, lambda) => resolveReturn(continuation, loops, survey) === lambda.continuation,
    checksCount: (lambda) => {
      const role = roleOf(lambda);
      if (role === "closure") return true;
      return role === "global" && (bindingOf.get(lambda)?.uses.some((use) => use.kind === "value") ?? false);
    },
  };
}

function surveyOf(program: readonly Expression[], topLevel: Lambda): Survey {
  const lambdas: Lambda[] = [];
  const bindingOf = new Map<Lambda, Binding>();
  const entryOf = new Map<Binding, Continuation>();
  const locals = new Set<Binding>(topLevel.parameters);
  const hold = (binding: Binding, value: Expression) => {
    if (value.kind === "lambda" && binding.lambda === value.lambda) bindingOf.set(value.lambda, binding);
  };
  const visit = (expression: Expression): void => {
    if (expression.kind === "lambda") {
      lambdas.push(expression.lambda);
      for (const parameter of expression.lambda.parameters) locals.add(parameter);
    } else if (expression.kind === "define-global" || expression.kind === "define-local") {
      hold(expression.binding, expression.value);
    } else if (expression.kind === "bind") {
      expression.bindings.forEach((binding, i) => {
        locals.add(binding);
        hold(binding, expression.values[i] as Expression);
      });
    } else if (expression.kind === "block") {
      for (const binding of expression.bindings) {
        locals.add(binding);
        entryOf.set(binding, expression.continuation);
      }
    } else if (expression.kind === "for") locals.add(expression.binding);
    eachChild(expression, visit);
  };
  for (const expression of program) visit(expression);
  return { lambdas, bindingOf, entryOf, locals };
}

function isOnlyCalled(binding: Binding): boolean {
  return !binding.isAssigned && binding.uses.every((use) => use.kind === "call");
}

/** Starts with every function that could be a loop and strikes out those that a call contradicts, until nothing changes. */
function findLoops(survey: Survey): ReadonlySet<Lambda> {
  const loops = new Set<Lambda>();
  for (const lambda of survey.lambdas) {
    const binding = survey.bindingOf.get(lambda);
    if (binding !== undefined && survey.entryOf.has(binding) && isOnlyCalled(binding) && !lambda.hasRest)
      loops.add(lambda);
  }
  for (let isStable = false; !isStable; ) {
    isStable = true;
    for (const lambda of loops) {
      const binding = survey.bindingOf.get(lambda) as Binding;
      const entry = resolveReturn(survey.entryOf.get(binding) as Continuation, loops, survey);
      const isLoop = binding.uses.every((use) => resolveReturn(use.continuation, loops, survey) === entry);
      if (isLoop) continue;
      loops.delete(lambda);
      isStable = false;
    }
  }
  return loops;
}

/** A loop returns where the block around it does. */
function resolveReturn(continuation: Continuation, loops: ReadonlySet<Lambda>, survey: Survey): Continuation {
  let at = continuation;
  while (at.returnsFrom !== null && loops.has(at.returnsFrom)) {
    const binding = survey.bindingOf.get(at.returnsFrom) as Binding;
    at = survey.entryOf.get(binding) as Continuation;
  }
  return at;
}

/** For every function with a frame of its own, the variables of other frames that it needs, also on behalf of what it creates and calls. */
function freeVariables(
  survey: Survey,
  topLevel: Lambda,
  roleOf: (lambda: Lambda) => Role,
  frameOf: (lambda: Lambda) => Lambda,
): ReadonlyMap<Lambda, Set<Binding>> {
  const free = new Map<Lambda, Set<Binding>>();
  const needs = (frame: Lambda, binding: Binding): boolean => {
    if (frameOf(binding.owner) === frame || frame === topLevel) return false;
    let set = free.get(frame);
    if (set === undefined) {
      set = new Set();
      free.set(frame, set);
    }
    if (set.has(binding)) return false;
    set.add(binding);
    return true;
  };
  /** Functions whose needs another function inherits, because it calls (lifted) or creates (closure) them. */
  const inherits: { readonly frame: Lambda; readonly from: Lambda }[] = [];
  const note = (binding: Binding, use: Use) => {
    const frame = frameOf(use.lambda);
    const role = binding.lambda === null || binding.isAssigned ? null : roleOf(binding.lambda);
    if (role === "loop") return;
    if (role === "lifted") inherits.push({ frame, from: binding.lambda as Lambda });
    // A closure calls itself through its own environment.
    else if (use.kind !== "call" || role !== "closure" || frame !== binding.lambda) needs(frame, binding);
  };
  for (const binding of survey.locals) for (const use of binding.uses) note(binding, use);
  for (const lambda of survey.lambdas) {
    const role = roleOf(lambda);
    if (role === "closure" && lambda.parent !== null) inherits.push({ frame: frameOf(lambda.parent), from: lambda });
  }
  for (let isStable = false; !isStable; ) {
    isStable = true;
    for (const { frame, from } of inherits) {
      for (const binding of free.get(from) ?? []) if (needs(frame, binding)) isStable = false;
    }
  }
  return free;
}
