/**
 * Where a value that somebody owns dies: liveness by backward data flow on the control-flow graph, then ownership by forward data flow.
 * An owner that holds its value behind a point, but is not needed from there on, lets go of it at that point; so it happens on every path,
 * at the entry of a branch that does not use it, and on the exit edge of a loop.
 *
 * Where two paths meet of which only one still owns the value, there was no place to let go on the edge: the value then lives until they
 * have met. An owner for which that does not help either is given up: it never lets go.
 */
import type { FlowGraph, Point } from "./graph.ts";

/** What a point does to one owner. */
export interface OwnerEffects {
  /** Needs the value until it is done. */
  uses(point: Point): boolean;
  /** Takes the value out of the variable. */
  reads(point: Point): boolean;
  /** Overwrites the variable, with whatever. */
  overwrites(point: Point): boolean;
  /** The owner gets a value to own here. */
  gains(point: Point): boolean;
  /** The owner gives its value to someone else here. */
  moves(point: Point): boolean;
}

export interface Deaths {
  /** Points at which the value that the owner held before them is let go. */
  readonly releases: readonly Point[];
  /** Points that give the owner a value that nobody wants: it is let go at once. */
  readonly unused: readonly Point[];
  /** Points that hand the value on. */
  readonly moves: readonly Point[];
}

/** What is known of an owner before a point, as bits. */
const EMPTY = 1;
const HOLDS = 2;

/** @returns null when the owner has to be given up: it would let go twice, or use what is gone */
export function deathsOf(graph: FlowGraph, effects: OwnerEffects): Deaths | null {
  const { points, predecessors: before } = graph;
  /** Points until which the value lives although they do not use it. */
  const waits = new Set<number>();
  for (;;) {
    const live = liveBehind(points, before, effects, waits);
    const found = own(points, effects, live);
    if (found.kind === "deaths") return found;
    if (found.kind === "wrong" || waits.has(found.point)) return null;
    waits.add(found.point);
  }
}

/** For each point, is the value needed behind it? */
function liveBehind(
  points: readonly Point[],
  before: readonly (readonly number[])[],
  effects: OwnerEffects,
  waits: ReadonlySet<number>,
): Uint8Array {
  const live = new Uint8Array(points.length);
  const isNeeded = (point: Point) => effects.uses(point) || effects.moves(point) || waits.has(point.id);
  const work = points.filter(isNeeded).map(({ id }) => id);
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    for (const earlier of before[id] as readonly number[]) {
      if (live[earlier] === 1) continue;
      live[earlier] = 1;
      if (!effects.overwrites(points[earlier] as Point)) work.push(earlier);
    }
  }
  return live;
}

type Ownership = ({ readonly kind: "deaths" } & Deaths) | { readonly kind: "meets" | "wrong"; readonly point: number };

/** Follows the ownership forward from the entry. */
function own(points: readonly Point[], effects: OwnerEffects, live: Uint8Array): Ownership {
  const state = new Uint8Array(points.length);
  state[0] = EMPTY;
  const work = [0];
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const point = points[id] as Point;
    const behind = stateBehind(point, state[id] as number, effects, live[id] === 1);
    for (const next of point.successors) {
      const met = (state[next] as number) | behind;
      if (met === state[next]) continue;
      state[next] = met;
      work.push(next);
    }
  }
  return deaths(points, effects, live, state);
}

function stateBehind(point: Point, state: number, effects: OwnerEffects, isLive: boolean): number {
  if (effects.gains(point)) return isLive || !hasPlaceBehind(point) ? HOLDS : EMPTY;
  const isOver = effects.moves(point) || effects.overwrites(point) || (!isLive && hasPlace(point));
  return isOver ? EMPTY : state;
}

/** No code can be added when the parameters of a function get their values. */
function hasPlace(point: Point): boolean {
  return point.moment !== "entry";
}

/** Behind a jump is the loop that it leads to. */
function hasPlaceBehind(point: Point): boolean {
  return point.moment !== "entry" && point.moment !== "jump";
}

function deaths(points: readonly Point[], effects: OwnerEffects, live: Uint8Array, state: Uint8Array): Ownership {
  const releases: Point[] = [];
  const unused: Point[] = [];
  const moves: Point[] = [];
  for (const point of points) {
    const { id } = point;
    const held = state[id] as number;
    if (held === 0) continue;
    if (held === (EMPTY | HOLDS)) return { kind: "meets", point: id };
    const isLive = live[id] === 1;
    const gains = effects.gains(point);
    // A value that is read before there is one comes from somewhere else; one that is read after it was given away is gone.
    if (held === EMPTY && effects.reads(point)) return { kind: "wrong", point: id };
    if (effects.moves(point)) {
      if (isLive && !gains) return { kind: "wrong", point: id };
      moves.push(point);
    } else if (held === HOLDS && (gains || effects.overwrites(point) || !isLive) && hasPlace(point)) {
      if (gains && point.moment !== "jump") return { kind: "wrong", point: id };
      releases.push(point);
    }
    if (gains && !isLive && hasPlaceBehind(point)) unused.push(point);
  }
  return { kind: "deaths", releases, unused, moves };
}
