/**
 * What led to the collection under way, and how far it is: remembered while the machine runs, for the reports of its stops. It is looked at only while the user
 * wants to stop at something of a collection.
 */
import type { ByteAddress, Pointer } from "../../base/units.ts";
import type { EventKind, MachineEvent, StopReason } from "../../vm/events.ts";
import type { Machine } from "../../vm/machine.ts";
import type { Motion } from "../types.ts";

/** The allocation or store that made a collection due. */
export interface Trigger {
  readonly site: ByteAddress;
  /** What was allocated, or whose count table entry it was; NIL when that is not known. */
  readonly object: Pointer;
}
/** A collection that has begun. */
interface Begun {
  readonly number: number;
  /** Null when nobody asked for it while the program ran: a request, or the end of the program. */
  readonly trigger: Trigger | null;
  /** Steps of all collections before it. */
  readonly stepsBefore: number;
}

const NEEDED: readonly EventKind[] = ["gc.trigger", "gc.start"];

export class TriggerNote {
  private readonly machine: Machine;
  private asked: Trigger | null = null;
  private begun: Begun | null = null;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Events that it needs, when the user wants to stop at those kinds. */
  kindsFor(wanted: ReadonlySet<EventKind>): readonly EventKind[] {
    return [...wanted].some((kind) => kind.startsWith("gc.") && kind !== "gc.disabled") ? NEEDED : [];
  }

  /** Remembers what a stop says. @returns it, or that nothing happened when the user does not want to stop there */
  passing(stop: StopReason, wanted: ReadonlySet<EventKind>): StopReason {
    if (stop.kind !== "event") return stop;
    const { event, site } = stop;
    if (event.kind === "gc.trigger") this.asked = { site, object: event.object };
    else if (event.kind === "gc.start") {
      const { number, cause } = event.report;
      const trigger = cause === "request" || cause === "exit" ? null : this.asked;
      this.begun = { number, trigger, stepsBefore: this.machine.moment().steps - 1 };
      this.asked = null;
    }
    return NEEDED.includes(event.kind) && !wanted.has(event.kind) ? { kind: "slice" } : stop;
  }
  guarding(motion: Motion, wanted: () => ReadonlySet<EventKind>): Motion {
    return { run: (safepoints) => this.passing(motion.run(safepoints), wanted()) };
  }

  /** What made the collection of an event due; null when that is not known. */
  triggerOf(event: MachineEvent, site: ByteAddress): Trigger | null {
    if (event.kind === "gc.trigger") return { site, object: event.object };
    return this.collectionOf(event)?.trigger ?? null;
  }
  /** Steps that the collection of an event has done; null when that is not known. */
  stepsOf(event: MachineEvent): number | null {
    const begun = this.collectionOf(event);
    return begun === null ? null : this.machine.moment().steps - begun.stepsBefore;
  }
  private collectionOf(event: MachineEvent): Begun | null {
    if (!("report" in event) || this.begun?.number !== event.report.number) return null;
    return this.begun;
  }
}
