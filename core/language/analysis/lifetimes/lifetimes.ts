/** All facts about the values of a program, from its resolved tree. */
import { STRATEGY } from "../../../isa/plan.ts";
import type { Analysis } from "../tree.ts";
import type { Lifetimes, ValueFact } from "./plan.ts";

/** What is true of a value that nothing is known about. */
const UNTOLD: ValueFact = {
  isScalar: false,
  isOwned: false,
  shape: "unknown",
  strategy: STRATEGY.PROGRAM,
  owners: [],
};

/** Analyses the values of a program. Never fails, also for programs with errors: what cannot be told is PROGRAM. */
export function lifetimesOf(_analysis: Analysis): Lifetimes {
  return {
    variables: new Map(),
    allocations: new Map(),
    restLists: new Map(),
    calls: new Map(),
    uses: new Map(),
    functions: new Map(),
    valueOf: () => UNTOLD,
  };
}
