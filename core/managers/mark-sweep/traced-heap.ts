/**
 * Mark and sweep over a table of objects: roots, the threshold, major and minor cycles, marking in pieces, release at count 0. It knows no storage and no
 * clock: what an object refers to, and what becomes of its storage, is its owner's business (`ObjectGraph`). A collection is a cycle:
 * `begin`, `trace` until nothing is grey, `sweepNext` until nothing is dead, `end`.
 */
import { IntList } from "../../base/int-list.ts";
import type { ManagerState } from "../contract.ts";
import { savedNumber, savedNumbers } from "../storage/state.ts";
import type { ObjectTable } from "./table/object-table.ts";
import { findAllDead } from "./trace/dead-objects.ts";
import { Generations } from "./trace/generations.ts";
import { type IdSink, Marks } from "./trace/marks.ts";
import { ReferenceCounters } from "./trace/reference-counts.ts";
import { Regions } from "./trace/regions.ts";
import { MarkingWorkers } from "./trace/workers.ts";

/** What a heap must know of the objects behind its ids. */
export interface ObjectGraph {
  /** A cycle begins: what is known of types may be stale. */
  beginScan(): void;
  /** Calls `sink.mark` for each object of the heap that an object refers to. */
  scan(id: number, sink: IdSink): void;
  /** Number of the region that an object lies in. */
  regionOf(id: number): number;
  /** Takes the storage of an object back that goes. Its record is still there. */
  release(id: number): void;
}

export interface HeapPolicy {
  /** Allocations since the last collection at which the next one is due, or more where much lives. */
  readonly threshold: number;
  /** Minor collections that a young object survives before it is old; 0: there are no generations. */
  readonly promoteAfter: number;
  /** References are counted, and objects whose count falls to 0 released. */
  readonly countsReferences: boolean;
  /** Workers that mark and sweep. */
  readonly workers: number;
  /** The heap is swept region by region. */
  readonly hasRegions: boolean;
}

export const DEFAULT_POLICY: HeapPolicy = {
  threshold: 1000,
  promoteAfter: 0,
  countsReferences: false,
  workers: 1,
  hasRegions: false,
};

/** Old objects may grow so far before they are looked at; and by this factor afterwards. */
const LEAST_OLD_BYTES = 64 * 1024;
const OLD_GROWTH = 2;

/** A collection that looks at all that lives waits for allocations in this proportion to it, so that marking one structure while it grows takes linear time. */
const ALLOCATIONS_PER_LIVE_OBJECT = 1 / 2;

/** `counted` releases objects whose count is 0, and traces nothing. */
export type CycleKind = "major" | "minor" | "counted";

export class TracedHeap {
  readonly table: ObjectTable;
  readonly marks = new Marks();
  readonly generations: Generations | null;
  readonly counters: ReferenceCounters | null;
  readonly workers: MarkingWorkers | null;
  readonly regions: Regions | null;
  private readonly graph: ObjectGraph;
  private readonly policy: HeapPolicy;
  /** Allocations since the last collection began. */
  sinceCollection = 0;
  /** Allocations since the last collection at which the next one is due; never less than the policy says. */
  threshold: number;
  /** The threshold is reached. */
  isDue = false;
  /** Handle of the object whose allocation reached the threshold: that collection leaves it alone; 0 for none. */
  private newest = 0;
  /** Bytes of old objects above which the next collection is a major one. */
  private oldLimit = LEAST_OLD_BYTES;
  /** The cycle under way. */
  cycle: CycleKind | null = null;
  /** Ids that the cycle under way will free, from the next one on; null while it marks. */
  private dead: IntList | null = null;
  private nextToFree = 0;
  /** Objects that the cycle under way has freed. */
  private collected = 0;
  private readonly scan = (id: number, sink: IdSink) => this.graph.scan(id, sink);
  private readonly isHeld = (id: number) => this.marks.isMarked(id);
  private readonly held = new IntList();

  constructor(table: ObjectTable, graph: ObjectGraph, policy: HeapPolicy = DEFAULT_POLICY) {
    this.table = table;
    this.graph = graph;
    this.policy = policy;
    this.threshold = policy.threshold;
    this.generations = policy.promoteAfter === 0 ? null : new Generations(this.table, policy.promoteAfter);
    this.counters = policy.countsReferences ? new ReferenceCounters(this.table) : null;
    this.workers = policy.workers === 1 ? null : new MarkingWorkers(this.marks, policy.workers);
    this.regions = policy.hasRegions ? new Regions(this.table, (id) => graph.regionOf(id)) : null;
  }

