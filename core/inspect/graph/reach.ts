/**
 * What no root reaches, and why it is still there: replaced code of the image, objects that wait for the next collection, lost ones, and the rest,
 * which cycles hold.
 * Source: collection specification, section 11.2, "Unreachable objects".
 */
import { IntList } from "../../base/int-list.ts";
import { RankedBits } from "../../base/ranked-bits.ts";
import { finish, type IndexSteps } from "../../base/steps.ts";
import type { Pointer, TypeNumber } from "../../base/units.ts";
import { TYPE_NEW_ATOM } from "../../memory/layout.ts";
import { isCode } from "../../objects/arrays/blocks.ts";
import { isCounted } from "../../objects/types.ts";
import { eachCountEntry } from "../counts/counts.ts";
import { collectorState } from "../heap/system.ts";
import { type ImageView, keepsCounts } from "../image-view.ts";
import { rememberedSteps } from "../steps.ts";
import { type HeapGraph, NO_SLOT } from "./building/heap-graph.ts";
import { graphSteps, heapGraph } from "./graph-steps.ts";

/** What no root reaches, by what it means, as nodes in ascending order. */
export interface Unreached {
  /** Code of the image itself that was replaced, which is not counted and stays for ever, with what only it holds. */
  readonly replaced: Int32Array;
  /** Count 0, and what only such objects hold: the next collection takes these. */
  readonly waiting: Int32Array;
  /** Held by nothing, but with a count above 0, and what only such objects hold. */
  readonly lost: Int32Array;
  /** The rest, which is held by cycles: reference counts never free it. */
  readonly cyclic: Int32Array;
}

export const UNREACHED_CLASSES = ["replaced", "waiting", "lost", "cyclic"] as const;
export type UnreachedClass = (typeof UNREACHED_CLASSES)[number];

/** Nodes marked between two reports. */
const STEP_NODES = 1 << 17;
/** Nodes looked at between two reports, where only one thing is asked about each. */
const STEP_CHOICES = 1 << 18;

/** Marks everything that `starts` reach and that was not marked before; `starts` are marked too. @returns what was marked, in no order */
function* markFrom(graph: HeapGraph, marked: RankedBits, starts: Iterable<number>): IndexSteps<Int32Array> {
  const reached = new IntList();
  const offer = (node: number) => {
    if (node < 0 || marked.has(node)) return;
    marked.add(node);
    reached.push(node);
  };
  for (const start of starts) offer(start);
  for (let at = 0; at < reached.length; at++) {
    if (at % STEP_NODES === STEP_NODES - 1) yield { phase: "reachable objects", done: at, total: graph.nodes };
    const node = reached.at(at);
    for (let slot = 0; ; slot++) {
      const child = graph.childAt(node, slot);
      if (child === NO_SLOT) break;
      offer(child);
    }
  }
  return reached.toArray();
}

/** All roots: those outside the heap, then the symbols that are objects. */
export function* rootNodes(graph: HeapGraph): Generator<number> {
  for (let node = graph.objects; node < graph.nodes; node++) yield node;
  const symbols = graph.map.types.get(TYPE_NEW_ATOM);
  for (const symbol of symbols === undefined ? [] : graph.map.instances(TYPE_NEW_ATOM, 0, symbols.live)) {
    yield graph.numberOf(symbol);
  }
}

export function unreached(graph: HeapGraph): Unreached {
  return finish(unreachedSteps(graph));
}

/** @param reached what the roots reach, from somebody who knows already; it is used up */
export function unreachedSteps(graph: HeapGraph, reached?: RankedBits): IndexSteps<Unreached> {
  return rememberedSteps(graph.view, "unreached", () => sortUnreached(graph, reached ?? null));
}

