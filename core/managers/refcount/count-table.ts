/**
 * The reference count tables, bit for bit those of the reference VM. An object without an entry has count 1.
 *
 * ```
 * count entry       31..17 count | 16 stack bit | 12..1 address bits 27..16 | 0: 0
 * collision entry   31..1 cell index in HTcoll of the first pair | 0: 1        (main table only)
 * pair in HTcoll    [count entry, cell index of the next pair or 0]            cell 0: free pairs, cell 1: next never used
 * ```
 * Index in the main table: address bits 15..1. While the countdown is a number, creating an entry takes 1 off it and removing one gives 1 back;
 * while it is NIL (a collection is under way) it stands still, and the stack bit may be set.
 * Source: collection specification, sections 2 to 4, 6 and 9.
 */
import { hex } from "../../base/errors.ts";
import type { ByteAddress, Cell, Pointer, WordAddress } from "../../base/units.ts";
import {
  HTCOLL_BASE,
  HTMAIN_BASE,
  NIL,
  POINTER_MASK,
  SMALL_POSITIVE,
  T,
  TYPE_NOREF,
  TYPE_TABLE_BASE,
} from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { INTERRUPT_GC_DISABLED, type StorageContext } from "../storage/context.ts";
import { BigCounts } from "./big-counts.ts";
import { MainTableScan } from "./gc-scan.ts";

export const COUNT_SHIFT = 17;
export const COUNT_ONE = 0x20000;
const COUNT_TWO = 0x40000;
export const STACK_BIT = 0x10000;
/** Bits of an entry that hold the count and the stack bit. */
export const COUNT_STACK_MASK = 0xffff0000;
export const TAG_MASK = 0x1ffe;
/** First address whose tag is not 0, so that an entry of count 0 is not the empty one. */
const FIRST_TAGGED = 0x10000;
/** Count that says: the real one is in the table of big counts. */
export const COUNT_OVERFLOWED = 0x7fff;
/** Never-used pairs end here; an operation that needs one more turns the collector off. */
const COLLISION_LIMIT = 524272;
/** The last pairs: when the first of them is taken, whoever looks on is told, while nothing is lost yet. No instruction takes so many. */
const RESERVE_START = COLLISION_LIMIT - 2 * 1024;
/** Type table entries that lose their counts when the collector is turned off: addresses below 32 MB, as the reference has it. */
const DISABLED_ENTRIES = 32768;

const ADD = 0;
const DELETE = 1;
const STACK = 2;
/** As DELETE, for an object that has just come into being. */
const NEW = 3;
type Operation = typeof ADD | typeof DELETE | typeof STACK | typeof NEW;

/** Who wants to know that the countdown has run out. */
export interface CountdownListener {
  countdownReached(): void;
}

export class CountTable {
  private readonly context: StorageContext;
  private readonly memory: VirtualMemory;
  private readonly countdownCell: WordAddress;
  private readonly countdownByte: ByteAddress;
  private readonly disabledByte: ByteAddress;
  private readonly listener: CountdownListener;
  readonly bigCounts: BigCounts;
  readonly mainScan: MainTableScan;
  private readonly entryByte = TYPE_TABLE_BASE * 2;
  private readonly mainByte = HTMAIN_BASE * 2;
  /** Count operations on counted objects so far. */
  operations = 0;

  constructor(context: StorageContext, listener: CountdownListener) {
    this.context = context;
    this.memory = context.memory;
    this.countdownCell = context.variables.reclaimCountdown;
    this.countdownByte = 2 * context.variables.reclaimCountdown;
    this.disabledByte = 2 * context.variables.gcDisabled;
    this.listener = listener;
    this.bigCounts = new BigCounts(context);
    this.mainScan = new MainTableScan(context.memory);
  }

  /** References to this object are counted: its type says so, and the collector is not turned off. */
  isCounted(pointer: Pointer): boolean {
    return (this.typeEntry(pointer) & TYPE_NOREF) === 0 && this.memory.view.getInt32(this.disabledByte) !== T;
  }

