/**
 * What happens to one program: how it runs and stops, for all clients that look at it. What one of them does to it the others are told; each has its own
 * breakpoints, handles and views in its `Context`.
 */
import type { Moment, Motion, StopReason } from "#core";
import { lostText } from "../branches/branches.ts";
import { notes } from "../errors.ts";
import type { Arrival, Halt } from "../events.ts";
import { isNewlyBroken, wayToCulprit } from "../history/culprit.ts";
import type { Engine, OpenedImage, RestingImage } from "../program/engine.ts";
import type { Launch } from "../program/launch-configuration.ts";
import type { Clock, OutputCategory } from "../program/output.ts";
import { Runner } from "../program/runner.ts";
import { SharedStops, type Stops } from "./shared-stops.ts";
import { type ProgressEvent, Way } from "./way.ts";

/** Exit status of a program that could not go on, and of a session in which Conspect itself failed. */
const STATUS_FAILED = 1;
const STATUS_INTERNAL = 70;

/** What the session debugs: a program that runs, or an image that does not. */
export type Program = RunningProgram | RestingProgram;
interface AnyProgram {
  readonly launch: Launch;
  /** Lets go of what the program holds of this computer. */
  release(): void;
}
export interface RunningProgram extends AnyProgram {
  readonly subject: Engine;
  readonly engine: Engine;
  readonly opened: null;
  /** The same program again, about to begin. @param print takes its output */
  twin(print: (text: string) => void): RunningProgram;
}
export interface RestingProgram extends AnyProgram {
  readonly subject: RestingImage;
  readonly engine: null;
  readonly opened: OpenedImage;
}

/** A client, as far as the program is concerned. */
export interface Member {
  /** There is another program now, which has not begun. `stops` is null where nothing runs. */
  loaded(program: Program, stops: Stops | null): void;
  /** The program begins. */
  began(program: Program): void;
  /**
   * Whether this client wants to stop here.
   * @param isSearch the motion looks for the last of such stops, and what happens on the way is not told
   */
  accepts(stop: StopReason, isSearch: boolean): boolean;
  /** Whether it wants to look at a failure that nothing can go on from. */
  looksAt(failure: StopReason & { kind: "failed" }, seen: Halt | null): boolean;
  /**
   * The program goes on: what the client knows by number is gone.
   * @param partsAt from this moment on it goes through another run than before; null: through the same one
   */
  setOff(isOwnDoing: boolean, partsAt: Moment | null): void;
  /** @param isJudged `accepts` was asked about this halt */
  halted(halt: Halt, isJudged: boolean): void;
  /** Another client has changed memory. */
  changed(): void;
  print(category: OutputCategory, text: string): void;
  /** How far a long way has come. */
  progress(event: ProgressEvent, body: object): void;
  /** What the program fails of, when it ends at that. */
  printFailure(message: string): void;
  /** Between two slices of the run. */
  tick(): void;
  /** @param status null: the program was ended from outside, and has no status */
  ended(status: number | null): void;
}

export type RunPhase = "configuring" | "running" | "stopped" | "ended";

export class Run {
  /** Who launched it, if that client is still there, and who joined. */
  readonly members = new Set<Member>();
  /** It goes on when the last client has gone: another may come back to it. */
  isKept = false;
  phase: RunPhase = "configuring";
  /** Why the program stands still; null while it does not. */
  halt: Halt | null = null;
  program: Program;
  private stops: SharedStops<Member> | null = null;
  /** Why the program stood still when a collection began to be tried. */
  beforeTrial: Halt | null = null;
  /** The way to another moment that is under way. */
  readonly way: Way;
  /** Why the program stands still where that leads, if nothing else stops it there. */
  private arrival: Arrival | null = null;
  /** The stop that users saw last, while the program runs on from it. */
  private shown: Halt | null = null;
  private readonly runner: Runner;
  /** Nobody looks any more, and nobody will. */
  private readonly closed: (run: Run) => void;

