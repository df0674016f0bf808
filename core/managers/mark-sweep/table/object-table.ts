/**
 * A heap of numbered objects: which ids are taken, and what is known of each object. Ids stay valid whatever becomes of the storage behind them.
 * The table knows neither storage nor references: a payload says which object of its owner an id stands for.
 *
 * Ids start at 0; a freed id is the first to be given again. Each time an id is given its *version* goes up, and a handle (id and version in one number)
 * of an object that is gone is an error, not another object.
 */
import { VmFault } from "../../../base/errors.ts";
import { IntList } from "../../../base/int-list.ts";
import { AllocationHistory } from "./history.ts";
import { HeapStatistics } from "./statistics.ts";

/** Handles are id + version * this. */
const HANDLE_STEP = 2 ** 28;
const FIRST_CAPACITY = 1024;

/** Bytes that all objects of a heap may have together, unless something else is said. */
export const DEFAULT_LIMIT = 100 * 1024 * 1024;
export const DEFAULT_HISTORY = 1000;
/** Milliseconds that an object may live without anyone wondering. */
export const LEAK_AGE = 60_000;

// Flags of an object.
/** Something outside the heap refers to it. */
export const FLAG_ROOT = 1;
/** It never goes: something that nobody traces refers to it. */
export const FLAG_PERMANENT = 2;
/** It is on the list of old objects that may refer to young ones. */
export const FLAG_REMEMBERED = 4;
/** Its id is on the list of roots, which may be behind: it outlives the object. */
const FLAG_LISTED = 16;
/** A constant of code: the program cannot free it. */
export const FLAG_CONSTANT = 32;
/** Its count has fallen to 0, and it waits to be released. */
export const FLAG_ZERO = 8;

/** What the table knows of an object. */
export interface ObjectRecord {
  readonly id: number;
  readonly handle: number;
  readonly payload: number;
  /** Bytes. */
  readonly size: number;
  /** When it was allocated, in milliseconds of the heap's clock. */
  readonly time: number;
  /** References from other objects, where they are counted. */
  readonly references: number;
  /** Minor collections that it has survived. */
  readonly generation: number;
  readonly isRoot: boolean;
}

export class ObjectTable {
  readonly limit: number;
  readonly statistics = new HeapStatistics();
  readonly history: AllocationHistory;
  payloads = new Int32Array(FIRST_CAPACITY);
  sizes = new Int32Array(FIRST_CAPACITY);
  times = new Float64Array(FIRST_CAPACITY);
  versions = new Uint32Array(FIRST_CAPACITY);
  ages = new Uint8Array(FIRST_CAPACITY);
  flags = new Uint8Array(FIRST_CAPACITY);
  counts = new Int32Array(FIRST_CAPACITY);
  /** Bit i & 31 of word i >> 5: object i lives. */
  live = new Int32Array(FIRST_CAPACITY >> 5);
  /** Ids that were ever given. */
  used = 0;
  private freeIds = new IntList();
  private rootIds = new IntList();

  /**
   * @param limit bytes that all objects together may have
   * @param historyLength allocations that are remembered
   */
  constructor(limit = DEFAULT_LIMIT, historyLength = DEFAULT_HISTORY) {
    this.limit = limit;
    this.history = new AllocationHistory(historyLength);
  }

  get liveObjects(): number {
    return this.used - this.freeIds.length;
  }
  get capacity(): number {
    return this.payloads.length;
  }

  /** @throws {VmFault} `StorageFull` when an object of `size` bytes would go over the limit */
  checkRoom(size: number): void {
    const sum = this.statistics.current + size;
    if (sum > this.limit) throw new VmFault("StorageFull", `Heap full: ${sum} > ${this.limit}`);
  }

  /**
   * A new object.
   * @param size bytes
   * @param now milliseconds
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  add(size: number, payload: number, now: number): number {
    if (this.statistics.current + size > this.limit) this.checkRoom(size);
    if (this.freeIds.length === 0 && this.used === this.payloads.length) this.grow();
    const id = this.freeIds.length > 0 ? this.freeIds.pop() : this.used++;
    this.payloads[id] = payload;
    this.sizes[id] = size;
    this.times[id] = now;
    this.versions[id] = (this.versions[id] as number) + 1;
    this.ages[id] = 0;
    this.flags[id] = (this.flags[id] as number) & FLAG_LISTED;
    this.counts[id] = 0;
    this.live[id >> 5] = (this.live[id >> 5] as number) | (1 << (id & 31));
    this.statistics.allocated(size);
    this.history.add(now, id, size);
    return id;
  }

  /** Takes an object out, and with it its root. @returns false when there is none */
  remove(id: number): boolean {
    if (!this.isLive(id)) return false;
    this.live[id >> 5] = (this.live[id >> 5] as number) & ~(1 << (id & 31));
    this.statistics.freed(this.sizes[id] as number);
    this.flags[id] = (this.flags[id] as number) & FLAG_LISTED;
    this.freeIds.push(id);
    return true;
  }

  isLive(id: number): boolean {
    return id >= 0 && id < this.used && (((this.live[id >> 5] as number) >>> (id & 31)) & 1) !== 0;
  }

  /** An object has become larger where it is. */
  enlarge(id: number, bytes: number): void {
    this.sizes[id] = (this.sizes[id] as number) + bytes;
    this.statistics.grown(bytes);
  }

