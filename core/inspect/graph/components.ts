/**
 * Strongly connected components of a part of the object graph: groups in which every object leads to every other.
 * Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972), without recursion.
 */
import { IntList } from "../../base/int-list.ts";
import { RankedBits } from "../../base/ranked-bits.ts";
import type { IndexSteps } from "../../base/steps.ts";
import { type HeapGraph, NO_SLOT } from "./building/heap-graph.ts";

/** Slots looked at between two reports. */
const STEP_SLOTS = 1 << 18;

export interface Components {
  /** The objects that were looked at, ascending: position i below is `members[i]`. */
  readonly members: Int32Array;
  /** Number of its component, by position. A component refers only to itself and to components with lower numbers. */
  readonly component: Int32Array;
  readonly count: number;
  /** Position of an object; -1 when it was not looked at. */
  positionOf(node: number): number;
}

/** @param members ascending */
export function* componentSteps(graph: HeapGraph, members: Int32Array): IndexSteps<Components> {
  const bits = new RankedBits(graph.objects);
  for (const node of members) bits.add(node);
  bits.rank();
  const positionOf = (node: number) => (node >= 0 && node < graph.objects ? bits.numberOf(node) : -1);
  const size = members.length;
  const component = new Int32Array(size).fill(-1);
  /** Order of discovery from 1; 0 = not seen. */
  const order = new Int32Array(size);
  const low = new Int32Array(size);
  const cursor = new Int32Array(size);
  const open = new IntList();
  const way = new IntList();
  let seen = 0;
  let count = 0;
  let steps = 0;
  const enter = (at: number) => {
    order[at] = ++seen;
    low[at] = seen;
    open.push(at);
    way.push(at);
  };
  for (let start = 0; start < size; start++) {
    if (order[start] !== 0) continue;
    enter(start);
    while (way.length > 0) {
      if (++steps % STEP_SLOTS === 0) yield { phase: "groups of garbage", done: seen, total: size };
      const at = way.at(way.length - 1);
      const slot = cursor[at] as number;
      cursor[at] = slot + 1;
      const child = graph.childAt(members[at] as number, slot);
      if (child !== NO_SLOT) {
        const to = positionOf(child);
        if (to < 0 || component[to] !== -1) continue;
        if (order[to] === 0) enter(to);
        else low[at] = Math.min(low[at] as number, order[to] as number);
        continue;
      }
      way.pop();
      if (way.length > 0) {
        const above = way.at(way.length - 1);
        low[above] = Math.min(low[above] as number, low[at] as number);
      }
      if (low[at] !== order[at]) continue;
      for (let member = open.pop(); ; member = open.pop()) {
        component[member] = count;
        if (member === at) break;
      }
      count++;
    }
  }
  return { members, component, count, positionOf };
}
