/**
 * A machine with its past: it runs as before, and what happened can be gone through again, in both directions. What came from outside is in the log of inputs, so
 * running again from a checkpoint is the same run; how far apart checkpoints lie decides what going back costs. Source: style guide 2.4.
 */
import type { IndexSteps } from "../base/steps.ts";
import { type HeapObserver, silent } from "../managers/events.ts";
import type { Moment, StopReason } from "../vm/events.ts";
import type { Machine } from "../vm/machine.ts";
import { type Branch, Branches, type Difference, type Tail } from "./branches/branches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { Checkpoints } from "./checkpoints.ts";
import { InputLog } from "./input-log.ts";
import { compareMoments, momentText } from "./moment.ts";
import { enterState } from "./recording/enter-state.ts";
import type { RecordedRun } from "./recording/recording.ts";
import { ReplayError, Script } from "./recording/script.ts";
import { takeRun } from "./recording/take.ts";

export interface TimelineOptions {
  /** Memory that checkpoints and inputs may take, about; what is older is thinned out, and at last forgotten. */
  readonly limitBytes: number;
  /** Safepoints from one checkpoint to the next, when the one copied so many bytes. */
  interval(copiedBytes: number): number;
}

/** Safepoints between two checkpoints, at least. */
const LEAST_INTERVAL = 150_000;
/**
 * Safepoints that are run for each byte that a checkpoint copied. A safepoint takes about as long as copying 16 bytes, so at this ratio checkpoints take
 * some hundredths of the time.
 */
const SAFEPOINTS_PER_BYTE = 0.5;
export const DEFAULT_INTERVAL: TimelineOptions["interval"] = (copiedBytes) =>
  Math.max(LEAST_INTERVAL, Math.round(copiedBytes * SAFEPOINTS_PER_BYTE));

/** Of what a recording may take, the share that the runs beside the current one may take. */
const BRANCHES_SHARE = 0.5;

/** Managers may do more in one step of a collection when nobody looks on. A moment has to be the same moment whoever does. */
const LOOKING_ON: HeapObserver = { ...silent };

export class Timeline {
  readonly machine: Machine;
  readonly points: Checkpoints;
  /** Runs beside this one, which began when somebody changed the past. */
  readonly branches = new Branches();
  private readonly log: InputLog;
  private readonly options: TimelineOptions;
  /** Where the next checkpoint is due, while nothing is known of what comes. */
  private due: number;
  /** The last moment that is known. */
  private end: Moment;
  /** Somebody changed the machine in the middle of a collection: what was before cannot be reached any more, nor is this, until the recording begins anew. */
  private isCutOff = false;
  /** What comes of a recording that is replayed; null where the run is a new one. */
  private script: Script | null;
  private readonly isReplay: boolean;
  private difference: Difference | null = null;

  /**
   * Begins to record where the machine stands; it must not be in a collection.
   * @param recorded a run to replay on the machine, which was just made of the same program
   */
  constructor(machine: Machine, options: TimelineOptions, recorded: RecordedRun | null = null) {
    this.machine = machine;
    this.options = options;
    this.log = new InputLog(machine.ports, recorded?.inputs ?? []);
    machine.connect(this.log.ports);
    machine.observe(LOOKING_ON);
    if (recorded !== null) this.enter(recorded);
    this.isReplay = recorded !== null;
    this.script = recorded === null ? null : new Script(recorded);
    this.points = new Checkpoints(machine, this.log, () => this.branches.pinned);
    this.end = recorded?.end ?? machine.moment();
    this.due = machine.moment().block + options.interval(0);
  }

  private enter({ states: [first] }: RecordedRun): void {
    enterState(this.machine, first, this.log.ports);
    this.log.begin(first.input);
  }

  /** The last moment that is known: where the program has come to. */
  get present(): Moment {
    const now = this.machine.moment();
    return compareMoments(now, this.end) > 0 ? now : this.end;
  }
  get isInPast(): boolean {
    return compareMoments(this.machine.moment(), this.end) < 0;
  }
  /** The earliest moment that can be reached. */
  get beginning(): Moment {
    return this.points.first.moment;
  }
  get sizeBytes(): number {
    return this.points.sizeBytes + this.log.sizeBytes + this.branches.sizeBytes;
  }

