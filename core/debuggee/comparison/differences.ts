/** Where two runs of one program part: the first program step at which one manager has freed an object that the other still has. */
import type { Lives } from "./recorder.ts";

/** One run, as far as its end. */
export interface ComparedRun {
  readonly lives: Lives;
  /** The last step that the run took: after it nothing is known. */
  readonly lastStep: number;
}

export interface LiveDifference {
  readonly step: number;
  /** Number of the object. */
  readonly object: number;
  /** Whether the first run has it at that step, rather than the second. */
  readonly isInFirst: boolean;
}

/**
 * The first step at which the live sets differ.
 * @returns null when they do not, as far as both runs are known
 */
export function firstDifference(first: ComparedRun, second: ComparedRun): LiveDifference | null {
  const lastStep = Math.min(first.lastStep, second.lastStep);
  const known = Math.min(first.lives.count, second.lives.count);
  let found: LiveDifference | null = null;
  for (let object = 0; object < known; object++) {
    const a = first.lives.death(object);
    const b = second.lives.death(object);
    const step = Math.min(a, b);
    if (a !== b && step <= lastStep && (found === null || step < found.step))
      found = { step, object, isInFirst: a > b };
  }
  return found;
}

/**
 * Whether both runs allocated alike: a program that looks at its own memory may not. Null when they did.
 * @returns number of the first object that differs
 */
export function firstOtherAllocation(first: Lives, second: Lives): number | null {
  const known = Math.min(first.count, second.count);
  for (let object = 0; object < known; object++) {
    if (first.birth(object) !== second.birth(object) || first.type(object) !== second.type(object)) return object;
  }
  return null;
}
