/** The decisions of the lifetime analysis as plain data: function by function what each value is, which strategy it gets, where it ends, and why. */
import { PLAN, STRATEGY_NAMES } from "../../../isa/plan.ts";
import { children } from "../../analysis/analyse.ts";
import type { Action } from "../../analysis/lifetimes/actions.ts";
import type { AllocationFact, FunctionSummary, Reason, VariableFact } from "../../analysis/lifetimes/plan.ts";
import { threadLocality } from "../../analysis/lifetimes/thread-locality.ts";
import { isBackEdge, ownsAssigned, typeShape } from "../../analysis/lifetimes/type-shapes.ts";
import type { Binding, Expression, Lambda } from "../../analysis/tree.ts";
import { lineNumbers } from "../names/hover.ts";
import { type LifetimeFacts, reasonsOf, reuseAt, strategyName } from "./facts.ts";

/** Something in the text: the line, from 1, and how it is written, shortened. */
export interface TracePlace {
  readonly line: number;
  readonly text: string;
}
export interface TraceReason extends TracePlace {
  readonly why: string;
}
export interface TraceVariable extends TracePlace {
  readonly name: string;
  readonly escape: string;
  readonly shape: string;
  /** `scalar`, or the name of the strategy. */
  readonly strategy: string;
  readonly isOwner: boolean;
  readonly owners: readonly string[];
  readonly threads: string;
  /** After which forms its value ends or goes on to another owner. */
  readonly ends: readonly TraceReason[];
  readonly because: readonly TraceReason[];
}
export interface TraceAllocation extends TracePlace {
  /** Name of the strategy, or `region` and the name of the region. */
  readonly strategy: string;
  /** Name of what was freed just before, whose cells it gets; null when that is not sure. */
  readonly reuses: string | null;
  readonly shape: string;
  readonly escape: string;
  readonly because: readonly TraceReason[];
}
export interface TraceFunction extends TracePlace {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly mode: string }[];
  readonly result: string;
  readonly variables: readonly TraceVariable[];
  readonly allocations: readonly TraceAllocation[];
}
export interface TraceType extends TracePlace {
  readonly name: string;
  readonly bound: string;
  readonly weak: readonly string[];
  readonly unclear: readonly string[];
}
export interface LifetimeTrace {
  readonly functions: readonly TraceFunction[];
  readonly types: readonly TraceType[];
  /** Where fields of records get values, and whether the record owns them. */
  readonly fields: readonly TraceReason[];
  /** Count operations that were left out. */
  readonly elided: readonly TraceReason[];
}

/** Characters of a form that are shown. */
const EXCERPT = 40;
/** What ends a value or hands it on. */
const ENDS: ReadonlyMap<number, string> = new Map([
  [PLAN.RELEASE, "freed"],
  [PLAN.DROP, "one owner less"],
  [PLAN.RELEASE_HANDLE, "handle released"],
  [PLAN.TRANSFER, "handed to the caller"],
]);

export function lifetimeTrace(facts: LifetimeFacts): LifetimeTrace {
  return new Tracer(facts).trace();
}

class Tracer {
  private readonly facts: LifetimeFacts;
  private readonly lineOf: (offset: number) => number;
  private readonly ends: Map<Binding, TraceReason[]>;

  constructor(facts: LifetimeFacts) {
    const { analysis, actions } = facts;
    this.facts = facts;
    this.lineOf = lineNumbers(analysis.text);
    this.ends = new Map();
    for (const { at } of actions.expressions.values()) for (const list of at.values()) this.noteEnds(list);
    this.noteEnds(actions.atEnd);
  }

  trace(): LifetimeTrace {
    const { analysis, lifetimes } = this.facts;
    const summaries = [...lifetimes.functions.values()].filter(({ lambda }) => this.isWritten(lambda));
    const functions = summaries.map((summary) => this.functionTrace(summary.lambda, summary));
    return {
      functions: [...functions.toSorted((a, b) => a.line - b.line), this.functionTrace(analysis.topLevel, null)],
      types: analysis.types.map((type) => {
        const fields = type.fields.map(({ name, mark }) => ({ name, mark, type: null }));
        const { bound, weak, unclear } = typeShape(type.name, fields);
        return { name: type.name, ...this.place(type.range), bound, weak, unclear };
      }),
      fields: analysis.program.flatMap((form) => this.fieldStores(form)),
      elided: this.facts.actions.elided
        .filter(({ binding }) => this.isWritten(binding.owner))
        .map(({ range, because }) => this.reason({ text: because, range })),
    };
  }