  /**
   * As `Machine.run`. In the past it is the same run again, with what came from outside; at its end it goes on.
   *
   * @param until a moment of the past that this run will pass: a slice ends there at the latest
   */
  run(safepoints: number, until: Moment | null = null): StopReason {
    const { machine, points } = this;
    const last = machine.moment().block + safepoints;
    for (;;) {
      const stop = this.asRecorded(() => this.runOnce(last - machine.moment().block, until));
      const now = machine.moment();
      if (stop.kind !== "slice" || now.block >= last || (until !== null && compareMoments(now, until) >= 0)) {
        this.noteEnd();
        return stop;
      }
      if (points.next === null && now.block >= this.due && machine.collection === null) this.mark();
    }
  }

  private runOnce(safepoints: number, until: Moment | null): StopReason {
    const { machine, points } = this;
    this.arriveWhereItStands();
    while (this.isBeforeCut) {
      const here = this.untoldBeforeChange(points.current.machine.ended?.kind === "failed");
      if (here.kind !== "slice") return here;
      // That is where the way ends: what somebody did here comes after it.
      if (until !== null && compareMoments(machine.moment(), until) === 0) return here;
      this.crossCut();
    }
    const ahead = points.next;
    if (ahead === null) return this.runUnknown(safepoints, until);
    const isNear = until !== null && compareMoments(until, ahead.moment) < 0;
    const stop = machine.run(safepoints, isNear ? until : ahead.moment);
    this.checkReplay(ahead);
    if (stop.kind === "slice" && compareMoments(machine.moment(), ahead.moment) === 0) points.arrive();
    return stop;
  }

  /** Where no checkpoint is known ahead. */
  private runUnknown(safepoints: number, until: Moment | null): StopReason {
    const { machine, script } = this;
    const over = script === null ? null : this.followScript(script, until);
    if (over !== null) return over;
    const untilDue = Math.max(1, this.due - machine.moment().block);
    if (script === null) return machine.run(Math.min(safepoints, until === null ? untilDue : safepoints), until);
    const isNear = until !== null && compareMoments(until, script.goal) < 0;
    const stop = machine.run(Math.min(safepoints, untilDue), isNear ? until : script.goal);
    script.checkWay(machine);
    script.checkStop(machine, stop);
    return stop;
  }

  /** Does what somebody did at this moment of the recording. @returns a stop that is to be told first, and the one at the end; null when the machine can go on */
  private followScript(script: Script, until: Moment | null = null): StopReason | null {
    const { machine, points } = this;
    while (compareMoments(machine.moment(), script.goal) === 0) {
      const { state } = script;
      const here = state !== null ? this.untoldBeforeChange(false) : script.isOver ? machine.run(1) : this.untold();
      script.checkWay(machine);
      script.checkStop(machine, here);
      if (here.kind !== "slice") return here;
      if (state === null) return { kind: "end", problem: null };
      if (until !== null && compareMoments(machine.moment(), until) === 0) return here;
      points.take();
      enterState(machine, state, this.log.ports);
      this.log.goTo(state.input);
      points.take(state.what);
      script.pass();
    }
    return null;
  }

  /** What is still to be told where the machine stands: what happened on the way there, and a breakpoint. Nothing is executed. */
  untold(): StopReason {
    const { machine } = this;
    return machine.collection === null ? machine.run(0) : machine.run(0, machine.moment());
  }

  /**
   * The same where somebody is about to change the machine: with that change the program went on, so its end here is none.
   * @param hasFailed whether its next instruction went wrong: that is tried again, for the events of it
   */
  private untoldBeforeChange(hasFailed: boolean): StopReason {
    const { machine } = this;
    const here = this.untold();
    if (here.kind === "slice" && hasFailed && !machine.hasFailed) {
      const failure = machine.run(1);
      if (failure.kind !== "failed") return failure;
    }
    return here.kind === "failed" || here.kind === "finished" ? { kind: "slice" } : here;
  }

