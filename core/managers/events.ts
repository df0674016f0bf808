/**
 * What a manager reports while it works. `silent` is the observer of a machine that nobody looks at: calls to it vanish in the JIT.
 * The debugger's stops are made of these; see `vm/events.ts` for the machine's own.
 */
import type { Pointer, TypeNumber, Words } from "../base/units.ts";

/** What a manager may report and a debugger may stop at; `ManagerTraits.raises` says which of them happen under a manager. */
export const HEAP_EVENT_KINDS = [
  "gc.trigger",
  "gc.start",
  "gc.scan",
  "gc.reclaim",
  "gc.end",
  "gc.disabled",
  "object.alloc",
  "object.free",
  "refcount.zero",
  "refcount.overflow",
  "refcount.error",
  "storage.pressure",
  "page.new",
  "memory.error",
] as const;
export type HeapEventKind = (typeof HEAP_EVENT_KINDS)[number];

/** What happens under every manager: they share their storage. */
export const STORAGE_EVENTS: readonly HeapEventKind[] = [
  "object.alloc",
  "storage.pressure",
  "page.new",
  "memory.error",
];
/** What a manager reports that collects in phases. */
export const COLLECTION_EVENTS: readonly HeapEventKind[] = [
  "gc.trigger",
  "gc.start",
  "gc.scan",
  "gc.reclaim",
  "gc.end",
];

/** Why a collection runs. */
export type CollectCause = "countdown" | "pressure" | "request" | "stress" | "exit";

/** What a collection did, complete once its phase is `done`. Counts are objects. */
export interface CollectionReport {
  readonly number: number;
  readonly cause: CollectCause;
  /** Objects that the stack scan found, that is: marked. */
  marked: number;
  freedObjects: number;
  freedWords: Words;
  /** Type number -> objects freed. */
  readonly freedByType: Map<TypeNumber, number>;
}

/**
 * What becomes of ownership, counts, arenas, regions and components: the part of the event vocabulary that goes beyond single objects and collections.
 * An object of an arena or of the stack is told of by these alone: it comes with `arena.alloc` or `stack.alloc`, and goes with the end of its place.
 */
export type LifetimeEventKind =
  | "inc"
  | "dec"
  | "transfer"
  | "stack.alloc"
  | "stack.end"
  | "arena.alloc"
  | "arena.reset"
  | "arena.end"
  | "region.enter"
  | "region.exit"
  | "component.new"
  | "component.add"
  | "handle.acquire"
  | "handle.release"
  | "tether.begin"
  | "tether.end"
  | "component.dismantle";

export interface HeapObserver {
  allocated(object: Pointer, type: TypeNumber, sizeWords: Words): void;
  /** The object is about to be put on a free list; its content is still readable. */
  freed(object: Pointer, type: TypeNumber, sizeWords: Words): void;
  /** A count fell to zero. */
  countZero(object: Pointer): void;
  /** A count passed the largest inline value. */
  countOverflow(object: Pointer): void;
  /** A count operation that cannot be right: nothing was changed. */
  countError(object: Pointer, message: string): void;
  /**
   * The countdown or storage pressure asks for a collection.
   * @param object the object whose count table entry ended the countdown; NIL where an allocation is the reason, which is reported by itself
   */
  collectionDue(cause: CollectCause, object: Pointer): void;
  collectionPhase(phase: "start" | "scan" | "reclaim" | "end", report: CollectionReport): void;
  /**
   * The collision table runs out. `pairsLeft` above 0: it will, soon, and nothing is lost yet; 0: the collector switches itself off right after this call.
   */
  collectorDisabled(message: string, pairsLeft: number): void;
  storagePressure(pagesLeft: number): void;
  storageFull(message: string): void;
  pageAdded(page: number): void;
  /** Double free, block or free-list corruption: nothing was changed. */
  memoryError(object: Pointer, message: string): void;
  /**
   * @param object the object that it is about; NIL when it is about none
   * @param after the counter after it: count, handles, tethers, members, or objects that went with their place
   * @param place name of the arena, region or component; empty for none
   */
  lifetime(kind: LifetimeEventKind, object: Pointer, sizeWords: Words, after: number, place: string): void;
}

export const silent: HeapObserver = {
  allocated() {},
  freed() {},
  countZero() {},
  countOverflow() {},
  countError() {},
  collectionDue() {},
  collectionPhase() {},
  collectorDisabled() {},
  storagePressure() {},
  storageFull() {},
  pageAdded() {},
  memoryError() {},
  lifetime() {},
};
