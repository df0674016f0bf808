/** The solution in the words of `plan.ts`: facts by binding, expression and function, each with the chain of reasons that makes it so. */
import { STRATEGY, type Strategy } from "../../../../isa/plan.ts";
import type { Binding, Expression, Lambda } from "../../tree.ts";
import {
  type AllocationFact,
  type CallFact,
  type EscapeClass,
  type FunctionSummary,
  farther,
  type Lifetimes,
  type ParameterMode,
  type Reason,
  type Shape,
  type UseFact,
  type ValueFact,
  type VariableFact,
} from "../plan.ts";
import { strategyFor } from "../strategy.ts";
import { HandedShapes } from "./calls/handed-shapes.ts";
import { type AbstractObject, because, type Cause, meets, NO_OBJECTS, needsPlan, type Objects } from "./objects.ts";
import { shareCause, type Use } from "./ownership.ts";
import type { FunctionGraph } from "./points-to.ts";
import type { Solution } from "./solve.ts";

/** Most steps of a chain of reasons that are told. */
const MAX_REASONS = 8;
/** Which strategy speaks for a variable that may hold objects of several: the one with something to do first. */
const PRECEDENCE: readonly Strategy[] = [
  STRATEGY.COMPONENT,
  STRATEGY.COUNTED,
  STRATEGY.OWNED,
  STRATEGY.ARENA,
  STRATEGY.STACK,
  STRATEGY.PROGRAM,
];
const ENDED: ReadonlySet<Strategy> = new Set([STRATEGY.COMPONENT, STRATEGY.COUNTED, STRATEGY.OWNED]);

/** A value that is never an object. */
const NO_VALUE: ValueFact = {
  isScalar: true,
  isOwned: false,
  shape: "scalar",
  strategy: STRATEGY.PROGRAM,
  owners: [],
};

export class Facts {
  private readonly solution: Solution;
  private readonly shapes: HandedShapes;
  /** Variables that own something, with all that it reaches; and by the function that they are of. */
  private readonly owned: Map<Binding, Objects>;
  private readonly ownersIn: Map<Lambda, Binding[]>;
  /** Facts about values that have been asked for. */
  private readonly known: Map<Expression, ValueFact>;
  /** What has been asked for about what comes from outside, and the owners of values that are a single object. */
  private readonly strategiesOutside: Map<AbstractObject, Strategy>;
  private readonly ownersOfSingle: Map<AbstractObject, readonly Binding[]>;

  constructor(solution: Solution) {
    this.solution = solution;
    this.shapes = new HandedShapes(solution.p, solution.strategies);
    this.owned = new Map();
    this.ownersIn = new Map();
    this.known = new Map();
    this.strategiesOutside = new Map();
    this.ownersOfSingle = new Map();
    const { p, ownership } = solution;
    for (const binding of ownership.owners) {
      const objects = p.variableOf(binding);
      const isHeld = binding.isGlobal || !this.isOwnComponent(objects);
      if (!isHeld || !ENDED.has(this.strategyOf(objects))) continue;
      this.owned.set(binding, p.reachOfAll(objects));
      const owners = this.ownersIn.get(binding.owner) ?? [];
      owners.push(binding);
      this.ownersIn.set(binding.owner, owners);
    }
  }

  lifetimes(): Lifetimes {
    const { p, ownership } = this.solution;
    const uses = new Map<Expression, UseFact>();
    const captures = new Map<Expression, UseFact[]>();
    for (const use of ownership.uses) {
      const fact = this.use(use);
      if (use.captured === null) uses.set(use.expression, fact);
      else captures.set(use.expression, [...(captures.get(use.expression) ?? []), fact]);
    }
    return {
      variables: this.variables(),
      allocations: this.allocations(),
      calls: this.calls(),
      uses,
      captures,
      temporaries: this.temporaries(),
      functions: this.functions(),
      library: p.libraryAnalyses(),
      plans: p.plans(),
      valueOf: (expression) => this.value(expression),
    };
  }

  // Values

  strategyOf(objects: Iterable<AbstractObject>): Strategy {
    let first: Strategy = STRATEGY.PROGRAM;
    for (const object of objects) {
      const isHanded = object.isOutside && !object.isNeutral;
      const strategy = isHanded ? this.strategyOfOutside(object) : this.solution.strategies.strategyOf(object);
      if (PRECEDENCE.indexOf(strategy) < PRECEDENCE.indexOf(first)) first = strategy;
    }
    return first;
  }

  /** What comes from outside is as the callers have it. */
  private strategyOfOutside(object: AbstractObject): Strategy {
    const known = this.strategiesOutside.get(object) ?? this.newStrategyOfOutside(object);
    this.strategiesOutside.set(object, known);
    return known;
  }

