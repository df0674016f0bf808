/**
 * Freed objects that are not used anew yet. Their cells are poisoned: each holds a pointer that no image reaches and that names the slot of the object.
 * So whoever follows a stale reference fails at the latest when he uses what he read there, and the failure says which object it was.
 *
 * ```
 * poison of slot n   0x0FFFFFFE - 2n; as a cons it is an indirect one whose other cell is beyond memory
 * ```
 */
import type { Cells, Pointer, Words } from "../../../base/units.ts";
import { ADDRESS_LIMIT_WORDS, POINTER_MASK, TYPE_BLOCK, TYPE_LISTP } from "../../../memory/layout.ts";
import { CDR_NIL, carCell, cdrCode } from "../../../objects/cons.ts";
import { instanceWords } from "../../../objects/dtd.ts";
import { typeNumber } from "../../../objects/types.ts";
import { BLOCK_OVERHEAD_CELLS } from "../../storage/blocks/block-allocator.ts";
import type { Storage } from "../../storage/storage.ts";
import { NO_SLOT, type ObjectTable } from "./object-table.ts";

const POISON = POINTER_MASK - 1;
const CELL_WORDS = 2;

export class Quarantine {
  private readonly storage: Storage;
  private readonly table: ObjectTable;
  /** Slots, oldest first, as a ring. */
  private readonly ring: Int32Array;
  private oldest = 0;
  private held = 0;

  /** @param limit objects that are kept; 0: freed storage is used anew at once */
  constructor(storage: Storage, table: ObjectTable, limit: number) {
    this.storage = storage;
    this.table = table;
    this.ring = new Int32Array(limit);
  }

  get size(): number {
    return this.held;
  }
  get limit(): number {
    return this.ring.length;
  }
  /** Slot of an object in quarantine by its place there, newest first. */
  slotAt(place: number): number {
    const { limit } = this;
    return this.ring[(this.oldest + this.held - 1 - place + limit) % limit] as number;
  }

  /** Takes an object in that has ended; the one that has been here longest goes back to its free list. */
  add(slot: number): void {
    const { ring, limit } = this;
    if (limit === 0) {
      this.giveBack(slot, false);
      return;
    }
    if (this.held === limit) this.releaseOldest();
    this.poison(slot);
    ring[(this.oldest + this.held) % limit] = slot;
    this.held++;
  }

  /** Slot of the freed object that a value betrays: a reference to it, or its poison. `NO_SLOT` for every other value. */
  slotOf(value: Pointer): number {
    if (value >= ADDRESS_LIMIT_WORDS) {
      const slot = (POISON - value) / CELL_WORDS;
      return slot < this.table.slots.bound ? slot : NO_SLOT;
    }
    const slot = this.table.slotOf(value);
    return slot !== NO_SLOT && !this.table.slots.isInUse(slot) ? slot : NO_SLOT;
  }

  /** Whoever puts the image back to an earlier state puts this back too. */
  save(): readonly number[] {
    return Array.from({ length: this.held }, (_, place) => this.slotAt(this.held - 1 - place));
  }
  restore(slots: ArrayLike<number>): void {
    this.ring.set(slots);
    this.oldest = 0;
    this.held = slots.length;
  }

  /** Gives everything back: storage is short. @returns objects that were given back */
  flush(): number {
    const given = this.held;
    while (this.held > 0) this.releaseOldest();
    return given;
  }

  /** Words that are in quarantine: freed, and not free. */
  words(): Words {
    let words = 0;
    for (let place = 0; place < this.held; place++) {
      words += CELL_WORDS * this.cellsOf(this.table.objects[this.slotAt(place)] as Pointer);
    }
    return words;
  }

  /** Cells of an object that can be poisoned: the further cells of a cons and the ends of a block go at once or not at all. */
  cellsOf(object: Pointer): Cells {
    const { context, blocks } = this.storage;
    const type = typeNumber(context.memory, object);
    if (type === TYPE_LISTP) return 1;
    if (type === TYPE_BLOCK) return blocks.length(object - CELL_WORDS) - BLOCK_OVERHEAD_CELLS;
    return instanceWords(context.memory, type) / CELL_WORDS;
  }

  private poison(slot: number): void {
    const { memory } = this.storage.context;
    const object = this.table.objects[slot] as Pointer;
    const value = POISON - CELL_WORDS * slot;
    if (typeNumber(memory, object) === TYPE_LISTP) this.freeFurtherCells(object);
    const end = object + CELL_WORDS * this.cellsOf(object);
    for (let cell = object; cell < end; cell += CELL_WORDS) memory.setCell(cell, value);
  }

  /** Helper and replacement of a cons cannot be found any more once it is poisoned. */
  private freeFurtherCells(cons: Pointer): void {
    const { memory } = this.storage.context;
    const holder = carCell(memory, cons) as Pointer;
    const code = cdrCode(memory, holder);
    if (code < CDR_NIL) this.freeCell(holder + CELL_WORDS * code);
    if (holder !== cons) this.freeCell(holder);
  }
  private freeCell(cell: Pointer): void {
    this.table.uncover(cell, 1);
    this.storage.consPages.free(cell);
  }

  private releaseOldest(): void {
    const slot = this.ring[this.oldest] as number;
    this.oldest = (this.oldest + 1) % this.limit;
    this.held--;
    this.giveBack(slot, true);
  }

  /** The storage of an object that has ended may be used anew. */
  giveBack(slot: number, isPoisoned: boolean): void {
    const { storage } = this;
    const object = this.table.objects[slot] as Pointer;
    const type = typeNumber(storage.context.memory, object);
    if (type === TYPE_LISTP) {
      if (!isPoisoned) this.freeFurtherCells(object);
      this.freeCell(object);
    } else {
      this.table.uncover(object, this.cellsOf(object));
      if (type === TYPE_BLOCK) storage.blocks.free(object);
      else storage.typed.free(object, type);
    }
    this.table.forget(slot);
  }
}
