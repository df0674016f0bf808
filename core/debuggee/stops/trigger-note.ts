/**
 * What led to a collection, and how far it is: remembered while the machine runs, in either direction, for the reports of its stops. It is looked at only while the
 * user wants to stop at something of a collection.
 */
import type { ByteAddress } from "../../base/units.ts";
import { valueText } from "../../inspect/parts/value-text.ts";
import { NIL } from "../../memory/layout.ts";
import { compareMoments } from "../../timeline/moment.ts";
import type { EventKind, MachineEvent, Moment, StopReason } from "../../vm/events.ts";
import type { Machine } from "../../vm/machine.ts";
import type { Motion } from "../types.ts";
import { viewOf } from "../view.ts";

/** The allocation or store that made a collection due. */
export interface Trigger {
  readonly site: ByteAddress;
  /** What was allocated, or whose count table entry it was, as it looked then: the collection may free it. Null when that is not known. */
  readonly object: string | null;
}
/** A trigger whose collection has not begun. */
interface Asked extends Trigger {
  readonly moment: Moment;
}
/** A collection that has begun. */
interface Begun {
  /** Null when nobody asked for it while the program ran: a request, or the end of the program. */
  readonly trigger: Trigger | null;
  /** Steps of all collections before it. */
  readonly stepsBefore: number;
}

const NEEDED: readonly EventKind[] = ["gc.trigger", "gc.start"];

/** Collections that are remembered. */
const MOST_COLLECTIONS = 1000;

export class TriggerNote {
  private readonly machine: Machine;
  private asked: Asked | null = null;
  /** By the number of the collection. */
  private readonly begun = new Map<number, Begun>();

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Events that it needs, when the user wants to stop at those kinds. */
  kindsFor(wanted: ReadonlySet<EventKind>): readonly EventKind[] {
    return [...wanted].some((kind) => kind.startsWith("gc.") && kind !== "gc.disabled") ? NEEDED : [];
  }

  /** Remembers what a stop says, on the way forwards or back. */
  take(stop: StopReason): void {
    if (stop.kind !== "event") return;
    const { event, site } = stop;
    if (event.kind === "gc.trigger") {
      const object = event.object === NIL ? null : valueText(viewOf(this.machine), event.object);
      this.asked = { site, object, moment: this.machine.moment() };
    } else if (event.kind === "gc.start") this.begin(event.report.number, event.report.cause);
  }
  private begin(number: number, cause: string): void {
    const { steps } = this.machine.moment();
    const trigger = cause === "request" || cause === "exit" ? null : (this.triggerBefore() ?? this.known(number));
    this.begun.delete(number);
    this.begun.set(number, { trigger, stepsBefore: steps - 1 });
    const oldest = this.begun.keys().next();
    if (this.begun.size > MOST_COLLECTIONS && oldest.done !== true) this.begun.delete(oldest.value);
    this.asked = null;
  }
  /** A search goes through the past stretch by stretch, the last one first: what it has met may belong to a later collection. */
  private triggerBefore(): Trigger | null {
    const { asked } = this;
    return asked !== null && compareMoments(asked.moment, this.machine.moment()) <= 0 ? asked : null;
  }
  private known(number: number): Trigger | null {
    return this.begun.get(number)?.trigger ?? null;
  }

  /** The same motion, which keeps from the user what it needs and he does not. */
  guarding(motion: Motion, wanted: () => ReadonlySet<EventKind>): Motion {
    return {
      run: (safepoints) => {
        const stop = motion.run(safepoints);
        this.take(stop);
        const isOwn = stop.kind === "event" && NEEDED.includes(stop.event.kind) && !wanted().has(stop.event.kind);
        return isOwn ? { kind: "slice" } : stop;
      },
    };
  }

  /** What made the collection of an event due; null when that is not known, or this is the event itself. */
  triggerOf(event: MachineEvent): Trigger | null {
    return this.collectionOf(event)?.trigger ?? null;
  }
  /** Steps that the collection of an event has done; null when that is not known. */
  stepsOf(event: MachineEvent): number | null {
    const begun = this.collectionOf(event);
    return begun === null ? null : this.machine.moment().steps - begun.stepsBefore;
  }
  private collectionOf(event: MachineEvent): Begun | null {
    return "report" in event ? (this.begun.get(event.report.number) ?? null) : null;
  }
}
