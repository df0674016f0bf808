/**
 * Objects of fixed-size types: units of two pages, carved into instances, and the free chain of each type.
 *
 * ```
 * type descriptor: cell 1  cnt0 | size in words    cell 2  free chain    cell 6  objects allocated    cell 8  type entry | supertype
 * free instance:   cell 0  next free instance, 0 = end; the rest is left as it was
 * ```
 * Source: memory specification, section 7.
 */
import { hex, VmFault } from "../../base/errors.ts";
import type { Pointer, TypeNumber, Words } from "../../base/units.ts";
import {
  DTD_BASE,
  DTD_WORDS,
  MDS_UNIT_WORDS,
  PAGE_WORDS,
  SMALL_POSITIVE,
  TYPE_TABLE_BASE,
} from "../../memory/layout.ts";
import { DTD_ALLOCATIONS, DTD_ENTRY, DTD_FREE, DTD_SIZE } from "../../objects/dtd.ts";
import { clearWords } from "./clear-words.ts";
import type { StorageContext } from "./context.ts";
import { addPage } from "./new-page.ts";
import { GUARD_PAGES, type StorageLimit } from "./storage-limit.ts";

/** Content of a free object's first cell that shows that somebody stored 1 into it. */
const STORED_INTO_FREE = SMALL_POSITIVE + 1;
/** Bits that no link of a free chain can have: an address beyond memory, or an odd one. */
const BAD_LINK_MASK = 0x08000001;

export class TypedPages {
  private readonly context: StorageContext;
  private readonly limit: StorageLimit;

  constructor(context: StorageContext, limit: StorageLimit) {
    this.context = context;
    this.limit = limit;
  }

  /** Asked when pages get scarce: a page pair that its owner has no objects in; 0 when there is none. */
  spareUnit: () => number = () => 0;

  /**
   * A page pair for objects with that type entry: from the list of free pairs, or below the last typed page.
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  allocateUnit(typeEntry: number): number {
    const { memory, variables } = this.context;
    let page = memory.cell(variables.mdsFreeListPage) & 0xffff;
    if (page !== 0) memory.setCell(variables.mdsFreeListPage, memory.cell(page << 8));
    else if (this.limit.pagesLeft() < GUARD_PAGES) page = this.spareUnit();
    if (page === 0) {
      this.limit.reserveUnit();
      page = memory.cell(variables.nxtMdsPage);
      memory.setCell(variables.nxtMdsPage, page - 2);
      addPage(this.context, page);
      addPage(this.context, page + 1);
    }
    memory.setWord(TYPE_TABLE_BASE + (page >> 1), typeEntry);
    return page;
  }

  /**
   * A new object, zeroed.
   * @throws {VmFault} `StorageFull`, or `MemoryError` when the free chain is damaged; nothing was changed
   */
  allocate(type: TypeNumber): Pointer {
    const memory = this.context.memory;
    const descriptor = DTD_BASE + DTD_WORDS * type;
    const size = memory.word(descriptor + DTD_SIZE + 1);
    if (size === 0) throw new VmFault("MemoryError", `type ${type} has no instances: its size is 0 words`);
    let object = memory.pointer(descriptor + DTD_FREE);
    if (object === 0) object = this.carve(this.allocateUnit(memory.word(descriptor + DTD_ENTRY)), size);
    const link = memory.cell(object);
    if (link === STORED_INTO_FREE || (link & BAD_LINK_MASK) !== 0) throw this.damaged(object, type, link);
    memory.setCell(descriptor + DTD_FREE, link & 0x0fffffff);
    memory.setCell(descriptor + DTD_ALLOCATIONS, memory.cell(descriptor + DTD_ALLOCATIONS) + 1);
    if (size === 2) memory.setCell(object, 0);
    else clearWords(memory, object, size);
    return object;
  }

  /** Puts an object at the head of the free chain of its type; only its first cell changes. */
  free(object: Pointer, type: TypeNumber): void {
    const { memory, poison } = this.context;
    const descriptor = DTD_BASE + DTD_WORDS * type;
    if (poison?.take(object, type, memory.word(descriptor + DTD_SIZE + 1) >> 1) === true) return;
    memory.setCell(object, memory.cell(descriptor + DTD_FREE));
    memory.setCell(descriptor + DTD_FREE, object);
  }

  /** Chains the instances of a fresh unit; the head is the last one, so allocation runs downward. */
  private carve(page: number, size: Words): Pointer {
    const start = page << 8;
    const byPage = isCutByPage(size);
    let head = this.carveRange(start, byPage ? PAGE_WORDS : MDS_UNIT_WORDS, size, 0);
    if (byPage) head = this.carveRange(start + PAGE_WORDS, PAGE_WORDS, size, head);
    return head;
  }

  private carveRange(start: Pointer, words: Words, size: Words, tail: Pointer): Pointer {
    const memory = this.context.memory;
    let head = tail;
    for (let object = start; object + size <= start + words; object += size) {
      memory.setCell(object, head);
      head = object;
    }
    return head;
  }

  private damaged(object: Pointer, type: TypeNumber, link: number): VmFault {
    const message = `free chain of type ${type}: free object ${hex(object)} links to ${hex(link)}; something was stored into it after it was freed`;
    this.context.observer.memoryError(object, message);
    return new VmFault("MemoryError", message, object);
  }
}

/** Small instances that would straddle the page boundary fill each page separately. */
export function isCutByPage(size: Words): boolean {
  const slop = PAGE_WORDS % size;
  return slop !== 0 && slop < size >> 1 && size < PAGE_WORDS;
}
