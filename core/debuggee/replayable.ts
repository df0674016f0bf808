/** A machine whose run can be taken for a file, and one that goes through such a run again. */
import type { RecordedProgram, RecordedRun } from "../timeline/recording/recording.ts";
import type { Timeline, TimelineOptions } from "../timeline/timeline.ts";
import { MachineDebuggee } from "./machine-debuggee.ts";

export abstract class ReplayableDebuggee extends MachineDebuggee {
  private recorded: RecordedRun | null = null;

  /** All that is needed to make the same machine again. */
  abstract recipe(): RecordedProgram;

  /** `record` will replay this run instead of recording a new one. */
  replay(run: RecordedRun): void {
    this.recorded = run;
  }
  override record(megabytes: number, interval?: TimelineOptions["interval"]): void {
    super.record(megabytes, interval, this.recorded);
  }
  /** Null while nothing is recorded. */
  get timeline(): Timeline | null {
    return this.past?.timeline ?? null;
  }
  override takeStateOf(original: MachineDebuggee): string | null {
    const problem = super.takeStateOf(original);
    if (problem === null) this.recorded = null;
    return problem;
  }
}