  /** One more reference to `pointer` from the heap; nothing when it is not counted. */
  addReference(pointer: Pointer): void {
    const memory = this.memory;
    const view = memory.view;
    if ((view.getUint16(this.entryByte + ((pointer & 0x0fffffff) >> 9) * 2) & TYPE_NOREF) !== 0) return;
    if (view.getInt32(this.disabledByte) === T) return;
    this.operations++;
    const offset = pointer & 0xfffe;
    const entry = view.getInt32(this.mainByte + offset * 2);
    if (entry === 0) {
      memory.setCell(HTMAIN_BASE + offset, ((pointer >>> 15) & TAG_MASK) | COUNT_TWO);
      this.entryCreated(pointer);
    } else if (entry === ((pointer >>> 15) & TAG_MASK)) {
      // From count 0 without stack bit back to 1.
      memory.setCell(HTMAIN_BASE + offset, 0);
      this.entryRemoved();
    } else this.operate(pointer, ADD, entry);
  }

  /** A new pair: counts the references to its CDR and its CAR, then makes its own entry, in this order. Faster where a list grows by one. */
  newPair(pair: Pointer, car: Pointer, cdr: Pointer): void {
    if (this.isListGrowing(pair, car, cdr)) {
      this.operations += 2;
      this.memory.setCell(HTMAIN_BASE + (cdr & 0xfffe), 0);
      this.memory.setCell(HTMAIN_BASE + (pair & 0xfffe), (pair >>> 15) & TAG_MASK);
    } else {
      this.addReference(cdr);
      this.addReference(car);
      this.newObject(pair);
    }
  }

  /**
   * A new pair takes the place of a list in the tables: the CDR's entry of count 0 goes, the pair's comes, and the CAR is not counted.
   * The countdown would go up and down again, unseen: above 0 nothing happens by that, and nobody watches its page.
   */
  private isListGrowing(pair: Pointer, car: Pointer, cdr: Pointer): boolean {
    const { view, pageFlags } = this.memory;
    if (cdr < FIRST_TAGGED || view.getInt32(this.mainByte + (cdr & 0xfffe) * 2) !== ((cdr >>> 15) & TAG_MASK))
      return false;
    if (view.getInt32(this.mainByte + (pair & 0xfffe) * 2) !== 0) return false;
    if (((this.typeEntry(cdr) | this.typeEntry(pair)) & TYPE_NOREF) !== 0) return false;
    if ((this.typeEntry(car) & TYPE_NOREF) === 0 || view.getInt32(this.disabledByte) === T) return false;
    const countdown = view.getInt32(this.countdownByte);
    return (countdown > SMALL_POSITIVE || countdown === NIL) && pageFlags[this.countdownCell >> 8] === 0;
  }

  private typeEntry(pointer: Pointer): number {
    return this.memory.view.getUint16(this.entryByte + ((pointer & 0x0fffffff) >> 9) * 2);
  }

  /**
   * One reference less to `pointer` from the heap; nothing when it is not counted.
   * @returns the pointer, tag bits and all, when this made a new entry with count 0; else NIL
   */
  deleteReference(pointer: Pointer): Pointer {
    const memory = this.memory;
    const view = memory.view;
    if ((view.getUint16(this.entryByte + ((pointer & 0x0fffffff) >> 9) * 2) & TYPE_NOREF) !== 0) return NIL;
    if (view.getInt32(this.disabledByte) === T) return NIL;
    this.operations++;
    const offset = pointer & 0xfffe;
    const entry = view.getInt32(this.mainByte + offset * 2);
    if (entry === 0) {
      memory.setCell(HTMAIN_BASE + offset, (pointer >>> 15) & TAG_MASK);
      this.entryCreated(pointer);
      this.context.observer.countZero(pointer);
      return pointer;
    }
    if (entry === (((pointer >>> 15) & TAG_MASK) | COUNT_TWO)) {
      memory.setCell(HTMAIN_BASE + offset, 0);
      this.entryRemoved();
      return NIL;
    }
    return this.operate(pointer, DELETE, entry);
  }

  /** A new object: nothing refers to it yet, so its count is 0. Not reported as a count that fell to zero. */
  newObject(pointer: Pointer): void {
    const memory = this.memory;
    const view = memory.view;
    if ((view.getUint16(this.entryByte + ((pointer & 0x0fffffff) >> 9) * 2) & TYPE_NOREF) !== 0) return;
    if (view.getInt32(this.disabledByte) === T) return;
    this.operations++;
    const offset = pointer & 0xfffe;
    const entry = view.getInt32(this.mainByte + offset * 2);
    if (entry !== 0) this.operate(pointer, NEW, entry);
    else {
      memory.setCell(HTMAIN_BASE + offset, (pointer >>> 15) & TAG_MASK);
      this.entryCreated(pointer);
    }
  }