  private fieldStores(expression: Expression): readonly TraceReason[] {
    // What comes with a type stands nowhere in the text.
    if (expression.kind === "lambda" && !this.isWritten(expression.lambda)) return [];
    const inside = children(expression).flatMap((child) => this.fieldStores(child));
    if (expression.kind !== "record") return inside;
    const { operation, type, field } = expression.member;
    const stored = operation === "make" ? type.fields.map((each, i) => [each, expression.items[i]] as const) : [];
    if (operation === "set" && field !== null) stored.push([field, expression.items[1]]);
    const told = stored.flatMap(([each, value]) => {
      if (value === undefined || value.kind === "constant") return [];
      // A name, or a part of something, is owned already; what is computed is new.
      const hasOwner = value.kind === "local" || value.kind === "global";
      const owns = ownsAssigned(each, hasOwner) ? "owns it" : isBackEdge(each) ? "is weak" : "shares it with its owner";
      return [this.reason({ text: `${type.name} ${each.name} ${owns}`, range: value.range })];
    });
    return [...inside, ...told];
  }

  /** Does it stand in the text, and not in the library? */
  private isWritten(lambda: Lambda): boolean {
    let at = lambda;
    while (at.parent !== null) at = at.parent;
    return (
      at === this.facts.analysis.topLevel &&
      !this.facts.analysis.types.some(({ nameRange, fields }) => {
        const places = [nameRange, ...fields.map((field) => field.nameRange)];
        return places.some(({ start, end }) => start === lambda.range.start && end === lambda.range.end);
      })
    );
  }

  private noteEnds(actions: readonly Action[]): void {
    for (const { operation, operand, range, because } of actions) {
      const what = ENDS.get(operation);
      if (what === undefined || operand.kind !== "variable") continue;
      const found = this.ends.get(operand.binding) ?? [];
      found.push({ ...this.place(range), why: `${what}: ${because}` });
      this.ends.set(operand.binding, found);
    }
  }

  private functionTrace(lambda: Lambda, summary: FunctionSummary | null): TraceFunction {
    const variables = [...this.facts.lifetimes.variables.values()].filter(({ binding }) => binding.owner === lambda);
    const allocations = [...this.facts.lifetimes.allocations.values()].filter((fact) => fact.lambda === lambda);
    return {
      ...this.place(lambda.range),
      name: lambda.name,
      parameters: lambda.parameters.map(({ name }, i) => ({ name, mode: summary?.parameters[i] ?? "borrowed" })),
      result: summary === null ? "none" : resultText(summary),
      variables: variables.map((fact) => this.variable(fact)),
      allocations: allocations.map((fact) => this.allocation(fact)),
    };
  }

  private variable(fact: VariableFact): TraceVariable {
    const { binding, shape, strategy, isOwner, owners, because } = fact;
    return {
      ...this.place(binding.nameRange),
      name: binding.name,
      escape: fact.escape,
      shape,
      strategy: shape === "scalar" ? "scalar" : (STRATEGY_NAMES[strategy] ?? ""),
      isOwner,
      owners: owners.map(({ name }) => name),
      threads: threadLocality(fact).locality,
      ends: this.ends.get(binding) ?? [],
      because: because.map((reason) => this.reason(reason)),
    };
  }

  private allocation(fact: AllocationFact): TraceAllocation {
    const { expression, shape } = fact;
    const reuse = reuseAt(this.facts, expression);
    const because = [...reasonsOf(this.facts, fact), ...(reuse === null ? [] : [reuse.freed])];
    return {
      ...this.place(expression.range),
      strategy: strategyName(this.facts, expression),
      shape,
      escape: fact.escape,
      reuses: reuse?.name ?? null,
      because: because.map((reason) => this.reason(reason)),
    };
  }

  private reason({ text, range }: Reason): TraceReason {
    return { ...this.place(range), why: text };
  }

  private place({ start, end }: { readonly start: number; readonly end: number }): TracePlace {
    const text = this.facts.analysis.text.slice(start, Math.min(end, start + EXCERPT * 4)).replace(/\s+/g, " ");
    return { line: this.lineOf(start), text: text.length > EXCERPT ? `${text.slice(0, EXCERPT - 1)}…` : text };
  }
}

function resultText({ result, resultShape, resultStrategy }: FunctionSummary): string {
  if (result === "none") return "no object";
  return `${result}, ${resultShape}, ${STRATEGY_NAMES[resultStrategy] ?? ""}`;
}
