/**
 * Looks through the past, last things first, without stopping at them: each stretch between two checkpoints is run again with something watched, and a witness is
 * told what happened to it. In portions, between which the machine is where it was.
 */
import type { Moment, StopReason } from "../vm/events.ts";
import type { Watch } from "../vm/gates/watch.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Home } from "./home.ts";
import { compareMoments } from "./moment.ts";
import type { Timeline } from "./timeline.ts";

/** How far a look back has come, in safepoints. */
interface LookProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}
/** Something has happened to what is watched. */
export type Sighting = StopReason & { kind: "watch" };

export interface Witness {
  readonly watches: readonly Watch[];
  /** Something has happened to what is watched; the machine stands behind it. Stretches come last first, what happens in one comes in order. */
  saw(sighting: Sighting): void;
  /** The machine stands where somebody is going to change it from outside. */
  beforeChange(): void;
  /** Somebody has changed it. */
  afterChange(what: string): void;
  /** A stretch is over. @returns whether nothing more is wanted */
  endOfStretch(from: Moment): boolean;
}

/** Safepoints of a portion: of a fast run, and of one that goes instruction by instruction. */
const PORTION = 200_000;
const CLOSE_PORTION = 5_000;
/** Safepoints for each page that is exchanged on the way there: the work takes longer than the way there and back. */
const SAFEPOINTS_PER_PAGE = 1.5;
/** What happens in a portion, at most. */
const MOST_SIGHTINGS = 1_000;

/** @param until what happened up to this moment, which is recorded; at it as well */
export function* lookBack(
  timeline: Timeline,
  home: Home,
  until: Moment,
  witness: Witness,
): Generator<LookProgress, void> {
  let limit = until;
  for (;;) {
    const from = timeline.points.before(limit);
    if (from === null) return;
    const stretch = new Stretch(timeline, from, limit, witness);
    while (!home.away(() => stretch.run())) yield stretch.progress(until);
    stretch.clear();
    if (witness.endOfStretch(from.moment)) return;
    limit = from.moment;
    yield stretch.progress(until);
  }
}

/** A part of the past that is run again, without what was done from outside within it. */
class Stretch {
  private readonly timeline: Timeline;
  private readonly from: Checkpoint;
  private readonly limit: Moment;
  private readonly witness: Witness;
  private at: Moment;
  /** Made only to go on from there. */
  private helper: Checkpoint | null = null;

  constructor(timeline: Timeline, from: Checkpoint, limit: Moment, witness: Witness) {
    this.timeline = timeline;
    this.from = from;
    this.limit = limit;
    this.witness = witness;
    this.at = from.moment;
  }

  /** The next portion. @returns whether it was the last one */
  run(): boolean {
    const { timeline, witness } = this;
    const { machine, points } = timeline;
    const way = points.pagesTo(this.nearest());
    this.goOn();
    if (points.current === this.from && points.next !== null && points.next.cut !== null) {
      witness.beforeChange();
      const { cut } = points.next;
      points.goTo(points.next);
      witness.afterChange(cut);
      return true;
    }
    machine.watch(witness.watches);
    const isClose = witness.watches.some(({ kind }) => kind !== "life");
    const least = Math.max(CLOSE_PORTION, Math.round(SAFEPOINTS_PER_PAGE * way));
    const isOver = this.watch(isClose ? Math.min(PORTION, least) : PORTION);
    machine.watch([]);
    if (!isOver) this.keepPlace();
    return isOver;
  }

  private watch(portion: number): boolean {
    const { timeline, limit, witness } = this;
    const { machine } = timeline;
    const end = machine.moment().block + portion;
    for (let sightings = 0; sightings < MOST_SIGHTINGS; ) {
      const stop = timeline.run(Math.max(1, end - machine.moment().block), limit);
      if (stop.kind === "watch") {
        witness.saw(stop);
        sightings++;
      }
      if (compareMoments(machine.moment(), limit) >= 0) return true;
      if (stop.kind === "finished" || stop.kind === "failed") return true;
      if (machine.moment().block >= end && machine.collection === null) return false;
    }
    return false;
  }

  private keepPlace(): void {
    const { timeline } = this;
    const { points } = timeline;
    const known = points.count;
    timeline.refine();
    this.at = timeline.machine.moment();
    const last = this.helper;
    this.helper = points.count > known ? points.current : null;
    if (last !== null) points.forget(last);
  }

  /** To where the last portion has ended. */
  private goOn(): void {
    const { timeline, at } = this;
    const { machine, points } = timeline;
    points.goTo(this.nearest());
    machine.forgetStops();
    while (compareMoments(machine.moment(), at) < 0) timeline.run(Number.MAX_SAFE_INTEGER, at);
  }

  /** The checkpoint from which the next portion is reached. */
  private nearest(): Checkpoint {
    const { timeline, at, from } = this;
    return at === from.moment ? from : (timeline.points.upTo(at) ?? timeline.points.first);
  }

  /** Nothing is kept for another portion. */
  clear(): void {
    if (this.helper !== null) this.timeline.points.forget(this.helper);
  }

  progress(until: Moment): LookProgress {
    const first = this.timeline.beginning.block;
    const searched = until.block - this.limit.block + (this.at.block - this.from.moment.block);
    return { phase: "looking back", done: Math.max(0, searched), total: Math.max(1, until.block - first) };
  }
}
