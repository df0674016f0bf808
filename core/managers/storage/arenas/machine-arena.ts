/**
 * One arena of machine objects: it owns whole units of typed storage and chunks of array space, and hands out what lies next in them. Single objects never go;
 * a reset or the end takes all of them back at once, in time that depends on the units only.
 */
import { VmFault } from "../../../base/errors.ts";
import type { Cells, Pointer, TypeNumber, WordAddress, Words } from "../../../base/units.ts";
import { DTD_BASE, DTD_WORDS, MDS_UNIT_WORDS, NIL, TYPE_BLOCK, TYPE_LISTP } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { car, cdr, isReadableCons } from "../../../objects/cons.ts";
import { DTD_SIZE } from "../../../objects/dtd.ts";
import { typeNumber } from "../../../objects/types.ts";
import { BLOCK_CODE, BLOCK_UNBOXED, type BlockContent } from "../../contract.ts";
import { BLOCK_OVERHEAD_CELLS, MAX_DATA_CELLS, MIN_DATA_CELLS } from "../blocks/block-allocator.ts";
import { Conses } from "../conses.ts";
import type { Storage } from "../storage.ts";
import { ArenaAccount } from "./account.ts";
import { ArenaBlocks, type ArrayChunk, type ChunkSource } from "./arena-blocks.ts";
import { ArenaCells } from "./arena-cells.ts";
import { ArenaPairs } from "./arena-pairs.ts";
import type { ArenaUnits, FormerUnit } from "./arena-units.ts";
import { type ArenaPolicy, chunkWithin, keptChunks, nextChunk } from "./policy.ts";
import { limitFault, placeOf } from "./stale.ts";

const CELL_WORDS = 2;

/** Figures of an arena. Words of objects are those asked for; capacity is what was taken from storage. */
export interface ArenaFigures {
  readonly objects: number;
  readonly words: Words;
  readonly peakWords: Words;
  /** Since it was opened, over all resets. */
  readonly totalObjects: number;
  readonly totalWords: Words;
  readonly capacityWords: Words;
  /** Units and array chunks. */
  readonly chunks: number;
  readonly generation: number;
}

/** What an arena is apart from its objects. */
export interface ArenaIdentity {
  /** Never used again. */
  readonly number: number;
  readonly name: string;
  /** An object of an arena may refer to objects of arenas with the same or a smaller depth. */
  readonly depth: number;
  /** No reference from outside may lead into it, not even for a while. */
  readonly isRegion: boolean;
}

/** A place outside of an arena that was made to refer into it: a cell, or the CDR of a pair. */
interface OutsideSlot {
  readonly slot: WordAddress;
  readonly isCdr: boolean;
}
/** Such a place, with what it refers to. */
export interface OutsideReference {
  readonly slot: WordAddress;
  readonly found: Pointer;
}

export class MachineArena implements ChunkSource {
  identity: ArenaIdentity = { number: 0, name: "", depth: 0, isRegion: false };
  generation = 0;
  /** What it is asked for between its end and the next time that its slot is used is refused. */
  isOpen = false;
  /** Number in the table of owners. */
  readonly slot: number;
  readonly policy: ArenaPolicy;
  private readonly storage: Storage;
  private readonly units: ArenaUnits;
  private readonly pairs: ArenaPairs;
  private readonly conses: Conses;
  private readonly cells: ArenaCells;
  private readonly blocks: ArenaBlocks;
  /** Start addresses of all units with objects, in the order in which they were taken. */
  private taken: Pointer[] = [];
  /** Units kept through a reset, with nothing in them. */
  private kept: Pointer[] = [];
  /** By twice the address, plus one for a CDR. */
  private readonly outside = new Map<number, OutsideSlot>();
  /** In words. */
  private readonly account = new ArenaAccount();
  private chunkWords: Words = 0;

  constructor(storage: Storage, units: ArenaUnits, slot: number, policy: ArenaPolicy) {
    this.storage = storage;
    this.units = units;
    this.slot = slot;
    this.policy = policy;
    const takeUnit = (type: TypeNumber) => this.takeUnit(type);
    this.pairs = new ArenaPairs(storage, takeUnit);
    this.conses = new Conses(storage.context, this.pairs);
    this.cells = new ArenaCells(takeUnit);
    this.blocks = new ArenaBlocks(storage, this);
  }

  /** A new object of a fixed-size type, zeroed. @throws {VmFault} `StorageFull`; nothing was changed */
  allocate(type: TypeNumber): Pointer {
    const size = this.storage.context.memory.word(DTD_BASE + DTD_WORDS * type + DTD_SIZE + 1);
    const object = this.cells.allocate(type, size);
    this.note(object, size);
    return object;
  }

