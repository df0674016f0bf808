/**
 * All arenas of a heap: who owns an address, which stores would outlive an arena, what a stale reference was.
 * While no arena is open a store costs one comparison (`isActive`), and nothing else costs anything.
 */
import { InternalError, VmFault } from "../../../base/errors.ts";
import type { Pointer, TypeNumber, WordAddress, Words } from "../../../base/units.ts";
import type { Storage } from "../storage.ts";
import { ArenaUnits, SHARED_UNIT, UNIT_SHIFT } from "./arena-units.ts";
import { MachineArena, type OutsideReference } from "./machine-arena.ts";
import type { ArenaPolicy } from "./policy.ts";
import { escapeFault, outsideFault, regionFault, staleFault } from "./stale.ts";

/** Chunks grow from 2 KB by doubling to 128 KB; units of typed storage are always 1 KB. Sizes are words. */
export const DEFAULT_ARENA_POLICY: ArenaPolicy = {
  chunk: 1024,
  growth: 2,
  mostChunk: 0x10000,
  reset: { kind: "keep-all" },
  limit: null,
  presize: 0,
};

/** Sums over all arenas, those that have ended included. */
export interface ArenaTotals {
  /** The most that all open arenas together held at once. */
  readonly peakWords: Words;
  readonly allocatedObjects: number;
  readonly allocatedWords: Words;
  readonly freedObjects: number;
  readonly freedWords: Words;
}

export class MachineArenas {
  /** Some arena is open: stores must be looked at. */
  isActive = false;
  private readonly storage: Storage;
  private readonly policy: ArenaPolicy;
  private readonly units: ArenaUnits;
  /** By slot, from 1 on; the free ones wait to be used again. */
  private readonly slots: MachineArena[] = [];
  private readonly free: MachineArena[] = [];
  private readonly opened: MachineArena[] = [];
  private nextNumber = 1;
  private endedObjects = 0;
  private endedWords: Words = 0;
  /** As it was before the last reset or end; in between arenas can only grow. */
  private earlierPeak: Words = 0;

  constructor(storage: Storage, policy: ArenaPolicy = DEFAULT_ARENA_POLICY) {
    this.storage = storage;
    this.policy = policy;
    this.units = new ArenaUnits(storage);
  }

  /** @throws {VmFault} `StorageFull` when 65 534 arenas are open */
  open(name: string, depth: number, isRegion = false): MachineArena {
    const arena = this.free.pop() ?? this.newSlot();
    try {
      arena.presize(this.policy.presize);
    } catch (fault) {
      this.abandon(arena);
      throw fault;
    }
    arena.identity = { number: this.nextNumber++, name, depth, isRegion };
    arena.isOpen = true;
    this.opened.push(arena);
    this.isActive = true;
    if (isRegion) this.storage.context.observer.lifetime("region.enter", 0, 0, this.opened.length, name);
    return arena;
  }

  /** There was no room to open it. */
  private abandon(arena: MachineArena): void {
    arena.end();
    arena.clear();
    this.free.push(arena);
  }

  private newSlot(): MachineArena {
    const slot = this.slots.length + 1;
    if (slot >= SHARED_UNIT)
      throw new VmFault("StorageFull", `storage full: ${slot - 1} arenas are open, there can be no more`);
    const arena = new MachineArena(this.storage, this.units, slot, this.policy);
    this.slots.push(arena);
    return arena;
  }

  /** Takes all objects of an arena back; it goes on with the next generation. */
  reset(arena: MachineArena): void {
    this.earlierPeak = this.totals().peakWords;
    this.storage.weak.placeEnded((object) => this.ownerOf(object) === arena);
    arena.reset();
  }

  /** Ends an arena: its objects go, and its storage goes back. */
  end(arena: MachineArena): void {
    const at = this.opened.lastIndexOf(arena);
    if (at < 0) return;
    this.earlierPeak = this.totals().peakWords;
    this.storage.weak.placeEnded((object) => this.ownerOf(object) === arena);
    arena.end();
    const { totalObjects, totalWords } = arena.figures();
    this.endedObjects += totalObjects;
    this.endedWords += totalWords;
    const { name, isRegion } = arena.identity;
    arena.clear();
    this.opened.splice(at, 1);
    this.free.push(arena);
    this.isActive = this.opened.length > 0;
    if (isRegion) this.storage.context.observer.lifetime("region.exit", 0, 0, this.opened.length, name);
  }

  /** Arenas that are open, in the order of their opening. */
  all(): readonly MachineArena[] {
    return this.opened;
  }

