/** Comparing two things fairly: whoever is measured first pays for warming up, so they take turns at being first, and medians count. */

export interface Comparison {
  /** Medians, in the unit of the measurements. */
  readonly first: number;
  readonly second: number;
}

/** @param rounds pairs of measurements; half of them begin with the second */
export function alternate(rounds: number, first: () => number, second: () => number): Comparison {
  const firsts: number[] = [];
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) firsts.push(first());
    seconds.push(second());
    if (round % 2 !== 0) firsts.push(first());
  }
  return { first: median(firsts), second: median(seconds) };
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? 0;
}
