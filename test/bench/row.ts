/** One line of the benchmark table, and how its figure is taken. */
export interface BenchRow {
  readonly name: string;
  /** Median of the rounds; of times that are percentiles already, that percentile. A text where the row is a comparison, not a figure. */
  readonly value: number | string;
  /** The best round: what the machine can do when nothing else runs. Null where rounds make no sense. */
  readonly best: number | null;
  readonly unit: string;
  /** First target of the design; null where it names none. */
  readonly target: number | string | null;
  readonly isLowerBetter?: true;
}

const ROUNDS = 7;

/**
 * Median and best of several rounds in millions of operations a second, after one round that is not counted: it gives the JIT time to compile.
 * @param round makes its own preparations and returns the seconds that the operations alone took
 */
export function speed(operations: number, round: () => number): { readonly value: number; readonly best: number } {
  round();
  const seconds = Array.from({ length: ROUNDS }, round).sort((a, b) => a - b);
  const perSecond = (index: number) => operations / (seconds[index] as number) / 1e6;
  return { value: perSecond(ROUNDS >> 1), best: perSecond(0) };
}

/** Seconds that a call takes. */
export function secondsOf(call: () => void): number {
  const start = performance.now();
  call();
  return (performance.now() - start) / 1000;
}
