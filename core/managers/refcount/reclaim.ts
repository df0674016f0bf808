/**
 * Takes a dead object apart: deletes the references that it holds, puts it on its free list, and does the same with whatever dies by that.
 * No host recursion: objects that wait for their parts are chained through their first cells, or kept on a to-do stack of any size
 * where the next field is too far from the start (the reference VM loses objects when its stack of 1000 is full).
 * Source: collection specification, sections 7.5 to 7.7.
 */
import { hex, VmFault } from "../../base/errors.ts";
import type { Pointer, TypeNumber, Words } from "../../base/units.ts";
import {
  DTD_BASE,
  DTD_WORDS,
  NIL,
  TYPE_BLOCK,
  TYPE_FIRST_CODE_HUNK,
  TYPE_LAST_CODE_HUNK,
  TYPE_LISTP,
  TYPE_NUMBER_MASK,
  TYPE_STACKP,
  TYPE_TABLE_BASE,
  TYPE_VMEMPAGEP,
} from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { releaseFrameUse } from "../../objects/code/frame-uses.ts";
import { CDR_NIL, car, cdr } from "../../objects/cons.ts";
import { DTD_POINTERS, instanceWords } from "../../objects/dtd.ts";
import { BLOCK_CODE, BLOCK_POINTERS } from "../contract.ts";
import { consWords, type Storage } from "../storage/storage.ts";
import { releaseCode } from "./code-constants.ts";
import type { CountTable } from "./count-table.ts";

/** First field, in cells, that the top four bits of a suspended object cannot name. */
const FAR_FIELD = 15;
/** No old symbol is ever freed: their segment as the reference checks it. */
const OLD_SYMBOL_SEGMENT = 6;

// Fields of a BUFFER, in words (section 7.5).
const BUFFER_PAGE = 2;
const BUFFER_CHAIN = 6;
const BUFFER_NO_REFERENCE = 0x80000000;

/** Cells that an object can have, and so the longest list of its fields. */
const FIELD_LIMIT = 0x8000;
/** Buffers that are looked at: more than an image has. */
const BUFFER_LIMIT = 0x10000;

/** Told of each object that is taken apart. */
export interface ReclaimListener {
  reclaimed(type: TypeNumber, words: Words): void;
  /**
   * An object has died by another one's end: whether it is taken apart at once. Otherwise it keeps its entry with count 0, and a later collection
   * finds it.
   */
  goesOn(): boolean;
}

export class Reclaimer {
  private readonly storage: Storage;
  private readonly memory: VirtualMemory;
  private readonly table: CountTable;
  private readonly listener: ReclaimListener;
  /** Head of the chain of suspended objects (the reference's `donext`). */
  private suspended: Pointer = NIL;
  /** Objects with far fields, and the cell number where each goes on. */
  private readonly farObjects: Pointer[] = [];
  private readonly farIndexes: number[] = [];

  constructor(storage: Storage, table: CountTable, listener: ReclaimListener) {
    this.storage = storage;
    this.memory = storage.context.memory;
    this.table = table;
    this.listener = listener;
  }

  /**
   * Frees an object whose entry has been removed, with all that only it held.
   *
   * @throws {VmFault} `MemoryError` when that does not end, because the chain of waiting objects was overwritten: objects lie in one another
   */
  reclaim(root: Pointer): void {
    let current = root & 0x0ffffffe;
    let index = -1;
    // Each step takes another cell of an object apart.
    for (let steps = 0; steps < this.memory.sizeWords / 2; steps++) {
      const found = this.takeApart(current, index);
      if (found !== NIL && this.listener.goesOn()) {
        // Its new zero entry must go, or the map scan would free it again.
        this.table.addReference(found);
        current = found & 0x0ffffffe;
        index = -1;
      } else if (this.suspended !== NIL) {
        current = this.suspended;
        const cell = this.memory.cell(current);
        index = cell >>> 28;
        this.suspended = cell & 0x0fffffff;
      } else {
        const far = this.farObjects.pop();
        if (far === undefined) return;
        current = far;
        index = this.farIndexes.pop() as number;
      }
    }
    this.suspended = NIL;
    this.farObjects.length = 0;
    this.farIndexes.length = 0;
    const message = `freeing object ${hex(root)} does not end: objects that wait to be freed lie in one another`;
    this.storage.context.observer.memoryError(root, message);
    throw new VmFault("MemoryError", message, root);
  }

  /**
   * Goes on with one object until it is freed or holds something dead.
   * @param index -1 at the start, else the cell where it was suspended
   * @returns an object that died by this and must be taken apart next, or NIL
   */
  private takeApart(object: Pointer, index: number): Pointer {
    const memory = this.memory;
    const type = memory.view.getUint16((TYPE_TABLE_BASE + (object >> 9)) * 2) & TYPE_NUMBER_MASK;
    if (type === TYPE_LISTP) return this.takeCons(object, index);
    if (index !== -1) return this.takeFields(object, type, index);
    if (object >> 16 === OLD_SYMBOL_SEGMENT) return this.refuse(object, "an old symbol cannot be freed");
    if (type === TYPE_BLOCK) return this.takeBlock(object);
    if (type === TYPE_STACKP) releaseFrameUse(memory, memory.word(object + 1));
    else if (type === TYPE_VMEMPAGEP && this.isBufferPage(object)) return NIL;
    else if (type >= TYPE_FIRST_CODE_HUNK && type <= TYPE_LAST_CODE_HUNK && !this.takeCode(object)) return NIL;
    if (instanceWords(memory, type) === 0) return this.refuse(object, `its type ${type} has no instances`);
    this.note(object, type, instanceWords(memory, type));
    return this.takeFields(object, type, index);
  }

