/** The fields of events that conditions may name (design, section 4.4). Numbers become integers of the condition, texts symbols. */
import type { ByteAddress, Pointer } from "../base/units.ts";
import { NIL } from "../memory/layout.ts";
import { typeName } from "../objects/dtd.ts";
import { typeNumber } from "../objects/types.ts";
import type { MachineEvent } from "../vm/events.ts";
import type { Machine } from "../vm/machine.ts";
import type { Places } from "./program/places.ts";

/** Value of `function` where nobody knows which one it is. */
const UNKNOWN = "?";

export type EventFields = ReadonlyMap<string, number | string>;

/**
 * | Field | Is |
 * |---|---|
 * | `site` `function` `line` | the instruction that caused the event: its byte address, the function that it belongs to, its line in the text (from 1 on; 0 when there is none) |
 * | `cause` | why a collection runs; name of a Lisp error |
 * | `number` `marked` `freed` | of the collection so far: its number, objects on the stack, objects freed |
 * | `type` `address` `size` `count` | of an object: type name, address in words (as `address-of` gives it), words, references (of reference count events). `count` of a leak: objects |
 * | `check` | name of the check of `verify` that found something, with the `address` of the place |
 * | `pages` `page` `pairs` | pages left, number of the new page, pairs of the collision table that are left |
 */
export function eventFields(machine: Machine, places: Places, event: MachineEvent, site: ByteAddress): EventFields {
  const fields = new Map<string, number | string>([["site", site]]);
  fields.set("function", machine.code.containing(site)?.block.name ?? UNKNOWN);
  fields.set("line", (places.at(site)?.line ?? -1) + 1);
  switch (event.kind) {
    case "gc.trigger":
      fields.set("cause", event.cause);
      if (event.object !== NIL) addObject(machine, event.object, fields);
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
      fields.set("type", typeName(machine.memory, event.type)).set("address", event.object);
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
    case "verify":
      fields.set("check", event.check);
      if (event.address !== null) fields.set("address", event.address);
      break;
    case "leak":
      fields.set("count", event.objects.length);
      break;
    case "gc.disabled":
      fields.set("pairs", event.pairsLeft);
      break;
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
