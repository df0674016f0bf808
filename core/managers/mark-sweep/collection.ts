/** One collection of the machine, as steps: find the roots, mark, free what is not marked. */
import { unreachable } from "../../base/errors.ts";
import type { TypeNumber, Words } from "../../base/units.ts";
import type { CollectCause, CollectionPhase, CollectionReport, CollectionSteps } from "../contract.ts";
import { silent } from "../events.ts";
import type { StorageContext } from "../storage/context.ts";
import type { CycleKind, TracedHeap } from "./traced-heap.ts";

/** Objects that go in one step while nobody looks. */
const SWEEP_BATCH = 4096;

/** What a collection asks of its manager. */
export interface CollectionOwner {
  /** Gives the table the roots of this moment. */
  findRoots(kind: CycleKind): void;
  /** The heap has been swept: its objects may move. */
  compact(): void;
  /** @param isUnfinished the rest of the cycle follows at later safepoints */
  collected(report: CollectionReport, isUnfinished: boolean): void;
}

export interface CollectionOrder {
  readonly number: number;
  readonly cause: CollectCause;
  readonly kind: CycleKind;
  /** Objects to look into, or to free. */
  readonly budget: number;
  /** Regions to sweep, where there are regions. */
  readonly regions: number;
}

export class Collection implements CollectionSteps {
  phase: CollectionPhase = "start";
  readonly report: CollectionReport;
  readonly kind: CycleKind;
  private readonly heap: TracedHeap;
  private readonly context: StorageContext;
  private readonly owner: CollectionOwner;
  /** Objects that may still be looked into, or freed, in this piece. */
  private budget: number;
  private readonly regions: number;
  private isUnfinished = false;
  private hasBegunReclaim = false;
  private runType: TypeNumber = 0;
  private runLength = 0;

  constructor(heap: TracedHeap, context: StorageContext, owner: CollectionOwner, order: CollectionOrder) {
    const { number, cause, kind, budget, regions } = order;
    this.heap = heap;
    this.context = context;
    this.owner = owner;
    this.kind = kind;
    this.budget = budget;
    this.regions = regions;
    this.report = { number, cause, marked: 0, freedObjects: 0, freedWords: 0, freedByType: new Map() };
  }

  step(): void {
    switch (this.phase) {
      case "start":
        this.announce("start");
        this.phase = "scan";
        break;
      case "scan":
        this.scan();
        break;
      case "reclaim":
        this.reclaim();
        break;
      case "end":
        if (!this.isUnfinished) this.endCycle();
        this.phase = "done";
        this.owner.collected(this.report, this.isUnfinished);
        this.announce("end");
        break;
      case "unscan":
      case "done":
        break;
      default:
        unreachable(this.phase);
    }
  }

  private endCycle(): void {
    this.heap.end();
    if (this.kind === "major") this.owner.compact();
  }

  private scan(): void {
    const { heap, kind, report } = this;
    if (heap.cycle === null) {
      this.owner.findRoots(kind);
      heap.begin(kind, report.cause === "countdown");
    }
    const isMarked = !heap.isMarking || this.mark();
    report.marked = heap.marks.marked;
    this.isUnfinished = !isMarked;
    this.phase = isMarked ? "reclaim" : "end";
    if (isMarked) this.announce("scan");
  }

  /** @returns whether all that can be reached is marked. What the stack holds has changed since the first piece: roots are found again at the end. */
  private mark(): boolean {
    const { heap } = this;
    if (!heap.trace(this.budget)) return false;
    this.owner.findRoots(this.kind);
    heap.markRoots();
    return heap.trace(this.budget);
  }

  private reclaim(): void {
    const { heap } = this;
    if (!this.hasBegunReclaim) {
      // A step of its own, so that who stops here sees everything that will go.
      this.hasBegunReclaim = true;
      heap.beginSweep(this.regions);
      this.announce("reclaim");
      return;
    }
    const batch = Math.min(this.budget, this.context.observer === silent ? SWEEP_BATCH : 1);
    let freed = 0;
    while (freed < batch && heap.sweepNext()) freed++;
    this.endRun();
    this.budget -= freed;
    if (freed === batch && this.budget > 0) return;
    this.isUnfinished = freed === batch;
    this.phase = "end";
  }

  /** Told by the manager of each object that goes in this collection. */
  reclaimed(type: TypeNumber, words: Words): void {
    const { report } = this;
    report.freedObjects++;
    report.freedWords += words;
    if (type !== this.runType) this.endRun();
    this.runType = type;
    this.runLength++;
  }

  /** Objects of one type die in long runs: the report learns of a run as a whole. */
  private endRun(): void {
    const { freedByType } = this.report;
    if (this.runLength > 0) freedByType.set(this.runType, (freedByType.get(this.runType) ?? 0) + this.runLength);
    this.runLength = 0;
  }

  private announce(phase: "start" | "scan" | "reclaim" | "end"): void {
    this.context.observer.collectionPhase(phase, this.report);
  }
}
