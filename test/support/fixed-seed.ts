/**
 * Random tests take the same cases in each run of the suite, so that a failure belongs to the change that caused it.
 * `CONSPECT_SEED=random` searches elsewhere each time, `CONSPECT_SEED=12345` where a search has failed;
 * `CONSPECT_RANDOM_RUNS` says for how long (random-runs.ts).
 */
import fc from "fast-check";

const SUITE_SEED = 20261121;
const wanted = process.env.CONSPECT_SEED ?? String(SUITE_SEED);

if (wanted !== "random") {
  const seed = Number(wanted);
  if (!Number.isInteger(seed)) throw new Error(`CONSPECT_SEED: expected an integer or "random", found "${wanted}"`);
  fc.configureGlobal({ seed });
}
