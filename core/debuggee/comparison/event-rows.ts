/** The event streams of several runs side by side: what each manager allocated and freed in each program step, where any of them did something. */
import type { ComparedStep } from "../../wire/index.ts";
import { ALIVE, type Lives } from "./recorder.ts";

/** Steps that are kept: the first ones. */
export const MOST_EVENT_STEPS = 10_000;

/** @param runs births and deaths under each manager, in the order of the managers */
export function eventRows(runs: readonly Lives[]): readonly ComparedStep[] {
  const steps = new Map<number, { allocated: number; freed: number }[]>();
  const at = (step: number, run: number) => {
    let row = steps.get(step);
    if (row === undefined) {
      row = runs.map(() => ({ allocated: 0, freed: 0 }));
      steps.set(step, row);
    }
    return row[run] as { allocated: number; freed: number };
  };
  for (const [run, lives] of runs.entries()) {
    for (let object = 0; object < lives.count; object++) {
      at(lives.birth(object), run).allocated++;
      const death = lives.death(object);
      if (death !== ALIVE) at(death, run).freed++;
    }
  }
  return [...steps]
    .sort(([a], [b]) => a - b)
    .slice(0, MOST_EVENT_STEPS)
    .map(([step, events]) => ({ step, events }));
}