  /** @throws {VmFault} `StorageFull`; nothing was changed */
  cons(car: Pointer, cdr: Pointer): Pointer {
    const cons = this.conses.create(car, cdr);
    const code = this.storage.context.memory.view.getInt32(cons * 2) >>> 28;
    this.note(cons, code < 8 ? 2 * CELL_WORDS : CELL_WORDS);
    return cons;
  }

  /** Changes the CDR of a pair of this arena. @throws {VmFault} `StorageFull`; nothing was changed */
  replaceCdr(cons: Pointer, cdr: Pointer): void {
    this.account.change(this.conses.replaceCdr(cons, cdr));
  }

  /** @throws {VmFault} `StorageFull`; nothing was changed */
  allocateBlock(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4): Pointer {
    const isCode = content === BLOCK_CODE;
    const data = isCode ? this.blocks.allocateCode(dataCells) : this.blocks.allocate(dataCells, content, alignCells);
    this.note(data, CELL_WORDS * (Math.max(dataCells, MIN_DATA_CELLS) + BLOCK_OVERHEAD_CELLS));
    return data;
  }

  private note(object: Pointer, words: Words): void {
    this.account.add(words);
    this.storage.context.observer.lifetime("arena.alloc", object, words, this.account.count, this.identity.name);
  }

  /** Looked at where storage is taken, which every arena does first. */
  private checkOpen(): void {
    if (!this.isOpen) throw new VmFault("MemoryError", `${placeOf(this)} is not open`);
  }

  private takeUnit(type: TypeNumber): Pointer {
    this.checkOpen();
    const kept = this.kept.pop();
    if (kept !== undefined) {
      this.units.retake(this.slot, kept, type);
      this.taken.push(kept);
      return kept;
    }
    if (chunkWithin(this.policy, this.capacityWords, MDS_UNIT_WORDS, MDS_UNIT_WORDS) === null) {
      throw limitFault(this.storage.context, this, MDS_UNIT_WORDS);
    }
    const unit = this.units.take(this.slot, type);
    this.taken.push(unit);
    return unit;
  }

  takeChunk(cells: Cells): ArrayChunk {
    const last = this.blocks.chunks.at(-1);
    const wanted = nextChunk(this.policy, last === undefined ? null : CELL_WORDS * last.cells, CELL_WORDS * cells);
    const words = chunkWithin(this.policy, this.capacityWords, wanted, CELL_WORDS * cells);
    if (words === null) throw limitFault(this.storage.context, this, CELL_WORDS * cells);
    const dataCells = Math.min(Math.floor(words / CELL_WORDS) - BLOCK_OVERHEAD_CELLS, MAX_DATA_CELLS);
    return this.reserve(dataCells, BLOCK_UNBOXED);
  }

  takeCodeChunk(dataCells: Cells): ArrayChunk {
    const words = CELL_WORDS * (dataCells + BLOCK_OVERHEAD_CELLS);
    if (chunkWithin(this.policy, this.capacityWords, words, words) === null) {
      throw limitFault(this.storage.context, this, words);
    }
    return this.reserve(dataCells, BLOCK_CODE);
  }

  private reserve(dataCells: Cells, content: BlockContent): ArrayChunk {
    this.checkOpen();
    const header = this.storage.reserveBlock(dataCells, content) - CELL_WORDS;
    const length = this.storage.blocks.length(header);
    this.chunkWords += CELL_WORDS * length;
    this.units.share(this.slot, header, header + CELL_WORDS * length);
    return { header, cells: length };
  }

  /** Takes units before they are needed. @throws {VmFault} `StorageFull`; nothing was changed by the unit that did not fit */
  presize(words: Words): void {
    for (let have = 0; have < words; have += MDS_UNIT_WORDS) this.kept.push(this.units.takeBlank());
  }

  remember(slot: WordAddress, isCdr: boolean): void {
    this.outside.set(2 * slot + (isCdr ? 1 : 0), { slot, isCdr });
  }

  /** A place outside that refers into the arena still; null when there is none. */
  rememberedSlot(
    isInside: (pointer: Pointer) => boolean,
  ): { readonly slot: WordAddress; readonly found: Pointer } | null {
    const { memory } = this.storage.context;
    for (const { slot, isCdr } of this.outside.values()) {
      const found = referenceAt(memory, slot, isCdr);
      if (isInside(found)) return { slot, found };
    }
    return null;
  }

  /** Takes all objects back; the arena goes on with the next generation. */
  reset(): void {
    const { count: objects, current: words } = this.account;
    const sizes = [...this.kept, ...this.taken].map(() => MDS_UNIT_WORDS);
    this.release(keptChunks(this.policy.reset, sizes), false);
    this.storage.context.observer.lifetime("arena.reset", 0, words, objects, this.identity.name);
  }

