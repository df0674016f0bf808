/**
 * Who looks on while the machine runs, on the user's behalf: the verifier, and the note of what asked for a collection. They need stops of the machine that the
 * user did not ask for, and keep them from him.
 */
import type { EventKind } from "../../vm/events.ts";
import type { Machine } from "../../vm/machine.ts";
import type { StackFrame } from "../../vm/stack/frames.ts";
import { isInOwnText } from "../code/own-text.ts";
import { type CollectionTrial, tryCollection } from "../control/try-collection.ts";
import type { Motion } from "../types.ts";
import { TriggerNote } from "./trigger-note.ts";
import { whyNever } from "./unraised.ts";
import type { UserStops } from "./user-stops.ts";
import { Verifier, type VerifyPlan } from "./verifier.ts";

export class Lookouts {
  readonly note: TriggerNote;
  private readonly machine: Machine;
  private readonly stops: UserStops;
  private readonly frames: () => readonly StackFrame[];
  /** Made when somebody wants it. */
  private verifier: Verifier | null = null;

  /** @param frames the stack, innermost first */
  constructor(stops: UserStops, frames: () => readonly StackFrame[]) {
    this.machine = stops.machine;
    this.stops = stops;
    this.frames = frames;
    this.note = new TriggerNote(stops.machine);
    stops.passing = (stop) => this.note.take(stop);
  }

  /** Events that the user wants to stop at. */
  arm(kinds: ReadonlySet<EventKind>): void {
    if (kinds.has("verify")) this.verifier ??= new Verifier(this.machine, "collections");
    this.stops.arm(kinds, [...(this.guard(kinds)?.kinds ?? []), ...this.note.kindsFor(kinds)]);
  }

  /** Checks the invariants of the heap while the machine runs, and stops at the first error where `verify` is armed. */
  verify(plan: VerifyPlan): void {
    this.verifier = new Verifier(this.machine, plan);
    this.arm(this.stops.armed);
  }

  /** A motion forwards under their eyes. */
  guarding(motion: Motion): Motion {
    const { stops, note } = this;
    const isNeeded = (kind: EventKind) => stops.armed.has(kind) || note.kindsFor(stops.armed).includes(kind);
    return note.guarding(this.guard(stops.armed)?.guarding(motion, isNeeded) ?? motion, () => stops.armed);
  }

  /** Why an event of that kind cannot happen here; null when it can. */
  whyNever(kind: EventKind): string | null {
    if (kind === "verify" && this.verifier?.isPeriodic === true) return null;
    return whyNever(kind, this.machine.manager.traits);
  }

  /** What the next collection would do. @returns why that cannot be told; the machine is as before in any case */
  tryCollection(): CollectionTrial | string {
    this.stops.remove();
    try {
      return tryCollection(this.machine);
    } finally {
      this.stops.install();
    }
  }

  /** The program cannot go on: what is told of now is the last that happens in it. */
  hasFailed(): boolean {
    return this.machine.hasFailed;
  }
  /** Whether what runs is the program's own code, and not the library; false where there is no text. */
  isInOwnText(): boolean {
    return isInOwnText(this.frames(), this.machine.code);
  }

  /** The verifier, while somebody wants to stop at what it finds. */
  private guard(wanted: ReadonlySet<EventKind>): Verifier | null {
    return wanted.has("verify") ? this.verifier : null;
  }
}