  constructor(program: Program, clock: Clock, closed: (run: Run) => void) {
    this.program = program;
    this.closed = closed;
    this.stops = program.engine === null ? null : new SharedStops(program.engine);
    this.way = new Way(clock, (event, body) => this.each((member) => member.progress(event, body)));
    this.runner = new Runner(
      {
        accept: (stop, isSearch) => this.accepts(stop, isSearch),
        ended: (stop) => this.motionEnded(stop),
        tick: () => {
          this.way.tick();
          this.each((member) => member.tick());
        },
        crashed: (problem) => this.crashed(problem),
      },
      clock,
    );
  }

  /** It stands where a machine stood of which it is a copy, until somebody joins. */
  standAsCopy(): void {
    this.stopAt({ kind: "copy" }, false);
    this.isKept = true;
  }
  /** Nobody is going to join any more. */
  abandon(): void {
    this.isKept = false;
    this.closeUnlessKept();
  }

  join(member: Member): void {
    if (this.halt?.kind === "copy") this.isKept = false;
    this.members.add(member);
    member.loaded(this.program, this.stops?.of(member) ?? null);
  }

  /**
   * A client goes. When it was the last, the program ends, unless it is kept.
   * @param keeps whether it is kept from now on, should nobody be left; null: as it was
   */
  leave(member: Member, keeps: boolean | null): void {
    if (!this.members.delete(member)) return;
    if (this.members.size === 0 && keeps !== null) this.isKept = keeps;
    this.stops?.forget(member);
    this.closeUnlessKept();
  }

  /** Puts another program in the place of this one. */
  replace(program: Program): void {
    this.runner.halt();
    this.program.release();
    this.program = program;
    this.phase = "configuring";
    this.halt = null;
    this.shown = null;
    this.stops = program.engine === null ? null : new SharedStops(program.engine);
    this.each((member) => member.loaded(program, this.stops?.of(member) ?? null));
  }

  /** Starts the program. */
  begin(by: Member): void {
    const { engine, launch, opened } = this.program;
    this.each((member) => member.began(this.program));
    if (opened !== null) {
      this.stopAt({ kind: "opened", damage: opened.damageTotal }, false);
      return;
    }
    engine.start();
    if (launch.measure) engine.measure();
    if (launch.verify !== null) engine.lookouts.verify(launch.verify);
    if (launch.record && (!launch.noDebug || launch.target.kind === "recording")) engine.record(launch.recordMB);
    if (launch.stopOnEntry && !launch.noDebug) this.stopAt({ kind: "entry" }, false);
    else if (launch.stopAtStep !== null && !launch.noDebug) {
      const { stopAtStep } = launch;
      this.resume(by, () => engine.toStep(stopAtStep));
    } else this.resume(by, () => engine.continue());
  }

  /** Lets the program go on. @returns what is to be done when the answer to the client is out; null for nothing */
  resume(by: Member, motion: () => Motion): (() => void) | null {
    const before = this.halt;
    this.setOff(by);
    // In the past somebody may have sent the program on from there.
    const isOver = this.program.engine?.extent()?.isInPast !== true;
    if (before !== null && isOver && (before.kind === "failed" || before.kind === "finished")) {
      return () => this.end(before.kind === "failed" ? STATUS_FAILED : before.status);
    }
    this.shown = before;
    this.runner.start(motion());
    return null;
  }

  /**
   * Lets the program go to another moment, from wherever it stands.
   * @param arrival why it stands still there, if nothing else stops it; null: by a step
   * @param delayMs milliseconds until it begins, at least
   */
  travel(by: Member, motion: Motion, arrival: Arrival | null = null, delayMs = 0): void {
    this.setOff(by, motion.looksBack?.partsAt ?? null);
    this.depart(motion, arrival, delayMs);
  }
  private depart(motion: Motion, arrival: Arrival | null, delayMs = 0): void {
    this.shown = null;
    this.arrival = arrival;
    this.way.begin(motion);
    this.runner.start(motion, delayMs);
  }

  /** A client has sent control elsewhere. @returns what is to be done when the answer to it is out */
  redirected(by: Member, halt: Halt): () => void {
    this.setOff(by);
    return () => this.stopAt(halt, false);
  }

