/** All facts about the values of a program, from its resolved tree. */
import { STRATEGY } from "../../../isa/plan.ts";
import type { Analysis } from "../tree.ts";
import type { Lifetimes, ValueFact } from "./plan.ts";
import { Facts } from "./values/facts.ts";
import { solve } from "./values/solve.ts";

/** What is true of a value that nothing is known about. */
const UNTOLD: ValueFact = {
  isScalar: false,
  isOwned: false,
  shape: "unknown",
  strategy: STRATEGY.PROGRAM,
  owners: [],
};

const NOTHING: Lifetimes = {
  variables: new Map(),
  allocations: new Map(),
  calls: new Map(),
  uses: new Map(),
  captures: new Map(),
  temporaries: new Map(),
  functions: new Map(),
  library: new Map(),
  plans: new Map(),
  valueOf: () => UNTOLD,
};

/** Analyses the values of a program. Never fails, also for programs with errors: what cannot be told is PROGRAM. */
export function lifetimesOf(analysis: Analysis): Lifetimes {
  const solution = solve(analysis);
  return solution === null ? NOTHING : new Facts(solution).lifetimes();
}
