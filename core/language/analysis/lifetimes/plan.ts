/**
 * What is known about the values of a program before it runs: how far each escapes, which shape it has, who owns it, and from that how
 * its memory ends. Facts are tables beside the tree; nothing is written on it.
 *
 * Everything here is sound for what the plan does with it: what cannot be told is `PROGRAM`, which nobody frees before the program ends.
 * Source: description of system O, "Rules that make results definite".
 */
import type { Strategy } from "../../../isa/plan.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import type { Range } from "../../forms.ts";
import type { Analysis, Binding, Expression, Lambda } from "../tree.ts";

/** How far a value gets, from least to most; a value takes the highest that applies. */
export const ESCAPE_CLASSES = ["none", "argument", "return", "closure", "global"] as const;
export type EscapeClass = (typeof ESCAPE_CLASSES)[number];

/**
 * How the objects of a value refer to each other: `tree`, each reached by one reference; `dag`, some by several; `cyclic`, there may be
 * a cycle. `unknown`: it comes from where the analysis does not see.
 */
export type Shape = "scalar" | "tree" | "dag" | "cyclic" | "unknown";

/** One step of the chain that makes a fact so: what, and where in the text. */
export interface Reason {
  readonly text: string;
  readonly range: Range;
}

/** What all facts about values have. */
interface Fact {
  readonly escape: EscapeClass;
  readonly shape: Shape;
  readonly strategy: Strategy;
  readonly because: readonly Reason[];
}

export interface VariableFact extends Fact {
  readonly binding: Binding;
  /** Its value, when that is no scalar, ends with it unless it is moved on: see `UseFact`. False: it borrows from `owners`. */
  readonly isOwner: boolean;
  /** Cells that its value has when that is known before the program runs; null when it is not. 0 for scalars. */
  readonly sizeKnownCells: number | null;
  /** Owning variables whose value this one may be a part of: those live at least as long as this is used. */
  readonly owners: readonly Binding[];
}

/** An expression that makes objects itself: a constructor, a function that becomes a value. Lists of rest parameters are PROGRAM. */
export interface AllocationFact extends Fact {
  readonly expression: Expression;
  readonly lambda: Lambda;
  /**
   * The function whose end is the end of the stack scope or the scope arena; for a component, whose end is that of adding members.
   * Null for other strategies.
   */
  readonly place: Lambda | null;
  /** Cells that it allocates; null when that is not known. */
  readonly cells: number | null;
}

/** What a call of a function that the program or the library defines brings. */
export interface CallFact extends Fact {
  readonly expression: Expression;
  /** The result is new and ownership of it comes with it. */
  readonly isFresh: boolean;
  /** The callee returns it OWNED, here it gets several owners: it has to be converted (`PLAN.SHARE`) as soon as it arrives. */
  readonly isConverted: boolean;
}

/**
 * What happens to the ownership where a value goes somewhere that keeps it: into a structure, a closure, a variable, out of a function,
 * to a parameter that is not only borrowed.
 * - `moved`: it goes along; a variable that it comes from is used no more.
 * - `retained`: there is one owner more (`PLAN.RETAIN`).
 * - `borrowed`: the place that it goes to owns nothing; its owner outlives that.
 * - `elided`: as `borrowed`, and counting it would have been the rule without the analysis.
 */
export interface UseFact {
  readonly expression: Expression;
  /** The variable, when the expression is a function that captures it. */
  readonly captured: Binding | null;
  readonly ownership: "moved" | "retained" | "borrowed" | "elided";
  readonly because: readonly Reason[];
}

/** What an expression gives. */
export interface ValueFact {
  /** Never an object that the plan has to end. */
  readonly isScalar: boolean;
  /** Ownership comes with it: whoever takes it has to keep, move or release it. A temporary when nobody keeps it. */
  readonly isOwned: boolean;
  readonly shape: Shape;
  readonly strategy: Strategy;
  /** Owning variables that it may be part of. */
  readonly owners: readonly Binding[];
}

/** What a function does with an argument. `consumed`: it ends there. `captured`: it becomes part of something that outlives the call. */
export type ParameterMode = "borrowed" | "consumed" | "passed-through" | "captured";

export interface FunctionSummary {
  readonly lambda: Lambda;
  readonly parameters: readonly ParameterMode[];
  /** `none`: a scalar. `borrowed`: part of an argument or of a global. */
  readonly result: "fresh" | "passed-through" | "borrowed" | "none";
  readonly resultShape: Shape;
  /** Shape of what can be read out of the result. */
  readonly resultElements: Shape;
  readonly resultStrategy: Strategy;
  readonly because: readonly Reason[];
}

/** All facts about a program. The maps have no entry for what no fact is about: such things are PROGRAM and owned by nobody. */
export interface Lifetimes {
  /** Locals, parameters and globals that hold values; functions of the program are not variables. */
  readonly variables: ReadonlyMap<Binding, VariableFact>;
  readonly allocations: ReadonlyMap<Expression, AllocationFact>;
  readonly calls: ReadonlyMap<Expression, CallFact>;
  readonly uses: ReadonlyMap<Expression, UseFact>;
  /** By the function that captures: one for every variable that matters. */
  readonly captures: ReadonlyMap<Expression, readonly UseFact[]>;
  /**
   * New values that nobody keeps: by the expression that makes them, the one around it after which they can be released.
   * What a call is handed and does not keep is such a value, too.
   */
  readonly temporaries: ReadonlyMap<Expression, Expression>;
  readonly functions: ReadonlyMap<Lambda, FunctionSummary>;
  /** Library functions as they were analysed: facts about them hold for exactly these trees. */
  readonly library: ReadonlyMap<string, Analysis>;
  /** How the functions of the program and of the library functions exist at run time. */
  readonly plans: ReadonlyMap<Analysis, Plan>;
  valueOf(expression: Expression): ValueFact;
}

/** Is a class at least as far as another? */
export function escapesAsFarAs(reach: EscapeClass, limit: EscapeClass): boolean {
  return ESCAPE_CLASSES.indexOf(reach) >= ESCAPE_CLASSES.indexOf(limit);
}

/** The farther of two classes. */
export function farther(a: EscapeClass, b: EscapeClass): EscapeClass {
  return escapesAsFarAs(a, b) ? a : b;
}
