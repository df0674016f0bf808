/** What `define-type` declares: types with fields, and the functions that come with them. */

import type { RecordFieldLayout } from "../../isa/record-types.ts";
import type { Range } from "../forms.ts";

/** What a program says of a field: nothing special, a weak reference, or a weak reference back to a holder. */
export const FIELD_MARKS = ["strong", "weak", "back"] as const;
export type FieldMark = (typeof FIELD_MARKS)[number];

export interface RecordField extends RecordFieldLayout {
  /** The name where it is declared. */
  readonly nameRange: Range;
  /** The whole declaration: the name, or the name with its mark in brackets. */
  readonly range: Range;
  /** Number of the field from 0. */
  readonly index: number;
}

export interface RecordType {
  readonly name: string;
  readonly nameRange: Range;
  /** The whole form. */
  readonly range: Range;
  readonly fields: readonly RecordField[];
  /** Number among the types of the text, from 0. */
  readonly index: number;
}

/** A function that comes with a type: constructor, predicate, accessor, setter. */
export interface RecordMember {
  readonly operation: "make" | "test" | "get" | "set";
  readonly type: RecordType;
  /** Null for constructor and predicate. */
  readonly field: RecordField | null;
}

/** Words that name a field which refers back, when a name consists of them alone. */
const BACK_NAMES: ReadonlySet<string> = new Set(["parent", "prev", "previous", "back", "up", "owner", "container"]);

/** Does a field without a mark refer back because of its name? `parent`, `prev` and so on: such a field is weak. */
export function isBackName(name: string): boolean {
  return BACK_NAMES.has(name);
}

/** How a member is called. */
export function memberName({ operation, type, field }: RecordMember): string {
  switch (operation) {
    case "make":
      return `make-${type.name}`;
    case "test":
      return `${type.name}?`;
    case "get":
      return `${type.name}-${field?.name}`;
    case "set":
      return `set-${type.name}-${field?.name}!`;
  }
}

/** What a member does, in one sentence. */
export function memberText({ operation, type, field }: RecordMember): string {
  const weak = field?.isWeak === true ? " Weak: nil when the object is gone." : "";
  switch (operation) {
    case "make":
      return `A new ${type.name} of these values.`;
    case "test":
      return `Is x a ${type.name}?`;
    case "get":
      return `The field ${field?.name} of a ${type.name}.${weak}`;
    case "set":
      return `Replaces the field ${field?.name} of a ${type.name}; the result is the ${type.name}.${weak}`;
  }
}
