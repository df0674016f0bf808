/**
 * Groups of objects that keep each other alive although no root reaches them: cycles of garbage, which reference counts never free.
 * Source: collection specification, section 11.2, "Unreachable objects".
 */
import { IntList } from "../../base/int-list.ts";
import type { RankedBits } from "../../base/ranked-bits.ts";
import { finish, type IndexSteps } from "../../base/steps.ts";
import type { TypeNumber, Words } from "../../base/units.ts";
import type { HeapReference } from "../counts/references.ts";
import { type ImageView, remembered } from "../image-view.ts";
import { rememberedSteps } from "../steps.ts";
import { type HeapGraph, NO_SLOT } from "./building/heap-graph.ts";
import { type Components, componentSteps } from "./components.ts";
import { graphSteps } from "./graph-steps.ts";
import { ascending, UNREACHED_CLASSES, type UnreachedClass, unreached, unreachedSteps } from "./reach.ts";

/** Members of groups between two reports. */
const STEP_MEMBERS = 1 << 18;

/** Objects in figures. */
export interface Amount {
  readonly objects: number;
  readonly words: Words;
  readonly byType: ReadonlyMap<TypeNumber, number>;
}

/** One group in which every object leads to every other, and what it alone keeps. */
export interface Island {
  /** Nodes, ascending. */
  readonly members: Int32Array;
  readonly size: Amount;
  /** What hangs off it: reached from the group, in no group of its own, and not counted for an earlier group. */
  readonly hanging: Amount;
  /** What the group is part of: `cyclic` means that only cycles keep it; in the other classes something else holds it too. */
  readonly heldBy: UnreachedClass;
}

/** Groups by words with what hangs off them, biggest first. */
export function islands(graph: HeapGraph): readonly Island[] {
  return remembered(graph.view, "islands", () => findIslands(graph));
}

/** Makes the graph, when there is none yet, and what the groups are found in, step by step, and leaves it with the view. */
export function* groupSteps(view: ImageView): IndexSteps<void> {
  yield* unreachedComponents(yield* graphSteps(view));
}

/**
 * One object of each group of unreached objects that nothing outside the group refers to.
 *
 * @param reached as for `unreachedSteps`
 */
export function* headSteps(graph: HeapGraph, reached: RankedBits): IndexSteps<Int32Array> {
  const components = yield* unreachedComponents(graph, reached);
  const isHeld = new Uint8Array(components.count);
  const { members, component, positionOf } = components;
  for (let at = 0; at < members.length; at++) {
    if (at % STEP_MEMBERS === 0) yield { phase: "groups of garbage", done: at, total: members.length };
    const node = members[at] as number;
    for (let i = 0; i < graph.holderCount(node); i++) {
      const from = positionOf(graph.holderAt(node, i));
      if (from >= 0 && component[from] !== component[at]) isHeld[component[at] as number] = 1;
    }
  }
  const heads = new IntList();
  for (const [at, node] of members.entries()) {
    const group = component[at] as number;
    if (isHeld[group] !== 0) continue;
    isHeld[group] = 1;
    heads.push(node);
  }
  return heads.toArray();
}

function unreachedComponents(graph: HeapGraph, reached?: RankedBits): IndexSteps<Components> {
  return rememberedSteps(graph.view, "unreached components", function* () {
    const classes = yield* unreachedSteps(graph, reached);
    const lists = UNREACHED_CLASSES.map((name) => classes[name]);
    return yield* componentSteps(graph, yield* ascending(graph, lists));
  });
}

function findIslands(graph: HeapGraph): readonly Island[] {
  const components = finish(unreachedComponents(graph));
  const { members, component, positionOf } = components;
  const cycles = cyclicComponents(graph, components);
  const classOf = classesOf(graph, components);
  const taken = new Uint8Array(members.length);
  const found: Island[] = [];
  // Components refer downwards only: from the highest number on, what a group keeps is counted before what that keeps.
  for (const number of [...cycles.keys()].sort((a, b) => b - a)) {
    const group = cycles.get(number) ?? [];
    const queue = new IntList();
    for (const node of group) queue.push(node);
    for (let next = 0; next < queue.length; next++) {
      for (let slot = 0; ; slot++) {
        const child = graph.childAt(queue.at(next), slot);
        if (child === NO_SLOT) break;
        const at = positionOf(child);
        if (at < 0 || taken[at] !== 0 || cycles.has(component[at] as number)) continue;
        taken[at] = 1;
        queue.push(child);
      }
    }
    found.push({
      members: Int32Array.from(group),
      size: amountOf(graph, group),
      hanging: amountOf(graph, queue.toArray().subarray(group.length)),
      heldBy: classOf[positionOf(group[0] ?? 0)] ?? "cyclic",
    });
  }
  const all = (island: Island) => island.size.words + island.hanging.words;
  return found.sort((a, b) => all(b) - all(a) || (a.members[0] ?? 0) - (b.members[0] ?? 0));
}

/** The components with a cycle in them, and their members, ascending. */
function cyclicComponents(graph: HeapGraph, { members, component, count }: Components): Map<number, number[]> {
  const sizes = new Int32Array(count);
  for (const number of component) (sizes[number] as number)++;
  const cycles = new Map<number, number[]>();
  for (const [at, node] of members.entries()) {
    const number = component[at] as number;
    if ((sizes[number] as number) === 1 && !refersTo(graph, node, node)) continue;
    const group = cycles.get(number);
    if (group === undefined) cycles.set(number, [node]);
    else group.push(node);
  }
  return cycles;
}

function classesOf(graph: HeapGraph, { members, positionOf }: Components): readonly UnreachedClass[] {
  const classes: UnreachedClass[] = new Array(members.length).fill("cyclic");
  const found = unreached(graph);
  for (const name of UNREACHED_CLASSES) for (const node of found[name]) classes[positionOf(node)] = name;
  return classes;
}

function refersTo(graph: HeapGraph, node: number, target: number): boolean {
  for (let i = 0; i < graph.holderCount(target); i++) if (graph.holderAt(target, i) === node) return true;
  return false;
}

export function amountOf(graph: HeapGraph, nodes: Iterable<number>): Amount {
  const byType = new Map<TypeNumber, number>();
  let objects = 0;
  let words = 0;
  for (const node of nodes) {
    const type = graph.map.typeAt(graph.addressOf(node));
    objects++;
    words += graph.wordsOf(node);
    byType.set(type, (byType.get(type) ?? 0) + 1);
  }
  return { objects, words, byType };
}

/** References that lead round: a shortest cycle through the first object of the group. */
export function exampleCycle(graph: HeapGraph, { members }: Pick<Island, "members">): readonly HeapReference[] {
  const start = members[0] ?? 0;
  const isMember = new Set(members);
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (let next = 0; next < queue.length; next++) {
    const node = queue[next] as number;
    for (let slot = 0; ; slot++) {
      const child = graph.childAt(node, slot);
      if (child === NO_SLOT) break;
      if (!isMember.has(child) || cameFrom.has(child)) continue;
      cameFrom.set(child, node);
      if (child === start) return wayRound(graph, start, cameFrom);
      queue.push(child);
    }
  }
  return [];
}

function wayRound(graph: HeapGraph, start: number, cameFrom: ReadonlyMap<number, number>): readonly HeapReference[] {
  const cycle: HeapReference[] = [];
  let node = start;
  do {
    const from = cameFrom.get(node) ?? start;
    const [reference] = graph.referencesFrom(from, node);
    if (reference !== undefined) cycle.unshift(reference);
    node = from;
  } while (node !== start);
  return cycle;
}
