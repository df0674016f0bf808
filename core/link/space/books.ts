/**
 * The allocators of an image that is being built. Typed objects and conses come from where the machine takes them too; their books are kept
 * beyond the end of the image, because the symbols that will hold them do not exist yet. Small blocks are hunks, as the machine makes them; large ones
 * lie in the first pages of array space. Nothing is counted: the count tables of a fresh image are empty.
 * Source: linking specification, section 4.3; memory specification, sections 7, 9, 11.3.
 */
import { InternalError } from "../../base/errors.ts";
import type { Cells, Pointer, TypeNumber, Words } from "../../base/units.ts";
import { BLOCK_CODE, BLOCK_POINTERS, BLOCK_UNBOXED, type BlockContent } from "../../managers/contract.ts";
import { ConsPages } from "../../managers/storage/cons-pages.ts";
import { Conses } from "../../managers/storage/conses.ts";
import { StorageContext } from "../../managers/storage/context.ts";
import { STATE_NOT_SWITCHABLE, StorageLimit } from "../../managers/storage/storage-limit.ts";
import { unnamedVariables } from "../../managers/storage/system-variables.ts";
import { TypedPages } from "../../managers/storage/typed-pages.ts";
import {
  ARRAY_BASE,
  FPTOVP_BASE,
  FPTOVP_WORDS,
  MDS_UNIT_WORDS,
  PAGE_WORDS,
  PRIMARY_HEAP_END,
  TYPE_FIRST_CODE_HUNK,
  TYPE_FIRST_POINTER_HUNK,
  TYPE_FIRST_UNBOXED_HUNK,
} from "../../memory/layout.ts";
import { VirtualMemory } from "../../memory/virtual-memory.ts";
import { blockCell } from "../../objects/arrays/blocks.ts";
import { DTD_ALLOCATIONS, DTD_SIZE, dtdAddress } from "../../objects/dtd.ts";
import { CODE_HUNK_CELLS, POINTER_HUNK_CELLS, setTypeEntries, UNBOXED_HUNK_CELLS } from "../../objects/types.ts";
import { LinkProblem } from "../problem.ts";

/** The image, and a megabyte beyond it for the books. */
const MEMORY_MB = 17;
/** Pages of array space before the code area. */
const BLOCK_PAGES = 60;
export const CODE_BASE: Pointer = ARRAY_BASE + BLOCK_PAGES * PAGE_WORDS;
/** Page pair that typed objects get first. */
export const FIRST_TYPED_PAGE = PRIMARY_HEAP_END / PAGE_WORDS - 2;
/** Largest request that becomes a hunk. */
const MOST_HUNK_CELLS = 64;
const BLOCK_OVERHEAD_CELLS = 2;
/** A value that no file page number reaches. */
const NO_LIMIT = 0x7fffffff;

/** First type and sizes of the hunks of each content. */
const HUNKS: Readonly<Record<BlockContent, readonly [first: TypeNumber, sizes: readonly Cells[]]>> = {
  [BLOCK_UNBOXED]: [TYPE_FIRST_UNBOXED_HUNK, UNBOXED_HUNK_CELLS],
  [BLOCK_POINTERS]: [TYPE_FIRST_POINTER_HUNK, POINTER_HUNK_CELLS],
  [BLOCK_CODE]: [TYPE_FIRST_CODE_HUNK, CODE_HUNK_CELLS],
};

/** The hunk type for a request of `cells`, at most 64. */
export function hunkType(cells: Cells, content: BlockContent): TypeNumber {
  const [first, sizes] = HUNKS[content];
  return first + sizes.findIndex((size) => size >= cells);
}

export class Books {
  readonly memory: VirtualMemory;
  private readonly variables = unnamedVariables(PRIMARY_HEAP_END);
  private readonly typed: TypedPages;
  private readonly conses: Conses;
  /** Where the next large block goes. */
  private nextBlock: Pointer = ARRAY_BASE;
  /** From here array space has no pages yet. */
  private arrayEnd: Pointer = ARRAY_BASE;

  constructor() {
    this.memory = new VirtualMemory(MEMORY_MB);
    const { memory, variables } = this;
    memory.setCell(variables.nxtMdsPage, FIRST_TYPED_PAGE);
    memory.setCell(variables.leastMdsPage, FIRST_TYPED_PAGE);
    memory.setCell(variables.lastVmemFilePage, NO_LIMIT);
    memory.setCell(variables.storageFullState, STATE_NOT_SWITCHABLE);
    this.codeReaches(CODE_BASE);
    const context = new StorageContext(memory, variables);
    const limit = new StorageLimit(context, {
      pressureRaised() {},
      noteStateVariable,
      dropStateVariable,
      moveArraySpace,
    });
    this.typed = new TypedPages(context, limit);
    this.conses = new Conses(context, new ConsPages(context, this.typed));
  }