  /**
   * @param size bytes
   * @param now milliseconds
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  allocate(size: number, payload: number, now: number): number {
    const id = this.table.add(size, payload, now);
    if (this.cycle !== null) this.allocateMarked(id);
    if (++this.sinceCollection >= this.threshold && !this.isDue) {
      this.isDue = true;
      this.newest = this.table.handle(id);
    }
    return id;
  }

  /** Objects that come into being while a cycle is under way outlive it. */
  private allocateMarked(id: number): void {
    this.marks.reach(id);
    this.marks.markOnly(id);
  }

  /** An object has become larger where it is. */
  enlarge(id: number, bytes: number): void {
    this.table.enlarge(id, bytes);
    this.generations?.enlarged(id, bytes);
  }

  /** Takes an object back at once. @returns false when there is none with this handle */
  deallocate(handle: number): boolean {
    if (!this.table.isCurrent(handle)) return false;
    if (this.cycle !== null) this.restartLater();
    const id = this.table.idIn(handle);
    this.dropReferences(id);
    this.free(id);
    return true;
  }

  private free(id: number): void {
    this.graph.release(id);
    this.generations?.forget(id);
    this.table.remove(id);
  }

  /** What a dead object refers to loses these references. */
  private dropReferences(id: number): void {
    if (this.counters !== null) this.graph.scan(id, this.counters);
  }

  /** One object refers to another from now on, and no longer to a third; -1 for none, or for what is no object of this heap. */
  replaced(holder: number, old: number, now: number): void {
    if (now >= 0) {
      this.counters?.add(now);
      if (holder >= 0) this.generations?.stored(holder, now);
    }
    if (old < 0) return;
    // What a cycle has found at its begin stays in it, whatever becomes of the references meanwhile.
    if (this.isMarking) this.marks.mark(old);
    this.counters?.drop(old);
  }

  /** What the cycle under way is about to look into, or to free, may be gone: it begins anew. */
  private restartLater(): void {
    this.cancel();
    this.isDue = true;
  }

  /** A cycle is under way, and still finds what lives. */
  get isMarking(): boolean {
    return this.cycle !== null && this.cycle !== "counted" && this.dead === null;
  }

  /**
   * Begins a cycle from the roots that the table knows.
   * @param keepsNewest the object whose allocation made the collection due outlives it
   */
  begin(kind: CycleKind, keepsNewest: boolean): void {
    const { table, marks, generations } = this;
    this.cycle = kind;
    this.dead = null;
    this.collected = 0;
    this.graph.beginScan();
    generations?.cover();
    marks.begin(table.capacity, kind === "minor" && generations !== null ? generations.old : null);
    this.markRoots();
    if (keepsNewest && table.isCurrent(this.newest)) marks.mark(table.idIn(this.newest));
    if (kind === "minor") generations?.eachRemembered((id) => this.graph.scan(id, marks));
    if (kind === "counted") return;
    this.sinceCollection = 0;
    this.isDue = false;
    this.newest = 0;
  }

  /** Marks the roots that the table knows now. */
  markRoots(): void {
    this.table.eachRoot((id) => this.marks.mark(id));
  }

  /** @param budget objects to look into @returns whether all that can be reached is marked */
  trace(budget: number): boolean {
    return this.workers === null ? this.marks.trace(this.scan, budget) : this.workers.trace(this.scan, budget);
  }

  /**
   * Marking is over: what is not marked now goes.
   * @param mostRegions regions that are swept, where there are regions
   */
  beginSweep(mostRegions: number): void {
    if (this.dead !== null || this.cycle === "counted") return;
    const dead = findAllDead(this.table, this.marks, this.policy.workers);
    // An object that dies refers to what lies there now, not to what may come to lie there: counts go down before anything goes, for all that is dead.
    const most = this.counters === null ? mostRegions : Number.POSITIVE_INFINITY;
    this.dead = this.regions === null ? dead : this.regions.garbageFirst(dead, most);
    this.nextToFree = 0;
    if (this.counters !== null) for (let i = 0; i < dead.length; i++) this.dropReferences(dead.at(i));
  }

