/**
 * All allocators of a heap behind one door: hands out objects and takes them back, keeps the statistics, tells the observer.
 * Counts nothing and decides nothing: that is what managers add.
 */
import type { Cells, Pointer, TypeNumber, Words } from "../../base/units.ts";
import { DTD_BASE, DTD_WORDS, PAGE_WORDS, TYPE_BLOCK, TYPE_LISTP } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { CDR_INDIRECT, CDR_MAX_STORED, car, carCell, cdr, cdrCode, isCons } from "../../objects/cons.ts";
import { DTD_SIZE } from "../../objects/dtd.ts";
import type { AllocationStatistics, BlockContent, ManagerState } from "../contract.ts";
import { ArrayBlocks } from "./blocks/array-blocks.ts";
import { BLOCK_OVERHEAD_CELLS, BlockAllocator, type PlacementPolicy } from "./blocks/block-allocator.ts";
import { liveWords } from "./census.ts";
import { ConsPages } from "./cons-pages.ts";
import { Conses } from "./conses.ts";
import { StorageContext } from "./context.ts";
import { eachWeakCell } from "./freeing/weak-cells.ts";
import { WeakReferences } from "./freeing/weak-references.ts";
import { savedNumber, savedNumbers } from "./state.ts";
import { StorageLimit } from "./storage-limit.ts";
import type { SystemVariables } from "./system-variables.ts";
import { TypedPages } from "./typed-pages.ts";

/** How storage tells of the few references that it changes itself. */
export interface ReferenceSink {
  addReference(pointer: Pointer): void;
  deleteReference(pointer: Pointer): void;
}
/** For managers that count nothing. */
export const uncounted: ReferenceSink = { addReference() {}, deleteReference() {} };

/** An arena or a stack, which is told of what is allocated in it and reports that itself. */
export interface AllocationPlace {
  allocated(object: Pointer, words: Words): void;
}

const CELL_WORDS = 2;

export class Storage {
  readonly context: StorageContext;
  readonly limit: StorageLimit;
  readonly typed: TypedPages;
  readonly consPages: ConsPages;
  readonly blocks: ArrayBlocks;
  readonly weak: WeakReferences;
  private readonly conses: Conses;
  private readonly allocator: BlockAllocator;
  private references: ReferenceSink;
  /** Where what is allocated next belongs; null: to nothing but the heap. */
  place: AllocationPlace | null = null;
  private allocatedObjects = 0;
  private allocatedWords: Words = 0;
  private freedObjects = 0;
  private freedWords: Words = 0;
  /** What was in use when this began, and the cells that conses gained since they were made. */
  private otherWords: Words;

  constructor(memory: VirtualMemory, variables: SystemVariables) {
    this.context = new StorageContext(memory, variables);
    this.references = uncounted;
    this.limit = new StorageLimit(this.context, {
      noteStateVariable: () => this.noteStateVariable(),
      dropStateVariable: () => this.dropStateVariable(),
      moveArraySpace: (page) => this.allocator.moveTo(page),
      pressureRaised: (pagesLeft) => this.whenPressed(pagesLeft),
    });
    this.typed = new TypedPages(this.context, this.limit);
    this.consPages = new ConsPages(this.context, this.typed);
    this.conses = new Conses(this.context, this.consPages);
    this.blocks = new ArrayBlocks(this.context);
    this.allocator = new BlockAllocator(this.context, this.blocks, this.limit);
    this.weak = new WeakReferences(memory);
    eachWeakCell(memory, (holder, offset) => this.weak.adopt(holder, offset));
    this.otherWords = liveWords(memory, variables);
  }

  /** Called whenever a page is handed out while few are left. */
  whenPressed: (pagesLeft: number) => void = () => {};

  /** Storage changes a list of its own when the heap gets full; from now on these references are counted. */
  countWith(references: ReferenceSink): void {
    this.references = references;
  }

  /** How free array blocks are chosen from now on; the reference's way until then. */
  choosePlaces(policy: PlacementPolicy): void {
    this.allocator.policy = policy;
  }

  /** @throws {VmFault} `StorageFull`, `MemoryError`; nothing was changed */
  allocate(type: TypeNumber): Pointer {
    const object = this.typed.allocate(type);
    this.noteAllocated(object, type, this.context.memory.word(DTD_BASE + DTD_WORDS * type + DTD_SIZE + 1));
    return object;
  }

  /** @throws {VmFault} as `allocate` */
  cons(car: Pointer, cdr: Pointer): Pointer {
    const cons = this.conses.create(car, cdr);
    const code = this.context.memory.view.getInt32(cons * 2) >>> 28;
    this.noteAllocated(cons, TYPE_LISTP, code < 8 ? 2 * CELL_WORDS : CELL_WORDS);
    return cons;
  }

  /** @throws {VmFault} as `allocate` */
  replaceCdr(cons: Pointer, cdr: Pointer): void {
    this.otherWords += this.conses.replaceCdr(cons, cdr);
  }

