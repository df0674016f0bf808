/** Turns what a memory manager reports into machine events, as far as they are armed. */
import type { Pointer, TypeNumber } from "../../base/units.ts";
import { type HeapObserver, silent } from "../../managers/events.ts";
import type { EventKind, MachineEvent } from "../events.ts";

/**
 * @param raise is called for armed kinds only
 * @param preview printed form of an object, asked for while it is whole
 * @param typeOf type of an object
 */
export function armedObserver(
  armed: ReadonlySet<EventKind>,
  raise: (event: MachineEvent) => void,
  preview: (object: Pointer) => string,
  typeOf: (object: Pointer) => TypeNumber,
): HeapObserver {
  const report = (event: MachineEvent) => {
    if (armed.has(event.kind)) raise(event);
  };
  return {
    allocated: (object, type, sizeWords) => report({ kind: "object.alloc", object, type, sizeWords, preview: "" }),
    freed: (object, type, sizeWords) => {
      // A program may free millions: only an armed event is worth printing.
      if (armed.has("object.free")) raise({ kind: "object.free", object, type, sizeWords, preview: preview(object) });
    },
    countZero: (object) => {
      if (armed.has("refcount.zero")) raise({ kind: "refcount.zero", object, preview: preview(object) });
    },
    countOverflow: (object) => report({ kind: "refcount.overflow", object }),
    countError: (object, message) => report({ kind: "refcount.error", object, message }),
    collectionDue: (cause, object) => report({ kind: "gc.trigger", cause, object }),
    collectionPhase: (phase, collection) => report({ kind: `gc.${phase}`, report: collection }),
    collectorDisabled: (message, pairsLeft) => report({ kind: "gc.disabled", message, pairsLeft }),
    storagePressure: (pagesLeft) => report({ kind: "storage.pressure", pagesLeft }),
    // A full storage stops the machine by a fault, armed or not: nothing to report twice.
    storageFull: () => {},
    pageAdded: (page) => report({ kind: "page.new", page }),
    memoryError: (object, message) => report({ kind: "memory.error", object, message }),
    lifetime: (kind, object, sizeWords) => {
      if (kind !== "arena.alloc" && kind !== "stack.alloc") return;
      if (armed.has("object.alloc")) {
        raise({ kind: "object.alloc", object, type: typeOf(object), sizeWords, preview: "" });
      }
    },
  };
}

/** All of them that there are as one; the first is told first. Who says nothing costs nothing. */
export function allObservers(
  first: HeapObserver | null,
  second: HeapObserver | null,
  last: HeapObserver,
): HeapObserver {
  const behind = second === null ? last : bothObservers(second, last);
  return first === null ? behind : bothObservers(first, behind);
}

function bothObservers(first: HeapObserver, second: HeapObserver): HeapObserver {
  if (second === silent) return first;
  return {
    allocated(object, type, sizeWords) {
      first.allocated(object, type, sizeWords);
      second.allocated(object, type, sizeWords);
    },
    freed(object, type, sizeWords) {
      first.freed(object, type, sizeWords);
      second.freed(object, type, sizeWords);
    },
    countZero(object) {
      first.countZero(object);
      second.countZero(object);
    },
    countOverflow(object) {
      first.countOverflow(object);
      second.countOverflow(object);
    },
    countError(object, message) {
      first.countError(object, message);
      second.countError(object, message);
    },
    collectionDue(cause, object) {
      first.collectionDue(cause, object);
      second.collectionDue(cause, object);
    },
    collectionPhase(phase, report) {
      first.collectionPhase(phase, report);
      second.collectionPhase(phase, report);
    },
    collectorDisabled(message, pairsLeft) {
      first.collectorDisabled(message, pairsLeft);
      second.collectorDisabled(message, pairsLeft);
    },
    storagePressure(pagesLeft) {
      first.storagePressure(pagesLeft);
      second.storagePressure(pagesLeft);
    },
    storageFull(message) {
      first.storageFull(message);
      second.storageFull(message);
    },
    pageAdded(page) {
      first.pageAdded(page);
      second.pageAdded(page);
    },
    memoryError(object, message) {
      first.memoryError(object, message);
      second.memoryError(object, message);
    },
    lifetime(kind, object, sizeWords, after, place) {
      first.lifetime(kind, object, sizeWords, after, place);
      second.lifetime(kind, object, sizeWords, after, place);
    },
  };
}
