/** What a call does here of what the called function does: its objects, translated to those of the caller. */
import type { Binding, Expression, Lambda } from "../../../tree.ts";
import { AbstractObject, because, NO_OBJECTS, type Objects, reach } from "../objects.ts";
import type { CallSite, FunctionGraph, PointsTo } from "../points-to.ts";

/** Where variables of outside of a called function are found besides where it is called: in the object that it is. */
type Environment = AbstractObject | null;

/** Nesting of functions handed to functions handed to functions that is followed. */
const MAX_HANDED = 8;

/** Calls a function that is known while compiling. @param index tells several calls of one expression apart */
export function callKnown(
  p: PointsTo,
  caller: FunctionGraph,
  callee: Lambda,
  given: readonly Objects[],
  expression: Expression,
  index = 0,
): Objects {
  return takeOver(p, siteOf(p, caller, callee, expression, index, false), given, null, 0);
}

/** Calls whatever functions a value may be. */
export function callValue(
  p: PointsTo,
  caller: FunctionGraph,
  callees: Objects,
  given: readonly Objects[],
  expression: Expression,
  depth = 0,
): Objects {
  const results = new Set<AbstractObject>();
  const cause = because("handed to a function that is known only when it runs", expression.range);
  for (const callee of callees) {
    for (const lambda of callee.functions) {
      const site = siteOf(p, caller, lambda, expression, depth, true);
      const result = depth < MAX_HANDED ? takeOver(p, site, given, callee, depth) : p.anything.alone;
      p.leakAll(result, because("result of a function that is known only when it runs", expression.range));
      for (const object of result) results.add(object);
    }
    if (callee.kind === "allocation" || callee.kind === "result" || callee.kind === "code") continue;
    if (callee.isOutside && callee.leaked === null) results.add(outsideCall(p, caller, callees, given, expression));
    else {
      for (const objects of given) p.leakAll(objects, cause);
      results.add(p.anything);
    }
  }
  return results;
}

function outsideCall(
  p: PointsTo,
  caller: FunctionGraph,
  callee: Objects,
  given: readonly Objects[],
  expression: Expression,
): AbstractObject {
  const known = caller.outsideCalls.get(expression);
  const outcome = known?.outcome ?? new AbstractObject("outcome", caller.lambda, expression);
  if (known === undefined) p.touch(caller.lambda);
  // Whether the result is one of them, or keeps one, is known to nobody who owns it here.
  const cause = because("handed to a function that is known only where this one is called", expression.range);
  for (const objects of given) p.leakAll(objects, cause);
  caller.outsideCalls.set(expression, { expression, callee, arguments: given, outcome });
  return outcome;
}

function siteOf(
  p: PointsTo,
  caller: FunctionGraph,
  callee: Lambda,
  expression: Expression,
  key: number,
  isByValue: boolean,
): CallSite {
  const sites = caller.sites.get(expression) ?? [];
  caller.sites.set(expression, sites);
  const known = sites.find((site) => site.callee === callee && site.key === key && site.isByValue === isByValue);
  if (known !== undefined) return known;
  const returned = new AbstractObject("result", caller.lambda, expression, null, null, callee);
  const further = new AbstractObject("result", caller.lambda, expression, null, null, callee);
  further.isRoot = false;
  const site: CallSite = {
    expression,
    key,
    callee,
    caller,
    isByValue,
    arguments: [],
    returned,
    further,
    outside: new Map(),
    outcomes: new Map(),
  };
  // Direct calls first: they say what the expression itself is.
  if (isByValue) sites.push(site);
  else sites.unshift(site);
  p.addSite(site);
  return site;
}

