/** The exception filters: events of the machine that a client can stop at. Ids are those of `core/vm/events.ts` (design, section 4.4). */
import type { EventKind } from "#core";

export interface Filter {
  readonly filter: EventKind;
  readonly label: string;
  readonly description: string;
  /** On for a client that says nothing. */
  readonly default: boolean;
  /** Fields that a condition may name, besides `site`. */
  readonly fields: readonly string[];
}

const row = (filter: EventKind, label: string, fields: readonly string[], description: string): Filter => ({
  filter,
  label,
  description,
  default: false,
  fields,
});
const OBJECT = ["type", "address", "size"] as const;
const COUNTED = ["type", "address", "count"] as const;

export const FILTERS: readonly Filter[] = [
  row(
    "gc.trigger",
    "Collection: trigger",
    ["cause", "type", "address"],
    "The countdown or storage pressure asks for a collection: stops at the allocation that crossed the line.",
  ),
  row("gc.start", "Collection: start", ["cause", "number"], "Before a collection does anything."),
  row(
    "gc.scan",
    "Collection: after the stack scan",
    ["cause", "number", "marked"],
    "The stack is scanned, or all that can be reached is marked: shows what is marked.",
  ),
  row(
    "gc.reclaim",
    "Collection: before reclaiming",
    ["cause", "number", "marked"],
    "After the stack scan, before anything is freed: shows what is marked and what will go.",
  ),
  row("gc.end", "Collection: end", ["cause", "number", "marked", "freed"], "After a collection, with its report."),
  {
    ...row(
      "gc.disabled",
      "Collector about to be disabled",
      ["pairs"],
      "The collision table of the reference counts is nearly full, and nothing is lost yet; and again when it is full and the collector switches itself off.",
    ),
    default: true,
  },
  row("object.alloc", "Object allocated", OBJECT, "A new object: stops behind the instruction that made it."),
  row("object.free", "Object freed", OBJECT, "An object was reclaimed."),
  row("refcount.zero", "Reference count reaches 0", COUNTED, "The last counted reference to an object is gone."),
  row(
    "refcount.overflow",
    "Reference count overflows",
    COUNTED,
    "A count passes the inline maximum (32767) and goes on in the table of big counts.",
  ),
  row(
    "refcount.error",
    "Reference count error",
    COUNTED,
    "A count is decremented below 0, or an entry contradicts the operation. Nothing is changed by it.",
  ),
  row(
    "storage.pressure",
    "Storage running short",
    ["pages"],
    "A page was handed out while few are left: once for each page.",
  ),
  { ...row("storage.full", "Storage full", [], "The heap limit is reached."), default: true },
  { ...row("stack.overflow", "Stack overflow", [], "No room for another frame on the stack."), default: true },
  row("page.new", "Page added", ["page"], "A page of memory comes into use."),
  {
    ...row(
      "memory.error",
      "Memory error",
      COUNTED,
      "Use after free, double free, region violation, corrupt block or free list, bad pointer.",
    ),
    default: true,
  },
  { ...row("lisp.error", "Lisp error", ["cause"], "The program signals an error."), default: true },
  row(
    "verify",
    "Broken invariant (verifier)",
    ["check", "address"],
    "The heap, the tables and the counts are checked before and after every collection, or as often as `verify` of the launch configuration says: stops at the first error.",
  ),
  row("leak", "Leak at program end", ["count"], "The program ends, and objects are left that no root reaches."),
];

export const FILTER_IDS: readonly string[] = FILTERS.map(({ filter }) => filter);

/** What `"stopOnGC": true` means. */
export const GC_FILTERS: readonly EventKind[] = ["gc.trigger", "gc.reclaim", "gc.end"];

/** The filter's id as an event kind; null when there is no such filter. */
export function filterKind(id: unknown): EventKind | null {
  return FILTERS.find(({ filter }) => filter === id)?.filter ?? null;
}
