/**
 * Looking back: the last stop before where the machine stands. The past is run again, stretch by stretch from the end; what stops the machine in a stretch is judged
 * by who asked, and the machine is put to the last stop that was wanted. All in portions, like everything that takes long.
 */
import type { Moment, StopReason } from "../vm/events.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { compareMoments, momentText } from "./moment.ts";
import { ReplayError } from "./recording/script.ts";
import type { Timeline } from "./timeline.ts";

/**
 * Which of the stops at one moment: what happened on the way to it, in order; then a breakpoint on its instruction; then what went wrong in executing that.
 */
export type Rank = number;
const BREAKPOINT: Rank = 1e9;
const FAILURE: Rank = BREAKPOINT + 1;
export const BEFORE_ANY_STOP: Rank = -1;

/** A place among the stops of a run. */
export interface Position {
  readonly moment: Moment;
  readonly rank: Rank;
}

/** A stop of the past, with the checkpoint from which it is reached. */
export interface Find extends Position {
  readonly from: Checkpoint;
}

/** Negative when `a` comes before `b`, 0 for the same place. */
function comparePositions(a: Position, b: Position): number {
  return compareMoments(a.moment, b.moment) || a.rank - b.rank;
}

/** Looks for a stop that only shows by what comes before and behind it. */
export interface Choice {
  /** What it is, as far as the search has come. */
  readonly found: Find | null;
  /** A stretch is searched. @returns whether no earlier one can bring anything else */
  endOfStretch(): boolean;
}

/** Ranks the stops of a machine that runs on. */
export class Ranking {
  private moment: Moment | null = null;
  private arrivals = 0;
  private failures = 0;

  /** The stops up to this one were told. */
  resume({ moment, rank }: Position): void {
    this.moment = moment;
    this.arrivals = rank < BREAKPOINT ? rank + 1 : 0;
    this.failures = rank > BREAKPOINT ? rank - BREAKPOINT : 0;
  }

  /** @returns the rank of a stop that the machine has just come to */
  next(timeline: Timeline, stop: StopReason): Rank {
    const now = timeline.machine.moment();
    if (this.moment === null || compareMoments(now, this.moment) !== 0) {
      this.moment = now;
      this.arrivals = 0;
      this.failures = 0;
    }
    if (stop.kind === "breakpoint") return BREAKPOINT;
    if (stop.kind === "failed" || stop.kind === "finished") return FAILURE + 1000;
    const ended = timeline.machine.saveState().ended;
    if (stop.kind === "event" && ended?.kind === "failed" && ended.event === stop.event)
      return FAILURE + this.failures++;
    return this.arrivals++;
  }
}

/** Follows where a machine stands among the stops of its run. */
export class Standing {
  private readonly timeline: Timeline;
  private readonly ranking: Ranking;
  private at: Position;

  constructor(timeline: Timeline) {
    this.timeline = timeline;
    this.ranking = new Ranking();
    this.at = { moment: timeline.machine.moment(), rank: BEFORE_ANY_STOP };
  }
  /** A stop that was told to somebody. */
  note(stop: StopReason): void {
    const isRanked = stop.kind !== "slice" && stop.kind !== "step" && stop.kind !== "start" && stop.kind !== "end";
    const rank = isRanked ? this.ranking.next(this.timeline, stop) : BEFORE_ANY_STOP;
    this.at = { moment: this.timeline.machine.moment(), rank };
  }
  goTo(position: Position): void {
    this.at = position;
    this.ranking.resume(position);
  }
  get position(): Position {
    const moment = this.timeline.machine.moment();
    return compareMoments(moment, this.at.moment) === 0 ? this.at : { moment, rank: BEFORE_ANY_STOP };
  }
}

/** The last safepoints of a way are gone instruction by instruction: the instruction before a moment may lie in the block before, and an interrupt may be a block of its own. */
export const LAST_SAFEPOINTS = 3;
/** A long blank run before the first stretch is cut into halves, so that what lies near is found soon; in safepoints. */
const SMALL_STRETCH = 1_000;

/** Runs the past again to find the last stop before a position. */
export class BackwardSearch {
  private readonly timeline: Timeline;
  private readonly setStops: (on: boolean) => void;
  private readonly choice: Choice | null;
  /** Where the stretch that is searched ends; stops there count up to this rank. */
  private limit: Position;
  private from: Checkpoint | null;
  /** Halves of the first stretch are being made: safepoints where the next checkpoint is due. */
  private halves: number[] | null;
  private ranking = new Ranking();
  /** The program ended in this stretch: it would say so each time that it is asked to go on. */
  private hasEnded = false;
  private last: Find | null = null;
  private best: Find | null = null;