  /** Id and version in one number: what to keep of an object that may go. */
  handle(id: number): number {
    return id + HANDLE_STEP * (this.versions[id] as number);
  }
  /** The id in a handle, whatever has become of its object. */
  idIn(handle: number): number {
    return handle % HANDLE_STEP;
  }
  isCurrent(handle: number): boolean {
    const id = this.idIn(handle);
    return this.isLive(id) && this.handle(id) === handle;
  }
  /** @throws {VmFault} `MemoryError` when the object is gone, even if its id is in use again */
  idOf(handle: number): number {
    const id = this.idIn(handle);
    if (this.isCurrent(handle)) return id;
    const now = this.isLive(id) ? `id ${id} is another object now` : `no object has id ${id}`;
    throw new VmFault("MemoryError", `object ${handleText(handle)} is gone: ${now}`);
  }

  record(id: number): ObjectRecord {
    return {
      id,
      handle: this.handle(id),
      payload: this.payloads[id] as number,
      size: this.sizes[id] as number,
      time: this.times[id] as number,
      references: this.counts[id] as number,
      generation: this.ages[id] as number,
      isRoot: this.hasFlag(id, FLAG_ROOT | FLAG_PERMANENT),
    };
  }

  hasFlag(id: number, flag: number): boolean {
    return ((this.flags[id] as number) & flag) !== 0;
  }
  setFlag(id: number, flag: number): void {
    this.flags[id] = (this.flags[id] as number) | flag;
  }
  clearFlag(id: number, flag: number): void {
    this.flags[id] = (this.flags[id] as number) & ~flag;
  }

  addRoot(id: number): void {
    this.setFlag(id, FLAG_ROOT);
    this.list(id);
  }
  /** @returns false when it was none */
  removeRoot(id: number): boolean {
    if (!this.isLive(id) || !this.hasFlag(id, FLAG_ROOT)) return false;
    this.clearFlag(id, FLAG_ROOT);
    return true;
  }
  makePermanent(id: number): void {
    this.setFlag(id, FLAG_PERMANENT);
    this.list(id);
  }
  private list(id: number): void {
    if (this.hasFlag(id, FLAG_LISTED)) return;
    this.setFlag(id, FLAG_LISTED);
    this.rootIds.push(id);
  }

  /** Every object that something outside refers to, in no order. */
  eachRoot(visit: (id: number) => void): void {
    this.tidyRoots();
    for (let i = 0; i < this.rootIds.length; i++) visit(this.rootIds.at(i));
  }
  /** No object has a root but those that never go. */
  clearRoots(): void {
    for (let i = 0; i < this.rootIds.length; i++) this.clearFlag(this.rootIds.at(i), FLAG_ROOT);
    this.tidyRoots();
  }
  /** Takes off the list what is no root any more. */
  private tidyRoots(): void {
    const ids = this.rootIds;
    let kept = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids.at(i);
      if (this.isLive(id) && this.hasFlag(id, FLAG_ROOT | FLAG_PERMANENT)) ids.set(kept++, id);
      else this.clearFlag(id, FLAG_LISTED);
    }
    ids.length = kept;
  }

  /** The first live object from `id` on; -1 when there is none. */
  next(id: number): number {
    let at = id >> 5;
    if (id >= this.used) return -1;
    let word = (this.live[at] as number) & (-1 << (id & 31));
    const end = (this.used + 31) >> 5;
    while (word === 0) {
      if (++at >= end) return -1;
      word = this.live[at] as number;
    }
    return (at << 5) + 31 - Math.clz32(word & -word);
  }
  eachObject(visit: (id: number) => void): void {
    for (let id = this.next(0); id >= 0; id = this.next(id + 1)) visit(id);
  }

  /** Objects older than `age` milliseconds to which nothing outside refers, oldest id first. */
  leaks(now: number, age = LEAK_AGE): ObjectRecord[] {
    const found: ObjectRecord[] = [];
    this.eachObject((id) => {
      const isOld = now - (this.times[id] as number) > age;
      if (isOld && !this.hasFlag(id, FLAG_ROOT | FLAG_PERMANENT)) found.push(this.record(id));
    });
    return found;
  }

  /** Ids to be given again, the next one last: for who saves them. */
  freeList(): Int32Array {
    return this.freeIds.toArray();
  }
  /** Roots, for who saves them. */
  roots(): Int32Array {
    this.tidyRoots();
    return this.rootIds.toArray();
  }

  /**
   * The table as it was, but for what is known of each object.
   * @param ids of the live objects
   * @param freeIds the last is the next to be given
   */
  restore(
    ids: ArrayLike<number>,
    versions: ArrayLike<number>,
    freeIds: ArrayLike<number>,
    roots: ArrayLike<number>,
  ): void {
    while (this.capacity < versions.length) this.grow();
    this.used = versions.length;
    this.versions.fill(0);
    this.versions.set(versions);
    this.flags.fill(0);
    this.live.fill(0);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      this.live[id >> 5] = (this.live[id >> 5] as number) | (1 << (id & 31));
    }
    this.freeIds = IntList.of(freeIds);
    this.rootIds = IntList.of(roots);
  }

  private grow(): void {
    const capacity = 2 * this.capacity;
    this.payloads = larger(this.payloads, new Int32Array(capacity));
    this.sizes = larger(this.sizes, new Int32Array(capacity));
    this.times = larger(this.times, new Float64Array(capacity));
    this.versions = larger(this.versions, new Uint32Array(capacity));
    this.ages = larger(this.ages, new Uint8Array(capacity));
    this.flags = larger(this.flags, new Uint8Array(capacity));
    this.counts = larger(this.counts, new Int32Array(capacity));
    this.live = larger(this.live, new Int32Array(capacity >> 5));
  }
}

function larger<A extends { set(from: A): void }>(old: A, grown: A): A {
  grown.set(old);
  return grown;
}

/** A handle as people read it: id, a dot, and how often the id was given. */
export function handleText(handle: number): string {
  return `${handle % HANDLE_STEP}.${Math.floor(handle / HANDLE_STEP)}`;
}
