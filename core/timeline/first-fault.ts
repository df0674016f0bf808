/**
 * Since when is something wrong? Between a moment at which all was in order and one at which it is not lies an instruction after which it is not: found by halving,
 * first the checkpoints, then the safepoints between two of them, then the instructions between two safepoints. A collection counts as one instruction, because
 * the heap is not in order while one is at work.
 */
import type { Moment } from "../vm/events.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { compareMoments } from "./moment.ts";
import type { Timeline } from "./timeline.ts";

/** What was found. */
export type FirstFault =
  /** The machine stands before the instruction, or the collection, after which it is wrong. */
  | { readonly kind: "instruction"; readonly moment: Moment; readonly isCollection: boolean }
  /** Somebody changed the machine from outside; it stands where that happened, before it. */
  | { readonly kind: "intervention"; readonly moment: Moment; readonly what: string };

type Stage = "checkpoints" | "safepoints" | "instructions" | "over";

/** One search. It may stop the machine anywhere; nothing must stop it meanwhile. */
export class FirstFaultSearch {
  private readonly timeline: Timeline;
  private readonly isWrong: () => boolean;
  /** A moment at which it is wrong. */
  private bad: Moment;
  /** All is in order here. */
  private good: Checkpoint;
  /** The first checkpoint that is known to be wrong; null while none is. */
  private badPoint: Checkpoint | null = null;
  private stage: Stage = "checkpoints";
  /** Where the machine is going to be looked at. */
  private goal = 0;
  private isUnderWay = false;
  /** In the stretch at first. */
  private readonly safepoints: number;
  private fault: FirstFault | null = null;

  /**
   * @param bad a moment of the recording at which `isWrong` holds
   * @param isWrong looks at the machine as it stands, outside a collection; at the beginning of the recording it does not hold
   */
  constructor(timeline: Timeline, bad: Moment, isWrong: () => boolean) {
    this.timeline = timeline;
    this.bad = bad;
    this.isWrong = isWrong;
    this.good = timeline.points.first;
    this.safepoints = bad.block - this.good.moment.block;
  }

  get found(): FirstFault | null {
    return this.fault;
  }

  /** How often the stretch in question was halved, and has to be. */
  get progress(): { readonly done: number; readonly total: number } {
    const halvings = (safepoints: number) => Math.log2(1 + Math.max(0, safepoints));
    const total = Math.ceil(halvings(this.safepoints));
    return { done: Math.floor(total - halvings(this.bad.block - this.good.moment.block)), total };
  }

  /** Searches on: so many safepoints, or one look at the machine. @returns whether the search is over */
  run(safepoints: number): boolean {
    switch (this.stage) {
      case "checkpoints":
        this.halveCheckpoints();
        break;
      case "safepoints":
        this.halveSafepoints(safepoints);
        break;
      case "instructions":
        this.findInstruction();
        break;
      case "over":
        break;
    }
    return this.stage === "over";
  }

  private halveCheckpoints(): void {
    const { points } = this.timeline;
    const all = points.all();
    const from = all.indexOf(this.good);
    const to =
      this.badPoint === null ? all.findLastIndex((point) => this.isBefore(point)) + 1 : all.indexOf(this.badPoint);
    if (to - from > 1) {
      const middle = all[(from + to) >> 1] as Checkpoint;
      points.goTo(middle);
      if (this.isWrong()) this.badPoint = middle;
      else this.good = middle;
      return;
    }
    const { badPoint } = this;
    if (badPoint !== null) this.bad = badPoint.moment;
    if (badPoint !== null && badPoint.cut !== null) {
      points.goTo(this.good);
      this.end({ kind: "intervention", moment: this.good.moment, what: badPoint.cut });
    } else this.stage = "safepoints";
  }
  /** A checkpoint where it may still have been in order, or behind what somebody did from outside where it is wrong: no time passes with that. */
  private isBefore({ moment, cut }: Checkpoint): boolean {
    const order = compareMoments(moment, this.bad);
    return order < 0 || (order === 0 && cut !== null);
  }

  private halveSafepoints(safepoints: number): void {
    const { timeline, good, bad } = this;
    const { machine } = timeline;
    if (!this.isUnderWay) {
      this.goal = (good.moment.block + bad.block) >> 1;
      timeline.points.goTo(good);
      machine.forgetStops();
      if (this.goal <= good.moment.block) {
        this.stage = "instructions";
        return;
      }
      this.isUnderWay = true;
    }
    const left = this.goal - machine.moment().block;
    if (left > 0) {
      timeline.run(Math.min(left, safepoints), bad);
      if (machine.moment().block < this.goal) return;
    }
    this.isUnderWay = false;
    this.judge();
  }

  /** Looks at the machine between the two moments. */
  private judge(): void {
    const { timeline, bad } = this;
    const now = timeline.machine.moment();
    // An interrupt is a safepoint of its own: there may be no place to stop between the two.
    if (compareMoments(now, bad) >= 0) {
      timeline.points.goTo(this.good);
      this.stage = "instructions";
    } else if (this.isWrong()) this.bad = now;
    else {
      timeline.refine();
      this.good = timeline.points.current;
    }
  }

  /** The stretch is short: how many instructions it has is counted, and then they are halved. */
  private findInstruction(): void {
    let good = 0;
    let bad = this.walk(Number.POSITIVE_INFINITY);
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      this.walk(middle);
      if (this.isWrong()) bad = middle;
      else good = middle;
    }
    this.walk(good);
    const { machine } = this.timeline;
    const moment = machine.moment();
    this.timeline.stepInstruction();
    const isCollection =
      machine.moment().steps > moment.steps || (machine.collection !== null && this.isSamePlace(moment));
    this.walk(good);
    this.end({ kind: "instruction", moment, isCollection });
  }
  private isSamePlace({ block, pc }: Moment): boolean {
    const now = this.timeline.machine.moment();
    return now.block === block && now.pc === pc;
  }

  /** Executes so many instructions of the stretch from its beginning. @returns how many there were */
  private walk(most: number): number {
    const { timeline, bad } = this;
    const { machine } = timeline;
    timeline.points.goTo(this.good);
    machine.forgetStops();
    let count = 0;
    while (count < most && compareMoments(machine.moment(), bad) < 0) {
      const before = machine.moment();
      const stop = timeline.stepInstruction();
      while (machine.collection !== null && compareMoments(machine.moment(), bad) < 0) timeline.stepInstruction();
      count++;
      if (stop.kind !== "step" && compareMoments(machine.moment(), before) === 0) break;
    }
    return count;
  }

  private end(fault: FirstFault): void {
    this.timeline.machine.markSeen();
    this.fault = fault;
    this.stage = "over";
  }
}
