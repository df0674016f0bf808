/**
 * Evaluates a program over objects instead of values, over and over until nothing grows: what every expression and variable may mean.
 * Which way control goes plays no part; calls are in `calls.ts`.
 */
import type { Datum } from "../../../../isa/code-block.ts";
import type { Analysis, Binding, Expression, Lambda } from "../../tree.ts";
import { cellsOf, type Effect, effectOf } from "./calls/builtin-effects.ts";
import { callKnown, callValue } from "./calls/calls.ts";
import { AbstractObject, because, NO_OBJECTS, needsPlan, type Objects, reach } from "./objects.ts";
import { type FunctionGraph, PointsTo } from "./points-to.ts";

type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Times that a function is evaluated, on average, after which a program is given up. */
const MAX_ROUNDS = 60;
/** References between objects, variables and expressions after which a program is given up: a thousand lines need some ten thousand. */
const MAX_ADDITIONS = 120_000;

/** @returns null when the program is beyond what can be computed */
export function pointsTo(analysis: Analysis): PointsTo | null {
  const p = new PointsTo(analysis);
  return settle(p) ? p : null;
}

/** Evaluates what has been touched until nothing changes. False: that takes too long. */
export function settle(p: PointsTo): boolean {
  const { touched } = p;
  const waiting = new Set<Lambda>();
  for (let count = 0; touched.size > 0 || waiting.size > 0; ) {
    for (const lambda of touched) {
      waiting.add(lambda);
      for (const site of p.sitesOf(lambda)) waiting.add(site.caller.lambda);
    }
    touched.clear();
    // In the order of the text, functions inside of others first: most callees come before their callers.
    for (const [lambda, graph] of p.graphs) {
      if (!waiting.delete(lambda)) continue;
      evaluateFunction(p, graph);
      count++;
    }
    if (count > MAX_ROUNDS * p.graphs.size || p.additions > MAX_ADDITIONS) return false;
  }
  findReal(p);
  return true;
}

/** What no caller hands an object to is a scalar as far as the plan goes. A function that nothing calls may be handed anything. */
function findReal(p: PointsTo): void {
  const outside = [...p.graphs.values()].flatMap((graph) => [...graph.outside.values()]);
  const called = calledFunctions(p);
  for (const object of outside) object.isReal = false;
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const object of outside) {
      if (object.isReal || !isHanded(p, object, called)) continue;
      object.isReal = true;
      hasChanged = true;
    }
  }
}

/** Functions that the program may come to. */
function calledFunctions(p: PointsTo): ReadonlySet<Lambda> {
  const called = new Set(p.exposed);
  called.add(p.program.analysis.topLevel);
  for (const lambda of called) {
    for (const sites of p.graphOf(lambda).sites.values()) for (const { callee } of sites) called.add(callee);
  }
  return called;
}

function isHanded(p: PointsTo, object: AbstractObject, called: ReadonlySet<Lambda>): boolean {
  const { lambda, binding, field } = object;
  if (lambda === null || binding === null) return false;
  if (!lambda.parameters.includes(binding)) {
    const held = p.variableOf(binding);
    return needsPlan(field === null ? held : p.readAll(reach(held), field));
  }
  if (!called.has(lambda) && lambda.parent?.parent === null) return true;
  return p.sitesOf(lambda).some((site) => needsPlan(site.outside.get(object) ?? NO_OBJECTS));
}

function evaluateFunction(p: PointsTo, graph: FunctionGraph): void {
  if (graph.isTopLevel) {
    for (const form of graph.unit.analysis.program) evaluate(p, graph, form);
    return;
  }
  p.addAll(graph.returns, evaluate(p, graph, graph.lambda.body), graph.lambda);
  if (!p.exposed.has(graph.lambda)) return;
  const cause = because(`${graph.lambda.name} may be called from where the analysis does not see`, graph.lambda.range);
  p.leakAll(graph.returns, cause);
  for (const object of graph.outside.values()) for (const held of object.stored.values()) p.leakAll(held, cause);
  for (const call of graph.outsideCalls.values()) for (const objects of call.arguments) p.leakAll(objects, cause);
}

