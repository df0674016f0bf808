/**
 * What is true of objects besides where they may be: several references (`shared`), an owner that only the run knows (`counted`), a cycle,
 * and how far they escape. Found in each function and carried over to its callers.
 */
import type { Range } from "../../../forms.ts";
import { type EscapeClass, escapesAsFarAs } from "../plan.ts";
import { type AbstractObject, because, type Cause, NO_OBJECTS, type Objects } from "./objects.ts";
import { type Ownership, shareCause, type Use } from "./ownership.ts";
import type { CallSite, FunctionGraph, PointsTo } from "./points-to.ts";

type Mark = "shared" | "counted" | "cyclic";
const MARKS: readonly Mark[] = ["shared", "counted", "cyclic"];

interface Escape {
  readonly reach: EscapeClass;
  readonly cause: Cause;
}

export class Marks {
  private readonly marks: Readonly<Record<Mark, Map<AbstractObject, Cause>>>;
  private readonly escapes: Map<AbstractObject, Escape>;
  private readonly p: PointsTo;
  private readonly ownership: Ownership;
  private changes: number;
  /** What was found below objects, after so many changes. */
  private known: Record<Mark, Map<AbstractObject, Cause | null>>;
  private knownAt: number;

  constructor(p: PointsTo, ownership: Ownership) {
    this.marks = { shared: new Map(), counted: new Map(), cyclic: new Map() };
    this.escapes = new Map();
    this.p = p;
    this.ownership = ownership;
    this.changes = 0;
    this.known = { shared: new Map(), counted: new Map(), cyclic: new Map() };
    this.knownAt = 0;
    for (const use of ownership.uses) this.share(use);
    for (const graph of p.graphs.values()) this.findCycles(graph);
    this.countHalfKept();
    this.settle();
    for (let before = -1; before !== this.changes; ) {
      before = this.changes;
      for (const graph of p.graphs.values()) this.findEscapes(graph);
      this.unify();
      this.settle();
    }
  }

  get(mark: Mark, object: AbstractObject): Cause | null {
    return this.marks[mark].get(object) ?? null;
  }

  /** The first of the objects, or of what they reach, that has the mark. */
  below(mark: Mark, objects: Iterable<AbstractObject>): Cause | null {
    for (const object of objects) {
      const cause = this.belowOne(mark, object);
      if (cause !== null) return cause;
    }
    return null;
  }

  /** The same for one object. */
  belowOne(mark: Mark, object: AbstractObject): Cause | null {
    if (this.marks[mark].size === 0) return null;
    if (this.knownAt !== this.changes) {
      this.known = { shared: new Map(), counted: new Map(), cyclic: new Map() };
      this.knownAt = this.changes;
    }
    const known = this.known[mark].get(object);
    if (known !== undefined) return known;
    let found: Cause | null = null;
    for (const reached of this.p.reachOf(object)) {
      found = reached.isNeutral ? null : this.get(mark, reached);
      if (found !== null) break;
    }
    this.known[mark].set(object, found);
    return found;
  }

  escapeOf(object: AbstractObject): { readonly reach: EscapeClass; readonly cause: Cause | null } {
    if (object.leaked !== null || object.kind === "anything") return { reach: "global", cause: object.leaked };
    return this.escapes.get(object) ?? { reach: "none", cause: null };
  }

  mark(mark: Mark, objects: Iterable<AbstractObject>, cause: Cause): void {
    for (const object of objects) {
      if (object.isNeutral || this.marks[mark].has(object)) continue;
      this.marks[mark].set(object, cause);
      this.changes++;
      this.mark(mark, this.elsewhere(object), cause);
    }
  }

  /** The objects themselves of a variable of outside that is the same one for every caller. */
  private elsewhere(object: AbstractObject): Objects {
    const { binding, lambda, field } = object;
    if (!object.isOutside || binding === null || lambda?.parameters.includes(binding)) return NO_OBJECTS;
    const held = this.p.variableOf(binding);
    return field === null ? held : this.p.readAll(this.p.reachOfAll(held), field);
  }

  // In a function

  private share(use: Use): void {
    if (use.ownership !== "retained") return;
    const { captured, expression } = use;
    const objects = captured === null ? this.p.valueOf(expression) : this.p.variableOf(captured);
    this.mark("shared", objects, shareCause(use));
  }

