/**
 * The pointers that an object of the machine holds, for a tracer: what `objects/object-slots.ts` says of each type, read once a collection instead of
 * once an object, and without closures on the way. Objects whose slots are not simply fields (code, symbols) are left to that file.
 */
import { IntList } from "../../../base/int-list.ts";
import type { Pointer, TypeNumber, WordAddress } from "../../../base/units.ts";
import { TYPE_BLOCK, TYPE_LISTP, TYPE_NUMBER_MASK, TYPE_SYMBOLP, TYPE_TABLE_BASE } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { CONTENT_CODE, CONTENT_POINTERS } from "../../../objects/arrays/blocks.ts";
import { CDR_NIL, carCell, cdrCell } from "../../../objects/cons.ts";
import { pointerOffsets } from "../../../objects/dtd.ts";
import { eachPointer } from "../../../objects/object-slots.ts";
import { definitionCell, nameCell, propertyListCell, valueCell } from "../../../objects/symbols.ts";
import { isCodeHunk } from "../../../objects/types.ts";
import type { ObjectTable } from "../table/object-table.ts";
import type { IdSink } from "../trace/marks.ts";
import type { CellOwners } from "./cell-owners.ts";

const TYPE_LIMIT = TYPE_NUMBER_MASK + 1;

// How the slots of a type lie.
const UNREAD = 0;
const FIELDS = 1;
const OTHER = 2;

export class ObjectSlots {
  private readonly memory: VirtualMemory;
  private readonly owners: Int32Array;
  private readonly shapes = new Uint8Array(TYPE_LIMIT);
  /** FIELDS: the word offsets of type t are those from `first[t]` up to `end[t]`. */
  private readonly first = new Int32Array(TYPE_LIMIT);
  private readonly end = new Int32Array(TYPE_LIMIT);
  private readonly offsets = new IntList();
  private readonly table: ObjectTable;

  constructor(memory: VirtualMemory, owners: CellOwners, table: ObjectTable) {
    this.memory = memory;
    this.owners = owners.cells;
    this.table = table;
  }

  /** Types may have been declared since: they are read anew. */
  begin(): void {
    this.shapes.fill(UNREAD);
    this.offsets.length = 0;
  }

  /** Tells the sink of a pointer, when a managed object begins there. */
  visit(pointer: Pointer, sink: IdSink): void {
    const owner = pointer < this.memory.sizeWords ? (this.owners[pointer >> 1] as number) : 0;
    if (owner !== 0 && this.table.payloads[owner - 1] === pointer) sink.mark(owner - 1);
  }

  scan(object: Pointer, sink: IdSink): void {
    const entry = this.memory.view.getUint16((TYPE_TABLE_BASE + (object >> 9)) * 2);
    const type = entry & TYPE_NUMBER_MASK;
    if (type === TYPE_LISTP) this.scanCons(object, sink);
    else if (type === TYPE_BLOCK) this.scanBlock(object, sink);
    else {
      let shape = this.shapes[type] as number;
      if (shape === UNREAD) shape = this.read(type, (entry & TYPE_SYMBOLP) !== 0);
      if (shape === FIELDS) this.scanFields(object, type, sink);
      else this.scanOther(object, sink);
    }
  }

  private scanCons(cons: Pointer, sink: IdSink): void {
    const view = this.memory.view;
    let holder = cons;
    let cell = view.getInt32(holder * 2);
    if (cell >>> 28 === 0) {
      holder = cell & 0x0fffffff;
      cell = view.getInt32(holder * 2);
    }
    const code = cell >>> 28;
    // The CDR first: what is marked last is looked into first, and lists are longer than they are deep.
    if (code > CDR_NIL) this.visit(holder + 2 * (code - CDR_NIL), sink);
    else if (code < CDR_NIL) this.visit(view.getInt32((holder + 2 * code) * 2) & 0x0fffffff, sink);
    this.visit(cell & 0x0fffffff, sink);
  }

  private scanBlock(data: Pointer, sink: IdSink): void {
    const header = this.memory.cell(data - 2);
    const content = (header >>> 17) & 3;
    if (content === CONTENT_CODE) this.scanOther(data, sink);
    if (content !== CONTENT_POINTERS) return;
    const end = data + 2 * ((header & 0xffff) - 2);
    for (let cell = data; cell < end; cell += 2) this.visit(this.memory.pointer(cell), sink);
  }

  private scanFields(object: Pointer, type: TypeNumber, sink: IdSink): void {
    const end = this.end[type] as number;
    for (let i = this.first[type] as number; i < end; i++) {
      this.visit(this.memory.pointer(object + this.offsets.at(i)), sink);
    }
  }

  private scanOther(object: Pointer, sink: IdSink): void {
    eachPointer(this.memory, object, (pointer) => this.visit(pointer, sink));
  }

  /** Calls `visit` for each cell of an object that holds a pointer, but for those of code, which is no array of cells. */
  eachCell(object: Pointer, visit: (cell: WordAddress) => void): void {
    const entry = this.memory.view.getUint16((TYPE_TABLE_BASE + (object >> 9)) * 2);
    const type = entry & TYPE_NUMBER_MASK;
    if (type === TYPE_LISTP) {
      visit(carCell(this.memory, object));
      const cell = cdrCell(this.memory, object);
      if (cell !== null) visit(cell);
    } else if (type === TYPE_BLOCK) this.eachElement(object, visit);
    else if ((entry & TYPE_SYMBOLP) !== 0) {
      for (const cell of [nameCell(object), valueCell(object), definitionCell(object), propertyListCell(object)])
        visit(cell);
    } else for (const offset of pointerOffsets(this.memory, type)) visit(object + offset);
  }
  private eachElement(data: Pointer, visit: (cell: WordAddress) => void): void {
    const header = this.memory.cell(data - 2);
    if (((header >>> 17) & 3) !== CONTENT_POINTERS) return;
    const end = data + 2 * ((header & 0xffff) - 2);
    for (let cell = data; cell < end; cell += 2) visit(cell);
  }

  private read(type: TypeNumber, isSymbol: boolean): number {
    const shape = isSymbol || isCodeHunk(type) ? OTHER : FIELDS;
    this.shapes[type] = shape;
    this.first[type] = this.offsets.length;
    if (shape === FIELDS) for (const offset of pointerOffsets(this.memory, type)) this.offsets.push(offset);
    this.end[type] = this.offsets.length;
    return shape;
  }
}
