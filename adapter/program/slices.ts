/** Work in slices, with a turn of the event loop before each: requests are served between two. */

/** How long a slice may take. Bounds the delay of every answer while there is work. */
export const SLICE_MS = 5;

export class Slices {
  private readonly slice: () => void;
  private readonly crashed: (problem: unknown) => void;
  private scheduled: NodeJS.Immediate | null = null;

  /** @param crashed takes what a slice throws */
  constructor(slice: () => void, crashed: (problem: unknown) => void) {
    this.slice = slice;
    this.crashed = crashed;
  }

  /** Lets one slice follow. */
  schedule(): void {
    this.scheduled ??= setImmediate(() => {
      this.scheduled = null;
      try {
        this.slice();
      } catch (problem) {
        this.crashed(problem);
      }
    });
  }

  cancel(): void {
    if (this.scheduled !== null) clearImmediate(this.scheduled);
    this.scheduled = null;
  }
}
