/** What is wrong, or wasteful, about the memory of a program that is otherwise in order. */
import { STRATEGY, type Strategy } from "../../../isa/plan.ts";
import { freeMistakes } from "../../analysis/explicit-frees.ts";
import { droppedBy, resultsOf } from "../../analysis/lifetimes/flow/structure.ts";
import type { AllocationFact } from "../../analysis/lifetimes/plan.ts";
import type { Binding, Expression } from "../../analysis/tree.ts";
import type { Diagnostic, Range } from "../../forms.ts";
import type { ArenaExpression } from "./arenas.ts";
import type { LifetimeFacts } from "./facts.ts";
import { everyExpression, strategyOf } from "./facts.ts";
import { recordCycles } from "./record-cycles.ts";

/** Builtins that store their last argument into the object that is their first. */
const STORES: ReadonlySet<string> = new Set(["set-car!", "set-cdr!", "vector-set!"]);

/** In order of their place; empty for a program with errors, of which nothing can be told. */
export function lifetimeProblems(facts: LifetimeFacts): readonly Diagnostic[] {
  const { analysis } = facts;
  if (analysis.diagnostics.some(({ severity }) => severity === "error")) return [];
  const found = [...freeProblems(facts), ...cycles(facts), ...recordCycles(analysis.program)];
  const values = definitions(analysis.program);
  everyExpression(analysis.program, (expression) => {
    found.push(...droppedBy(expression).flatMap((dropped) => unused(facts, dropped)));
    if (expression.kind === "arena") found.push(...arenaProblems(facts, expression, values));
  });
  found.push(...analysis.program.flatMap((form) => unused(facts, form)));
  return found.sort((a, b) => a.start - b.start);
}

function freeProblems({ analysis }: LifetimeFacts): Diagnostic[] {
  return freeMistakes(analysis.program).map(({ kind, binding, range, freed }) => ({
    ...place(range),
    severity: "warning",
    code: kind,
    message:
      kind === "double-free"
        ? `${binding.name} was freed already: the memory manager will stop the program here; remove one of the two`
        : `${binding.name} was freed before this use: free it behind its last use`,
    related: [{ text: `${binding.name} is freed here`, range: freed }],
  }));
}

/** Objects that can be part of a circle, which what counts references never frees: said once a circle, where its first object is made. */
function cycles(facts: LifetimeFacts): Diagnostic[] {
  const circles = new Map<number, AllocationFact>();
  for (const fact of facts.allocations) {
    const circle = fact.because[0]?.range.start ?? fact.expression.range.start;
    if (fact.shape === "cyclic" && !circles.has(circle)) circles.set(circle, fact);
  }
  return [...circles.values()].map(({ expression, because }) => ({
    ...place(expression.range),
    severity: "warning",
    code: "cycle",
    message: `this can become part of a cycle: counting references (refcount) never frees it, ${UNDER_ASAP[strategyOf(facts, expression)]}; make one reference weak, or break the cycle before the last use`,
    related: because.map(({ text, range }) => ({ text, range })),
  }));
}

const UNDER_ASAP: Readonly<Record<Strategy, string>> = {
  [STRATEGY.OWNED]: "asap does with its owner",
  [STRATEGY.COUNTED]: "neither does asap",
  [STRATEGY.STACK]: "asap does at the end of its scope",
  [STRATEGY.ARENA]: "asap does with its arena",
  [STRATEGY.COMPONENT]: "asap does as a component",
  [STRATEGY.PROGRAM]: "asap does at the end of the program",
};

function unused({ lifetimes, analysis }: LifetimeFacts, dropped: Expression): Diagnostic[] {
  if (!lifetimes.allocations.has(dropped) || dropped.kind === "lambda") return [];
  // What is written as one form and stands where its value goes nowhere.
  if (analysis.text.charAt(dropped.range.start) !== "(") return [];
  const message = "this allocates an object that nothing uses: remove it, or use its value";
  return [{ ...place(dropped.range), severity: "hint", code: "unused-allocation", message }];
}

function arenaProblems(
  { lifetimes }: LifetimeFacts,
  arena: ArenaExpression,
  values: ReadonlyMap<Binding, Expression>,
): Diagnostic[] {
  const isInside = ({ start, end }: Range) => start >= arena.range.start && end <= arena.range.end;
  /** The form that allocates a value in this arena; null when it may come from elsewhere. */
  const made = (expression: Expression): Expression | null => {
    const value = expression.kind === "local" ? (values.get(expression.binding) ?? expression) : expression;
    return lifetimes.allocations.has(value) && isInside(value.range) ? value : null;
  };
  const found: Diagnostic[] = [];
  const report = (code: string, range: Range, message: string, source: Expression) => {
    const related = [{ text: "it is allocated here", range: source.range }];
    found.push({ ...place(range), severity: "warning", code, message, related });
  };
  for (const leaf of leaves(arena.body)) {
    const source = made(leaf);
    if (source === null) continue;
    report(
      "arena-escape",
      leaf.range,
      "this leaves the arena that it lies in, which ends here: make the arena wider, or copy what you need",
      source,
    );
  }
  everyExpression([arena.body], (expression) => {
    const { target, stored } = storeOf(expression);
    const source = stored === null ? null : made(stored);
    if (target === null || source === null || isInside(target.nameRange)) return;
    const message = `${target.name} outlives the arena and would refer into it: allocate this outside, or make the arena wider`;
    report("region-violation", expression.range, message, source);
  });
  return found;
}

/** The variable that something is stored into, or whose object is, and what. */
function storeOf(expression: Expression): { target: Binding | null; stored: Expression | null } {
  if (expression.kind === "set-local") return { target: expression.binding, stored: expression.value };
  if (expression.kind !== "primitive" || !STORES.has(expression.builtin.name)) return { target: null, stored: null };
  const [object] = expression.items;
  const target = object?.kind === "local" || object?.kind === "global" ? object.binding : null;
  return { target, stored: expression.items.at(-1) ?? null };
}

/** The expressions that a value can come from. */
function leaves(expression: Expression): readonly Expression[] {
  const results = resultsOf(expression);
  return results.length === 0 ? [expression] : results.flatMap(leaves);
}

/** Variables that have one value for good, and that. */
function definitions(program: readonly Expression[]): ReadonlyMap<Binding, Expression> {
  const found = new Map<Binding, Expression>();
  const add = (binding: Binding, value: Expression | undefined) => {
    if (value !== undefined && !binding.isAssigned) found.set(binding, value);
  };
  everyExpression(program, (expression) => {
    if (expression.kind === "define-local") add(expression.binding, expression.value);
    if (expression.kind === "bind") {
      for (const [i, binding] of expression.bindings.entries()) add(binding, expression.values[i]);
    }
  });
  return found;
}

function place({ start, end }: Range): Range {
  return { start, end };
}
