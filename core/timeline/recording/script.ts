/** What is still to come of a recording that is replayed for the first time: what somebody did to the machine, and the end. */
import { InternalError } from "../../base/errors.ts";
import type { Moment, StopReason } from "../../vm/events.ts";
import type { Machine } from "../../vm/machine.ts";
import { digest } from "../../vm/state/digest.ts";
import { compareMoments, momentText } from "../moment.ts";
import type { RecordedRun, RecordedState } from "./recording.ts";

/** The replay is not the run that was recorded. The message says how, and what to do. It is an internal error where nobody replays a recording. */
export class ReplayError extends InternalError {
  constructor(what: string) {
    super(what);
    this.message = `the replay differs from the recording: ${what}. The recording was probably made by another version of Conspect: use that version, or record the program again`;
    this.name = "ReplayError";
  }
}

export class Script {
  private readonly run: RecordedRun;
  /** The state that comes next. */
  private next = 1;
  private isChecked = false;

  constructor(run: RecordedRun) {
    this.run = run;
  }

  /** The last moment that belongs to this stretch: where somebody did something, or the end. */
  get goal(): Moment {
    return this.run.states[this.next]?.from ?? this.run.end;
  }
  /** What somebody did at the goal; null when the goal is the end. */
  get state(): RecordedState | null {
    return this.run.states[this.next] ?? null;
  }
  /** At the end the program ends too. */
  get isOver(): boolean {
    return this.run.isOver;
  }
  /** That was done. */
  pass(): void {
    this.next++;
  }

  /** @throws {ReplayError} when the machine has come past the goal */
  checkWay(machine: Machine): void {
    const now = machine.moment();
    if (compareMoments(now, this.goal) <= 0) return;
    throw new ReplayError(`it came to ${momentText(now)} without passing ${momentText(this.goal)}`);
  }
  /**
   * A stop on the way, or at the end.
   * @throws {ReplayError} when the program ended too early, or the machine at the end is another one
   */
  checkStop(machine: Machine, stop: StopReason): void {
    const way = compareMoments(machine.moment(), this.run.end);
    const isEnd = stop.kind === "finished" || stop.kind === "failed";
    // Somebody may have sent a program that was over elsewhere.
    const isChanged = this.state !== null && compareMoments(machine.moment(), this.goal) === 0;
    if (isEnd && way < 0 && !isChanged) throw new ReplayError(`the program ended at ${momentText(machine.moment())}`);
    if (way === 0 && (isEnd || (stop.kind === "slice" && !this.isOver))) this.checkEnd(machine);
  }
  private checkEnd(machine: Machine): void {
    if (this.isChecked || this.state !== null || this.run.digest === null) return;
    this.isChecked = true;
    const found = digest(machine);
    if (found === this.run.digest) return;
    throw new ReplayError(
      `at its end, ${momentText(this.run.end)}, the digest is ${found}, and it was ${this.run.digest}`,
    );
  }
}