  /** The stack refers to `pointer`. Legal only while the countdown is NIL. @returns whether this set the stack bit */
  stackReference(pointer: Pointer): boolean {
    if (!this.isCounted(pointer)) return false;
    if (this.isCountingDown()) {
      this.refuse(pointer, "a stack reference was noted outside a collection");
      return false;
    }
    const before = this.entryOf(pointer);
    if (before !== null && (before & STACK_BIT) !== 0) return false;
    this.operations++;
    this.operate(pointer, STACK, this.memory.cell(HTMAIN_BASE + (pointer & 0xfffe)));
    return true;
  }

  /** The count entry of an object; null when it has none, that is: count 1, not on the stack. */
  entryOf(pointer: Pointer): Cell | null {
    const at = this.placeOf(pointer);
    return at === null ? null : this.memory.cell(at);
  }

  /** The count of a counted object; null when it is not counted, or when its count is too large for an entry. */
  inlineCountOf(pointer: Pointer): number | null {
    const entry = this.isCounted(pointer) ? this.entryOf(pointer) : 0xffffffff;
    if (entry === null) return 1;
    return entry >>> COUNT_SHIFT === COUNT_OVERFLOWED ? null : entry >>> COUNT_SHIFT;
  }

  /**
   * The object has got another address: its entry goes along. No reference comes or goes by that, and while a collection is under way the countdown
   * stands still. The count must be one that fits an entry.
   */
  moveEntry(from: Pointer, to: Pointer): void {
    const entry = this.takeEntry(from);
    if (entry === null) return;
    this.operate(to, NEW, this.memory.cell(HTMAIN_BASE + (to & 0xfffe)));
    const at = this.placeOf(to);
    if (at !== null) this.memory.setCell(at, ((entry & COUNT_STACK_MASK) | ((to >>> 15) & TAG_MASK)) >>> 0);
  }

  /** Removes the entry of an object. @returns what it said; null when there was none */
  private takeEntry(pointer: Pointer): Cell | null {
    const memory = this.memory;
    const main = HTMAIN_BASE + (pointer & 0xfffe);
    const tag = (pointer >>> 15) & TAG_MASK;
    const first = memory.cell(main);
    if (first === 0) return null;
    if ((first & 1) === 0) {
      if ((first & TAG_MASK) !== tag) return null;
      memory.setCell(main, 0);
      return first;
    }
    let previous = 0;
    for (let link = first - 1; link !== 0; link = memory.cell(HTCOLL_BASE + 2 * link + 2)) {
      const member = memory.cell(HTCOLL_BASE + 2 * link);
      if ((member & TAG_MASK) === tag) {
        this.removeMember(main, previous, link);
        return member;
      }
      previous = link;
    }
    return null;
  }

  /** Where the entry of an object lies; null when it has none. */
  private placeOf(pointer: Pointer): WordAddress | null {
    const memory = this.memory;
    const main = HTMAIN_BASE + (pointer & 0xfffe);
    const tag = (pointer >>> 15) & TAG_MASK;
    const first = memory.cell(main);
    if ((first & 1) === 0) return first !== 0 && (first & TAG_MASK) === tag ? main : null;
    for (let link = first - 1; link !== 0; link = memory.cell(HTCOLL_BASE + 2 * link + 2)) {
      if ((memory.cell(HTCOLL_BASE + 2 * link) & TAG_MASK) === tag) return HTCOLL_BASE + 2 * link;
    }
    return null;
  }

  /** References to a counted object that the tables know of; null when it is not counted. */
  countOf(pointer: Pointer): number | null {
    if (!this.isCounted(pointer)) return null;
    const entry = this.entryOf(pointer);
    if (entry === null) return 1;
    const count = entry >>> COUNT_SHIFT;
    return count === COUNT_OVERFLOWED ? (this.bigCounts.countOf(pointer) ?? count) : count;
  }

