/**
 * How many random cases a property is checked with: a few in the suite, as many as wanted by hand.
 * `CONSPECT_RANDOM_RUNS=10000 npx vitest run --project unit test/conformance/random-programs.test.ts`
 */
const WANTED = Number(process.env.CONSPECT_RANDOM_RUNS ?? 0);
/** Generous: a case takes milliseconds. */
const MS_PER_RUN = 1000;
const LEAST_TIMEOUT_MS = 60_000;

/** @param usual number of cases in the suite */
export function randomRuns(usual: number): number {
  return WANTED > 0 ? WANTED : usual;
}
/** Time limit of a test with so many cases. */
export function timeLimit(runs: number): number {
  return Math.max(LEAST_TIMEOUT_MS, runs * MS_PER_RUN);
}
