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
  collected(report: CollectionReport, kind: CycleKind): void;
}

export class Collection implements CollectionSteps {
  phase: CollectionPhase = "start";
  readonly report: CollectionReport;
  readonly kind: CycleKind;
  private readonly heap: TracedHeap;
  private readonly context: StorageContext;
  private readonly owner: CollectionOwner;
  private hasBegunReclaim = false;
  private runType: TypeNumber = 0;
  private runLength = 0;

  constructor(
    heap: TracedHeap,
    context: StorageContext,
    owner: CollectionOwner,
    about: { readonly number: number; readonly cause: CollectCause; readonly kind: CycleKind },
  ) {
    const { number, cause, kind } = about;
    this.heap = heap;
    this.context = context;
    this.owner = owner;
    this.kind = kind;
    this.report = { number, cause, marked: 0, freedObjects: 0, freedWords: 0, freedByType: new Map() };
  }

  step(): void {
    switch (this.phase) {
      case "start":
        this.announce("start");
        this.phase = "scan";
        break;
      case "scan":
        this.mark();
        break;
      case "reclaim":
        this.reclaim();
        break;
      case "end":
        this.heap.end(this.report.freedObjects);
        this.phase = "done";
        this.owner.collected(this.report, this.kind);
        this.announce("end");
        break;
      case "unscan":
      case "done":
        break;
      default:
        unreachable(this.phase);
    }
  }

  private mark(): void {
    const { heap, kind } = this;
    this.owner.findRoots(kind);
    heap.begin(kind, this.report.cause === "countdown");
    if (kind !== "counted") heap.trace(Number.POSITIVE_INFINITY);
    this.report.marked = heap.marks.marked;
    this.phase = "reclaim";
    this.announce("scan");
  }

  private reclaim(): void {
    const { heap } = this;
    if (!this.hasBegunReclaim) {
      // A step of its own, so that who stops here sees everything that will go.
      this.hasBegunReclaim = true;
      heap.beginSweep();
      this.announce("reclaim");
      return;
    }
    const batch = this.context.observer === silent ? SWEEP_BATCH : 1;
    let i = 0;
    while (i < batch && heap.sweepNext()) i++;
    if (i < batch) this.phase = "end";
    this.endRun();
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
