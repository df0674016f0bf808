/**
 * A collection that is tried: it begins at the next safepoint in a run of its own, where it can be stepped through and looked at, until somebody keeps that run or
 * goes back to where it began. Nothing that was known before is lost meanwhile.
 */
import type { Position } from "../../timeline/search.ts";
import type { Timeline } from "../../timeline/timeline.ts";
import type { MachineState } from "../../vm/state/machine-state.ts";
import { nextCause } from "../control/try-collection.ts";
import type { PastContext } from "../program/backwards.ts";
import type { Motion } from "../types.ts";

export class Trial {
  private readonly timeline: Timeline;
  /** Number of the run that it is. */
  private readonly number: number;
  /** Number of the run that it has left. */
  private readonly left: number;
  /** Where it has left that: what was told there is not told again. */
  private readonly position: Position;
  private readonly state: MachineState;
  private readonly collectionsBefore: number;

  /** Begins where the machine stands, outside a collection. */
  constructor({ timeline, machine, position }: PastContext) {
    this.timeline = timeline;
    this.position = position;
    this.left = timeline.branches.now;
    this.state = machine.saveState();
    this.collectionsBefore = machine.counters.collections;
    const request = () => machine.requestCollection(nextCause(machine));
    timeline.intervene("trial of a collection", request, () => false, true);
    this.number = timeline.branches.now;
  }

  /** Nobody has decided yet, and the machine is in its run. */
  get isOpen(): boolean {
    const { branches } = this.timeline;
    return branches.now === this.number && branches.keeps(this.left);
  }
  /** Its collection is under way. */
  get isCollecting(): boolean {
    const { machine } = this.timeline;
    return this.isOpen && machine.collection !== null && machine.counters.collections === this.collectionsBefore;
  }

  /** To where the collection begins; what the program does on the way there is told nobody. */
  toItsStart({ machine, driver }: PastContext): Motion {
    return {
      run() {
        while (machine.collection === null) {
          const stop = driver.stepInstruction();
          if (stop.kind === "finished" || stop.kind === "failed") return stop;
        }
        return { kind: "step" };
      },
    };
  }

  /** The program goes on in this run. What was known of another one is kept as a branch. */
  keep(): void {
    this.timeline.branches.absorb(this.left);
  }

  /** Back to where it began, as if it had not been. @returns whether that is possible */
  discard(context: PastContext): Motion | null {
    const { timeline, number, position, state } = this;
    if (timeline.switchTo(this.left) === null) return null;
    timeline.drop(number);
    timeline.machine.restoreState(state);
    context.arrived(position);
    context.setStops(true, null);
    return {
      looksBack: { keep() {}, hasArrived: true, partsAt: position.moment },
      run: () => ({ kind: "step" }),
    };
  }
}
