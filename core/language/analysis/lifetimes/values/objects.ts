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

type Fields = ReadonlyMap<Field, ReadonlySet<AbstractObject>>;

/** Most objects have no fields, and are no functions: they share these. */
const NO_FIELDS: Fields = new Map();
const NO_FUNCTIONS: ReadonlySet<Lambda> = new Set();
const NO_MAKERS: readonly Lambda[] = [];

export class AbstractObject {
  readonly kind: ObjectKind;
  /** The function whose values it is among; null for what is the same everywhere. */
  readonly lambda: Lambda | null;
  readonly expression: Expression | null;
  /** Of `variable` and `inside`. */
  readonly binding: Binding | null;
  /** Of `inside`. */
  field: Field | null;
  /** Functions that a `result` comes from. */
  readonly makers: readonly Lambda[];
  /** Of a `result`: it is what the call gives, not what hangs below that. */
  isRoot: boolean;
  /** Cells that one takes; null when that is not known. */
  readonly cells: number | null;
  /** It may be anywhere: PROGRAM. */
  leaked: Cause | null;
  /** Of what comes from outside: somebody hands over an object there. */
  isReal: boolean;
  private ownFields: Map<Field, Set<AbstractObject>> | null;
  private ownStored: Map<Field, Set<AbstractObject>> | null;
  private ownFunctions: Set<Lambda> | null;
  private ownSet: Objects | null;

  constructor(
    kind: ObjectKind,
    lambda: Lambda | null,
    expression: Expression | null,
    binding: Binding | null = null,
    cells: number | null = null,
    maker: Lambda | null = null,
  ) {
    this.kind = kind;
    this.lambda = lambda;
    this.expression = expression;
    this.binding = binding;
    this.field = null;
    this.makers = maker === null ? NO_MAKERS : [maker];
    this.isRoot = true;
    this.cells = cells;
    this.leaked = null;
    this.isReal = true;
    this.ownFields = null;
    this.ownStored = null;
    this.ownFunctions = null;
    this.ownSet = null;
  }

  /** The set of this object alone: the value of most expressions. */
  get alone(): Objects {
    this.ownSet ??= new Set([this]);
    return this.ownSet;
  }

  get fields(): Fields {
    return this.ownFields ?? NO_FIELDS;
  }
  /** What was put into fields after it was made. */
  get stored(): Fields {
    return this.ownStored ?? NO_FIELDS;
  }
  /** Functions that it is when it is called. */
  get functions(): ReadonlySet<Lambda> {
    return this.ownFunctions ?? NO_FUNCTIONS;
  }

  addFunction(lambda: Lambda): void {
    this.ownFunctions ??= new Set();
    this.ownFunctions.add(lambda);
  }

  /** The set of what a field holds, to be added to. @param isLater what was put there after the object was made */
  held(field: Field, isLater: boolean): Set<AbstractObject> {
    if (isLater) this.ownStored ??= new Map();
    else this.ownFields ??= new Map();
    const fields = (isLater ? this.ownStored : this.ownFields) as Map<Field, Set<AbstractObject>>;
    let held = fields.get(field);
    if (held === undefined) {
      held = new Set();
      fields.set(field, held);
    }
    return held;
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