function evaluate(p: PointsTo, g: FunctionGraph, e: Expression): Objects {
  const found = evaluateKind(p, g, e);
  // Known also when there is nothing: that it is a scalar.
  if (found.size > 0) p.addAll(p.valueOf(e), found, g.lambda);
  return found;
}

function all(p: PointsTo, g: FunctionGraph, items: readonly (Expression | null)[]): Objects {
  const found = new Set<AbstractObject>();
  for (const item of items) {
    if (item !== null) for (const object of evaluate(p, g, item)) found.add(object);
  }
  return found;
}

function evaluateKind(p: PointsTo, g: FunctionGraph, e: Expression): Objects {
  switch (e.kind) {
    case "constant":
      return constant(p, e);
    case "local":
      return local(p, g, e.binding);
    case "global":
      return globalVariable(p, g, e);
    case "builtin":
      return builtin(p, e);
    case "set-local":
      return assign(p, g, e.binding, e);
    case "set-global":
      return assignGlobal(p, g, e);
    case "define-global":
    case "define-local":
      return bind(p, g, e.binding, e.value);
    case "if":
      evaluate(p, g, e.test);
      return all(p, g, [e.consequent, e.alternative]);
    case "cond":
      return cond(p, g, e);
    case "case":
      evaluate(p, g, e.key);
      return all(
        p,
        g,
        e.clauses.map(({ body }) => body),
      );
    case "and":
      return lastOf(p, g, e.items);
    case "or":
      return all(p, g, e.items);
    case "sequence":
      return lastOf(p, g, e.items);
    case "bind":
      for (const [i, binding] of e.bindings.entries()) bind(p, g, binding, e.values[i] as Expression);
      return evaluate(p, g, e.body);
    case "block":
    case "arena":
      return evaluate(p, g, e.body);
    case "while":
      all(p, g, [e.test, e.body]);
      return NO_OBJECTS;
    case "for":
      all(p, g, [e.from, e.to, e.step, e.body]);
      return NO_OBJECTS;
    case "break":
    case "continue":
      return NO_OBJECTS;
    case "record":
      return record(p, g, e);
    case "lambda":
      return lambda(p, g, e);
    case "call":
      return call(p, g, e);
    case "primitive":
      return primitive(p, g, e);
  }
}

function lastOf(p: PointsTo, g: FunctionGraph, items: readonly Expression[]): Objects {
  let last = NO_OBJECTS;
  for (const item of items) last = evaluate(p, g, item);
  return last;
}

function cond(p: PointsTo, g: FunctionGraph, e: Of<"cond">): Objects {
  const found = new Set<AbstractObject>();
  for (const { test, passed, body } of e.clauses) {
    const tested = test === null ? NO_OBJECTS : evaluate(p, g, test);
    let value = tested;
    if (body !== null) value = evaluate(p, g, body);
    else if (passed !== null) value = callValue(p, g, evaluate(p, g, passed), [tested], passed);
    for (const object of value) found.add(object);
  }
  return found;
}

/** What goes into a record, and the record itself, is not followed: it lives as long as the program. */
function record(p: PointsTo, g: FunctionGraph, e: Of<"record">): Objects {
  const cause = because(`a ${e.member.type.name} holds it`, e.range);
  for (const item of e.items) p.leakAll(evaluate(p, g, item), cause);
  return e.member.operation === "test" ? NO_OBJECTS : p.anything.alone;
}

// Variables

function local(p: PointsTo, g: FunctionGraph, binding: Binding): Objects {
  if (binding.owner === g.lambda) {
    const code = fixedCode(p, g, binding);
    return code ?? p.variableOf(binding);
  }
  const code = fixedCode(p, g, binding);
  return code ?? p.fromOutside(g, binding).alone;
}