/** The result of the call; what it changes is changed. */
function takeOver(
  p: PointsTo,
  site: CallSite,
  given: readonly Objects[],
  environment: Environment,
  depth: number,
): Objects {
  const callee = p.graphOf(site.callee);
  const here = new Translation(p, site, argumentsFor(p, site, given), environment);
  const { range } = site.expression;
  for (const call of callee.outsideCalls.values()) {
    const handed = call.arguments.map((objects) => here.all(objects));
    const result = callValue(p, site.caller, here.all(call.callee), handed, site.expression, depth + 1);
    const outcomes = site.outcomes.get(call.outcome) ?? new Set();
    site.outcomes.set(call.outcome, outcomes);
    p.addAll(outcomes, result, site.caller.lambda);
  }
  for (const object of p.exportsOf(callee)) {
    const image = p.imageOf(site, object);
    for (const [field, held] of object.fields) p.hold(image, field, here.all(held));
    for (const lambda of object.functions) {
      if (!image.functions.has(lambda)) p.touch(site.caller.lambda);
      image.addFunction(lambda);
    }
    if (image.leaked !== null) p.leak(object, image.leaked);
  }
  for (const object of callee.outside.values()) {
    here.one(object);
    const cause = object.leaked;
    if (cause !== null)
      p.leakAll(here.one(object), because(`${site.callee.name} lets go of it`, range, seen(callee, cause)));
    for (const [field, held] of object.stored) {
      for (const target of here.one(object)) p.store(target, field, here.all(held), range);
    }
  }
  site.outside = here.translated;
  return here.all(callee.returns);
}

/** Reasons within the library are no places of the text. */
function seen<C>(graph: FunctionGraph, cause: C): C | null {
  return graph.unit.isLibrary ? null : cause;
}

/** What the parameters hold; arguments of a rest parameter are in a list that nobody follows. */
function argumentsFor(p: PointsTo, site: CallSite, given: readonly Objects[]): readonly Objects[] {
  const { parameters, required, hasRest } = site.callee;
  if (hasRest) {
    const cause = because("one of any number of arguments", site.expression.range);
    for (const objects of given.slice(required)) p.leakAll(objects, cause);
  }
  const found = parameters.map((_, i) => (i < required ? (given[i] ?? NO_OBJECTS) : p.anything.alone));
  site.arguments = found;
  return found;
}

class Translation {
  readonly translated: Map<AbstractObject, Objects>;
  private readonly p: PointsTo;
  private readonly site: CallSite;
  private readonly given: readonly Objects[];
  private readonly environment: Environment;

  constructor(p: PointsTo, site: CallSite, given: readonly Objects[], environment: Environment) {
    this.p = p;
    this.site = site;
    this.given = given;
    this.environment = environment;
    this.translated = new Map();
  }

  all(objects: Objects): Objects {
    if (objects.size === 0) return NO_OBJECTS;
    if (objects.size === 1) for (const object of objects) return this.one(object);
    const found = new Set<AbstractObject>();
    for (const object of objects) for (const here of this.one(object)) found.add(here);
    return found;
  }

  one(object: AbstractObject): Objects {
    switch (object.kind) {
      case "allocation":
      case "result":
        return this.p.imageOf(this.site, object).alone;
      case "outcome":
        return this.site.outcomes.get(object) ?? NO_OBJECTS;
      case "variable":
      case "inside": {
        const known = this.translated.get(object);
        if (known !== undefined) return known;
        const base = this.variable(object.binding as Binding);
        const found = object.field === null ? base : this.p.readAll(reach(base), object.field);
        this.translated.set(object, found);
        return found;
      }
      default:
        return object.alone;
    }
  }

  /** What a variable of outside of the callee holds. */
  private variable(binding: Binding): Objects {
    const { callee, caller } = this.site;
    const index = callee.parameters.indexOf(binding);
    if (index >= 0) return this.given[index] as Objects;
    const isHere = binding.isGlobal ? caller.isTopLevel : binding.owner === caller.lambda;
    const found = new Set(isHere ? this.p.variableOf(binding) : []);
    const captured = this.environment?.fields.get(`captured:${binding.id}`);
    for (const object of captured ?? []) found.add(object);
    if (!isHere && captured === undefined) found.add(this.p.fromOutside(caller, binding));
    return found;
  }
}
