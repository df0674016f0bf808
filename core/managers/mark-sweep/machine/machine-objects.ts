/**
 * The objects of the machine as the tracer sees them: ids are found by address, references are read from memory, storage goes back to the allocators.
 * A pair may have further cells (for its CDR, or as its replacement): they belong to it like its own.
 */
import type { Pointer, TypeNumber, WordAddress, Words } from "../../../base/units.ts";
import { TYPE_BLOCK, TYPE_LISTP, TYPE_NUMBER_MASK, TYPE_STACKP, TYPE_TABLE_BASE } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { BLOCK_PASSWORD, CONTENT_CODE } from "../../../objects/arrays/blocks.ts";
import { releaseFrameUse } from "../../../objects/code/frame-uses.ts";
import { CDR_INDIRECT, CDR_MAX_STORED } from "../../../objects/cons.ts";
import { instanceWords } from "../../../objects/dtd.ts";
import { isCodeHunk } from "../../../objects/types.ts";
import { BLOCK_OVERHEAD_CELLS } from "../../storage/blocks/block-allocator.ts";
import { consWords, type Storage } from "../../storage/storage.ts";
import type { ObjectTable } from "../table/object-table.ts";
import type { IdSink } from "../trace/marks.ts";
import type { ObjectGraph } from "../traced-heap.ts";
import { CellOwners } from "./cell-owners.ts";
import { ResidentSlots } from "./resident-slots.ts";
import { ObjectSlots } from "./slots.ts";

const CELL_WORDS = 2;
/** Regions are segments of half a size: 0x8000 words, 64 KB. */
const REGION_SHIFT = 15;
export const REGION_WORDS = 1 << REGION_SHIFT;

export class MachineObjects implements ObjectGraph {
  readonly owners: CellOwners;
  readonly residents: ResidentSlots;
  private readonly storage: Storage;
  private readonly memory: VirtualMemory;
  private readonly table: ObjectTable;
  private readonly slots: ObjectSlots;
  /** Told of each object that goes. */
  whenReleased: (type: TypeNumber, words: Words) => void = () => {};

  constructor(storage: Storage, table: ObjectTable) {
    this.storage = storage;
    this.memory = storage.context.memory;
    this.table = table;
    this.owners = new CellOwners(this.memory.sizeWords);
    this.residents = new ResidentSlots(this.memory);
    this.slots = new ObjectSlots(this.memory, this.owners, table);
  }

  /** Id of the object that begins at an address; -1 when none of the heap does. */
  idAt(pointer: Pointer): number {
    const id = this.owners.ownerOf(pointer);
    return id >= 0 && this.table.payloads[id] === pointer ? id : -1;
  }
  typeOf(object: number): TypeNumber {
    return this.memory.view.getUint16((TYPE_TABLE_BASE + (object >> 9)) * 2) & TYPE_NUMBER_MASK;
  }
  /** Words of an object as the allocators count them. */
  wordsOf(object: Pointer): Words {
    const type = this.typeOf(object);
    if (type === TYPE_LISTP) return consWords(this.memory, object);
    return type === TYPE_BLOCK ? CELL_WORDS * this.storage.blocks.length(object - 2) : instanceWords(this.memory, type);
  }

  /** The cells of an object belong to it. */
  claim(object: Pointer, id: number): void {
    const type = this.typeOf(object);
    if (type === TYPE_LISTP) this.claimCons(object, id + 1);
    else if (type === TYPE_BLOCK) {
      const words = CELL_WORDS * (this.storage.blocks.length(object - 2) - BLOCK_OVERHEAD_CELLS);
      this.owners.claim(object, words, id);
    } else this.owners.claim(object, instanceWords(this.memory, type), id);
  }

  /** @param owner id + 1, or 0: the cells belong to nobody */
  claimCons(cons: Pointer, owner: number): void {
    const { cells } = this.owners;
    const { view } = this.memory;
    cells[cons >> 1] = owner;
    let at = cons;
    let cell = view.getInt32(at * 2);
    if (cell >>> 28 === CDR_INDIRECT) {
      at = cell & 0x0fffffff;
      cell = view.getInt32(at * 2);
      cells[at >> 1] = owner;
    }
    const code = cell >>> 28;
    if (code <= CDR_MAX_STORED) cells[(at >> 1) + code] = owner;
  }

  /** What holds a slot: the id of a managed object, or -1. A slot of anything else is remembered when it gets a managed object. */
  holderOf(slot: WordAddress, target: number): number {
    const holder = this.owners.ownerOf(slot);
    if (holder < 0 && target >= 0) this.noteResident(slot, target);
    return holder;
  }
  /** The same for the CDR of a pair. */
  holderOfCdr(cons: Pointer, target: number): number {
    const holder = this.owners.ownerOf(cons);
    if (holder < 0 && target >= 0) this.residents.addCons(cons);
    return holder;
  }
  /** A constant of code is told of with the address of the code: what the image's own code refers to never goes. */
  private noteResident(slot: WordAddress, target: number): void {
    if (this.isCode(slot)) this.table.makePermanent(target);
    else this.residents.addSlot(slot);
  }
  private isCode(slot: WordAddress): boolean {
    if (this.typeOf(slot) !== TYPE_BLOCK) return false;
    const header = this.memory.cell(slot - 2);
    return header >>> 19 === BLOCK_PASSWORD && ((header >>> 17) & 3) === CONTENT_CODE;
  }

  beginScan(): void {
    this.slots.begin();
  }
  scan(id: number, sink: IdSink): void {
    this.slots.scan(this.table.payloads[id] as number, sink);
  }

  regionOf(id: number): number {
    return (this.table.payloads[id] as number) >> REGION_SHIFT;
  }

  release(id: number): void {
    const { storage, memory } = this;
    const object = this.table.payloads[id] as number;
    const type = this.typeOf(object);
    this.whenReleased(type, this.wordsOf(object));
    if (type === TYPE_LISTP) {
      this.claimCons(object, 0);
      storage.freeCons(object);
    } else if (type === TYPE_BLOCK) {
      this.owners.release(object, CELL_WORDS * (storage.blocks.length(object - 2) - BLOCK_OVERHEAD_CELLS));
      storage.freeBlock(object);
    } else {
      if (type === TYPE_STACKP) releaseFrameUse(memory, memory.word(object + 1));
      this.owners.release(object, instanceWords(memory, type));
      storage.free(object, type);
    }
  }

  /** Objects have moved: every pointer to one is changed. @param moved old address -> new address */
  forward(moved: ReadonlyMap<Pointer, Pointer>): void {
    const { memory } = this;
    const change = (cell: WordAddress) => {
      const to = moved.get(memory.pointer(cell));
      if (to !== undefined) memory.setPointer(cell, to);
    };
    this.table.eachObject((id) => this.slots.eachCell(this.table.payloads[id] as number, change));
    this.residents.eachCell(change);
  }

  /** Code, whose references cannot be changed in place. */
  isCodeObject(id: number): boolean {
    const object = this.table.payloads[id] as number;
    const type = this.typeOf(object);
    if (isCodeHunk(type)) return true;
    return type === TYPE_BLOCK && this.storage.blocks.content(object - CELL_WORDS) === CONTENT_CODE;
  }

  /** Finds anew what belongs to whom, because memory and table were put back to an earlier state. */
  restore(slots: ArrayLike<number>, conses: ArrayLike<number>): void {
    this.owners.clear();
    this.table.eachObject((id) => this.claim(this.table.payloads[id] as number, id));
    this.residents.restore(slots, conses);
  }
}
