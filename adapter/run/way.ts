/** A long way through time, as progress that a client shows and can cancel. */
import type { Motion } from "#core";
import type { Clock } from "../program/output.ts";

/** A way that takes longer than this is shown to the user. */
const PATIENCE_MS = 500;
/** Between two reports. */
const REPORT_MS = 200;

export type ProgressEvent = "progressStart" | "progressUpdate" | "progressEnd";

export class Way {
  private readonly clock: Clock;
  private readonly tell: (event: ProgressEvent, body: object) => void;
  private motion: Motion | null = null;
  private number = 0;
  private startedAt = 0;
  /** When the user was last told; null: not yet. */
  private reportedAt: number | null = null;

  constructor(clock: Clock, tell: (event: ProgressEvent, body: object) => void) {
    this.clock = clock;
    this.tell = tell;
  }

  begin(motion: Motion): void {
    this.end();
    this.motion = motion;
    this.number++;
    this.startedAt = this.clock();
  }

  /** Some of it is done. */
  tick(): void {
    const report = this.motion?.looksBack?.progress?.();
    const now = this.clock();
    if (report === undefined || now - (this.reportedAt ?? this.startedAt + PATIENCE_MS - REPORT_MS) < REPORT_MS) return;
    const { phase, done, total } = report;
    const percentage = Math.max(0, Math.min(100, Math.floor((100 * done) / Math.max(1, total))));
    if (this.reportedAt === null)
      this.tell("progressStart", {
        progressId: this.id,
        title: `Time travel: ${phase}`,
        cancellable: true,
        percentage,
      });
    else this.tell("progressUpdate", { progressId: this.id, percentage });
    this.reportedAt = now;
  }

  end(): void {
    if (this.reportedAt !== null) this.tell("progressEnd", { progressId: this.id });
    this.reportedAt = null;
    this.motion = null;
  }

  /** Whether the progress of that id is the one that is shown now. */
  isShownAs(progressId: number | string): boolean {
    return this.reportedAt !== null && progressId === this.id;
  }

  private get id(): string {
    return `way ${this.number}`;
  }
}
