/**
 * The state of computing which objects every expression and variable may mean: one graph a function, joined by what calls do (`calls.ts`).
 * Sets only grow; `touched` says whose did, so that these functions and their callers are evaluated once more.
 */
import { InternalError } from "../../../../base/errors.ts";
import type { Plan } from "../../../compiler/plan/plan.ts";
import type { Range } from "../../../forms.ts";
import type { Analysis, Binding, Expression, Lambda } from "../../tree.ts";
import { AbstractObject, because, type Cause, type Field, NO_OBJECTS, type Objects, reach } from "./objects.ts";
import { definedFunction, libraryUnit, programUnit, type Unit } from "./units.ts";

/** A call, for one function that it may be a call of. */
export interface CallSite {
  readonly expression: Expression;
  /** Tells several calls apart that one expression makes: `append` of many lists. */
  readonly key: number;
  readonly callee: Lambda;
  readonly caller: FunctionGraph;
  /** The function was found through a value, so neither side knows the other while it is compiled. */
  readonly isByValue: boolean;
  /** What each parameter is handed. */
  arguments: readonly Objects[];
  /** Stands for what the callee has made and returns. */
  readonly returned: AbstractObject;
  /** Stands for what the callee has made besides, and that is still there: it hangs below, or somewhere else. */
  readonly further: AbstractObject;
  /** What objects from outside of the callee are here. */
  outside: Map<AbstractObject, Objects>;
  /** What calls of handed functions gave, by the `outcome` in the callee. */
  readonly outcomes: Map<AbstractObject, Set<AbstractObject>>;
}

/** A call of a function that comes from outside. */
export interface OutsideCall {
  readonly expression: Expression;
  readonly callee: Objects;
  readonly arguments: readonly Objects[];
  readonly outcome: AbstractObject;
}

export interface FunctionGraph {
  readonly lambda: Lambda;
  readonly unit: Unit;
  readonly isTopLevel: boolean;
  /** By the variable, or by its number and the field of it that is read. */
  readonly outside: Map<Binding | string, AbstractObject>;
  readonly returns: Set<AbstractObject>;
  readonly allocations: AbstractObject[];
  readonly sites: Map<Expression, CallSite[]>;
  readonly outsideCalls: Map<Expression, OutsideCall>;
}

export class PointsTo {
  readonly program: Unit;
  readonly graphs: Map<Lambda, FunctionGraph>;
  readonly values: Map<Expression, Set<AbstractObject>>;
  readonly allocations: Map<Expression, AbstractObject>;
  readonly anything: AbstractObject;
  /** Functions that code may call which the analysis does not see. */
  readonly exposed: Set<Lambda>;
  /** Functions with sets that have grown. */
  readonly touched: Set<Lambda>;
  /** References that have been added: what the work grows with. */
  additions: number;
  private readonly variables: Map<Binding, Set<AbstractObject>>;
  private readonly libraries: Map<string, Lambda | null>;
  private readonly globals: ReadonlyMap<string, Binding>;
  private readonly codes: Map<Lambda, AbstractObject>;
  private readonly callers: Map<Lambda, CallSite[]>;
  /** Valid as long as nothing is touched. */
  private readonly reached: Map<AbstractObject, Objects>;
  private readonly exported: Map<FunctionGraph, Objects>;

  constructor(analysis: Analysis) {
    this.program = programUnit(analysis);
    this.graphs = new Map();
    this.values = new Map();
    this.allocations = new Map();
    this.anything = new AbstractObject("anything", null, null);
    this.exposed = new Set();
    this.touched = new Set();
    this.additions = 0;
    this.reached = new Map();
    this.exported = new Map();
    this.variables = new Map();
    this.libraries = new Map();
    this.globals = new Map(
      analysis.bindings.filter(({ isGlobal }) => isGlobal).map((binding) => [binding.name, binding]),
    );
    this.codes = new Map();
    this.callers = new Map();
    this.addUnit(this.program);
  }

  // Functions

  private addUnit(unit: Unit): void {
    for (const lambda of unit.lambdas) {
      const isTopLevel = lambda === unit.analysis.topLevel;
      const graph: FunctionGraph = {
        lambda,
        unit,
        isTopLevel,
        outside: new Map(),
        returns: new Set(),
        allocations: [],
        sites: new Map(),
        outsideCalls: new Map(),
      };
      this.graphs.set(lambda, graph);
      this.touched.add(lambda);
      for (const parameter of lambda.parameters) this.bind(parameter, [this.fromOutside(graph, parameter)]);
    }
  }

  graphOf(lambda: Lambda): FunctionGraph {
    const graph = this.graphs.get(lambda);
    if (graph === undefined) throw new InternalError(`the function ${lambda.name} has no graph`);
    return graph;
  }