  /** @throws {VmFault} as `allocate` */
  allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4): Pointer {
    const data = this.allocator.allocate(dataCells, content, alignCells);
    this.noteAllocated(data, TYPE_BLOCK, 2 * this.blocks.length(data - 2));
    return data;
  }

  /** Takes an object of a fixed-size type back. */
  free(object: Pointer, type: TypeNumber): void {
    this.noteFreed(object, type, this.context.memory.word(DTD_BASE + DTD_WORDS * type + DTD_SIZE + 1));
    this.typed.free(object, type);
  }

  /** Takes a pair back, with all its cells. */
  freeCons(cons: Pointer): void {
    const { memory } = this.context;
    this.noteFreed(cons, TYPE_LISTP, consWords(memory, cons));
    const holder = cdrCode(memory, cons) === CDR_INDIRECT ? memory.pointer(cons) : cons;
    const code = cdrCode(memory, holder);
    if (code <= CDR_MAX_STORED) this.consPages.free(holder + 2 * code);
    if (holder !== cons) this.consPages.free(holder);
    this.consPages.free(cons);
  }

  /** Takes a block back. @returns false when there is none: reported, nothing changed */
  freeBlock(data: Pointer): boolean {
    if (this.blocks.problemOf(data) === null) this.noteFreed(data, TYPE_BLOCK, 2 * this.blocks.length(data - 2));
    return this.blocks.free(data);
  }

  /**
   * A block whose owner hands out parts of it: in no statistics, and told to nobody.
   * @throws {VmFault} as `allocate`
   */
  reserveBlock(dataCells: Cells, content: BlockContent): Pointer {
    return this.allocator.allocate(dataCells, content, 1);
  }

  /** Puts what its owner has let go on a free list; one cell, where it is of a cons page. */
  giveBack(object: Pointer, type: TypeNumber): void {
    if (type === TYPE_BLOCK) this.blocks.free(object);
    else if (type === TYPE_LISTP) this.consPages.free(object);
    else this.typed.free(object, type);
  }

  noteAllocated(object: Pointer, type: TypeNumber, words: Words): void {
    this.allocatedObjects++;
    this.allocatedWords += words;
    if (this.place === null) this.context.observer.allocated(object, type, words);
    else this.place.allocated(object, words);
  }
  noteFreed(object: Pointer, type: TypeNumber, words: Words): void {
    this.noteLeft(object, words);
    this.context.observer.freed(object, type, words);
  }
  /** An object goes with its place, which reports that. */
  noteLeft(object: Pointer, words: Words): void {
    if (this.weak.size !== 0) this.weak.objectFreed(object);
    this.freedObjects++;
    this.freedWords += words;
  }

  usage(): { readonly usedWords: Words; readonly freeWords: Words } {
    const usedWords = this.otherWords + this.allocatedWords - this.freedWords;
    const limitWords = this.limit.extent().limitPages * PAGE_WORDS;
    return { usedWords, freeWords: Math.max(0, limitWords - usedWords) };
  }
  statistics(collections: number, countOperations = 0): AllocationStatistics {
    const { allocatedObjects, allocatedWords, freedObjects, freedWords } = this;
    return { allocatedObjects, allocatedWords, freedObjects, freedWords, collections, countOperations };
  }
  save(): ManagerState {
    const { allocatedObjects, allocatedWords, freedObjects, freedWords, otherWords } = this;
    return { allocatedObjects, allocatedWords, freedObjects, freedWords, otherWords, weak: this.weak.save() };
  }
  restore(state: ManagerState): void {
    this.allocatedObjects = savedNumber(state, "allocatedObjects");
    this.allocatedWords = savedNumber(state, "allocatedWords");
    this.freedObjects = savedNumber(state, "freedObjects");
    this.freedWords = savedNumber(state, "freedWords");
    this.otherWords = savedNumber(state, "otherWords");
    this.weak.restore(savedNumbers(state, "weak"));
    this.consPages.reset();
    this.blocks.reset();
  }

  /** The new cons takes over the variable's reference to the old list, and the variable refers to the new cons: no count changes. */
  private noteStateVariable(): void {
    const { memory, variables } = this.context;
    const cons = this.cons(variables.storageFullStateSymbol, memory.pointer(variables.systemCacheVars));
    memory.setPointer(variables.systemCacheVars, cons);
  }

  private dropStateVariable(): void {
    const { memory, variables } = this.context;
    let previous = 0;
    let cons = memory.pointer(variables.systemCacheVars);
    while (isCons(memory, cons) && car(memory, cons) !== variables.storageFullStateSymbol) {
      previous = cons;
      cons = cdr(memory, cons);
    }
    if (!isCons(memory, cons)) return;
    const rest = cdr(memory, cons);
    this.references.addReference(rest);
    this.references.deleteReference(cons);
    if (previous === 0) memory.setPointer(variables.systemCacheVars, rest);
    else this.replaceCdr(previous, rest);
  }
}

/** Words that a cons occupies: its own cell, its helper, its replacement. */
export function consWords(memory: VirtualMemory, cons: Pointer): Words {
  const holder = carCell(memory, cons);
  if (holder !== cons) return 3 * CELL_WORDS;
  return cdrCode(memory, cons) < 8 ? 2 * CELL_WORDS : CELL_WORDS;
}

/** Words of a block that are not data. */
export const BLOCK_OVERHEAD_WORDS = 2 * BLOCK_OVERHEAD_CELLS;