/** A function that is only called, or that the whole program calls by its name, is no object. */
function fixedCode(p: PointsTo, g: FunctionGraph, binding: Binding): Objects | null {
  const { lambda } = binding;
  if (lambda === null || binding.isAssigned || g.unit.plan.roleOf(lambda) === "closure") return null;
  return p.codeOf(lambda).alone;
}

function globalVariable(p: PointsTo, g: FunctionGraph, e: Of<"global">): Objects {
  const { binding } = e;
  if (binding === null) return p.anything.alone;
  const code = fixedCode(p, g, binding);
  if (code !== null) return code;
  return g.isTopLevel ? p.variableOf(binding) : p.fromOutside(g, binding).alone;
}

function bind(p: PointsTo, g: FunctionGraph, binding: Binding, value: Expression): Objects {
  const objects = evaluate(p, g, value);
  p.bind(binding, objects);
  if (binding.isGlobal ? binding.isAssigned : g.unit.plan.isBoxed(binding)) {
    p.leakAll(objects, because(`${binding.name} is assigned where its value is not followed`, binding.nameRange));
  }
  return objects;
}

function assign(p: PointsTo, g: FunctionGraph, binding: Binding, e: Of<"set-local">): Objects {
  const objects = evaluate(p, g, e.value);
  const isFollowed = binding.owner === g.lambda && !g.unit.plan.isBoxed(binding);
  if (isFollowed || objects.size === 0) {
    p.bind(binding, objects);
    return objects;
  }
  p.leakAll(objects, because(`assigned to ${binding.name}, which another function uses too`, e.range));
  p.bind(binding, [p.anything]);
  return objects;
}

function assignGlobal(p: PointsTo, g: FunctionGraph, e: Of<"set-global">): Objects {
  const objects = evaluate(p, g, e.value);
  if (objects.size === 0) return objects;
  p.leakAll(objects, because(`assigned to the global variable ${e.name}`, e.range));
  const binding = p.globalNamed(e.name);
  if (binding !== null) p.bind(binding, [p.anything]);
  return objects;
}

// Constants and functions

function constant(p: PointsTo, e: Of<"constant">): Objects {
  if (!isStructure(e.datum)) return NO_OBJECTS;
  const known = p.allocations.get(e);
  if (known !== undefined) return known.alone;
  const object = new AbstractObject("constant", null, e);
  // One stands for all pairs and vectors of the datum.
  for (const field of ["car", "cdr", "item"]) if (hasStructureAt(e.datum, field)) object.held(field, false).add(object);
  p.allocations.set(e, object);
  return object.alone;
}

function isStructure(datum: Datum): boolean {
  return datum.kind === "pair" || datum.kind === "vector" || datum.kind === "string";
}

function hasStructureAt(datum: Datum, field: string): boolean {
  const open: Datum[] = [datum];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.kind === "pair") {
      if ((field === "car" && isStructure(at.car)) || (field === "cdr" && isStructure(at.cdr))) return true;
      open.push(at.car, at.cdr);
    } else if (at.kind === "vector") {
      if (field === "item" && at.items.some(isStructure)) return true;
      open.push(...at.items);
    }
  }
  return false;
}

function builtin(p: PointsTo, e: Of<"builtin">): Objects {
  const { name, code } = e.builtin;
  const lambda = p.library(code.kind === "library" ? name : `value:${name}`);
  return (lambda === null ? p.anything : p.codeOf(lambda)).alone;
}

function lambda(p: PointsTo, g: FunctionGraph, e: Of<"lambda">): Objects {
  const { plan } = g.unit;
  if (plan.roleOf(e.lambda) !== "closure") return p.codeOf(e.lambda).alone;
  const captured = plan.freeOf(e.lambda);
  const object = p.allocation(e, g, 1 + captured.length);
  object.addFunction(e.lambda);
  for (const binding of captured) p.hold(object, `captured:${binding.id}`, local(p, g, binding));
  return object.alone;
}

