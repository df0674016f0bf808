/**
 * The runs that there are since somebody changed the past, as a front end knows them: going from one to another, forgetting one, and the trial of a collection,
 * which is a run of its own until somebody decides about it.
 */
import type { Branch, LostBranch } from "../../timeline/branches/branches.ts";
import { BEFORE_ANY_STOP, Travel } from "../../timeline/search.ts";
import type { Timeline } from "../../timeline/timeline.ts";
import type { Moment, StopReason } from "../../vm/events.ts";
import type { CollectionTrial } from "../control/try-collection.ts";
import type { PastContext } from "../program/backwards.ts";
import type { Motion } from "../types.ts";
import { Trial } from "./trial.ts";

/** What branching needs of the machine under debug; null where nothing is recorded, or nothing of it can be reached. */
export interface BranchingContext {
  timeline(): Timeline | null;
  /** For one motion. */
  past(): PastContext | null;
  /** What the next collection would do; why that cannot be told. */
  report(): CollectionTrial | string;
  /** The same motion, with the debuggee knowing of it. */
  noted(motion: Motion): Motion;
}

export class Branching {
  private readonly context: BranchingContext;
  /** The last one that began. */
  private trial: Trial | null = null;

  constructor(context: BranchingContext) {
    this.context = context;
  }

  /** All runs that are known, by number; null where nothing is recorded. */
  list(): readonly Branch[] | null {
    return this.context.timeline()?.runs() ?? null;
  }
  /** To the last moment that a run came to, which is the current one from here on; null when there is none of that number. */
  goTo(number: number): Motion | null {
    const past = this.context.past();
    if (past === null) return null;
    const isCurrent = past.timeline.runs().some((branch) => branch.number === number && branch.isCurrent);
    const parting = isCurrent ? past.machine.moment() : past.timeline.switchTo(number);
    return parting === null ? null : this.context.noted(toTheEnd(past, parting));
  }
  /** Forgets a run that is not the current one. @returns whether there was one */
  drop(number: number): boolean {
    return this.context.timeline()?.drop(number) ?? false;
  }
  /** Runs that had to be given up since this was asked the last time. */
  takeLost(): readonly LostBranch[] {
    return this.context.timeline()?.branches.takeLost() ?? [];
  }

  /** A collection is tried, and nobody has decided yet whether it is to have happened. */
  get isTrying(): boolean {
    return this.trial?.isOpen ?? false;
  }
  /** The collection that is tried is under way. */
  get isCollecting(): boolean {
    return this.trial?.isCollecting ?? false;
  }
  /**
   * Tries the next collection: the motion leads to where it begins; it is null where nothing is recorded, or nothing of it can be reached, and the machine stays.
   * @returns why there is none to try; nothing has changed then
   */
  begin(): { readonly report: CollectionTrial; readonly motion: Motion | null } | string {
    const report = this.context.report();
    const past = this.context.past();
    if (typeof report === "string") return report;
    if (past === null) return { report, motion: null };
    this.trial = new Trial(past);
    return { report, motion: this.context.noted(this.trial.toItsStart(past)) };
  }
  /** The collection has happened. @returns whether one was tried */
  keep(): boolean {
    const { trial } = this;
    this.trial = null;
    if (trial?.isOpen !== true) return false;
    trial.keep();
    return true;
  }
  /** The collection has not happened: back to where it was tried. Null when none was tried, or that cannot be reached any more. */
  discard(): Motion | null {
    const { trial } = this;
    const past = this.context.past();
    const motion = past !== null && trial?.isOpen === true ? trial.discard(past) : null;
    if (motion !== null) this.trial = null;
    return motion === null ? null : this.context.noted(motion);
  }
}

/** Along the current run, as far as it is known. @param parting where it is another run than the one before */
function toTheEnd(context: PastContext, parting: Moment): Motion {
  const { timeline, machine, stops } = context;
  stops.hold();
  const goal = timeline.present;
  const travel = new Travel(timeline, { moment: goal, rank: null }, (on) => context.setStops(on, null));
  const start = machine.moment().block;
  let hasArrived = false;
  const arrive = (stop: StopReason): StopReason => {
    hasArrived = true;
    stops.release();
    context.setStops(true, null);
    context.arrived({ moment: machine.moment(), rank: BEFORE_ANY_STOP });
    return stop;
  };
  return {
    looksBack: {
      keep() {},
      get hasArrived() {
        return hasArrived;
      },
      partsAt: parting,
      progress: () => ({ phase: "going to its end", done: machine.moment().block - start, total: goal.block - start }),
    },
    run(safepoints) {
      const stop = travel.run(safepoints);
      return stop.kind === "slice" ? stop : arrive(stop);
    },
  };
}