  /** Deletes the references in the counted fields of a typed object, then frees it. */
  private takeFields(object: Pointer, type: TypeNumber, index: number): Pointer {
    const memory = this.memory;
    let offsets = memory.pointer(DTD_BASE + DTD_WORDS * type + DTD_POINTERS);
    if (index !== -1) {
      offsets = cdr(memory, offsets);
      for (let field = 0; (car(memory, offsets) & 0xffff) !== 2 * index; field++) {
        if (offsets === NIL || field === FIELD_LIMIT)
          return this.refuse(object, `its type ${type} has no field ${index}`);
        offsets = cdr(memory, offsets);
      }
    }
    for (let field = 0; offsets !== NIL; field++) {
      if (field === FIELD_LIMIT) return this.refuse(object, `the list of the fields of its type ${type} does not end`);
      const dead = this.table.deleteReference(memory.pointer(object + (car(memory, offsets) & 0xffff)));
      offsets = cdr(memory, offsets);
      if (dead === NIL) continue;
      if (offsets === NIL) this.storage.typed.free(object, type);
      else this.suspend(object, (car(memory, offsets) & 0xffff) >> 1);
      return dead;
    }
    this.storage.typed.free(object, type);
    return NIL;
  }

  private suspend(object: Pointer, nextIndex: number): void {
    if (nextIndex < FAR_FIELD) {
      this.memory.setCell(object, (nextIndex << 28) | this.suspended);
      this.suspended = object;
    } else {
      this.farObjects.push(object);
      this.farIndexes.push(nextIndex);
    }
  }

  /** Section 7.6. A suspended cons keeps its CDR code, which doubles as the index of its resumption. */
  private takeCons(cons: Pointer, index: number): Pointer {
    const memory = this.memory;
    if (index === -1) this.note(cons, TYPE_LISTP, consWords(memory, cons));
    let holder = cons;
    let cell = memory.view.getInt32(holder * 2);
    if (cell >>> 28 === 0) {
      holder = cell & 0x0fffffff;
      cell = memory.view.getInt32(holder * 2);
      this.storage.consPages.free(cons);
    }
    const code = cell >>> 28;
    if (index === -1) {
      const dead = this.table.deleteReference(cell & 0x0fffffff);
      if (dead !== NIL) {
        memory.setCell(holder, (code << 28) | this.suspended);
        this.suspended = holder;
        return dead;
      }
    }
    let tail: Pointer = NIL;
    if (code < CDR_NIL) tail = memory.pointer(holder + 2 * code);
    else if (code > CDR_NIL) tail = holder + 2 * (code - CDR_NIL);
    const dead = this.table.deleteReference(tail);
    if (code < CDR_NIL) this.storage.consPages.free(holder + 2 * code);
    this.storage.consPages.free(holder);
    return dead;
  }

  /** Section 7.7. What dies by the contents of a block waits in the tables; it is not chased. */
  private takeBlock(data: Pointer): typeof NIL {
    const { memory, storage } = this;
    const problem = storage.blocks.problemOf(data);
    if (problem !== null) return this.refuse(data, `as an array block it ${problem}`);
    const block = data - 2;
    const content = storage.blocks.content(block);
    if (content === BLOCK_CODE && !this.takeCode(data)) return NIL;
    const words = 2 * storage.blocks.length(block);
    this.note(data, TYPE_BLOCK, words);
    if (content === BLOCK_POINTERS) {
      for (let cell = data; cell < block + words - 2; cell += 2) {
        this.table.deleteReference(memory.pointer(cell));
        memory.setCell(cell, NIL);
      }
    }
    storage.blocks.free(data);
    return NIL;
  }

  private takeCode(code: Pointer): boolean {
    return releaseCode(this.memory, this.table, this.storage.context.variables.closureCache, code);
  }

  /** The page belongs to a buffer, which is told that nobody refers to it any more, and keeps it. */
  private isBufferPage(page: Pointer): boolean {
    const memory = this.memory;
    let buffer = memory.pointer(this.storage.context.variables.systemBufferList);
    for (let buffers = 0; buffer !== NIL && buffers < BUFFER_LIMIT; buffers++) {
      const chain = memory.cell(buffer + BUFFER_CHAIN);
      if (memory.pointer(buffer + BUFFER_PAGE) === page) {
        memory.setCell(buffer + BUFFER_CHAIN, (chain | BUFFER_NO_REFERENCE) >>> 0);
        return true;
      }
      buffer = chain & 0x0fffffff;
    }
    return false;
  }

  private note(object: Pointer, type: TypeNumber, words: Words): void {
    this.listener.reclaimed(type, words);
    this.storage.noteFreed(object, type, words);
  }

  private refuse(object: Pointer, why: string): typeof NIL {
    this.storage.context.observer.memoryError(object, `object ${hex(object)} was not freed: ${why}`);
    return NIL;
  }
}