  /** Finds the entry, or where it goes, and performs the operation there (section 4.1). `entry` is that of the main table. */
  private operate(pointer: Pointer, operation: Operation, entry: Cell): Pointer {
    const main = HTMAIN_BASE + (pointer & 0xfffe);
    const tag = (pointer >>> 15) & TAG_MASK;
    if (entry === 0) return this.create(pointer, operation, main);
    if ((entry & 1) !== 0) return this.operateInChain(pointer, operation, main, tag);
    if ((entry & TAG_MASK) !== tag) return this.createSecond(pointer, operation, main, entry);
    if (this.modify(pointer, operation, main)) this.memory.setCell(main, 0);
    return NIL;
  }

  private operateInChain(pointer: Pointer, operation: Operation, main: WordAddress, tag: number): Pointer {
    const memory = this.memory;
    let previous = 0;
    let link = memory.cell(main) - 1;
    while ((memory.cell(HTCOLL_BASE + 2 * link) & TAG_MASK) !== tag) {
      const next = memory.cell(HTCOLL_BASE + 2 * link + 2);
      if (next === 0) return this.createInChain(pointer, operation, main);
      previous = link;
      link = next;
    }
    if (this.modify(pointer, operation, HTCOLL_BASE + 2 * link)) this.removeMember(main, previous, link);
    return NIL;
  }

  /** The main entry gives way to a chain: the newcomer first, the old entry second. */
  private createSecond(pointer: Pointer, operation: Operation, main: WordAddress, entry: Cell): Pointer {
    const memory = this.memory;
    const newcomer = this.takePair();
    if (newcomer === 0) return NIL;
    const old = this.takePair();
    if (old === 0) return NIL;
    memory.setCell(HTCOLL_BASE + 2 * old, entry);
    memory.setCell(HTCOLL_BASE + 2 * old + 2, 0);
    memory.setCell(HTCOLL_BASE + 2 * newcomer + 2, old);
    memory.setCell(main, newcomer + 1);
    return this.create(pointer, operation, HTCOLL_BASE + 2 * newcomer);
  }

  private createInChain(pointer: Pointer, operation: Operation, main: WordAddress): Pointer {
    const memory = this.memory;
    const pair = this.takePair();
    if (pair === 0) return NIL;
    memory.setCell(HTCOLL_BASE + 2 * pair + 2, memory.cell(main) - 1);
    memory.setCell(main, pair + 1);
    return this.create(pointer, operation, HTCOLL_BASE + 2 * pair);
  }

  /** Writes the entry of an object that had none, that is: count 1 (section 4.2). */
  private create(pointer: Pointer, operation: Operation, at: WordAddress): Pointer {
    const tag = (pointer >>> 15) & TAG_MASK;
    if (operation === STACK) {
      this.memory.setCell(at, tag | COUNT_ONE | STACK_BIT);
      return NIL;
    }
    this.memory.setCell(at, operation === ADD ? tag | COUNT_TWO : tag);
    this.entryCreated(pointer);
    if (operation === ADD) return NIL;
    if (operation === DELETE) this.context.observer.countZero(pointer);
    return pointer;
  }

  /** Changes an existing entry (section 4.3). @returns whether it must be removed, because it says what no entry says */
  private modify(pointer: Pointer, operation: Operation, at: WordAddress): boolean {
    const memory = this.memory;
    const entry = memory.cell(at);
    const count = entry >>> COUNT_SHIFT;
    if (operation === STACK) {
      // Where the count has overflowed, the reference VM sets a bit of the next cell: not reproduced.
      memory.setCell(at, (entry | STACK_BIT) >>> 0);
      return false;
    }
    if (count === COUNT_OVERFLOWED) {
      const inline = this.bigCounts.change(pointer, operation === ADD ? 1 : -1);
      if (inline !== null)
        memory.setCell(at, ((entry & ~(COUNT_OVERFLOWED << COUNT_SHIFT)) | (inline << COUNT_SHIFT)) >>> 0);
      return false;
    }
    if (operation !== ADD && count === 0) {
      this.refuse(pointer, "a reference was deleted from an object with count 0");
      return false;
    }
    const changed = (operation === ADD ? entry + COUNT_ONE : entry - COUNT_ONE) >>> 0;
    if ((changed & COUNT_STACK_MASK) === COUNT_ONE) {
      this.entryRemoved();
      return true;
    }
    memory.setCell(at, changed);
    if (changed >>> COUNT_SHIFT === COUNT_OVERFLOWED) this.bigCounts.add(pointer);
    else if (changed >>> COUNT_SHIFT === 0) this.context.observer.countZero(pointer);
    return false;
  }

