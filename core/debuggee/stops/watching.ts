/** What a front end asks of a machine around data breakpoints: where a variable lies, what keeps its name over a restart, and what a hit is about. */

import { hex } from "../../base/errors.ts";
import type { ByteAddress, Pointer, WordAddress } from "../../base/units.ts";
import type { ImageView } from "../../inspect/image-view.ts";
import type { Slot } from "../../inspect/node.ts";
import { pointerProblem, valueText } from "../../inspect/parts/value-text.ts";
import { ATOM_WORDS, ATOMS_BASE, POINTER_MASK, SEGMENT_WORDS, TYPE_NEW_ATOM } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import { carCell, cdrCell } from "../../objects/cons.ts";
import { isSmall, smallValue } from "../../objects/immediates.ts";
import { sizeOf } from "../../objects/object-slots.ts";
import { findSymbolAnywhere } from "../../objects/packages.ts";
import { symbolName, valueCell } from "../../objects/symbols.ts";
import { typeNumber } from "../../objects/types.ts";
import type { Watch, WatchHit } from "../../vm/gates/watch.ts";
import type { EventFields } from "../event-fields.ts";

const CELL_BYTES = 4;

export class Watching {
  private readonly view: () => ImageView;

  constructor(view: () => ImageView) {
    this.view = view;
  }

  /** The cell that holds what a slot shows. CAR, and a CDR that its code implies, are one cell. */
  cellOf(slot: Slot): WordAddress {
    const { memory } = this.view();
    if (slot.kind === "stack" || slot.kind === "heap") return slot.address;
    if (slot.kind === "weak") return slot.holder + slot.offset;
    const holder = carCell(memory, slot.cons);
    return slot.kind === "car" ? holder : (cdrCell(memory, slot.cons) ?? holder);
  }

  /** The name by which a global variable can be found again; null for another cell. */
  globalAt(cell: WordAddress): string | null {
    const { memory } = this.view();
    const record = cell - 2;
    const isOld =
      record >= ATOMS_BASE &&
      record < ATOMS_BASE + ATOM_WORDS * SEGMENT_WORDS &&
      (record - ATOMS_BASE) % ATOM_WORDS === 0;
    if (!isOld && (!isMapped(memory, record, 2) || typeNumber(memory, record) !== TYPE_NEW_ATOM)) return null;
    const symbol = isOld ? (record - ATOMS_BASE) / ATOM_WORDS : record;
    const name = symbolName(memory, symbol);
    return name !== "" && findSymbolAnywhere(memory, name) === symbol ? name : null;
  }
  /** The value cell of a global variable; null when there is no symbol of that name. */
  global(name: string): WordAddress | null {
    const symbol = findSymbolAnywhere(this.view().memory, name);
    return symbol === null ? null : valueCell(symbol);
  }

  /** Bytes that an object occupies; 0 for what is none. */
  objectBytes(pointer: Pointer): number {
    return 2 * sizeOf(this.view().memory, pointer);
  }
  /** Why the count of an object cannot be watched; null when it can. */
  whyUncounted(pointer: Pointer): string | null {
    const { counts, traits } = this.view().manager ?? { counts: null, traits: null };
    if (counts === null) return `the memory manager ${traits?.name ?? ""} keeps no counts`;
    return counts.countOf(pointer) === null ? "it is no object that is counted" : null;
  }

  /** Variables of a condition on a hit. A small integer in a cell is that number; another value is its address. */
  fields(hit: WatchHit, site: ByteAddress): EventFields {
    const fields = new Map<string, number | string>([
      ["site", site],
      ["access", hit.access],
    ]);
    if (hit.watch.kind === "count") fields.set("address", hit.watch.object);
    else fields.set("address", Math.floor(hit.watch.start / 2)).set("size", Math.ceil(hit.watch.bytes / 2));
    if (hit.old !== null) fields.set("old", numberOf(hit, hit.old));
    if (hit.now !== null) fields.set("new", numberOf(hit, hit.now));
    return fields;
  }

  /** What has happened, in a line. */
  text(hit: WatchHit): string {
    const { watch, old, now } = hit;
    const where = watch.kind === "count" ? valueText(this.view(), watch.object) : `byte ${hex(watch.start)}`;
    switch (hit.access) {
      case "gone":
        return `the variable at ${where} is gone: its function has returned`;
      case "free":
        return `the object at ${where} is freed`;
      case "reuse":
        return `a new object takes the cells at ${where}`;
      case "count":
        return `references to ${where}: ${old ?? "not counted"} -> ${now ?? "not counted"}`;
      case "read":
        return now === null ? `read at ${where}` : `read at ${where}: ${contentText(this.view(), watch, now)}`;
      case "write":
        if (old === null || now === null) return `written at ${where}`;
        return `written at ${where}: ${contentText(this.view(), watch, old)} -> ${contentText(this.view(), watch, now)}`;
    }
  }
}

/** A content of what is watched, as text. */
export function contentText(view: ImageView, watch: Watch, content: number): string {
  if (watch.kind === "count") return String(content);
  const isCell = watch.kind === "data" && watch.bytes === CELL_BYTES && watch.start % CELL_BYTES === 0;
  if (!isCell) return hex(content);
  // Cells of a free list, for instance, hold links.
  const isValue = pointerProblem(view, content & POINTER_MASK) === null;
  return isValue ? valueText(view, content & POINTER_MASK) : `${hex(content)} (no pointer)`;
}

function numberOf({ watch, access }: WatchHit, content: number): number {
  if (access === "count" || watch.kind !== "data" || watch.bytes !== CELL_BYTES) return content;
  const pointer = content & POINTER_MASK;
  return isSmall(pointer) ? smallValue(pointer) : pointer;
}
