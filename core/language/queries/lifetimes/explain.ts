/** Why the memory at a place of the text lives as it does: for hover. */
import type { Reason } from "../../analysis/lifetimes/plan.ts";
import type { Expression } from "../../analysis/tree.ts";
import { subjectAt } from "../names/names.ts";
import type { LifetimeFacts } from "./facts.ts";
import { reasonsOf, reuseAt } from "./facts.ts";
import { allocationText, reuseText, summaryText, variableText } from "./words.ts";

export interface Explanation {
  readonly text: string;
  /** What makes it so, step by step. */
  readonly because: readonly Reason[];
}

/** About the name at an offset: what a call of it allocates, what the variable holds, what the function does with its arguments. */
export function explainLifetime(facts: LifetimeFacts, offset: number): Explanation | null {
  const subject = subjectAt(facts.analysis, offset);
  if (subject === null) return null;
  const called = callAtHead(facts, subject.range.start);
  if (called !== null) return called;
  if (subject.kind !== "binding") return null;
  const { binding } = subject;
  const summary = binding.lambda === null ? undefined : facts.lifetimes.functions.get(binding.lambda);
  if (summary !== undefined) return { text: summaryText(summary), because: summary.because };
  const fact = facts.lifetimes.variables.get(binding);
  if (fact === undefined) return null;
  return { text: variableText(fact), because: fact.because };
}

/** The form that begins with the name: directly behind its bracket. */
function callAtHead(facts: LifetimeFacts, nameStart: number): Explanation | null {
  const isCall = ({ range }: Expression) => range.start === nameStart - 1;
  const fact = facts.allocations.find(({ expression }) => isCall(expression));
  if (fact === undefined) return null;
  const because = reasonsOf(facts, fact);
  const reuse = reuseAt(facts, fact.expression);
  if (reuse === null) return { text: allocationText(facts, fact), because };
  return { text: `${allocationText(facts, fact)} ${reuseText(reuse.name)}`, because: [...because, reuse.freed] };
}
