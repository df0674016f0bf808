/** Which threads may use a value, and so whether its counter needs atomic operations. Source: description of system O, O-F12 and O-M8. */
import type { Reason, VariableFact } from "./plan.ts";

export type ThreadLocality = "local" | "shared" | "transferred" | "immutable";

export interface LocalityFact {
  readonly locality: ThreadLocality;
  /** Counting has to be atomic: two threads may change the counter at once. */
  readonly isAtomic: boolean;
  readonly because: Reason;
}

/** A program has one thread: only what nobody can change is more than local, and nothing is shared or transferred. */
export function threadLocality({ binding, shape }: VariableFact): LocalityFact {
  const range = binding.nameRange;
  if (shape === "scalar" && !binding.isAssigned) {
    return {
      locality: "immutable",
      isAtomic: false,
      because: { text: "a value without parts, never assigned", range },
    };
  }
  return { locality: "local", isAtomic: false, because: { text: "the language has no threads", range } };
}
