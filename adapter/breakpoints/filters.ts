/** The exception filters: events of the machine that a client can stop at. Ids are those of `core/vm/events.ts` (design, section 4.4). */
import type { EventKind } from "#core";

export interface Filter {
  readonly filter: EventKind;
  readonly label: string;
  readonly description: string;
  /** On for a client that says nothing. */
  readonly default: boolean;
  /** Fields that a condition may name. */
  readonly fields: readonly string[];
}

export const FILTERS: readonly Filter[] = [
  {
    filter: "gc.trigger",
    label: "Collection: trigger",
    description:
      "The countdown or storage pressure asks for a collection: stops at the allocation that crossed the line.",
    default: false,
    fields: ["cause", "site"],
  },
  {
    filter: "gc.start",
    label: "Collection: start",
    description: "Before a collection does anything.",
    default: false,
    fields: ["cause", "number", "site"],
  },
  {
    filter: "gc.reclaim",
    label: "Collection: before reclaiming",
    description: "After the stack scan, before anything is freed: shows what is marked and what will go.",
    default: false,
    fields: ["cause", "number", "marked", "site"],
  },
  {
    filter: "gc.end",
    label: "Collection: end",
    description: "After a collection, with its report.",
    default: false,
    fields: ["cause", "number", "marked", "freed", "site"],
  },
  {
    filter: "object.free",
    label: "Object freed",
    description: "An object was reclaimed.",
    default: false,
    fields: ["type", "address", "size", "site"],
  },
  {
    filter: "refcount.zero",
    label: "Reference count reaches 0",
    description: "The last counted reference to an object is gone.",
    default: false,
    fields: ["type", "address", "count", "site"],
  },
  {
    filter: "storage.full",
    label: "Storage full",
    description: "The heap limit is reached.",
    default: true,
    fields: ["site"],
  },
  {
    filter: "memory.error",
    label: "Memory error",
    description: "Double free, corrupt block or free list, bad pointer.",
    default: true,
    fields: ["type", "address", "count", "site"],
  },
  {
    filter: "lisp.error",
    label: "Lisp error",
    description: "The program signals an error.",
    default: true,
    fields: ["cause", "site"],
  },
  {
    filter: "leak",
    label: "Leak at program end",
    description: "The program ends, and objects are left that no root reaches.",
    default: false,
    fields: ["count", "site"],
  },
];

export const FILTER_IDS: readonly string[] = FILTERS.map((row) => row.filter);

/** What `"stopOnGC": true` means. */
export const GC_FILTERS: readonly EventKind[] = ["gc.trigger", "gc.reclaim", "gc.end"];

/** The filter's id as an event kind; null when there is no such filter. */
export function filterKind(id: unknown): EventKind | null {
  return FILTERS.find((row) => row.filter === id)?.filter ?? null;
}
