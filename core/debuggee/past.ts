/** A machine under debug and its past: what is recorded, and where the machine stands in it. */
import { compareMoments } from "../timeline/moment.ts";
import { type Position, Standing } from "../timeline/search.ts";
import { Timeline, type TimelineOptions } from "../timeline/timeline.ts";
import type { Moment, StopReason } from "../vm/events.ts";
import type { Machine } from "../vm/machine.ts";

export class Past {
  readonly timeline: Timeline;
  private readonly standing: Standing;

  /** Records from where the machine stands. */
  constructor(machine: Machine, options: TimelineOptions) {
    this.timeline = new Timeline(machine, options);
    this.standing = new Standing(this.timeline);
  }

  get position(): Position {
    return this.standing.position;
  }
  /** A stop that was told. */
  note(stop: StopReason): void {
    if (stop.kind !== "slice") this.standing.note(stop);
  }
  arrived(position: Position): void {
    this.standing.goTo(position);
  }

  /** What is recorded, and where in it the machine stands. */
  extent(): { readonly from: Moment; readonly to: Moment; readonly now: Moment; readonly isInPast: boolean } {
    const { timeline } = this;
    const now = timeline.machine.moment();
    const to = timeline.present;
    return { from: timeline.beginning, to, now, isInPast: compareMoments(now, to) < 0 };
  }
}
