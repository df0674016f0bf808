/** Why an event cannot happen in a machine: its manager does nothing of the kind. */
import type { ManagerTraits } from "../../managers/contract.ts";
import { HEAP_EVENT_KINDS, type HeapEventKind } from "../../managers/events.ts";
import type { EventKind } from "../../vm/events.ts";

const LACKS: Readonly<Record<HeapEventKind, string>> = {
  "gc.trigger": "never asks for a collection",
  "gc.start": "runs no collections",
  "gc.scan": "runs no collections",
  "gc.reclaim": "runs no collections",
  "gc.end": "runs no collections",
  "gc.disabled": "has no collector that switches itself off",
  "object.alloc": "reports no allocations",
  "object.free": "frees nothing",
  "refcount.zero": "counts no references",
  "refcount.overflow": "keeps no counts with an inline maximum",
  "refcount.error": "keeps no table of counts that could contradict itself",
  "storage.pressure": "reports no shortage of storage",
  "page.new": "adds no pages",
  "memory.error": "checks nothing",
};

/** A sentence for people; null when the event can happen. */
export function whyNever(kind: EventKind, { name, raises }: ManagerTraits): string | null {
  if (kind === "verify" && !raises.includes("gc.end")) {
    return `Under the memory manager "${name}" there are no collections to check at: set "verify" in the launch configuration to a number of safepoints.`;
  }
  const known = HEAP_EVENT_KINDS.find((candidate) => candidate === kind);
  if (known === undefined || raises.includes(known)) return null;
  return `"${kind}" cannot happen here: the memory manager "${name}" ${LACKS[known]}.`;
}
