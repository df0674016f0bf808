/**
 * Counts of 32767 and more: a list of pairs [object, count], ended by NIL; T marks a slot that can be used again.
 *
 * The reference VM registers a page of this list only when it grows into the next one, so an image builder must register the first
 * (the page of HTBIG_BASE). After a reload that lost it, an overflowed count has no slot: it counts as "32767 or more" and stays.
 * Source: collection specification, sections 3.3 and 4.5.
 */
import { hex } from "../../base/errors.ts";
import type { Pointer, WordAddress } from "../../base/units.ts";
import { HTBIG_BASE, HTBIG_WORDS, NIL, PAGE_WORDS, T } from "../../memory/layout.ts";
import type { StorageContext } from "../storage/context.ts";
import { addPage } from "../storage/new-page.ts";

const OVERFLOWED = 0x7fff;
/** [object, count]. */
const SLOT_WORDS = 4;

export class BigCounts {
  private readonly context: StorageContext;

  constructor(context: StorageContext) {
    this.context = context;
  }

  /** The count of an object has just become 32767. */
  add(pointer: Pointer): void {
    const { memory, observer } = this.context;
    const object = evenAddress(pointer);
    let slot = HTBIG_BASE;
    for (; ; slot += SLOT_WORDS) {
      const held = memory.cell(slot);
      if (held === NIL || held === T) break;
      if (held === object) {
        observer.countError(object, `object ${hex(object)}: its count is in the table of big counts already`);
        return;
      }
    }
    const next = slot + SLOT_WORDS;
    if (memory.cell(slot) === NIL && next % PAGE_WORDS === 0) addPage(this.context, next >> 8);
    memory.setCell(slot + 2, OVERFLOWED);
    memory.setCell(slot, object);
    observer.countOverflow(object);
  }

  /** Changes a big count. @returns the inline count to go back to, null when the count stays big */
  change(pointer: Pointer, difference: 1 | -1): number | null {
    const { memory } = this.context;
    const slot = this.slotOf(pointer);
    if (slot === null) {
      const object = evenAddress(pointer);
      this.context.observer.countError(object, `object ${hex(object)}: its big count is lost, it can never be freed`);
      return null;
    }
    const count = memory.cell(slot + 2) + difference;
    memory.setCell(slot + 2, count);
    if (count >= OVERFLOWED) return null;
    memory.setCell(slot, T);
    return count;
  }

  countOf(pointer: Pointer): number | null {
    const slot = this.slotOf(pointer);
    return slot === null ? null : this.context.memory.cell(slot + 2);
  }

  private slotOf(pointer: Pointer): WordAddress | null {
    const { memory } = this.context;
    const object = evenAddress(pointer);
    for (let slot = HTBIG_BASE; slot < HTBIG_BASE + HTBIG_WORDS; slot += SLOT_WORDS) {
      const held = memory.cell(slot);
      if (held === object) return slot;
      if (held === NIL) return null;
    }
    return null;
  }
}

function evenAddress(pointer: Pointer): Pointer {
  return pointer & 0x0ffffffe;
}