  /** The arena that holds an address; null when none does. */
  ownerOf(pointer: WordAddress): MachineArena | null {
    const slot = this.units.owner[pointer >> UNIT_SHIFT] ?? 0;
    if (slot === 0) return null;
    if (slot !== SHARED_UNIT) return this.slots[slot - 1] ?? null;
    return this.opened.find((arena) => arena.holdsBlock(pointer)) ?? null;
  }

  /**
   * Looks at a store while arenas are open. What refers from outside into an arena that ends before it is remembered until that end; a region allows none.
   *
   * @param slot the cell, or the pair itself when its CDR is stored
   * @throws {VmFault} `MemoryError` when `now` lies in a region that ends before what holds `slot`; nothing was changed
   */
  checkStore(slot: WordAddress, now: Pointer, isCdr = false): void {
    const inner = this.ownerOf(now);
    if (inner === null) return;
    const holder = this.ownerOf(slot);
    if (inner === holder || inner.identity.depth <= (holder?.identity.depth ?? 0)) return;
    if (inner.identity.isRegion) throw regionFault(now, inner, slot, holder);
    inner.remember(slot, isCdr);
  }

  /** @throws {VmFault} `MemoryError` when the arena cannot end with that result; nothing was changed */
  checkEnd(arena: MachineArena, result: Pointer): void {
    if (this.ownerOf(result) === arena) throw escapeFault(result, arena);
    const slot = this.outsideReference(arena);
    if (slot !== null) throw outsideFault(slot, arena);
  }
  /** A place outside of the arena that refers to something in it; null when there is none. */
  outsideReference(arena: MachineArena): OutsideReference | null {
    return arena.rememberedSlot((pointer) => this.ownerOf(pointer) === arena);
  }

  /** Why a reference leads to nothing any more; null when no arena had to do with it. */
  staleReference(pointer: Pointer): VmFault | null {
    const former = this.units.formerOf(pointer);
    return former === null ? null : staleFault(this.storage.context.memory, pointer, former);
  }

  /** Ranges that look like objects, and hold none yet. */
  eachSpare(visit: (start: Pointer, end: Pointer) => void): void {
    for (const arena of this.opened) arena.eachSpare(visit);
  }

  eachObject(visit: (object: Pointer, type: TypeNumber, arena: MachineArena) => void): void {
    for (const arena of this.opened) arena.eachObject((object, type) => visit(object, type, arena));
  }

  totals(): ArenaTotals {
    let objects = this.endedObjects;
    let words = this.endedWords;
    let liveObjects = 0;
    let liveWords = 0;
    for (const arena of this.opened) {
      const figures = arena.figures();
      objects += figures.totalObjects;
      words += figures.totalWords;
      liveObjects += figures.objects;
      liveWords += figures.words;
    }
    return {
      peakWords: Math.max(this.earlierPeak, liveWords),
      allocatedObjects: objects,
      allocatedWords: words,
      freedObjects: objects - liveObjects,
      freedWords: words - liveWords,
    };
  }

  /** Everything as one text, because a manager's state is made of plain values. */
  save(): string {
    const { nextNumber, endedObjects, endedWords, earlierPeak } = this;
    const arenas = this.opened.map((arena) => ({ slot: arena.slot, ...arena.save() }));
    const free = this.free.map(({ slot }) => slot);
    return JSON.stringify({
      nextNumber,
      endedObjects,
      endedWords,
      earlierPeak,
      units: this.units.save(),
      arenas,
      free,
    });
  }
  restore(saved: string): void {
    const state = JSON.parse(saved) as SavedArenas;
    this.nextNumber = state.nextNumber;
    this.endedObjects = state.endedObjects;
    this.endedWords = state.endedWords;
    this.earlierPeak = state.earlierPeak;
    this.units.restore(state.units);
    for (const arena of this.opened) arena.clear();
    this.opened.length = 0;
    this.free.length = 0;
    this.slots.length = Math.min(this.slots.length, state.arenas.length + state.free.length);
    for (const slot of state.free) this.free.push(this.bySlot(slot));
    for (const { slot, ...rest } of state.arenas) {
      const arena = this.bySlot(slot);
      arena.restore(rest);
      this.opened.push(arena);
    }
    this.isActive = this.opened.length > 0;
  }

  private bySlot(slot: number): MachineArena {
    while (this.slots.length < slot) this.newSlot();
    const arena = this.slots[slot - 1];
    if (arena === undefined) throw new InternalError(`saved arenas name slot ${slot}`);
    return arena;
  }
}

type SavedArenas = {
  readonly nextNumber: number;
  readonly endedObjects: number;
  readonly endedWords: Words;
  readonly earlierPeak: Words;
  readonly units: ReturnType<ArenaUnits["save"]>;
  readonly arenas: readonly ({ readonly slot: number } & ReturnType<MachineArena["save"]>)[];
  readonly free: readonly number[];
};
