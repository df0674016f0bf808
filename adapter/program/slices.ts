/** Work in slices, with a turn of the event loop before each: requests are served between two. */

/** How long a slice may take. Bounds the delay of every answer while there is work. */
export const SLICE_MS = 5;

export class Slices {
  private readonly slice: () => void;
  private readonly crashed: (problem: unknown) => void;
  /** Takes the slice that is to come back; null when none is. */
  private unschedule: (() => void) | null = null;

  /** @param crashed takes what a slice throws */
  constructor(slice: () => void, crashed: (problem: unknown) => void) {
    this.slice = slice;
    this.crashed = crashed;
  }

  /** Lets one slice follow, so many milliseconds later at the earliest. */
  schedule(delayMs = 0): void {
    if (this.unschedule !== null) return;
    const run = () => {
      this.unschedule = null;
      try {
        this.slice();
      } catch (problem) {
        this.crashed(problem);
      }
    };
    if (delayMs > 0) {
      const timer = setTimeout(run, delayMs);
      this.unschedule = () => clearTimeout(timer);
    } else {
      const turn = setImmediate(run);
      this.unschedule = () => clearImmediate(turn);
    }
  }

  cancel(): void {
    this.unschedule?.();
    this.unschedule = null;
  }
}
