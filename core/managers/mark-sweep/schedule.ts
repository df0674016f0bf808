/** When the next collection is due, and why: the first cause counts, but stress before all. */
import type { Pointer } from "../../base/units.ts";
import { NIL } from "../../memory/layout.ts";
import type { CollectCause, ManagerState } from "../contract.ts";
import { savedNumber } from "../storage/state.ts";
import type { Storage } from "../storage/storage.ts";

/** Pages that must have been used up since the last collection for lack of pages, before the next one is asked for. */
const PRESSURE_STEP_PAGES = 16;

export class Schedule {
  /** Null costs a safepoint one comparison. */
  asked: CollectCause | null = null;
  private readonly storage: Storage;
  private readonly requestSafepoint: () => void;
  /** Collect every so many allocations; 0 is off. */
  readonly stress: number;
  private untilStress: number;
  /** Pages that were left when the last collection for lack of pages ended. */
  private pagesLeftAfter = Number.MAX_SAFE_INTEGER;

  constructor(storage: Storage, stress: number, requestSafepoint: () => void) {
    this.storage = storage;
    this.stress = stress;
    this.untilStress = stress;
    this.requestSafepoint = requestSafepoint;
    storage.whenPressed = (pagesLeft) => this.feelPressure(pagesLeft);
  }

  /** A collection becomes due, and whoever looks is told. `object`: what was allocated or changed, or lost a reference; NIL when that is not known. */
  call(cause: CollectCause, object: Pointer): void {
    if (this.asked !== null && cause !== "stress") return;
    this.asked = cause;
    this.storage.context.observer.collectionDue(cause, object);
    this.requestSafepoint();
  }

  /** The cycle that was left at the last safepoint goes on at the next. */
  resume(cause: CollectCause): void {
    this.asked ??= cause;
    this.requestSafepoint();
  }

  countAllocation(object: Pointer): void {
    this.untilStress--;
    if (this.untilStress > 0) return;
    this.untilStress = this.stress;
    this.call("stress", object);
  }

  /** Few pages are left. Collecting again is worth its time only when pages were used up since the last time. */
  private feelPressure(pagesLeft: number): void {
    if (pagesLeft <= this.pagesLeftAfter - PRESSURE_STEP_PAGES) this.call("pressure", NIL);
  }

  collected(cause: CollectCause): void {
    this.untilStress = this.stress;
    if (cause === "pressure") this.pagesLeftAfter = this.storage.limit.pagesLeft();
  }

  save(): ManagerState {
    const { asked, untilStress, pagesLeftAfter } = this;
    return { asked, untilStress, pagesLeftAfter };
  }
  restore(state: ManagerState): void {
    this.untilStress = savedNumber(state, "untilStress");
    this.pagesLeftAfter = savedNumber(state, "pagesLeftAfter");
    this.asked = (state.asked ?? null) as CollectCause | null;
    if (this.asked !== null) this.requestSafepoint();
  }
}
