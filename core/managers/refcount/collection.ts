/**
 * One collection, as steps: mark what the stack refers to, reclaim what has count 0 and no mark, unmark.
 * While it is under way the countdown is NIL, which makes the count tables accept stack bits and schedule nothing.
 * With a budget it is an *increment*: it frees at most so many objects, leaves the rest in the tables with count 0, and says where the next one goes on.
 * Source: collection specification, sections 7.1 to 7.4.
 */
import { unreachable } from "../../base/errors.ts";
import type { TypeNumber, Words } from "../../base/units.ts";
import { NIL } from "../../memory/layout.ts";
import type { CollectCause, CollectionPhase, CollectionReport, CollectionSteps, HeapBinding } from "../contract.ts";
import type { Storage } from "../storage/storage.ts";
import type { CountTable } from "./count-table.ts";
import { GarbageScan, removeStackMarks } from "./map-scan.ts";
import { Reclaimer } from "./reclaim.ts";

/** What a collection is about. */
export interface CollectionOrder {
  readonly number: number;
  readonly cause: CollectCause;
  /** Objects that it may free. */
  readonly budget: number;
  /** Where the walk down the main table begins. */
  readonly from: number;
  /** Zero entries may lie above `from`. */
  readonly hasLeftBehind: boolean;
}

/** Where an increment ended. */
export interface Unfinished {
  readonly from: number;
  readonly hasLeftBehind: boolean;
}

export interface CollectionHooks {
  /** No entry carries a stack bit any more, and the countdown still stands. */
  beforeEnd(): void;
  whenDone(report: CollectionReport, unfinished: Unfinished | null): void;
}

export class Collection implements CollectionSteps {
  phase: CollectionPhase = "start";
  readonly report: CollectionReport;
  private readonly binding: HeapBinding;
  private readonly storage: Storage;
  private readonly table: CountTable;
  private garbage: GarbageScan;
  private readonly reclaimer: Reclaimer;
  private readonly beforeEnd: () => void;
  private readonly whenDone: (report: CollectionReport, unfinished: Unfinished | null) => void;
  private readonly budget: number;
  private hasLeftBehind: boolean;
  private unfinished: Unfinished | null = null;
  private hasBegunReclaim = false;
  private runType: TypeNumber = 0;
  private runLength = 0;

  constructor(
    binding: HeapBinding,
    storage: Storage,
    table: CountTable,
    { number, cause, budget, from, hasLeftBehind }: CollectionOrder,
    { beforeEnd, whenDone }: CollectionHooks,
  ) {
    this.binding = binding;
    this.storage = storage;
    this.table = table;
    this.report = { number, cause, marked: 0, freedObjects: 0, freedWords: 0, freedByType: new Map() };
    this.garbage = new GarbageScan(storage.context.memory, table, from);
    this.reclaimer = new Reclaimer(storage, table, this);
    this.beforeEnd = beforeEnd;
    this.whenDone = whenDone;
    this.budget = budget;
    this.hasLeftBehind = hasLeftBehind;
  }

  step(): void {
    const { memory, variables } = this.storage.context;
    switch (this.phase) {
      case "start":
        this.announce("start");
        memory.setCell(variables.reclaimCountdown, NIL);
        this.phase = "scan";
        break;
      case "scan":
        this.binding.eachStackPointer((pointer) => {
          if (this.table.stackReference(pointer)) this.report.marked++;
        });
        this.phase = "reclaim";
        this.announce("scan");
        break;
      case "reclaim":
        this.reclaimNext();
        break;
      case "unscan":
        removeStackMarks(memory, this.table);
        this.phase = "end";
        break;
      case "end":
        this.beforeEnd();
        memory.setCell(variables.reclaimCountdown, memory.cell(variables.reclaimMin));
        this.phase = "done";
        this.whenDone(this.report, this.unfinished);
        this.announce("end");
        break;
      case "done":
        break;
      default:
        unreachable(this.phase);
    }
  }

  private reclaimNext(): void {
    if (!this.hasBegunReclaim) {
      // A step of its own, so that who stops here sees everything that will go.
      this.hasBegunReclaim = true;
      this.announce("reclaim");
      return;
    }
    if (this.report.freedObjects >= this.budget) {
      this.unfinished = { from: this.garbage.cursor, hasLeftBehind: this.hasLeftBehind };
      this.phase = "unscan";
      return;
    }
    const root = this.garbage.next();
    if (root === NIL && this.hasLeftBehind) {
      this.hasLeftBehind = false;
      this.garbage = new GarbageScan(this.storage.context.memory, this.table);
    } else if (root === NIL) this.phase = "unscan";
    else {
      this.reclaimer.reclaim(root);
      this.endRun();
    }
  }

  /** Told by the reclaimer. */
  reclaimed(type: TypeNumber, words: Words): void {
    const { report } = this;
    report.freedObjects++;
    report.freedWords += words;
    if (type !== this.runType) {
      this.endRun();
      this.runType = type;
    }
    this.runLength++;
  }

  /** Asked by the reclaimer. */
  goesOn(): boolean {
    if (this.report.freedObjects < this.budget) return true;
    this.hasLeftBehind = true;
    return false;
  }

  /** Objects of one type die in long runs: the report learns of a run as a whole. */
  private endRun(): void {
    const { freedByType } = this.report;
    if (this.runLength > 0) freedByType.set(this.runType, (freedByType.get(this.runType) ?? 0) + this.runLength);
    this.runLength = 0;
  }

  private announce(phase: "start" | "scan" | "reclaim" | "end"): void {
    this.storage.context.observer.collectionPhase(phase, this.report);
  }
}
