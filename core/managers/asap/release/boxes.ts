/**
 * Number boxes (large integers, floats): arithmetic makes them, and the plan is not about them. References from objects to a box are counted, those from the
 * stack are looked for when many boxes have none: then a box without either is freed. Boxes refer to nothing, so no heap is looked through.
 * Every store of a pointer into an object is told to the manager; that makes the counts right.
 */

import type { Pointer } from "../../../base/units.ts";
import type { CollectCause, CollectionPhase, CollectionReport, CollectionSteps, HeapBinding } from "../../contract.ts";
import type { AsapHeap } from "../heap.ts";
import { BOX, NO_SLOT } from "../objects/object-table.ts";

/** Boxes without a counted reference after which the stack is looked at. */
const LEAST_CANDIDATES = 4096;

export class Boxes {
  private readonly heap: AsapHeap;
  private readonly binding: HeapBinding;
  /** Slots of boxes whose count was 0 at some time since the stack was looked at. */
  private candidates: number[] = [];
  private limit = LEAST_CANDIDATES;

  constructor(heap: AsapHeap, binding: HeapBinding) {
    this.heap = heap;
    this.binding = binding;
  }

  /** Many boxes may be garbage. */
  get isDue(): boolean {
    return this.candidates.length >= this.limit;
  }
  get waiting(): number {
    return this.candidates.length;
  }

  /** A box that nothing refers to but the stack: a new one, or one that lost its last counted reference. */
  consider(slot: number): void {
    this.candidates.push(slot);
    if (this.candidates.length !== this.limit) return;
    this.heap.observer.collectionDue("countdown", this.heap.table.objects[slot] as Pointer);
    this.binding.requestSafepoint();
  }

  /** One counted reference less. */
  lose(slot: number): void {
    const { values } = this.heap.table;
    const left = (values[slot] as number) - 1;
    values[slot] = left;
    if (left === 0) this.consider(slot);
  }

  /** The boxes that the stack refers to. */
  heldByStack(): ReadonlySet<number> {
    const { heap } = this;
    const { table } = heap;
    const held = new Set<number>();
    this.binding.eachStackPointer((pointer) => {
      const slot = heap.liveSlot(pointer);
      if (slot !== NO_SLOT && table.strategies[slot] === BOX) held.add(slot);
    });
    return held;
  }

  /** Frees the candidates that neither an object nor the stack refers to. */
  sweep(held: ReadonlySet<number>, report: CollectionReport): void {
    const { heap } = this;
    const { table } = heap;
    for (const slot of new Set(this.candidates)) {
      if (table.strategies[slot] !== BOX || !table.slots.isInUse(slot) || table.values[slot] !== 0) continue;
      if (held.has(slot)) continue;
      heap.freeBox(slot, report);
    }
    // A box on the stack goes on waiting; one that has got a count comes back when it loses it.
    this.candidates = [...held].filter((slot) => table.values[slot] === 0);
    this.limit = Math.max(LEAST_CANDIDATES, 2 * this.candidates.length);
  }

  save(): Int32Array {
    return Int32Array.from(this.candidates);
  }
  restore(candidates: ArrayLike<number>): void {
    this.candidates = Array.from(candidates);
    this.limit = Math.max(LEAST_CANDIDATES, 2 * this.candidates.length);
  }
}

/** The sweep of the boxes, as a collection of the machine. */
export class BoxSweep implements CollectionSteps {
  phase: CollectionPhase = "start";
  readonly report: CollectionReport;
  private readonly heap: AsapHeap;
  private readonly boxes: Boxes;
  private readonly whenDone: (report: CollectionReport) => void;
  private held: ReadonlySet<number> = new Set();
  private hasBegunReclaim = false;

  constructor(
    heap: AsapHeap,
    boxes: Boxes,
    about: { readonly number: number; readonly cause: CollectCause },
    whenDone: (report: CollectionReport) => void,
  ) {
    this.heap = heap;
    this.boxes = boxes;
    this.report = { ...about, marked: 0, freedObjects: 0, freedWords: 0, freedByType: new Map() };
    this.whenDone = whenDone;
  }

  step(): void {
    const { observer } = this.heap;
    if (this.phase === "start") {
      observer.collectionPhase("start", this.report);
      this.phase = "scan";
    } else if (this.phase === "scan") {
      this.held = this.boxes.heldByStack();
      this.report.marked = this.held.size;
      this.phase = "reclaim";
      observer.collectionPhase("scan", this.report);
    } else if (this.phase === "reclaim" && !this.hasBegunReclaim) {
      // A step of its own, so that who stops here sees what the stack holds before anything goes.
      this.hasBegunReclaim = true;
      observer.collectionPhase("reclaim", this.report);
    } else if (this.phase === "reclaim") {
      // Objects in quarantine are freed, and their storage is what is short.
      if (this.report.cause === "pressure") this.heap.quarantine.flush();
      this.boxes.sweep(this.held, this.report);
      this.phase = "end";
    } else if (this.phase === "end") {
      this.phase = "done";
      this.whenDone(this.report);
      observer.collectionPhase("end", this.report);
    }
  }
}