  pause(): void {
    this.runner.pause();
  }

  /** Ends the program where it is. Its files are closed; nothing of it runs any more. */
  terminate(): void {
    if (this.phase !== "ended") this.end(null);
  }

  /** Memory was changed by a client: the others have to look again. */
  changedBy(by: Member): void {
    for (const member of this.members) if (member !== by) member.changed();
    this.tellLost();
  }

  /** Nothing that is recorded goes away silently. */
  private tellLost(): void {
    const lost = lostText(this.program.engine?.branching.takeLost() ?? []);
    if (lost !== "") this.print("console", lost);
  }

  /** Output of the program. */
  print(category: OutputCategory, text: string): void {
    this.each((member) => member.print(category, text));
  }

  private setOff(by: Member, partsAt: Moment | null = null): void {
    this.runner.halt();
    this.way.end();
    this.halt = null;
    this.arrival = null;
    this.phase = "running";
    this.each((member) => member.setOff(member === by, partsAt));
  }

  private accepts(stop: StopReason, isSearch: boolean): boolean {
    // Everyone is asked: hits are counted, and lines are logged, for each.
    const wanted = [...this.members].map((member) => member.accepts(stop, isSearch));
    return wanted.includes(true) || stop.kind === "finished" || stop.kind === "failed";
  }

  private motionEnded(stop: StopReason | null): void {
    this.way.end();
    if (stop?.kind === "step" && this.arrival !== null) this.stopAt(this.arrival(), false);
    else if (stop !== null && isNewlyBroken(stop) && this.seeksCulprit(stop)) return;
    else if (stop === null) this.stopAt({ kind: "pause" }, false);
    else if (stop.kind === "finished" && !this.program.launch.stopAtEnd) this.end(stop.status);
    else if (stop.kind === "failed" && ![...this.members].some((member) => member.looksAt(stop, this.shown))) {
      if (!this.wasShown(stop)) this.each((member) => member.printFailure(stop.message));
      this.end(STATUS_FAILED);
    } else this.stopAt(stop, stop.kind !== "finished");
  }

  /** An invariant is broken: goes on at once to the instruction that broke it. @returns whether it does */
  private seeksCulprit(broken: Parameters<typeof wayToCulprit>[1]): boolean {
    const { engine, launch } = this.program;
    if (engine === null || !launch.verifyTravel) return false;
    const search = engine.findCulprit();
    if (search === null) {
      this.print("console", notes.culpritNotRecorded());
      return false;
    }
    this.print("console", notes.seekingCulprit(broken.event.when));
    const { motion, arrival } = wayToCulprit(search, broken, (text) => this.print("console", text));
    this.depart(motion, arrival);
    return true;
  }

  /** The stop before was about the same, and said so. */
  private wasShown({ event, site }: StopReason & { kind: "failed" }): boolean {
    return this.shown?.kind === "event" && this.shown.site === site && this.shown.event.kind === event?.kind;
  }

  private stopAt(halt: Halt, isJudged: boolean): void {
    this.phase = "stopped";
    this.halt = halt;
    this.tellLost();
    this.each((member) => member.halted(halt, isJudged));
  }

  private end(status: number | null): void {
    this.runner.halt();
    this.way.end();
    this.phase = "ended";
    this.halt = null;
    this.each((member) => member.ended(status));
    this.program.release();
    this.closeUnlessKept();
  }

  /** Who is left may still restart the program. */
  private closeUnlessKept(): void {
    if (this.members.size > 0 || (this.isKept && this.phase !== "ended")) return;
    this.runner.halt();
    this.program.release();
    this.closed(this);
  }

  crashed(problem: unknown): void {
    const message = problem instanceof Error ? problem.message : String(problem);
    this.print("stderr", notes.internal(message));
    if (this.phase !== "ended") this.end(STATUS_INTERNAL);
  }

  private each(action: (member: Member) => void): void {
    for (const member of [...this.members]) action(member);
  }
}