  /** Frees the next dead object. @returns false when there is none */
  sweepNext(): boolean {
    const id = this.cycle === "counted" ? this.nextUncounted() : this.nextDead();
    if (id < 0) return false;
    this.free(id);
    this.collected++;
    return true;
  }
  private nextDead(): number {
    const { dead } = this;
    return dead === null || this.nextToFree === dead.length ? -1 : dead.at(this.nextToFree++);
  }
  private nextUncounted(): number {
    const { counters } = this;
    if (counters === null) return -1;
    const id = counters.next(this.isHeld, this.held);
    if (id >= 0) {
      counters.released++;
      this.dropReferences(id);
    } else {
      counters.waitOn(this.held);
      this.held.length = 0;
    }
    return id;
  }

  end(): void {
    const { statistics } = this.table;
    if (this.cycle !== "counted") {
      statistics.runs++;
      statistics.collected += this.collected;
      if (this.cycle === "minor") statistics.minorRuns++;
      if (this.generations === null) this.settleThreshold();
      else this.settleGenerations(this.generations, this.cycle === "minor");
    }
    this.cycle = null;
    this.dead = null;
  }

  private settleThreshold(): void {
    this.threshold = Math.max(this.policy.threshold, Math.floor(ALLOCATIONS_PER_LIVE_OBJECT * this.marks.marked));
  }

  /** The threshold stays: what most collections look at is young, however much lives. */
  private settleGenerations(generations: Generations, isMinor: boolean): void {
    generations.settle(isMinor, this.scan);
    if (!isMinor) this.oldLimit = Math.max(LEAST_OLD_BYTES, OLD_GROWTH * generations.oldBytes);
  }

  /** What a collection that is due should look at: the young, until the old have grown too much since the last time they were looked at. */
  dueKind(): CycleKind {
    return this.generations !== null && this.generations.oldBytes <= this.oldLimit ? "minor" : "major";
  }

  /** Gives a cycle up: what it has freed is freed, the rest waits for the next. */
  cancel(): void {
    // Counts have gone down already for all that the cycle would have freed.
    if (this.counters !== null && this.dead !== null) while (this.sweepNext());
    this.forgetCycle();
  }
  private forgetCycle(): void {
    this.cycle = null;
    this.dead = null;
  }

  save(): ManagerState {
    const { sinceCollection, threshold, isDue, newest, oldLimit, cycle } = this;
    const generations = this.generations?.save() ?? { old: [], remembered: [], promoted: 0 };
    const counts = this.counters?.save() ?? { zeros: [], countFigures: [] };
    const figures = { workers: this.workers?.figures() ?? [], regions: this.regions?.save() ?? [] };
    const lasting = {
      sinceCollection,
      threshold,
      isDue,
      newest,
      oldLimit,
      cycle,
      ...generations,
      ...counts,
      ...figures,
    };
    return cycle === null ? lasting : { ...lasting, ...this.saveCycle() };
  }
  private saveCycle(): ManagerState {
    const { collected, dead } = this;
    const sweep = dead === null ? null : dead.toArray().subarray(this.nextToFree);
    return { ...this.marks.save(), collectedInCycle: collected, sweep };
  }

  restore(state: ManagerState): void {
    this.sinceCollection = savedNumber(state, "sinceCollection");
    this.threshold = savedNumber(state, "threshold");
    this.isDue = state.isDue === true;
    this.newest = savedNumber(state, "newest");
    this.oldLimit = savedNumber(state, "oldLimit");
    this.generations?.restore(
      savedNumbers(state, "old"),
      savedNumbers(state, "remembered"),
      savedNumber(state, "promoted"),
    );
    this.counters?.restore(savedNumbers(state, "zeros"), savedNumbers(state, "countFigures"));
    this.workers?.restore(savedNumbers(state, "workers"));
    this.regions?.restore(Array.from(savedNumbers(state, "regions")));
    this.forgetCycle();
    if (state.cycle !== null) this.restoreCycle(state);
  }
  private restoreCycle(state: ManagerState): void {
    this.graph.beginScan();
    this.cycle = state.cycle as CycleKind;
    this.collected = savedNumber(state, "collectedInCycle");
    this.marks.restore(savedNumbers(state, "markBits"), savedNumber(state, "marked"), savedNumbers(state, "grey"));
    this.dead = state.sweep === null ? null : IntList.of(savedNumbers(state, "sweep"));
    this.nextToFree = 0;
  }
}