  /** A replay that differs from its recording stops where that shows, and does not go on from there. */
  private asRecorded(work: () => StopReason): StopReason {
    const { machine, difference } = this;
    if (difference !== null && compareMoments(machine.moment(), difference.moment) >= 0) return difference.stop;
    try {
      return work();
    } catch (problem) {
      if (!(problem instanceof ReplayError) || !this.isReplay) throw problem;
      const stop = { kind: "end", problem: problem.message } as const;
      this.end = machine.moment();
      this.difference = { moment: this.end, stop };
      return stop;
    }
  }

  /** As `Machine.stepInstruction`. */
  stepInstruction(): StopReason {
    return this.asRecorded(() => this.stepOnce());
  }
  private stepOnce(): StopReason {
    const { machine, points, script } = this;
    this.arriveWhereItStands();
    const ahead = this.crossCuts();
    let over = ahead === null && script !== null ? this.followScript(script) : null;
    // A step passes over the breakpoint where it begins.
    if (over?.kind === "breakpoint" && script !== null) over = this.followScript(script);
    if (over !== null) return over;
    const stop = machine.stepInstruction();
    if (ahead === null) script?.checkWay(machine);
    else {
      this.checkReplay(ahead);
      const isThere = compareMoments(machine.moment(), ahead.moment) === 0;
      if (isThere && machine.collection === null && stop.kind === "step") points.arrive();
    }
    this.noteEnd();
    return stop;
  }

  /** Does only what somebody did to the machine from outside at this moment. */
  crossIntervention(): void {
    if (this.isBeforeCut) this.crossCut();
  }

  private get isBeforeCut(): boolean {
    const { next, current } = this.points;
    return next !== null && next.cut !== null && compareMoments(this.machine.moment(), current.moment) === 0;
  }

  private crossCut(): void {
    this.points.goTo(this.points.next as Checkpoint);
  }
  /** Does all that somebody did to the machine from outside where it stands. @returns the checkpoint ahead */
  private crossCuts(): Checkpoint | null {
    while (this.isBeforeCut) this.crossCut();
    return this.points.next;
  }

  /** An event may have stopped the machine right at a checkpoint. */
  private arriveWhereItStands(): void {
    const { machine, points } = this;
    const { next } = points;
    if (next === null || next.cut !== null || machine.collection !== null) return;
    if (compareMoments(machine.moment(), next.moment) === 0) points.arrive();
  }

  private checkReplay({ moment }: Checkpoint): void {
    const now = this.machine.moment();
    if (compareMoments(now, moment) <= 0) return;
    throw new ReplayError(`it came to ${momentText(now)} without passing ${momentText(moment)}`);
  }

  private noteEnd(): void {
    const now = this.machine.moment();
    if (compareMoments(now, this.end) > 0) this.end = now;
  }

  /** Takes a checkpoint of where the machine stands. */
  private mark(): void {
    const copied = this.points.take();
    this.due = this.machine.moment().block + this.options.interval(copied);
    this.fitBranches();
    this.points.thin(this.options.limitBytes - this.branches.sizeBytes);
    if (this.isCutOff) this.beginAnew();
    this.forgetOldest();
  }

  private forgetOldest(): void {
    while (this.sizeBytes > this.options.limitBytes && this.points.count > 2 && this.forgetFirst()) {}
  }

  /** Going about in the past and changing the machine take checkpoints too. Whoever begins to makes room for them here, and holds on to none from before. */
  makeRoom(): void {
    this.points.thin(this.options.limitBytes - this.branches.sizeBytes);
    this.forgetOldest();
  }

  private beginAnew(): void {
    this.isCutOff = false;
    while (this.forgetFirst()) {}
  }
  private forgetFirst(): boolean {
    const { first } = this.points;
    if (!this.points.forgetFirst()) return false;
    this.branches.loseAt(first);
    this.log.forget(this.points.first.input);
    return true;
  }

  /** Whether any moment but this one can be reached. A recording that was cut off begins anew here, where it can. */
  reaches(): boolean {
    if (this.isCutOff && this.machine.collection === null) this.mark();
    return !this.isCutOff;
  }

  /** A checkpoint in a part that is replayed, for a search that will come back to it. */
  refine(): void {
    if (this.machine.collection === null && compareMoments(this.machine.moment(), this.points.current.moment) > 0)
      this.points.take();
  }

