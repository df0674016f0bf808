/** Shapes of values with those of the arguments that functions are handed: the widest that any caller hands over, directly or through others. */
import type { Shape } from "../../plan.ts";
import type { AbstractObject, Objects } from "../objects.ts";
import type { PointsTo } from "../points-to.ts";
import type { Strategies } from "../strategies.ts";

/** From narrow to wide. */
const SHAPES: readonly Shape[] = ["scalar", "unknown", "tree", "dag", "cyclic"];

export class HandedShapes {
  private readonly p: PointsTo;
  private readonly strategies: Strategies;
  private readonly known: Map<AbstractObject, Shape>;

  constructor(p: PointsTo, strategies: Strategies) {
    this.p = p;
    this.strategies = strategies;
    this.known = new Map();
  }

  /** The widest shape of the objects. */
  shapeOf(objects: Iterable<AbstractObject>): Shape {
    let shape: Shape = "scalar";
    for (const object of objects) {
      shape = wider(shape, this.shapeOfOne(object));
      if (shape === "cyclic") break;
    }
    return shape;
  }

  private shapeOfOne(object: AbstractObject): Shape {
    const known = this.known.get(object) ?? this.newShape(object);
    this.known.set(object, known);
    return known;
  }

  /** Each object that may be handed over is looked at once: there may be very many ways from one to another. */
  private newShape(object: AbstractObject): Shape {
    let shape: Shape = "scalar";
    const open = new Set([object]);
    // A set hands out what is added to it while it is walked.
    for (const next of open) {
      const known = this.known.get(next);
      shape = wider(shape, known ?? this.add(next, open));
      if (shape === "cyclic") break;
    }
    return shape;
  }

  /** The shape that an object has by itself; what it may stand for is added to a set. */
  private add(object: AbstractObject, open: Set<AbstractObject>): Shape {
    const { binding, lambda } = object;
    const marked = this.strategies.shapeOfOne(object);
    if (!object.isOutside || object.leaked !== null || binding === null || marked === "cyclic") return marked;
    const least = marked === "dag" ? marked : "scalar";
    if (!lambda?.parameters.includes(binding)) {
      for (const held of this.heldBy(object)) open.add(held);
      return least;
    }
    let isHanded = false;
    for (const site of this.p.sitesOf(lambda)) {
      const here = site.outside.get(object);
      if (here === undefined) continue;
      isHanded = true;
      for (const next of here) open.add(next);
    }
    return isHanded ? least : wider(least, "unknown");
  }

  /** What a variable that is the same for every caller holds, or what is in a field of that. */
  private heldBy({ binding, field }: AbstractObject): Objects {
    if (binding === null) return new Set();
    const held = this.p.variableOf(binding);
    return field === null ? held : this.p.readAll(this.p.reachOfAll(held), field);
  }
}

function wider(a: Shape, b: Shape): Shape {
  return SHAPES.indexOf(b) > SHAPES.indexOf(a) ? b : a;
}