  /** Only what is stored later can close a cycle. */
  private findCycles(graph: FunctionGraph): void {
    const changed = new Set<AbstractObject>(graph.outside.values());
    for (const object of this.p.objectsOf(graph)) changed.add(object);
    for (const object of changed) {
      if (object.isNeutral) continue;
      for (const stored of object.stored.values()) {
        const reached = this.p.reachOfAll(stored);
        if (!reached.has(object)) continue;
        const members = [...reached].filter((member) => !member.isNeutral && this.p.reachOf(member).has(object));
        this.mark("cyclic", members, because("refers to itself through what is stored later", rangeOf(object, graph)));
      }
    }
  }

  /** A parameter that is handed over but not handed on everywhere is ended where it is not: nobody knows there who had it before. */
  private countHalfKept(): void {
    for (const parameter of this.ownership.kept) {
      const { lambda } = this.p.graphOf(parameter.owner);
      if (this.ownership.isAlwaysMoved(lambda.body, parameter)) continue;
      const cause = because(`${lambda.name} keeps ${parameter.name} on some of its ways only`, parameter.nameRange);
      this.mark("counted", this.p.variableOf(parameter), cause);
    }
  }

  /** What one variable owns, or one call brings, ends in one way. */
  private unify(): void {
    for (const binding of this.ownership.owners) {
      const objects = this.p.variableOf(binding);
      const isMixed =
        binding.kind !== "parameter" && [...objects].some((object) => object.isOutside && !object.isNeutral);
      this.unifyAll(objects, isMixed, `${binding.name} may hold values of different owners`, binding.nameRange);
    }
    for (const graph of this.p.graphs.values()) {
      const { lambda, returns } = graph;
      const made = new Set([...returns].filter((object) => object.isFresh));
      this.unifyAll(made, false, `${lambda.name} may return values of different owners`, lambda.range);
      for (const expression of graph.sites.keys()) {
        this.unifyAll(
          this.p.valueOf(expression),
          false,
          "the call may give values of different owners",
          expression.range,
        );
      }
    }
  }

  private unifyAll(objects: Objects, isMixed: boolean, text: string, range: Range): void {
    if (objects.size === 0 || (objects.size === 1 && !isMixed)) return;
    const planned = [...objects].filter((object) => !object.isNeutral);
    if (planned.length === 0 || (planned.length === 1 && !isMixed)) return;
    if (isMixed || planned.some((object) => this.isCounted(object)))
      this.mark("counted", planned, because(text, range));
  }

  private isCounted(object: AbstractObject): boolean {
    if (this.get("counted", object) !== null || this.belowOne("shared", object) !== null) return true;
    return this.escapeOf(object).reach === "closure";
  }

  // Between functions

  private settle(): void {
    for (let before = -1; before !== this.changes; ) {
      before = this.changes;
      for (const graph of this.p.graphs.values()) {
        for (const sites of graph.sites.values()) for (const site of sites) this.carryOver(site);
      }
    }
  }

  private carryOver(site: CallSite): void {
    const made = this.p.exportsOf(this.p.graphOf(site.callee));
    for (const mark of MARKS) {
      if (this.marks[mark].size === 0) continue;
      for (const [object, here] of site.outside) this.carry(mark, object, here, site);
      for (const object of made) this.carry(mark, object, [this.p.imageOf(site, object)], site);
    }
    this.askForCounts(site, made);
  }

  /**
   * A caller can turn what it is handed into counted objects as long as one owner holds it all. Below something counted the callee
   * has to make them so itself.
   */
  private askForCounts(site: CallSite, made: Objects): void {
    if (![...made].some((object) => this.isCounted(object))) return;
    for (const object of made) {
      const image = this.p.imageOf(site, object);
      const cause = this.get("shared", image) ?? this.get("counted", image);
      if (cause !== null && !this.isCounted(object)) this.mark("counted", [object], cause);
    }
  }

  private carry(mark: Mark, from: AbstractObject, to: Iterable<AbstractObject>, site: CallSite): void {
    const cause = this.marks[mark].get(from);
    if (cause === undefined) return;
    this.mark(mark, to, this.throughCall(site, cause));
  }