  /** Makes sure that the present can be reached again at once, before the machine leaves it. */
  keepPresent(): void {
    if (this.points.next !== null || this.machine.collection !== null) return;
    this.noteEnd();
    if (compareMoments(this.machine.moment(), this.points.current.moment) > 0) this.points.take();
  }

  /**
   * Lets `work` change the machine from outside. In the past that begins another run, and the one that was known becomes a branch. The machine has a new moment
   * afterwards.
   *
   * @param what for the history
   * @param isRefused whether a result means that nothing was changed; such work asks nothing of the outside
   * @param isTrial a branch is made of what was before in the present too, so that one can go back to it
   */
  intervene<T>(what: string, work: () => T, isRefused: (result: T) => boolean = () => false, isTrial = false): T {
    const { machine, points } = this;
    const isInCollection = machine.collection !== null;
    const before = machine.moment();
    if (!isInCollection && compareMoments(before, points.current.moment) > 0) points.take();
    this.log.hold();
    let result: T;
    try {
      result = work();
    } catch (problem) {
      this.log.release();
      throw problem;
    }
    if (isRefused(result)) {
      this.log.release();
      return result;
    }
    const { current } = points;
    const tail = this.part();
    const hadFuture = compareMoments(tail.end, before) > 0;
    machine.passIntervention();
    if (isInCollection || machine.collection !== null) this.cutOff(hadFuture);
    else {
      points.take(what);
      if (hadFuture || isTrial) this.branches.begin(current, tail, what);
      this.fitBranches();
      this.makeRoom();
    }
    this.end = machine.moment();
    this.due = this.end.block + (this.isCutOff ? 0 : this.options.interval(0));
    return result;
  }

  /** Somebody has changed the machine in the middle of a collection. */
  private cutOff(hadFuture: boolean): void {
    this.isCutOff = true;
    this.branches.loseAll(hadFuture);
  }

  /** Takes away what is known of what comes. */
  private part(): Tail {
    const { end, script, difference } = this;
    const tail = { ahead: this.points.detach(), inputs: this.log.part(), end, script, difference };
    this.script = null;
    this.difference = null;
    return tail;
  }

  private fitBranches(): void {
    this.branches.fit(this.options.limitBytes * BRANCHES_SHARE);
  }

  /** The runs that are known, this one included. */
  runs(): readonly Branch[] {
    return this.branches.list(this.present);
  }

  /**
   * Makes a branch the current run, from the present of which the machine goes on. It is put to the checkpoint where both part, so it has to travel from there.
   * @returns that moment; null when there is no such branch, or nothing can be reached
   */
  switchTo(number: number): Moment | null {
    const way = this.reaches() ? this.branches.wayTo(number) : null;
    if (way === null || way[0] === undefined) return null;
    this.keepPresent();
    for (const branch of way) {
      this.points.goTo(branch.from);
      this.machine.forgetStops();
      this.log.hold();
      this.branches.exchange(branch, this.part());
      this.follow(branch.tail);
    }
    this.due = this.points.last.moment.block + this.options.interval(0);
    this.fitBranches();
    return way[0].from.moment;
  }

  private follow({ ahead, inputs, end, script, difference }: Tail): void {
    this.points.attach(ahead);
    this.log.attach(inputs);
    this.end = end;
    this.script = script;
    this.difference = difference;
  }

  /** Forgets a branch that is not the current run. @returns whether there was one */
  drop(number: number): boolean {
    return this.branches.drop(number);
  }

  /** Why what is recorded cannot be saved now; null when it can. */
  whyNotTaken(): string | null {
    if (this.isCutOff) return "memory was changed in the middle of a collection: go on until that is over";
    return this.script === null ? null : "it is a recording already that is replayed: copy its file";
  }
  /**
   * What is recorded, for a file. The machine stays where it is, and must not move between two steps.
   * @param made a machine that was just made of the same program; null where the recording is to hold all of memory
   */
  take(made: Machine | null): IndexSteps<RecordedRun> {
    const { machine, log } = this;
    return takeRun({ machine, layers: this.points.layers(), log, end: this.present }, made);
  }

  /** Ends the recording: the machine speaks to the outside again as before. */
  stop(outside: Machine["ports"]): void {
    this.points.close();
    this.machine.observe(silent);
    this.machine.connect(outside);
  }
}