  /** A library function, analysed when it is first asked for; null when no Lisp text says what it does. */
  library(name: string): Lambda | null {
    const known = this.libraries.get(name);
    if (known !== undefined) return known;
    const unit = libraryUnit(name);
    const lambda = unit === null ? null : definedFunction(unit);
    this.libraries.set(name, lambda);
    if (unit !== null && lambda !== null) this.addUnit(unit);
    return lambda;
  }

  touch(lambda: Lambda | null): void {
    if (this.reached.size > 0) this.reached.clear();
    if (this.exported.size > 0) this.exported.clear();
    if (lambda !== null) this.touched.add(lambda);
    else for (const each of this.graphs.keys()) this.touched.add(each);
  }

  /** How the functions of a text exist at run time: the program, or a library function that it uses. */
  plans(): ReadonlyMap<Analysis, Plan> {
    return new Map([...this.graphs.values()].map(({ unit }) => [unit.analysis, unit.plan]));
  }

  /** Library functions by name, as they were analysed. */
  libraryAnalyses(): ReadonlyMap<string, Analysis> {
    const found = new Map<string, Analysis>();
    for (const [name, lambda] of this.libraries)
      if (lambda !== null) found.set(name, this.graphOf(lambda).unit.analysis);
    return found;
  }

  /** Everywhere that a function may be called. */
  sitesOf(lambda: Lambda): readonly CallSite[] {
    return this.callers.get(lambda) ?? [];
  }

  addSite(site: CallSite): void {
    const sites = this.callers.get(site.callee) ?? [];
    sites.push(site);
    this.callers.set(site.callee, sites);
    this.touch(site.caller.lambda);
  }

  /** A function as a value that needs no object. */
  codeOf(lambda: Lambda): AbstractObject {
    let code = this.codes.get(lambda);
    if (code === undefined) {
      code = new AbstractObject("code", null, null);
      code.addFunction(lambda);
      this.codes.set(lambda, code);
    }
    return code;
  }

  globalNamed(name: string): Binding | null {
    return this.globals.get(name) ?? null;
  }

  // Objects and sets

  variableOf(binding: Binding): Set<AbstractObject> {
    let objects = this.variables.get(binding);
    if (objects === undefined) {
      objects = new Set();
      this.variables.set(binding, objects);
    }
    return objects;
  }

  eachVariable(): Iterable<readonly [Binding, Objects]> {
    return this.variables;
  }

  valueOf(expression: Expression): Set<AbstractObject> {
    let objects = this.values.get(expression);
    if (objects === undefined) {
      objects = new Set();
      this.values.set(expression, objects);
    }
    return objects;
  }

  /** What a variable of outside, or a parameter, holds, as the function sees it. */
  fromOutside(graph: FunctionGraph, binding: Binding, field: Field | null = null): AbstractObject {
    const key = field === null ? binding : `${binding.id} ${field}`;
    let object = graph.outside.get(key);
    if (object === undefined) {
      object = new AbstractObject(field === null ? "variable" : "inside", graph.lambda, null, binding);
      object.field = field;
      graph.outside.set(key, object);
    }
    return object;
  }

  allocation(expression: Expression, graph: FunctionGraph, cells: number | null): AbstractObject {
    let object = this.allocations.get(expression);
    if (object === undefined) {
      object = new AbstractObject("allocation", graph.lambda, expression, null, cells);
      this.allocations.set(expression, object);
      graph.allocations.push(object);
    }
    return object;
  }

  /** What a function, or what it called, makes. */
  objectsOf(graph: FunctionGraph): readonly AbstractObject[] {
    const found = [...graph.allocations];
    for (const sites of graph.sites.values()) for (const { returned, further } of sites) found.push(returned, further);
    return found;
  }

  bind(binding: Binding, objects: Iterable<AbstractObject>): void {
    this.addAll(this.variableOf(binding), objects, binding.owner);
  }

  /** @param owner the function that the set belongs to; null when it belongs to all */
  addAll(set: Set<AbstractObject>, objects: Iterable<AbstractObject>, owner: Lambda | null): void {
    for (const object of objects) {
      if (set.has(object)) continue;
      set.add(object);
      this.additions++;
      this.touch(owner);
    }
  }

  /** Everything that can be reached from an object, itself included. */
  reachOf(object: AbstractObject): Objects {
    let found = this.reached.get(object);
    if (found === undefined) {
      found = reach([object]);
      this.reached.set(object, found);
    }
    return found;
  }

  reachOfAll(objects: Objects): Objects {
    if (objects.size === 0) return objects;
    if (objects.size === 1) for (const object of objects) return this.reachOf(object);
    const all = new Set<AbstractObject>();
    // What an object reaches has been added with it.
    for (const object of objects) if (!all.has(object)) for (const found of this.reachOf(object)) all.add(found);
    return all;
  }