  /** Takes a member off its chain; a chain of one becomes a main entry (section 4.1, step 8). */
  removeMember(main: WordAddress, previous: number, link: number): void {
    const memory = this.memory;
    const next = memory.cell(HTCOLL_BASE + 2 * link + 2);
    if (previous !== 0) memory.setCell(HTCOLL_BASE + 2 * previous + 2, next);
    else memory.setCell(main, next | 1);
    this.freePair(link);
    const first = memory.cell(main) - 1;
    if (memory.cell(HTCOLL_BASE + 2 * first + 2) !== 0) return;
    memory.setCell(main, memory.cell(HTCOLL_BASE + 2 * first));
    this.freePair(first);
  }

  private freePair(pair: number): void {
    const memory = this.memory;
    memory.setCell(HTCOLL_BASE + 2 * pair, 0);
    memory.setCell(HTCOLL_BASE + 2 * pair + 2, memory.cell(HTCOLL_BASE));
    memory.setCell(HTCOLL_BASE, pair);
  }

  /** Cell index of a pair; 0 when there is none any more, and the collector has been turned off. */
  private takePair(): number {
    const memory = this.memory;
    const free = memory.cell(HTCOLL_BASE);
    if (free !== 0) {
      memory.setCell(HTCOLL_BASE, memory.cell(HTCOLL_BASE + 2 * free + 2));
      return free;
    }
    const unused = memory.cell(HTCOLL_BASE + 2);
    if (unused >= COLLISION_LIMIT) {
      this.disable(`collision table full: all ${COLLISION_LIMIT / 2} pairs in use`);
      return 0;
    }
    memory.setCell(HTCOLL_BASE + 2, unused + 2);
    if (unused === RESERVE_START) {
      const left = (COLLISION_LIMIT - RESERVE_START) / 2;
      this.context.observer.collectorDisabled(
        `collision table nearly full: ${left} of ${COLLISION_LIMIT / 2} pairs left`,
        left,
      );
    }
    return unused;
  }

  /** Turns the collector off for the rest of the image's life (section 9). */
  disable(reason: string): void {
    const { memory, context } = this;
    const { variables } = context;
    context.observer.collectorDisabled(`collector turned off: ${reason}`, 0);
    for (let i = 0; i < DISABLED_ENTRIES; i++) {
      const entry = TYPE_TABLE_BASE + i;
      memory.setWord(entry, memory.word(entry) | TYPE_NOREF);
    }
    memory.setCell(variables.reclaimCountdown, NIL);
    memory.setCell(variables.reclaimMin, NIL);
    if (memory.cell(variables.gcDisabled) === NIL) context.requestInterrupt(INTERRUPT_GC_DISABLED);
    memory.setCell(variables.gcDisabled, T);
  }

  private isCountingDown(): boolean {
    return this.memory.view.getInt32(this.countdownByte) !== NIL;
  }

  private entryCreated(pointer: Pointer): void {
    const memory = this.memory;
    const value = memory.view.getInt32(this.countdownByte);
    if (value === NIL) return;
    if (value > SMALL_POSITIVE + 1) memory.setCell(this.countdownCell, value - 1);
    else this.countdownEnds(value, pointer);
  }
  private countdownEnds(value: Cell, pointer: Pointer): void {
    this.memory.setCell(this.countdownCell, SMALL_POSITIVE);
    if (value !== SMALL_POSITIVE) this.context.observer.collectionDue("countdown", pointer & POINTER_MASK);
    this.listener.countdownReached();
  }
  private entryRemoved(): void {
    const memory = this.memory;
    const value = memory.view.getInt32(this.countdownByte);
    if (value !== NIL) memory.setCell(this.countdownCell, value + 1);
  }

  private refuse(pointer: Pointer, message: string): void {
    this.context.observer.countError(pointer, `object ${hex(pointer)}: ${message}`);
  }
}
