/** A machine under debug and its past: what is recorded, where the machine stands in it, and the motions into it. */
import { compareMoments } from "../timeline/moment.ts";
import type { RecordedRun } from "../timeline/recording/recording.ts";
import { Standing } from "../timeline/search.ts";
import { Timeline, type TimelineOptions } from "../timeline/timeline.ts";
import type { Moment, StopReason } from "../vm/events.ts";
import { History } from "./history/history.ts";
import { PastEvents } from "./history/past-event.ts";
import { goToMotion, type PastContext, reverseContinueMotion, stepBackMotion } from "./program/backwards.ts";
import { type CulpritSearch, culpritSearch } from "./program/culprit.ts";
import type { MotionContext } from "./program/motion.ts";
import type { Places } from "./program/places.ts";
import type { UserStops } from "./stops/user-stops.ts";
import type { Motion, StepGranularity } from "./types.ts";

export class Past {
  readonly timeline: Timeline;
  private readonly standing: Standing;
  readonly history: History;
  private readonly stops: UserStops;
  private readonly motions: () => MotionContext;

  /**
   * Records from where the machine stands.
   * @param motions what forward motions know of the program
   * @param recorded a run to replay
   */
  constructor(
    stops: UserStops,
    places: Places,
    motions: () => MotionContext,
    options: TimelineOptions,
    recorded: RecordedRun | null = null,
  ) {
    this.stops = stops;
    this.motions = motions;
    this.timeline = new Timeline(stops.machine, options, recorded);
    this.standing = new Standing(this.timeline);
    this.history = new History({
      timeline: this.timeline,
      events: new PastEvents(stops.machine, places),
      position: () => this.standing.position,
      setStops: (on) => {
        if (on) stops.install();
        else stops.remove();
      },
    });
  }

  /** A stop that was told. */
  note(stop: StopReason): void {
    this.history.forget();
    if (stop.kind !== "slice") this.standing.note(stop);
  }

  // Null where nothing can be reached: somebody has changed the machine in the middle of the collection under way.

  /** What is recorded, and where in it the machine stands. */
  extent(): { readonly from: Moment; readonly to: Moment; readonly now: Moment; readonly isInPast: boolean } | null {
    const { timeline } = this;
    if (!timeline.reaches()) return null;
    const now = timeline.machine.moment();
    const to = timeline.present;
    return { from: timeline.beginning, to, now, isInPast: compareMoments(now, to) < 0 };
  }

  reverseContinue(): Motion | null {
    return this.timeline.reaches() ? reverseContinueMotion(this.context()) : null;
  }
  stepBack(granularity: StepGranularity): Motion | null {
    return this.timeline.reaches() ? stepBackMotion(this.context(), granularity) : null;
  }
  /** Null when the moment is not recorded. */
  goTo(moment: Moment): Motion | null {
    return this.timeline.reaches() ? goToMotion(this.context(), moment) : null;
  }
  /** To the instruction that broke the heap. */
  findCulprit(): CulpritSearch | null {
    return this.timeline.reaches() ? culpritSearch(this.context()) : null;
  }

  /** Null where nothing can be reached. */
  motionContext(): PastContext | null {
    return this.timeline.reaches() ? this.context() : null;
  }

  private context(): PastContext {
    const { timeline, standing, stops } = this;
    return {
      ...this.motions(),
      timeline,
      position: standing.position,
      setStops: (on, besides) => {
        if (on) stops.install(besides);
        else stops.remove();
      },
      arrived: (position) => {
        this.history.forget();
        standing.goTo(position);
      },
    };
  }
}