// Calls

function call(p: PointsTo, g: FunctionGraph, e: Of<"call">): Objects {
  const given = e.items.map((item) => evaluate(p, g, item));
  const known = knownCallee(e);
  if (known !== null) return callKnown(p, g, known, given, e);
  return callValue(p, g, evaluate(p, g, e.callee), given, e);
}

/** The function that a call is a call of whatever happens. */
export function knownCallee(e: Of<"call">): Lambda | null {
  const { callee } = e;
  const binding = callee.kind === "local" || callee.kind === "global" ? callee.binding : null;
  return binding === null || binding.isAssigned ? null : binding.lambda;
}

function primitive(p: PointsTo, g: FunctionGraph, e: Of<"primitive">): Objects {
  const given = e.items.map((item) => evaluate(p, g, item));
  const effect = effectOf(e.builtin.name, given.length);
  const first = given[0] ?? NO_OBJECTS;
  switch (effect.kind) {
    case "scalar":
      return NO_OBJECTS;
    case "same":
      return given[effect.index] ?? NO_OBJECTS;
    case "read":
      return effect.path.reduce<Objects>((objects, field) => p.readAll(objects, field), first);
    case "make":
      return make(p, g, e, effect, given);
    case "store":
      for (const object of first) p.store(object, effect.field, given[effect.value] ?? NO_OBJECTS, e.range);
      return given[effect.result] ?? NO_OBJECTS;
    case "search":
      return search(p, given[effect.list] ?? NO_OBJECTS, effect.part);
    case "library":
      return libraryCall(p, g, e, effect.name, given, 0);
    case "append":
      return append(p, g, e, given);
    case "free":
      return NO_OBJECTS;
    case "apart":
      return p.anything.alone;
    case "untold":
      for (const objects of given)
        p.leakAll(objects, because(`what ${e.builtin.name} does with it is not known`, e.range));
      return p.anything.alone;
  }
}

function make(
  p: PointsTo,
  g: FunctionGraph,
  e: Of<"primitive">,
  effect: Extract<Effect, { kind: "make" }>,
  given: readonly Objects[],
): Objects {
  if (effect.chain && given.length === 0) return NO_OBJECTS;
  const object = p.allocation(e, g, cellsOf(e.builtin.name, given.length));
  given.forEach((objects, i) => {
    const field = effect.fields[i] ?? effect.rest;
    if (field === null) return;
    p.hold(object, field, objects);
    // One owner more for each item is what the plan cannot say, and one fewer for each is what the end of the vector means.
    if (effect.repeats) p.leakAll(objects, because(`${e.builtin.name} may put it into several items`, e.range));
  });
  if (effect.chain && given.length > 1) p.hold(object, "cdr", [object]);
  return object.alone;
}

function search(p: PointsTo, list: Objects, part: "pairs" | "items"): Objects {
  const pairs = new Set(list);
  for (const pair of pairs) for (const next of p.read(pair, "cdr")) pairs.add(next);
  return part === "pairs" ? pairs : p.readAll(pairs, "car");
}

function libraryCall(
  p: PointsTo,
  g: FunctionGraph,
  e: Of<"primitive">,
  name: string,
  given: readonly Objects[],
  index: number,
): Objects {
  const lambda = p.library(name);
  if (lambda !== null) return callKnown(p, g, lambda, given, e, index);
  for (const objects of given) p.leakAll(objects, because(`what ${e.builtin.name} does with it is not known`, e.range));
  return p.anything.alone;
}

/** From the right, as it is compiled. */
function append(p: PointsTo, g: FunctionGraph, e: Of<"primitive">, given: readonly Objects[]): Objects {
  let result = given[given.length - 1] ?? NO_OBJECTS;
  for (let i = given.length - 2; i >= 0; i--) {
    result = libraryCall(p, g, e, "%append", [given[i] as Objects, result], i);
  }
  return result;
}