  private newStrategyOfOutside(object: AbstractObject): Strategy {
    const { marks } = this.solution;
    const shape = this.shapeOf([object]);
    if (shape === "tree" && marks.get("counted", object) !== null) return STRATEGY.COUNTED;
    return strategyFor(marks.escapeOf(object).reach, shape, null);
  }

  /** The shape of values, with that of arguments from all calls. */
  shapeOf(objects: Iterable<AbstractObject>): Shape {
    return this.shapes.shapeOf(objects);
  }

  private value(expression: Expression): ValueFact {
    const known = this.known.get(expression) ?? this.newValue(expression);
    this.known.set(expression, known);
    return known;
  }

  private newValue(expression: Expression): ValueFact {
    const { p, ownership } = this.solution;
    const objects = p.values.get(expression) ?? NO_OBJECTS;
    if (objects.size === 0) return NO_VALUE;
    const strategy = this.strategyOf(objects);
    return {
      isScalar: !needsPlan(objects),
      isOwned: ownership.temporaries.has(expression) && ENDED.has(strategy),
      shape: this.shapeOf(objects),
      strategy,
      owners: this.ownersOfValue(objects),
    };
  }

  private ownersOfValue(objects: Objects): readonly Binding[] {
    if (objects.size !== 1) return this.ownersOf(objects, null);
    const [object] = objects;
    if (object === undefined) return [];
    const known = this.ownersOfSingle.get(object) ?? this.ownersOf(objects, null);
    this.ownersOfSingle.set(object, known);
    return known;
  }

  /** Variables that have to be there while a value is looked at. */
  private ownersOf(
    objects: Objects,
    except: Binding | null,
    seen: ReadonlySet<Binding> = new Set(),
  ): readonly Binding[] {
    if (!needsPlan(objects)) return [];
    const { p, strategies } = this.solution;
    const held = new Set(objects);
    for (const object of held) {
      // What lies in a stack scope or an arena owns nothing of what it refers to.
      const strategy = strategies.strategyOf(object);
      if (strategy !== STRATEGY.STACK && strategy !== STRATEGY.ARENA) continue;
      for (const inside of object.fields.values()) for (const next of inside) held.add(next);
    }
    const found = new Set<Binding>();
    // Objects of different functions never meet.
    const functions = new Set<Lambda>();
    for (const { lambda } of held) if (lambda !== null) functions.add(lambda);
    for (const lambda of functions) {
      for (const owner of this.ownersIn.get(lambda) ?? []) {
        if (owner !== except && meets(held, this.owned.get(owner) ?? NO_OBJECTS)) found.add(owner);
      }
    }
    for (const { isOutside, binding, lambda } of held) {
      if (!isOutside || binding === null || lambda === null || seen.has(binding)) continue;
      if (this.owned.has(binding)) found.add(binding);
      else for (const owner of this.ownersOfOutside(binding, lambda, new Set([...seen, binding]))) found.add(owner);
    }
    if (except !== null) found.delete(except);
    return [...found].filter((owner) => p.variableOf(owner).size > 0);
  }

  /** In a loop, what it was entered with belongs to variables of the same frame. */
  private ownersOfOutside(binding: Binding, lambda: Lambda, seen: ReadonlySet<Binding>): readonly Binding[] {
    const { p } = this.solution;
    const index = lambda.parameters.indexOf(binding);
    if (index < 0) return this.ownersOf(p.variableOf(binding), binding, seen);
    if (p.graphOf(lambda).unit.plan.roleOf(lambda) !== "loop") return [];
    return p.sitesOf(lambda).flatMap((site) => this.ownersOf(site.arguments[index] ?? new Set(), binding, seen));
  }

  private temporaries(): ReadonlyMap<Expression, Expression> {
    const { p, ownership } = this.solution;
    const isEnded = (objects: Objects) => ENDED.has(this.strategyOf(objects)) && !this.isOwnComponent(objects);
    return new Map([...ownership.temporaries].filter(([expression]) => isEnded(p.valueOf(expression))));
  }

  // Facts

  private variables(): ReadonlyMap<Binding, VariableFact> {
    const facts = new Map<Binding, VariableFact>();
    for (const graph of this.solution.p.graphs.values()) {
      for (const binding of variablesOf(graph)) facts.set(binding, this.variable(binding));
    }
    return facts;
  }

