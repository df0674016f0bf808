/** What the topics about references have in common: which object is meant, how references and nodes are written. */
import {
  addressText,
  type HeapGraph,
  type HeapReference,
  heapGraph,
  holderText,
  type IndexProgress,
  namedObject,
  type Pointer,
  referenceText,
  typeName,
} from "#core";
import { UsageError } from "../../command.ts";
import { grouped } from "../../text.ts";
import type { TopicContext } from "../topic.ts";

/** Tells the person at the terminal how far the work is. */
export function reporter({ progress }: TopicContext): (report: IndexProgress) => void {
  return ({ phase, done, total }) => progress(`${phase}: ${Math.floor((100 * done) / Math.max(1, total))} %`);
}

export function graphOf(context: TopicContext): HeapGraph {
  return heapGraph(context.image.view, reporter(context));
}

export interface Subject {
  readonly graph: HeapGraph;
  readonly object: Pointer;
  readonly node: number;
  /** `value of KEPT`; null when the address of the object itself was given. */
  readonly how: string | null;
}

/** The object that an argument names. @throws {UsageError} when there is none */
export function subjectOf(context: TopicContext, text: string | null): Subject {
  if (text === null) throw new UsageError("expected an address (57,12340 or 0x2F14E0) or the name of a symbol");
  const graph = graphOf(context);
  const named = namedObject(graph, text);
  if (named.problem !== null) throw new UsageError(named.problem);
  return { graph, object: named.object, node: graph.numberOf(named.object), how: named.how };
}

export function referenceJson(graph: HeapGraph, reference: HeapReference): Record<string, unknown> {
  const { holderKind, holder, slotKind, index, target } = reference;
  const isAddress = holderKind === "object" || holderKind === "symbol" || holderKind === "buffer";
  return {
    holderKind,
    holder: isAddress ? addressText(holder) : holder,
    slot: slotKind,
    index,
    target: addressText(target),
    text: referenceText(graph.view, reference),
  };
}

/** An object, or a root, in words. */
export function nodeText(graph: HeapGraph, node: number): string {
  if (node === graph.nodes) return "all roots together";
  const { holderKind, holder } = graph.nodeHolder(node);
  return holderText(graph.view, holderKind, holder);
}

/** `12 LISTP, 3 FIXP`: most frequent first. */
export function typesText(graph: HeapGraph, byType: ReadonlyMap<number, number>, most = 5): string {
  const sorted = [...byType].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, most).map(([type, n]) => `${grouped(n)} ${typeName(graph.view.memory, type)}`);
  return sorted.length > most ? `${shown.join(", ")} …` : shown.join(", ");
}

export function typesJson(graph: HeapGraph, byType: ReadonlyMap<number, number>): Record<string, number> {
  return Object.fromEntries([...byType].map(([type, n]) => [typeName(graph.view.memory, type), n]));
}
