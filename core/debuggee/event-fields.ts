/** The fields of events that conditions may name (design, section 4.4). Numbers become integers of the condition, texts symbols. */
import type { ByteAddress, Pointer } from "../base/units.ts";
import { typeName } from "../objects/dtd.ts";
import { typeNumber } from "../objects/types.ts";
import type { MachineEvent } from "../vm/events.ts";
import type { Machine } from "../vm/machine.ts";

export type EventFields = ReadonlyMap<string, number | string>;

/**
 * | Field | Is |
 * |---|---|
 * | `site` | byte address of the instruction that caused the event |
 * | `cause` | why a collection runs; name of a Lisp error |
 * | `number` `marked` `freed` | of the collection so far: its number, objects on the stack, objects freed |
 * | `type` `address` `size` `count` | of an object: type name, address in words (as `address-of` gives it), words, references (of reference count events). `count` of a leak: objects |
 * | `pages` `page` | pages left, number of the new page |
 */
export function eventFields(machine: Machine, event: MachineEvent, site: ByteAddress): EventFields {
  const fields = new Map<string, number | string>([["site", site]]);
  switch (event.kind) {
    case "gc.trigger":
      fields.set("cause", event.cause);
      break;
    case "gc.start":
    case "gc.scan":
    case "gc.reclaim":
    case "gc.end":
      fields.set("cause", event.report.cause).set("number", event.report.number);
      fields.set("marked", event.report.marked).set("freed", event.report.freedObjects);
      break;
    case "object.alloc":
    case "object.free":
      addObject(machine, event.object, fields);
      fields.set("size", event.sizeWords);
      break;
    case "refcount.zero":
      addObject(machine, event.object, fields);
      // Not what the table says now: the object may have been freed since.
      fields.set("count", 0);
      break;
    case "refcount.overflow":
    case "refcount.error":
    case "memory.error":
      addObject(machine, event.object, fields);
      addCount(machine, event.object, fields);
      break;
    case "storage.pressure":
      fields.set("pages", event.pagesLeft);
      break;
    case "page.new":
      fields.set("page", event.page);
      break;
    case "lisp.error":
      fields.set("cause", event.name);
      break;
    case "leak":
      fields.set("count", event.objects.length);
      break;
    case "gc.disabled":
    case "storage.full":
    case "stack.overflow":
      break;
  }
  return fields;
}

function addObject({ memory }: Machine, object: Pointer, fields: Map<string, number | string>): void {
  fields.set("type", typeName(memory, typeNumber(memory, object))).set("address", object);
}
function addCount({ manager }: Machine, object: Pointer, fields: Map<string, number | string>): void {
  const count = manager.counts?.countOf(object) ?? null;
  if (count !== null) fields.set("count", count);
}
