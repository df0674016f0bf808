/**
 * Where a machine stands while somebody runs its past again: it goes away for a portion of work and comes back at once, with everything that was waiting to be
 * told, so that nobody else sees it elsewhere.
 */
import type { Moment } from "../vm/events.ts";
import type { MachineState } from "../vm/state/machine-state.ts";
import { compareMoments } from "./moment.ts";
import { LAST_SAFEPOINTS, type Position, Travel } from "./search.ts";
import type { Timeline } from "./timeline.ts";

export class Home {
  private readonly timeline: Timeline;
  private readonly position: Position;
  private readonly setStops: (on: boolean) => void;
  private readonly state: MachineState;

  /**
   * @param position where the machine stands
   * @param setStops sets what the user wants to stop at, or nothing
   */
  constructor(timeline: Timeline, position: Position, setStops: (on: boolean) => void) {
    this.timeline = timeline;
    this.position = position;
    this.setStops = setStops;
    this.state = timeline.machine.saveState();
    timeline.keepPresent();
    timeline.refine();
  }

  get moment(): Moment {
    return this.position.moment;
  }

  /** Lets `work` have the machine, with nothing that stops it; then the machine is back. */
  away<T>(work: () => T): T {
    this.setStops(false);
    try {
      return work();
    } finally {
      this.comeBack();
    }
  }

  private comeBack(): void {
    const { timeline, state, moment } = this;
    const { machine, points } = timeline;
    const point = points.upTo(moment) ?? points.first;
    points.goTo(point);
    machine.forgetStops();
    if (state.collections.state.steps === null && compareMoments(point.moment, moment) === 0) {
      this.setStops(true);
      machine.restoreState(state);
    } else this.runHome(moment.block - LAST_SAFEPOINTS - point.moment.block);
  }

  /** In the middle of a collection there is no checkpoint: the machine goes there from the last one, and a new one makes the next way short. */
  private runHome(safepoints: number): void {
    const { timeline, position } = this;
    this.setStops(false);
    if (safepoints > 0) timeline.run(safepoints);
    timeline.refine();
    const { moment, rank } = position;
    const isAtStop = rank >= 0;
    const goal = isAtStop ? { moment, rank, from: timeline.points.current } : { moment, rank: null };
    const travel = new Travel(timeline, goal, this.setStops);
    while (travel.run(Number.MAX_SAFE_INTEGER).kind === "slice") {}
    this.setStops(true);
  }
}