  /** A typed object of zeros. @throws {VmFault} `StorageFull` */
  allocate(type: TypeNumber): Pointer {
    return this.typed.allocate(type);
  }

  /** @throws {VmFault} `StorageFull` */
  cons(car: Pointer, cdr: Pointer): Pointer {
    return this.conses.create(car, cdr);
  }

  /**
   * A block of zeros: a hunk when it is small.
   *
   * @throws {VmFault} `StorageFull`
   * @throws {LinkProblem} when there are too many large ones
   */
  block(cells: Cells, content: BlockContent): Pointer {
    if (cells <= MOST_HUNK_CELLS) return this.allocate(hunkType(Math.max(cells, 1), content));
    return this.largeBlock(cells, content);
  }

  /** A block that is no hunk, whatever its size. */
  largeBlock(dataCells: Cells, content: BlockContent): Pointer {
    const header = this.nextBlock;
    const cells = Math.max(dataCells, 2) + BLOCK_OVERHEAD_CELLS;
    const end = header + 2 * cells;
    // The free block that ends the area needs room for its links.
    if (end > CODE_BASE - 8) {
      throw new LinkProblem({
        what: "strings and arrays of more than 64 cells",
        found: `${2 * (end - ARRAY_BASE)} bytes in all`,
        expected: `at most ${2 * (CODE_BASE - 8 - ARRAY_BASE)}, which is what a boot image has for them`,
        advice: "Let the booted system make some of them",
      });
    }
    for (; this.arrayEnd < end; this.arrayEnd += MDS_UNIT_WORDS) {
      setTypeEntries(this.memory, this.arrayEnd, this.arrayEnd + MDS_UNIT_WORDS, 0);
    }
    this.memory.setCell(header, blockCell(content, true, cells));
    this.memory.setCell(end - 2, blockCell(BLOCK_UNBOXED, true, cells));
    this.nextBlock = end;
    return header + 2;
  }

  /** Turns what is left of the block area into one free block. @returns its header and its cells */
  closeBlocks(): { readonly header: Pointer; readonly cells: Cells } {
    const header = this.nextBlock;
    const cells = (CODE_BASE - header) / 2;
    setTypeEntries(this.memory, ARRAY_BASE, CODE_BASE, 0);
    const free = blockCell(BLOCK_UNBOXED, false, cells);
    this.memory.setCell(header, free);
    this.memory.setCell(CODE_BASE - 2, free);
    this.nextBlock = CODE_BASE;
    return { header, cells };
  }

  /** Code takes array space up to `end`, so that typed pages do not grow into it. */
  codeReaches(end: Pointer): void {
    this.memory.setCell(this.variables.nxtArrayPage, Math.ceil(end / PAGE_WORDS));
  }
  /** Words between the code and the lowest typed page. */
  roomForCode(end: Pointer): Words {
    return (this.nextTypedPage + 2) * PAGE_WORDS - end;
  }

  /** The page pair that would be handed out next. */
  get nextTypedPage(): number {
    return this.memory.cell(this.variables.nxtMdsPage);
  }

  /** Moves the short counts of allocations, which have 16 bits, to the long ones. Before they overflow. */
  settleCounts(type: TypeNumber): void {
    const dtd = dtdAddress(type);
    const recent = this.memory.word(dtd + DTD_SIZE);
    this.memory.setCell(dtd + DTD_ALLOCATIONS, this.memory.cell(dtd + DTD_ALLOCATIONS) + recent);
    this.memory.setWord(dtd + DTD_SIZE, 0);
  }

  /** Takes the books away: what the allocators noted in the page table, which is written anew. */
  close(): void {
    this.memory.bytes.fill(0, 2 * FPTOVP_BASE, 2 * (FPTOVP_BASE + FPTOVP_WORDS));
  }
}

/** The books say that there is one area of storage, so that none of these is ever asked for. */
const unexpected = (): never => {
  throw new InternalError("a boot image has one area of storage");
};
const noteStateVariable = unexpected;
const dropStateVariable = unexpected;
const moveArraySpace = unexpected;