  /** Everything that can be reached, and everything that was read from a parameter, or a variable of outside, that can be reached. */
  partsOf(objects: Objects): Objects {
    const all = new Set(this.reachOfAll(objects));
    for (const { binding, lambda } of all) {
      if (binding === null || lambda === null) continue;
      for (const read of this.graphOf(lambda).outside.values()) {
        if (read.binding === binding) for (const found of this.reachOf(read)) all.add(found);
      }
    }
    return all;
  }

  /** What a field of an object may hold. */
  read(object: AbstractObject, field: Field): Objects {
    const found = new Set<AbstractObject>();
    this.addRead(object, field, found);
    return found;
  }

  readAll(objects: Iterable<AbstractObject>, field: Field): Set<AbstractObject> {
    const found = new Set<AbstractObject>();
    for (const object of objects) this.addRead(object, field, found);
    return found;
  }

  private addRead(object: AbstractObject, field: Field, found: Set<AbstractObject>): void {
    if (object.kind === "anything" || object.kind === "outcome") {
      found.add(object);
      return;
    }
    if (object.binding !== null) {
      found.add(this.fromOutside(this.graphOf(object.lambda as Lambda), object.binding, field));
    }
    for (const held of object.fields.get(field) ?? NO_OBJECTS) found.add(held);
    // Code that is not seen may have stored what it likes.
    if (object.leaked !== null) found.add(this.anything);
  }

  /** Something is in a field from the beginning. */
  hold(object: AbstractObject, field: Field, objects: Iterable<AbstractObject>): void {
    this.addTo(object, field, objects);
    if (object.leaked !== null) this.leakAll(objects, object.leaked);
  }

  /** Something is put into a field later. */
  store(object: AbstractObject, field: Field, objects: Objects, range: Range): void {
    if (objects.size === 0) return;
    if (object.isNeutral) {
      this.leakAll(objects, object.leaked ?? because("stored where the analysis does not follow", range));
      if (object.kind === "anything" || object.kind === "outcome") return;
    }
    this.addTo(object, field, objects, true);
    this.hold(object, field, objects);
  }

  private addTo(object: AbstractObject, field: Field, objects: Iterable<AbstractObject>, isLater = false): void {
    this.addAll(object.held(field, isLater), objects, object.lambda);
  }

  // What is not followed

  leakAll(objects: Iterable<AbstractObject>, cause: Cause): void {
    for (const object of objects) this.leak(object, cause);
  }

  /** An object, all that it refers to and all that its functions return may be anywhere from now on. */
  leak(object: AbstractObject, cause: Cause): void {
    if (object.leaked !== null || object.kind === "anything") return;
    object.leaked = cause;
    this.touch(object.lambda);
    for (const held of object.fields.values()) this.leakAll(held, cause);
    for (const lambda of object.functions) this.expose(lambda, cause);
    for (const maker of object.makers) this.leakMade(maker, object, cause);
    // A parameter is leaked by the callers; any other variable of outside is the same one for all.
    const { binding, lambda } = object;
    if (binding === null || lambda?.parameters.includes(binding)) return;
    this.leakAll(this.variableOf(binding), cause);
  }

  /** The function may be called with anything, and its results may go anywhere. */
  private expose(lambda: Lambda, cause: Cause): void {
    if (this.exposed.has(lambda)) return;
    this.exposed.add(lambda);
    this.touch(lambda);
    this.leakAll(this.graphOf(lambda).returns, cause);
  }

  /** A caller lets something that a function makes for it go anywhere. */
  private leakMade(maker: Lambda, result: AbstractObject, cause: Cause): void {
    for (const object of this.standsFor(result, maker)) this.leak(object, cause);
  }

  /** What a function has made and what is still there when it has returned. */
  exportsOf(graph: FunctionGraph): Objects {
    let found = this.exported.get(graph);
    if (found === undefined) {
      found = computeExports(graph);
      this.exported.set(graph, found);
    }
    return found;
  }

  /** What of that which a function makes a result stands for. */
  standsFor(result: AbstractObject, maker: Lambda): readonly AbstractObject[] {
    const graph = this.graphOf(maker);
    return [...this.exportsOf(graph)].filter((object) => graph.returns.has(object) === result.isRoot);
  }

  /** What stands for an object that the callee has made. */
  imageOf(site: CallSite, object: AbstractObject): AbstractObject {
    return this.graphOf(site.callee).returns.has(object) ? site.returned : site.further;
  }
}

function computeExports(graph: FunctionGraph): Objects {
  const roots = new Set(graph.returns);
  for (const object of graph.outside.values()) {
    for (const held of object.stored.values()) for (const next of held) roots.add(next);
  }
  const fresh = new Set<AbstractObject>();
  for (const object of roots) {
    if (!object.isFresh) continue;
    fresh.add(object);
    for (const held of object.fields.values()) for (const next of held) roots.add(next);
  }
  return fresh;
}
