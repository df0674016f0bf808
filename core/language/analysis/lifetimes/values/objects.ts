/**
 * Objects as the analysis sees them: one stands for all objects that one place in the text makes, or for what a function is handed from
 * outside. What they refer to and what is known of them only ever grows, so that computing it ends.
 */
import type { Range } from "../../../forms.ts";
import type { Binding, Expression, Lambda } from "../../tree.ts";
import type { Reason } from "../plan.ts";

/** A part of an object that refers to others: `car`, `cdr`, `item` of a vector, `captured:ID` of a function. */
export type Field = string;

/** Why something is so, and what that follows from. */
export interface Cause extends Reason {
  readonly from: Cause | null;
}

/**
 * - `allocation`: made by an expression. `result`: what a called function has made.
 * - `variable`: what a parameter or a variable of outside holds. `inside`: what is found there through a field, at any depth.
 * - `outcome`: what a function that is a value returns. `constant`: data of the text. `code`: a function that is no object.
 * - `anything`: what the analysis does not see.
 */
export type ObjectKind = "allocation" | "result" | "variable" | "inside" | "outcome" | "constant" | "code" | "anything";

export class AbstractObject {
  readonly kind: ObjectKind;
  /** The function whose values it is among; null for what is the same everywhere. */
  readonly lambda: Lambda | null;
  readonly expression: Expression | null;
  /** Of `variable` and `inside`. */
  readonly binding: Binding | null;
  /** Of `inside`. */
  field: Field | null;
  readonly fields: Map<Field, Set<AbstractObject>>;
  /** What was put into fields after it was made. */
  readonly stored: Map<Field, Set<AbstractObject>>;
  /** Functions that it is when it is called. */
  readonly functions: Set<Lambda>;
  /** Functions that a `result` comes from. */
  readonly makers: Set<Lambda>;
  /** Of a `result`: it is what the call gives, not what hangs below that. */
  isRoot: boolean;
  /** Cells that one takes; null when that is not known. */
  readonly cells: number | null;
  /** It may be anywhere: PROGRAM. */
  leaked: Cause | null;
  /** Of what comes from outside: somebody hands over an object there. */
  isReal: boolean;

  constructor(
    kind: ObjectKind,
    lambda: Lambda | null,
    expression: Expression | null,
    binding: Binding | null = null,
    cells: number | null = null,
  ) {
    this.kind = kind;
    this.lambda = lambda;
    this.expression = expression;
    this.binding = binding;
    this.field = null;
    this.fields = new Map();
    this.stored = new Map();
    this.functions = new Set();
    this.makers = new Set();
    this.isRoot = true;
    this.cells = cells;
    this.leaked = null;
    this.isReal = true;
  }

  /** Made by the function that it is among, or by one that it called. */
  get isFresh(): boolean {
    return this.kind === "allocation" || this.kind === "result";
  }
  /** Comes from outside of the function that it is among. */
  get isOutside(): boolean {
    return this.kind === "variable" || this.kind === "inside";
  }
  /** The plan never ends it, so it makes no difference who refers to it. */
  get isNeutral(): boolean {
    return this.leaked !== null || !(this.isFresh || (this.isOutside && this.isReal));
  }
}

export type Objects = ReadonlySet<AbstractObject>;
export const NO_OBJECTS: Objects = new Set();

export function because(text: string, range: Range, from: Cause | null = null): Cause {
  return { text, range: { start: range.start, end: range.end }, from };
}

/** Everything that can be reached from objects, themselves included. */
export function reach(from: Iterable<AbstractObject>): Set<AbstractObject> {
  const found = new Set(from);
  // A set hands out what is added to it while it is walked.
  for (const object of found) {
    for (const held of object.fields.values()) for (const next of held) found.add(next);
  }
  return found;
}

/** Does any of the objects have the plan to end? */
export function needsPlan(objects: Objects): boolean {
  for (const object of objects) if (!object.isNeutral) return true;
  return false;
}

export function meets(a: Objects, b: Objects): boolean {
  for (const object of a) if (!object.isNeutral && b.has(object)) return true;
  return false;
}
