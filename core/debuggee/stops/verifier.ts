/**
 * The verifier as a stop: while the machine runs, the invariants of `verify` are checked at every collection, or every so many safepoints, and the first error
 * that was not there from the start stops it. It only looks: a machine with a verifier goes exactly the way of one without.
 */
import type { ByteAddress } from "../../base/units.ts";
import type { ImageView } from "../../inspect/image-view.ts";
import { type Baseline, baselineOf, firstFinding } from "../../inspect/verify/first-finding.ts";
import type { EventKind, StopReason } from "../../vm/events.ts";
import type { Machine } from "../../vm/machine.ts";
import type { Motion } from "../types.ts";
import { viewOf } from "../view.ts";

/** When to check: before and after each collection, or every so many safepoints. */
export type VerifyPlan = "collections" | number;

const COLLECTION_EVENTS: readonly EventKind[] = ["gc.start", "gc.end"];

export class Verifier {
  private readonly machine: Machine;
  private readonly plan: VerifyPlan;
  /** Taken when the machine first runs. */
  private baseline: Baseline | null = null;
  private nextCheck = Number.POSITIVE_INFINITY;
  /** A stop that comes after the report of an error. */
  private held: StopReason | null = null;

  constructor(machine: Machine, plan: VerifyPlan) {
    this.machine = machine;
    this.plan = plan;
  }

  /** It checks whether or not there are collections. */
  get isPeriodic(): boolean {
    return this.plan !== "collections";
  }
  /** Events that the machine has to stop at for this, whatever the user wants to stop at. */
  get kinds(): readonly EventKind[] {
    return this.plan === "collections" ? COLLECTION_EVENTS : [];
  }

  /** The same motion, which stops at errors too. `isArmed`: the user wants to stop at events of that kind. */
  guarding(motion: Motion, isArmed: (kind: EventKind) => boolean): Motion {
    return {
      run: (safepoints) => {
        const held = this.held;
        this.held = null;
        return held ?? this.run(motion, safepoints, isArmed);
      },
    };
  }

  private run(motion: Motion, safepoints: number, isArmed: (kind: EventKind) => boolean): StopReason {
    this.baseline ??= this.begun();
    const until = this.nextCheck - this.machine.moment().block;
    const stop = motion.run(Math.max(1, Math.min(safepoints, until)));
    if (this.plan === "collections") return this.atCollection(stop, isArmed);
    const isOver = stop.kind === "finished" || stop.kind === "failed";
    if (!isOver && (this.machine.moment().block < this.nextCheck || this.machine.collection !== null)) return stop;
    this.nextCheck = this.machine.moment().block + this.plan;
    const { pc } = this.machine.registers();
    const found = this.reported(viewOf(this.machine), `at safepoint ${this.machine.moment().block}`, pc);
    return found === null ? stop : this.before(stop, found);
  }

  private begun(): Baseline {
    if (this.plan !== "collections") this.nextCheck = this.machine.moment().block + this.plan;
    return baselineOf(viewOf(this.machine));
  }

  private atCollection(stop: StopReason, isArmed: (kind: EventKind) => boolean): StopReason {
    if (stop.kind !== "event" || (stop.event.kind !== "gc.start" && stop.event.kind !== "gc.end")) return stop;
    const isStart = stop.event.kind === "gc.start";
    const when = `${isStart ? "before" : "after"} collection ${stop.event.report.number}`;
    // Before its first phase a collection has changed nothing: counts are what the program made of them.
    const found = this.reported({ ...viewOf(this.machine), collection: null }, when, stop.site);
    const rest: StopReason = isArmed(stop.event.kind) ? stop : { kind: "slice" };
    return found === null ? rest : this.before(rest, found);
  }

  /** The stop of the motion comes when the machine goes on after the report. */
  private before(stop: StopReason, found: StopReason): StopReason {
    if (stop.kind !== "slice") this.held = stop;
    return found;
  }

  /** The stop for an error that was not there before; it is reported once. */
  private reported(view: ImageView, when: string, site: ByteAddress): StopReason | null {
    const finding = this.baseline === null ? null : firstFinding(view, this.baseline);
    if (finding === null) return null;
    this.baseline = baselineOf(view);
    const { check, address, what, expected, found } = finding;
    return { kind: "event", event: { kind: "verify", check, address, what, expected, found, when }, site };
  }
}