  /**
   * @param position where to look back from, which is where the machine stands
   * @param setStops sets what stops the machine during the search, or nothing
   * @param choice finds a stop besides those that are kept: the later one counts
   */
  constructor(timeline: Timeline, position: Position, setStops: (on: boolean) => void, choice: Choice | null = null) {
    this.timeline = timeline;
    this.setStops = setStops;
    this.choice = choice;
    timeline.keepPresent();
    timeline.makeRoom();
    this.limit = position;
    this.from = timeline.points.before(position.moment);
    this.halves = this.firstHalves();
    if (this.from !== null) this.beginStretch(this.from);
  }

  private firstHalves(): number[] | null {
    if (this.from === null) return null;
    const end = this.limit.moment.block;
    const halves: number[] = [];
    for (let left = (end - this.from.moment.block) / 2; left > SMALL_STRETCH; left /= 2)
      halves.push(Math.floor(end - left));
    return halves.length === 0 ? null : halves;
  }

  /** Safepoints of the past that are still to be searched, for progress. */
  get left(): number {
    return Math.max(0, this.limit.moment.block - this.timeline.beginning.block);
  }

  private beginStretch(from: Checkpoint): void {
    const { timeline } = this;
    timeline.points.goTo(from);
    timeline.machine.forgetStops();
    // Where the recording begins, and where somebody did something, the user has been: to stop there again takes a step back to there.
    const isKnown = from === timeline.points.first || from.cut !== null;
    if (isKnown && this.choice === null) timeline.machine.markSeen();
    this.ranking = new Ranking();
    this.hasEnded = false;
    this.setStops(this.halves === null);
  }

  /**
   * Searches on.
   * @returns a stop that may be wanted: say so by `keep`; a slice when the portion is used up; null when everything is searched
   */
  run(safepoints: number): StopReason | null {
    const { timeline } = this;
    const { machine } = timeline;
    const end = machine.moment().block + safepoints;
    while (this.from !== null) {
      if (machine.moment().block >= end && machine.collection === null) return { kind: "slice" };
      if (this.halves !== null) this.makeHalf(this.halves, end - machine.moment().block);
      else {
        const stop = this.searchOn(Math.max(1, end - machine.moment().block));
        if (stop !== null) return stop;
      }
    }
    return null;
  }

  /** Runs to where the next checkpoint is due; after the last one the search begins with the stretch behind it. */
  private makeHalf(halves: number[], safepoints: number): void {
    const { timeline } = this;
    const { machine } = timeline;
    const goal = halves[0] as number;
    if (machine.moment().block < goal) {
      timeline.run(Math.min(safepoints, goal - machine.moment().block));
      return;
    }
    timeline.refine();
    halves.shift();
    if (halves.length > 0) return;
    this.halves = null;
    this.from = timeline.points.before(this.limit.moment);
    if (this.from !== null) this.beginStretch(this.from);
  }

  private searchOn(safepoints: number): StopReason | null {
    const { timeline, limit } = this;
    if (this.hasEnded) return this.endStretch();
    const stop = timeline.run(safepoints, limit.moment);
    const now = timeline.machine.moment();
    if (stop.kind === "slice") {
      if (compareMoments(now, limit.moment) === 0) return this.endStretch();
      return null;
    }
    const rank = this.ranking.next(timeline, stop);
    if (stop.kind === "end" || (compareMoments(now, limit.moment) === 0 && rank >= limit.rank))
      return this.endStretch();
    this.hasEnded = stop.kind === "finished" || stop.kind === "failed";
    this.last = { moment: now, rank, from: this.from as Checkpoint };
    return stop;
  }

  /** The stretch is searched: the last stop that was wanted is what was looked for; when there is none, the stretch before is next. */
  private endStretch(): StopReason | null {
    const { timeline, limit } = this;
    if (limit.rank > BREAKPOINT && limit.rank < Number.POSITIVE_INFINITY && this.last?.rank !== BREAKPOINT) {
      const here = timeline.untold();
      if (here.kind === "breakpoint") {
        this.last = { moment: limit.moment, rank: BREAKPOINT, from: this.from as Checkpoint };
        this.limit = { moment: limit.moment, rank: BREAKPOINT };
        return here;
      }
    }
    const from = this.from as Checkpoint;
    if (this.isDecided()) {
      this.from = null;
      return null;
    }
    this.limit = { moment: from.moment, rank: Number.POSITIVE_INFINITY };
    this.from = timeline.points.before(from.moment);
    if (this.from !== null) this.beginStretch(this.from);
    return null;
  }

  private isDecided(): boolean {
    const isChosen = this.choice?.endOfStretch() ?? false;
    const chosen = this.choice?.found ?? null;
    return isChosen || (this.best !== null && (chosen === null || comparePositions(this.best, chosen) >= 0));
  }

