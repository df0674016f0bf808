/** One line of the benchmark table. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** First target of the design, section 5; null where it names none. */
  readonly target: number | null;
  readonly isLowerBetter?: true;
}

/** Median of `rounds` calls of `measure`. */
export function median(rounds: number, measure: () => number): number {
  const values = Array.from({ length: rounds }, measure).sort((a, b) => a - b);
  return values[rounds >> 1] as number;
}