function* sortUnreached(graph: HeapGraph, reached: RankedBits | null): IndexSteps<Unreached> {
  const marked = reached ?? new RankedBits(graph.nodes);
  if (reached === null) yield* markFrom(graph, marked, rootNodes(graph));
  const rest = yield* unmarked(graph, marked);
  const { memory } = graph.view;
  const isReplaced = (node: number) =>
    !isCounted(memory, graph.addressOf(node)) && isCode(memory, graph.addressOf(node));
  const replaced = yield* markFrom(graph, marked, yield* chosen(rest, isReplaced));
  const zero = zeroCounts(graph);
  const waiting = yield* markFrom(graph, marked, yield* chosen(rest, (node) => zero.has(node)));
  const held = (node: number) => {
    for (let i = 0; i < graph.holderCount(node); i++) {
      const holder = graph.holderAt(node, i);
      if (!marked.has(holder)) return true;
    }
    return false;
  };
  const lostHeads = yield* chosen(rest, (node) => !marked.has(node) && !held(node));
  const lost = yield* markFrom(graph, marked, lostHeads);
  return {
    replaced: yield* ascending(graph, [replaced]),
    waiting: yield* ascending(graph, [waiting]),
    lost: yield* ascending(graph, [lost]),
    cyclic: yield* unmarked(graph, marked),
  };
}

/** Objects that are not marked, ascending. */
function* unmarked(graph: HeapGraph, marked: RankedBits): IndexSteps<Int32Array> {
  const found = new IntList();
  for (let node = 0; node < graph.objects; node++) {
    if (node % STEP_CHOICES === 0) yield { phase: "unreachable objects", done: node, total: graph.objects };
    if (!marked.has(node)) found.push(node);
  }
  return found.toArray();
}

function* chosen(nodes: Int32Array, isChosen: (node: number) => boolean): IndexSteps<Int32Array> {
  const found = new IntList();
  for (let i = 0; i < nodes.length; i++) {
    if (i % STEP_CHOICES === 0) yield { phase: "unreachable objects", done: i, total: nodes.length };
    if (isChosen(nodes[i] as number)) found.push(nodes[i] as number);
  }
  return found.toArray();
}

/** All of these nodes, ascending: by way of a set, because to sort millions takes long, and no steps. */
export function* ascending(graph: HeapGraph, lists: readonly Int32Array[]): IndexSteps<Int32Array> {
  const set = new RankedBits(graph.nodes);
  let total = 0;
  for (const list of lists) {
    yield { phase: "unreachable objects", done: total, total: graph.objects };
    for (let i = 0; i < list.length; i++) set.add(list[i] as number);
    total += list.length;
  }
  const sorted = new Int32Array(total);
  for (let node = set.next(0, graph.nodes), at = 0; node >= 0; node = set.next(node + 1, graph.nodes)) {
    sorted[at++] = node;
    if (at % STEP_CHOICES === 0) yield { phase: "unreachable objects", done: at, total };
  }
  return sorted;
}

/** Objects whose stored count is 0. */
function zeroCounts(graph: HeapGraph): RankedBits {
  const zero = new RankedBits(graph.objects);
  // Once the collector is off its tables describe the past, and no collection takes anything.
  if (!keepsCounts(graph.view) || collectorState(graph.view.memory).isDisabled) return zero;
  eachCountEntry(graph.view.memory, ({ pointer, count }) => {
    const node = count === 0 ? graph.numberOf(pointer) : -1;
    if (node >= 0) zero.add(node);
    return true;
  });
  return zero;
}

/** What no root reaches, as addresses, for reports. */
export interface LeakReport {
  readonly waiting: readonly Pointer[];
  readonly lost: readonly Pointer[];
  readonly cyclic: readonly Pointer[];
  /** Lost and cyclic objects by type. */
  readonly byType: ReadonlyMap<TypeNumber, number>;
}

/** Finds out step by step what `leaks` asks, and leaves it with the view. */
export function* leakSteps(view: ImageView): IndexSteps<void> {
  yield* unreachedSteps(yield* graphSteps(view));
}

/** Live objects that no root reaches and no collection will take: lost ones, then those held by cycles. */
export function leaks(view: ImageView): readonly Pointer[] {
  const { lost, cyclic } = findLeaks(view);
  return [...lost, ...cyclic];
}

export function findLeaks(view: ImageView): LeakReport {
  const graph = heapGraph(view);
  const { waiting, lost, cyclic } = unreached(graph);
  const addresses = (nodes: Int32Array) => Array.from(nodes, (node) => graph.addressOf(node));
  const report = { waiting: addresses(waiting), lost: addresses(lost), cyclic: addresses(cyclic) };
  const byType = new Map<TypeNumber, number>();
  for (const object of [...report.lost, ...report.cyclic]) {
    const type = graph.map.typeAt(object);
    byType.set(type, (byType.get(type) ?? 0) + 1);
  }
  return { ...report, byType };
}
