/**
 * Units of typed storage that arenas own: who owns each, and what an address in a unit that was given back used to be.
 * A unit that an arena gives back waits in quarantine before an arena gets it again, or anybody when pages are scarce, and its type table entry says "untyped", so that a stale
 * reference into it fails the type test which every opcode makes anyway. Only then is it looked up here.
 */
import type { Pointer, TypeNumber } from "../../../base/units.ts";
import {
  DTD_BASE,
  DTD_WORDS,
  MDS_UNIT_WORDS,
  TYPE_NOREF,
  TYPE_NUMBER_MASK,
  TYPE_TABLE_BASE,
} from "../../../memory/layout.ts";
import { DTD_ENTRY } from "../../../objects/dtd.ts";
import { clearWords } from "../clear-words.ts";
import type { Storage } from "../storage.ts";

/** Units that stay in quarantine, as long as there are other pages. */
const QUARANTINE_UNITS = 64;
/** Owner of a unit of which arenas own parts only: the ends of array chunks. */
export const SHARED_UNIT = 0xffff;
export const UNIT_SHIFT = 9;

/** What a unit was when its arena let it go. */
export interface FormerUnit {
  /** The arena as it was then. */
  readonly place: string;
  readonly generation: number;
  /** The arena's generation behind that: one more for each reset, and for its end. */
  readonly now: number;
  readonly hasEnded: boolean;
  readonly type: TypeNumber;
}

export class ArenaUnits {
  /** Slot of the arena that owns a unit, by address >> 9; 0: none. */
  readonly owner: Uint16Array;
  private readonly storage: Storage;
  /** By address >> 9. What a unit was is of interest as long as its type table entry says "untyped". */
  private readonly former = new Map<number, FormerUnit>();
  /** Pages of units that nobody may have yet, oldest first. */
  private quarantine: number[] = [];

  constructor(storage: Storage) {
    this.storage = storage;
    this.owner = new Uint16Array(storage.context.memory.sizeWords >> UNIT_SHIFT);
    storage.typed.spareUnit = () => this.quarantine.shift() ?? 0;
  }

  /**
   * A unit for objects of a type, all zero.
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  take(slot: number, type: TypeNumber): Pointer {
    const start = this.takeBlank();
    this.retake(slot, start, type);
    return start;
  }

  /** A unit for later. @throws {VmFault} `StorageFull`; nothing was changed */
  takeBlank(): Pointer {
    const rested = this.quarantine.length > QUARANTINE_UNITS ? this.quarantine.shift() : undefined;
    return (rested ?? this.storage.typed.allocateUnit(TYPE_NOREF)) << 8;
  }

  /** A unit that holds nothing, for objects of a type. */
  retake(slot: number, start: Pointer, type: TypeNumber): void {
    this.storage.context.memory.setWord(TYPE_TABLE_BASE + (start >> UNIT_SHIFT), this.entryOf(type));
    this.occupy(slot, start);
  }

  private occupy(slot: number, start: Pointer): void {
    const { memory } = this.storage.context;
    const page = start >> 8;
    if (memory.pageFlags[page] === 0 && memory.pageFlags[page + 1] === 0) {
      memory.bytes.fill(0, 2 * start, 2 * (start + MDS_UNIT_WORDS));
    } else clearWords(memory, start, MDS_UNIT_WORDS);
    this.own(slot, start);
  }

  own(slot: number, start: Pointer): void {
    this.owner[start >> UNIT_SHIFT] = slot;
  }

  /** A range of array space belongs to an arena; what it does not fill of its first and last unit may belong to others. */
  share(slot: number, start: Pointer, end: Pointer): void {
    const firstWhole = (start + MDS_UNIT_WORDS - 1) >> UNIT_SHIFT;
    const behindWhole = end >> UNIT_SHIFT;
    if (firstWhole < behindWhole) this.owner.fill(slot, firstWhole, behindWhole);
    this.owner[start >> UNIT_SHIFT] =
      firstWhole === start >> UNIT_SHIFT && firstWhole < behindWhole ? slot : SHARED_UNIT;
    if (end % MDS_UNIT_WORDS !== 0) this.owner[end >> UNIT_SHIFT] = SHARED_UNIT;
  }
  /** Units that were shared stay marked: looking closer finds nobody there. */
  unshare(start: Pointer, end: Pointer): void {
    for (let unit = start >> UNIT_SHIFT; unit <= (end - 1) >> UNIT_SHIFT; unit++) {
      if (this.owner[unit] !== SHARED_UNIT) this.owner[unit] = 0;
    }
  }

  typeOf(start: Pointer): TypeNumber {
    return this.storage.context.memory.word(TYPE_TABLE_BASE + (start >> UNIT_SHIFT)) & TYPE_NUMBER_MASK;
  }

  private entryOf(type: TypeNumber): number {
    return this.storage.context.memory.word(DTD_BASE + DTD_WORDS * type + DTD_ENTRY);
  }

  /** Nothing in the unit is an object any more, from now on; the unit stays with its arena. */
  retire(start: Pointer, former: FormerUnit): void {
    const unit = start >> UNIT_SHIFT;
    this.storage.context.memory.setWord(TYPE_TABLE_BASE + unit, TYPE_NOREF);
    this.owner[unit] = 0;
    this.former.set(unit, former);
  }

  /** A retired unit may be had by others, after some time in quarantine. */
  giveBack(start: Pointer): void {
    this.quarantine.push(start >> 8);
  }

  /** What the unit of a pointer was, when an arena let it go and nobody has taken it since; null otherwise. */
  formerOf(pointer: Pointer): FormerUnit | null {
    const unit = pointer >> UNIT_SHIFT;
    const former = this.former.get(unit);
    if (former === undefined) return null;
    return this.storage.context.memory.word(TYPE_TABLE_BASE + unit) === TYPE_NOREF ? former : null;
  }

  /** Plain data, for `ManagerState`. */
  save(): { readonly quarantine: readonly number[]; readonly former: readonly (readonly [number, FormerUnit])[] } {
    return { quarantine: [...this.quarantine], former: [...this.former] };
  }
  /** Owners are told by the arenas, one by one. */
  restore(state: ReturnType<ArenaUnits["save"]>): void {
    this.quarantine = [...state.quarantine];
    this.former.clear();
    for (const [unit, former] of state.former) this.former.set(unit, former);
    this.owner.fill(0);
  }
}