  private variable(binding: Binding): VariableFact {
    const { p, ownership } = this.solution;
    const objects = p.variableOf(binding);
    const shape = this.shapeOf(objects);
    const isScalar = shape === "scalar";
    const { reach: reached, causes } = this.escapeOf(objects);
    return {
      binding,
      escape: reached,
      shape,
      strategy: isScalar ? STRATEGY.PROGRAM : this.strategyOf(objects),
      isOwner: this.owned.has(binding) && ownership.owners.has(binding),
      sizeKnownCells: isScalar ? 0 : this.cellsOf(objects),
      owners: this.ownersOf(objects, binding),
      because: this.reasons(objects, causes),
    };
  }

  private escapeOf(objects: Objects): { readonly reach: EscapeClass; readonly causes: readonly Cause[] } {
    let farthest: EscapeClass = "none";
    let causes: readonly Cause[] = [];
    for (const object of objects) {
      const { reach: reached, cause } = this.solution.marks.escapeOf(object);
      if (reached === farthest || farther(reached, farthest) !== reached) continue;
      farthest = reached;
      causes = cause === null ? [] : [cause];
    }
    return { reach: farthest, causes };
  }

  private cellsOf(objects: Objects): number | null {
    let cells = 0;
    for (const object of this.solution.p.reachOfAll(objects)) {
      const own = object.kind === "allocation" ? this.solution.strategies.cellsOf(object) : null;
      if (own === null && !object.isNeutral) return null;
      cells += own ?? 0;
    }
    return cells;
  }

  private reasons(objects: Objects, further: readonly Cause[]): readonly Reason[] {
    const { marks } = this.solution;
    let leaked: Cause | null = null;
    for (const object of objects) leaked ??= object.leaked;
    const causes = [
      leaked,
      marks.below("cyclic", objects),
      marks.below("shared", objects),
      marks.below("counted", objects),
      ...further,
    ];
    return chain(causes.filter((cause) => cause !== null));
  }

  private allocations(): ReadonlyMap<Expression, AllocationFact> {
    const { p, strategies } = this.solution;
    const facts = new Map<Expression, AllocationFact>();
    for (const [expression, object] of p.allocations) {
      if (object.kind !== "allocation" || object.lambda === null) continue;
      const strategy = strategies.strategyOf(object);
      const { reach: reached, cause } = this.solution.marks.escapeOf(object);
      const made: Objects = new Set([object]);
      facts.set(expression, {
        expression,
        lambda: object.lambda,
        escape: reached,
        shape: this.shapeOf(made),
        strategy,
        place: this.placeOf(object, strategy),
        cells: object.cells,
        because: this.reasons(made, cause === null ? [] : [cause]),
      });
    }
    return facts;
  }

  /** A function whose body is a loop of another belongs to the frame of that. */
  private placeOf(object: AbstractObject, strategy: Strategy): Lambda | null {
    const hasPlace = strategy === STRATEGY.STACK || strategy === STRATEGY.ARENA || strategy === STRATEGY.COMPONENT;
    if (!hasPlace || object.lambda === null) return null;
    return this.solution.p.graphOf(object.lambda).unit.plan.frameOf(object.lambda);
  }

  private calls(): ReadonlyMap<Expression, CallFact> {
    const { p, ownership, strategies, marks } = this.solution;
    const facts = new Map<Expression, CallFact>();
    for (const graph of p.graphs.values()) {
      for (const site of [...graph.sites.values()].flat()) {
        const { expression, returned, callee } = site;
        // A library function that is handed a function calls it in its own name.
        if (site.isByValue && facts.has(expression)) continue;
        const objects = p.valueOf(expression);
        const isFresh = !site.isByValue && ownership.ownedResults.has(callee) && needsPlan(objects);
        const strategy = this.strategyOf(objects);
        const { reach: reached, cause } = marks.escapeOf(returned);
        facts.set(expression, {
          expression,
          escape: reached,
          shape: this.shapeOf(objects),
          strategy,
          isFresh,
          isConverted:
            isFresh &&
            strategy === STRATEGY.COUNTED &&
            !returned.isNeutral &&
            objects.has(returned) &&
            strategies.madeAs(returned) === STRATEGY.OWNED,
          because: this.reasons(objects, cause === null ? [] : [cause]),
        });
      }
    }
    return facts;
  }

  private use(use: Use): UseFact {
    const { expression, captured, position } = use;
    const ownership = this.ownershipOf(use);
    let cause: Cause | null = null;
    if (ownership === "elided")
      cause = because("what it is stored in ends before its owner, or together with it", expression.range);
    else if (ownership === "retained" && use.ownership === "retained") cause = shareCause(use);
    else if (ownership === "retained") cause = because("the first handle of a component", expression.range);
    else if (position.kind === "argument" && ownership === "borrowed") {
      cause = because(`${position.lambda.name} only borrows it`, expression.range);
    }
    return { expression, captured, ownership, because: chain(cause === null ? [] : [cause]) };
  }

