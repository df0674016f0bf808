/** Hints beside the text: how each object is allocated and from whose memory, where it ends, who has it, and which counting was left out. */
import { PLAN, type PlanOperation } from "../../../isa/plan.ts";
import type { Action } from "../../analysis/lifetimes/actions.ts";
import type { AllocationFact, Reason } from "../../analysis/lifetimes/plan.ts";
import type { Expression } from "../../analysis/tree.ts";
import type { LifetimeFacts } from "./facts.ts";
import { reasonsOf, reuseAt, strategyName } from "./facts.ts";
import { allocationText, reuseText } from "./words.ts";

/** What a hint is about; each kind can be switched off. */
export const HINT_KINDS = ["allocations", "frees", "transfers", "counts", "elisions", "scopes", "reuses"] as const;
export type HintKind = (typeof HINT_KINDS)[number];

export interface LifetimeHint {
  readonly kind: HintKind;
  readonly offset: number;
  /** A few words. */
  readonly label: string;
  /** Sentences. */
  readonly text: string;
  /** What makes it so, step by step. */
  readonly because: readonly Reason[];
}

interface Wording {
  readonly kind: HintKind;
  /** @param name of the variable that it is about; a few words where there is none */
  readonly label: (name: string) => string;
}

const WORDINGS: ReadonlyMap<PlanOperation, Wording> = new Map<PlanOperation, Wording>([
  [PLAN.RELEASE, { kind: "frees", label: (name) => `free ${name}` }],
  [PLAN.DROP, { kind: "frees", label: (name) => `drop ${name}` }],
  [PLAN.RELEASE_HANDLE, { kind: "frees", label: (name) => `drop ${name}` }],
  [PLAN.TRANSFER, { kind: "transfers", label: () => "to the caller" }],
  [PLAN.RETAIN, { kind: "counts", label: () => "one owner more" }],
  [PLAN.SHARE, { kind: "counts", label: () => "counted from here" }],
  [PLAN.ACQUIRE, { kind: "counts", label: () => "handle" }],
  [PLAN.TETHER_BEGIN, { kind: "counts", label: () => "tether" }],
  [PLAN.TETHER_END, { kind: "counts", label: () => "tether ends" }],
  [PLAN.ARENA_BEGIN, { kind: "scopes", label: () => "arena begins" }],
  [PLAN.ARENA_END, { kind: "scopes", label: () => "arena ends" }],
  [PLAN.STACK_BEGIN, { kind: "scopes", label: () => "stack scope begins" }],
  [PLAN.STACK_END, { kind: "scopes", label: () => "stack scope ends" }],
  [PLAN.COMPONENT_BEGIN, { kind: "scopes", label: () => "component begins" }],
  [PLAN.COMPONENT_END, { kind: "scopes", label: () => "component is complete" }],
]);

/** In order of their place. */
export function lifetimeHints(facts: LifetimeFacts): readonly LifetimeHint[] {
  const { actions, allocations } = facts;
  const hints = allocations.flatMap((fact) => [allocationHint(facts, fact), ...reuseHint(facts, fact)]);
  for (const [expression, { at }] of actions.expressions) {
    if (!facts.isOwn(expression)) continue;
    for (const [moment, list] of at) {
      const isAfter = moment === "after";
      hints.push(...list.flatMap((action) => actionHint(facts, action, expression, isAfter)));
    }
  }
  const end = facts.analysis.text.trimEnd().length;
  for (const action of actions.atEnd)
    hints.push(...actionHint(facts, { ...action, range: { start: end, end } }, null, true));
  const own = new Set(facts.analysis.bindings);
  for (const { range, binding, because } of actions.elided) {
    if (!own.has(binding)) continue;
    const text = `${binding.name} needs no counting here: ${because}.`;
    hints.push({ kind: "elisions", offset: range.end, label: "not counted", text, because: [] });
  }
  return withoutRepetition(hints).sort((a, b) => a.offset - b.offset);
}

function allocationHint(facts: LifetimeFacts, fact: AllocationFact): LifetimeHint {
  return {
    kind: "allocations",
    offset: fact.expression.range.end,
    label: strategyName(facts, fact.expression),
    text: allocationText(facts, fact),
    because: reasonsOf(facts, fact),
  };
}

function reuseHint(facts: LifetimeFacts, { expression }: AllocationFact): LifetimeHint[] {
  const reuse = reuseAt(facts, expression);
  if (reuse === null) return [];
  const { name, freed } = reuse;
  const text = reuseText(name);
  return [{ kind: "reuses", offset: expression.range.end, label: `reuses ${name}`, text, because: [freed] }];
}

function actionHint(
  { lifetimes }: LifetimeFacts,
  action: Action,
  expression: Expression | null,
  isAfter: boolean,
): LifetimeHint[] {
  const wording = WORDINGS.get(action.operation);
  if (wording === undefined) return [];
  const { operand } = action;
  const name = operand.kind === "variable" ? operand.binding.name : "temporary";
  const offset = isAfter || expression === null ? action.range.end : expression.range.start;
  const because = operand.kind === "variable" ? (lifetimes.variables.get(operand.binding)?.because ?? []) : [];
  const text = `${action.because.charAt(0).toUpperCase()}${action.because.slice(1)}.`;
  return [
    { kind: wording.kind, offset: offset || (expression?.range.end ?? 0), label: wording.label(name), text, because },
  ];
}

/** The same thing on several ways through the program is said once. */
function withoutRepetition(hints: readonly LifetimeHint[]): LifetimeHint[] {
  const seen = new Set<string>();
  return hints.filter(({ offset, label, kind }) => {
    const key = `${offset} ${kind} ${label}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