  /** Takes all objects back and gives all storage back. For `MachineArenas`, which forgets the arena then. */
  end(): void {
    const { count: objects, current: words } = this.account;
    this.release(0, true);
    this.storage.context.observer.lifetime("arena.end", 0, words, objects, this.identity.name);
  }

  private release(keep: number, hasEnded: boolean): void {
    const place = placeOf(this);
    const { generation } = this;
    const former = new Map<TypeNumber, FormerUnit>();
    for (const unit of this.taken) {
      const type = this.units.typeOf(unit);
      const record = former.get(type) ?? { place, generation, now: generation + 1, hasEnded, type };
      former.set(type, record);
      this.units.retire(unit, record);
    }
    const all = [...this.kept, ...this.taken];
    for (const unit of all.slice(keep)) this.units.giveBack(unit);
    this.kept = all.slice(0, keep);
    this.taken = [];
    for (const { header, cells } of this.blocks.chunks) {
      this.units.unshare(header, header + CELL_WORDS * cells);
      this.storage.blocks.markUsed(header, cells, 0);
      this.storage.blocks.free(header + CELL_WORDS);
    }
    this.forget();
    this.chunkWords = 0;
    this.account.reset();
    this.generation++;
  }

  private forget(): void {
    this.pairs.forget();
    this.cells.forget();
    this.blocks.forget();
    this.outside.clear();
  }

  /** As new: for the next arena that gets this slot. */
  clear(): void {
    this.isOpen = false;
    this.forget();
    this.taken = [];
    this.kept = [];
    this.generation = 0;
    this.account.clear();
    this.chunkWords = 0;
  }

  /** Whether the address lies in an array chunk of this arena. */
  holdsBlock(address: WordAddress): boolean {
    return this.blocks.contains(address);
  }

  /** Every object of this generation: pairs, then objects type by type, then array blocks. */
  eachObject(visit: (object: Pointer, type: TypeNumber) => void): void {
    const { memory } = this.storage.context;
    this.pairs.eachPair((pair) => visit(pair, TYPE_LISTP));
    this.cells.eachObject((type) => memory.word(DTD_BASE + DTD_WORDS * type + DTD_SIZE + 1), visit);
    this.blocks.eachBlock((data) => visit(data, TYPE_BLOCK));
  }

  /** Ranges that look like objects, and hold none yet. */
  eachSpare(visit: (start: Pointer, end: Pointer) => void): void {
    this.cells.eachSpare(visit);
    this.blocks.eachSpare(visit);
  }

  get capacityWords(): Words {
    return MDS_UNIT_WORDS * (this.taken.length + this.kept.length) + this.chunkWords;
  }

  figures(): ArenaFigures {
    return {
      objects: this.account.count,
      words: this.account.current,
      peakWords: this.account.peak,
      totalObjects: this.account.totalCount,
      totalWords: this.account.total,
      capacityWords: this.capacityWords,
      chunks: this.taken.length + this.kept.length + this.blocks.chunks.length,
      generation: this.generation,
    };
  }

  save() {
    const { identity, generation, taken, kept, chunkWords } = this;
    return {
      identity,
      generation,
      taken: [...taken],
      kept: [...kept],
      chunkWords,
      account: this.account.save(),
      pairs: this.pairs.save(),
      cells: this.cells.save(),
      blocks: this.blocks.save(),
      outside: [...this.outside.values()],
    };
  }
  restore(saved: ReturnType<MachineArena["save"]>): void {
    this.identity = saved.identity;
    this.isOpen = true;
    this.generation = saved.generation;
    this.taken = [...saved.taken];
    this.kept = [...saved.kept];
    this.chunkWords = saved.chunkWords;
    this.account.restore(saved.account);
    this.pairs.restore(saved.pairs);
    this.cells.restore(saved.cells);
    this.blocks.restore(saved.blocks);
    this.outside.clear();
    for (const { slot, isCdr } of saved.outside) this.remember(slot, isCdr);
    for (const unit of this.taken) this.units.own(this.slot, unit);
    for (const { header, cells } of this.blocks.chunks)
      this.units.share(this.slot, header, header + CELL_WORDS * cells);
  }
}

/** A pair may have been re-coded since, or freed: its CAR and CDR are looked up as such, where they can be read at all. */
function referenceAt(memory: VirtualMemory, slot: WordAddress, isCdr: boolean): Pointer {
  const cell = slot as Pointer;
  if (typeNumber(memory, cell) !== TYPE_LISTP) return memory.pointer(slot);
  if (!isReadableCons(memory, cell)) return NIL;
  return isCdr ? cdr(memory, cell) : car(memory, cell);
}
