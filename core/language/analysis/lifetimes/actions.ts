/**
 * The product of the lifetime analysis for the compiler and the editor: what the code tells the memory manager, and at which place of the text.
 * The compiler looks an expression up while it makes its code; the language server shows the same rows.
 */
import { PLAN, type PlanOperation, type Strategy } from "../../../isa/plan.ts";
import type { Range } from "../../forms.ts";
import type { Binding, Expression } from "../tree.ts";
import type { Moment } from "./flow/graph.ts";

/** What an operation is about. */
export type Operand =
  | { readonly kind: "variable"; readonly binding: Binding }
  /** The value of the expression itself, which stands on the evaluation stack and stays there. */
  | { readonly kind: "value" }
  /** The value of an earlier expression that nobody gave a name: the code keeps it in a slot. */
  | { readonly kind: "temporary"; readonly of: Expression }
  | { readonly kind: "nothing" };

export interface Action {
  readonly operation: PlanOperation;
  readonly operand: Operand;
  /** The form after which it happens. */
  readonly range: Range;
  /** One sentence for people. */
  readonly because: string;
}

/** A value without a name that waits in a slot until an expression is done. */
export interface KeptValue {
  /** The part of the expression that makes it. */
  readonly expression: Expression;
  /** It may not have been computed when the expression is done: the slot has to be nil before. */
  readonly isCleared: boolean;
}

/** What happens around one expression. */
export interface ExpressionActions {
  readonly at: ReadonlyMap<Moment, readonly Action[]>;
  /** Values of its parts for which there has to be a slot until it is done. */
  readonly keeps: readonly KeptValue[];
  /** Its own value is kept by an expression around it. */
  readonly isKept: boolean;
}

/** Count operations that were not needed, with the reason. */
export interface Elision {
  readonly binding: Binding;
  readonly range: Range;
  readonly because: string;
}

export interface ActionTable {
  readonly expressions: ReadonlyMap<Expression, ExpressionActions>;
  /** Expressions that allocate, and how; the others allocate for the whole program. */
  readonly strategies: ReadonlyMap<Expression, Strategy>;
  /** At the end of the program, in this order. */
  readonly atEnd: readonly Action[];
  readonly elided: readonly Elision[];
}

/** The word for an operation that hints use. */
export const ACTION_WORDS: ReadonlyMap<PlanOperation, string> = new Map([
  [PLAN.RELEASE, "free point"],
  [PLAN.DROP, "one owner less"],
  [PLAN.RETAIN, "one owner more"],
  [PLAN.TRANSFER, "transfer"],
]);