  /** The stop that the machine has just come to. */
  get latest(): Find | null {
    return this.last;
  }
  /** The stop that `run` has just returned is wanted. */
  keep(): void {
    const { last, best } = this;
    if (last !== null && (best === null || comparePositions(last, best) > 0)) this.best = last;
  }
  /** Where the search leads to, once it is over; null when nothing wanted was found. */
  get found(): Find | null {
    const chosen = this.choice?.found ?? null;
    const { best } = this;
    return chosen === null || (best !== null && comparePositions(best, chosen) > 0) ? best : chosen;
  }
}

/** Goes to a stop that a search has found, or to any moment. */
export class Travel {
  private readonly timeline: Timeline;
  private readonly moment: Moment;
  private readonly rank: Rank | null;
  private readonly ranking = new Ranking();

  /**
   * @param goal a stop, which comes about again, or a moment that the recording knows
   * @param setStops as for the search that found it
   */
  constructor(
    timeline: Timeline,
    goal: Find | { readonly moment: Moment; readonly rank: null },
    setStops: (on: boolean) => void,
  ) {
    this.timeline = timeline;
    this.moment = goal.moment;
    this.rank = goal.rank;
    timeline.keepPresent();
    const from = "from" in goal ? goal.from : (timeline.points.upTo(goal.moment) ?? timeline.points.first);
    timeline.points.goTo(from);
    timeline.machine.forgetStops();
    setStops(goal.rank !== null);
  }

  /** @returns a slice while it is on the way; at the goal the stop that is there, a step where there is none */
  run(safepoints: number): StopReason {
    const { timeline, moment, rank } = this;
    const { machine } = timeline;
    if (rank === null) return this.runToMoment(safepoints);
    const stop = timeline.run(safepoints, moment);
    // The replay of a recording did not come that far.
    if (stop.kind === "end") return this.arrived(stop);
    const way = compareMoments(machine.moment(), moment);
    const hasEnded = stop.kind === "finished" || stop.kind === "failed";
    if (way > 0 || (way < 0 && hasEnded))
      throw new ReplayError(`the stop at ${momentText(moment)} does not come again`);
    if (way < 0) return { kind: "slice" };
    if (stop.kind === "slice") {
      // It stands before what was to stop it there, which only a breakpoint does.
      const here = rank === BREAKPOINT ? timeline.untold() : stop;
      return this.arrived(here.kind === "slice" ? { kind: "step" } : here);
    }
    return this.ranking.next(timeline, stop) === rank ? this.arrived(stop) : { kind: "slice" };
  }

  /** The last part of the way goes instruction by instruction: whoever names a moment may name one that never was, and comes to the next one. */
  private runToMoment(safepoints: number): StopReason {
    const { timeline, moment } = this;
    const { machine } = timeline;
    const left = moment.block - LAST_SAFEPOINTS - machine.moment().block;
    let stop: StopReason = { kind: "slice" };
    if (left > 0) stop = timeline.run(Math.min(left, safepoints));
    // To run on from there would do what somebody did to the machine at this moment.
    else while (stop.kind !== "end" && compareMoments(machine.moment(), moment) < 0) stop = timeline.stepInstruction();
    // The replay of a recording may not come that far.
    if (stop.kind === "end") return this.arrived(stop);
    return compareMoments(machine.moment(), moment) < 0 ? { kind: "slice" } : this.arrived({ kind: "step" });
  }

  private arrived(stop: StopReason): StopReason {
    this.timeline.machine.markSeen();
    return stop;
  }
}

/** Goes back by one instruction, or by one step of a collection. */
export class InstructionBack {
  private readonly timeline: Timeline;
  private readonly goal: Moment;
  private isNear = false;

  constructor(timeline: Timeline) {
    this.timeline = timeline;
    this.goal = timeline.machine.moment();
    timeline.keepPresent();
    timeline.makeRoom();
    const from = timeline.points.before(this.goal);
    if (from !== null) timeline.points.goTo(from);
    timeline.machine.forgetStops();
  }

  /** @returns a slice, a step when it is there, null at the beginning of the recording. Nothing must stop the machine meanwhile. */
  run(safepoints: number): StopReason | null {
    const { timeline, goal } = this;
    const { machine } = timeline;
    if (compareMoments(machine.moment(), goal) >= 0) return null;
    const left = goal.block - LAST_SAFEPOINTS - machine.moment().block;
    if (!this.isNear && left > 0) {
      timeline.run(Math.min(left, safepoints));
      return { kind: "slice" };
    }
    if (!this.isNear) timeline.refine();
    this.isNear = true;
    const start = timeline.points.current;
    let before = machine.moment();
    for (;;) {
      const now = machine.moment();
      if (compareMoments(now, goal) >= 0) break;
      before = now;
      timeline.stepInstruction();
    }
    timeline.points.goTo(start);
    machine.forgetStops();
    while (compareMoments(machine.moment(), before) < 0) timeline.stepInstruction();
    machine.markSeen();
    return { kind: "step" };
  }
}
