/** Long pieces of work in steps of some milliseconds, so that whoever asked for them can show how far they are, and stay responsive. */

/** How far a piece of work has come. */
export interface IndexProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

/** The work; its answer is what the generator returns. */
export type IndexSteps<T> = Generator<IndexProgress, T>;

/** Runs steps to their end and tells `progress` about each. */
export function finish<T>(steps: IndexSteps<T>, progress: (report: IndexProgress) => void = () => {}): T {
  let step = steps.next();
  while (step.done !== true) {
    progress(step.value);
    step = steps.next();
  }
  return step.value;
}