  private ownershipOf(use: Use): UseFact["ownership"] {
    const { position, ownership } = use;
    if (ownership === "borrowed") return ownership;
    if (position.kind === "store" && this.ownsNothing(position.into)) return "elided";
    if (!this.isOwnComponent(this.objectsOf(use))) return ownership;
    // Within the function that makes it, a component is held by nobody; who it is handed to acquires a handle.
    if (position.kind === "store") return "elided";
    return position.kind === "variable" && !position.binding.isGlobal ? "borrowed" : "retained";
  }

  private objectsOf({ expression, captured }: Use): Objects {
    const { p } = this.solution;
    return captured === null ? p.valueOf(expression) : p.variableOf(captured);
  }

  /** Are the objects members of a component that the function at hand makes? */
  private isOwnComponent(objects: Objects): boolean {
    return (
      this.strategyOf(objects) === STRATEGY.COMPONENT &&
      [...objects].every((object) => object.isNeutral || object.kind === "allocation")
    );
  }

  private ownsNothing(containers: Objects): boolean {
    const planned = [...containers].filter((object) => !object.isNeutral);
    const isScoped = (strategy: Strategy) => strategy === STRATEGY.STACK || strategy === STRATEGY.ARENA;
    return planned.length > 0 && planned.every((object) => isScoped(this.solution.strategies.strategyOf(object)));
  }

  private functions(): ReadonlyMap<Lambda, FunctionSummary> {
    const facts = new Map<Lambda, FunctionSummary>();
    for (const graph of this.solution.p.graphs.values()) {
      if (!graph.isTopLevel) facts.set(graph.lambda, this.summary(graph));
    }
    return facts;
  }

  private summary(graph: FunctionGraph): FunctionSummary {
    const { p, ownership, marks } = this.solution;
    const { lambda, returns } = graph;
    const parameters = lambda.parameters.map((parameter) => this.modeOf(graph, parameter));
    const elements = new Set<AbstractObject>();
    for (const object of p.reachOfAll(returns)) {
      for (const field of ["car", "item"]) {
        const held = object.isFresh || object.isNeutral ? object.fields.get(field) : p.read(object, field);
        for (const element of held ?? []) elements.add(element);
      }
    }
    const isOwned = ownership.ownedResults.has(lambda);
    const isFresh = [...returns].some((object) => object.isFresh);
    const result = !needsPlan(returns) ? "none" : !isOwned ? "borrowed" : isFresh ? "fresh" : "passed-through";
    return {
      lambda,
      parameters,
      result,
      resultShape: this.shapeOf(returns),
      resultElements: this.shapeOf(elements),
      resultStrategy: this.strategyOf(returns),
      because: chain([...returns].map((object) => marks.escapeOf(object).cause).filter((cause) => cause !== null)),
    };
  }

  private modeOf(graph: FunctionGraph, parameter: Binding): ParameterMode {
    const { p, ownership } = this.solution;
    const object = p.fromOutside(graph, parameter);
    // Of a parameter that is only ever handed scalars, only where it goes can be said.
    if (!ownership.kept.has(parameter) && !object.isNeutral) return "borrowed";
    if (graph.returns.has(object) && !ownership.isElsewhere(parameter)) return "passed-through";
    const roots = new Set<AbstractObject>();
    for (const made of p.exportsOf(graph))
      for (const held of made.fields.values()) for (const next of held) roots.add(next);
    for (const outside of graph.outside.values()) {
      for (const held of outside.stored.values()) for (const next of held) roots.add(next);
    }
    if (roots.has(object) || object.leaked !== null) return "captured";
    return ownership.kept.has(parameter) ? "consumed" : "borrowed";
  }
}

/** Parameters and local variables that are no functions, and the globals of the top level. */
function variablesOf(graph: FunctionGraph): readonly Binding[] {
  const { bindings } = graph.unit.analysis;
  const isVariable = ({ lambda, isAssigned }: Binding) =>
    lambda === null || isAssigned || graph.unit.plan.roleOf(lambda) === "closure";
  return bindings.filter((binding) => binding.owner === graph.lambda && isVariable(binding));
}

/** Reasons in a row: what follows from what, each once. */
function chain(causes: readonly Cause[]): readonly Reason[] {
  const reasons: Reason[] = [];
  for (const first of causes) {
    for (let cause: Cause | null = first; cause !== null && reasons.length < MAX_REASONS; cause = cause.from) {
      const { text, range } = cause;
      const isKnown = reasons.some((reason) => reason.text === text && reason.range.start === range.start);
      if (!isKnown) reasons.push({ text, range });
    }
  }
  return reasons;
}