  private throughCall(site: CallSite, cause: Cause): Cause {
    const { unit } = this.p.graphOf(site.callee);
    return because(`in the call of ${site.callee.name}`, site.expression.range, unit.isLibrary ? null : cause);
  }

  // Escape

  private findEscapes(graph: FunctionGraph): void {
    const { lambda } = graph;
    for (const object of graph.returns) {
      if (this.isBelow(object, "return"))
        this.raise(object, "return", because(`returned by ${lambda.name}`, lambda.range));
    }
    for (const object of graph.outside.values()) {
      for (const held of object.stored.values()) {
        for (const value of held) {
          if (this.isBelow(value, "return"))
            this.raise(value, "return", because("stored in what came from outside", lambda.range));
        }
      }
    }
    if (graph.isTopLevel) this.findGlobals(graph);
    for (const sites of graph.sites.values()) for (const site of sites) this.argumentsEscape(site);
    for (const object of this.p.objectsOf(graph)) this.raiseHeld(object);
  }

  private findGlobals(graph: FunctionGraph): void {
    for (const binding of graph.unit.analysis.bindings) {
      if (!binding.isGlobal) continue;
      for (const object of this.p.variableOf(binding)) {
        if (!this.isBelow(object, "global")) continue;
        this.raise(object, "global", because(`held by the global variable ${binding.name}`, binding.nameRange));
      }
    }
  }

  private argumentsEscape(site: CallSite): void {
    const { callee, expression } = site;
    site.arguments.forEach((objects, i) => {
      const parameter = callee.parameters[i];
      if (parameter === undefined || objects.size === 0) return;
      const inside = this.p.fromOutside(this.p.graphOf(callee), parameter);
      const isKept = this.ownership.kept.has(parameter);
      const isPassed = this.p.graphOf(callee).returns.has(inside) && !this.ownership.isElsewhere(parameter);
      const found = this.escapeOf(inside);
      const reached: EscapeClass =
        !isKept || isPassed ? "argument" : escapesAsFarAs(found.reach, "return") ? found.reach : "return";
      const isNews = reached === "closure" || [...objects].some((object) => this.isBelow(object, reached));
      if (!isNews) return;
      const text = isKept && !isPassed ? `handed over to ${callee.name}` : `argument of ${callee.name}`;
      const cause = because(text, expression.range, this.p.graphOf(callee).unit.isLibrary ? null : found.cause);
      for (const object of objects) {
        this.raise(object, reached, cause);
        // It outlives its caller in a function object, of which nobody knows when it ends.
        if (reached === "closure") this.mark("counted", [object], cause);
      }
    });
  }

  /** Does it not escape as far as that yet, as far as it is known? */
  private isBelow(object: AbstractObject, reached: EscapeClass): boolean {
    return !object.isNeutral && !escapesAsFarAs(this.escapeOf(object).reach, reached);
  }

  private raise(object: AbstractObject, reached: EscapeClass, cause: Cause): void {
    if (!this.isBelow(object, reached)) return;
    this.escapes.set(object, { reach: reached, cause });
    this.changes++;
    this.raiseHeld(object);
  }

  /** What is stored in something escapes as far as that does. */
  private raiseHeld(object: AbstractObject): void {
    const { reach: reached, cause } = this.escapeOf(object);
    for (const [field, held] of object.fields) {
      const isCaptured = field.startsWith("captured:");
      if (!isCaptured && (reached === "none" || cause === null)) continue;
      const range = object.expression?.range ?? cause?.range;
      if (range === undefined) continue;
      for (const value of held) {
        const inner = isCaptured ? classOfCaptured(reached) : reached;
        if (!this.isBelow(value, inner)) continue;
        this.raise(value, inner, because(isCaptured ? "captured by a function" : "part of it", range, cause));
      }
    }
  }
}

/** @param reached class of the function that captures */
function classOfCaptured(reached: EscapeClass): EscapeClass {
  if (!escapesAsFarAs(reached, "return")) return "argument";
  return reached === "global" ? "global" : "closure";
}

function rangeOf(object: AbstractObject, graph: FunctionGraph): Range {
  return object.expression?.range ?? object.binding?.nameRange ?? graph.lambda.range;
}
