/**
 * What the declaration of a type says of the shape of its values, before any value is looked at: an upper bound. Values decide
 * (`values/`): a chain of one owner each is a tree whatever its type. Source: description of system O, O-A13, O-A35, correction O-C6.
 */
import { type FieldMark, isBackName } from "../records.ts";
import type { Shape } from "./plan.ts";

export interface TypeField {
  readonly name: string;
  /** Name of the type of what it holds; null when the declaration says nothing: it may be any. */
  readonly type: string | null;
  readonly mark: FieldMark | null;
}

export interface TypeShape {
  /** Values of the type have at most this shape. */
  readonly bound: Shape;
  /** Names of fields that own nothing. */
  readonly weak: readonly string[];
  /** What to do about fields whose names leave open what is meant. */
  readonly unclear: readonly string[];
}

/** What is looked for in names that leave open whether the field refers back; `up` alone is in too many. */
const BACK_WORDS = ["parent", "prev", "back", "owner", "container"] as const;

/** Does a field refer back, by its mark or by its name? */
export function isBackEdge({ name, mark }: Pick<TypeField, "name" | "mark">): boolean {
  return mark === null ? isBackName(name) : mark !== "strong";
}

export function typeShape(typeName: string, fields: readonly TypeField[]): TypeShape {
  const weak = fields.filter(isBackEdge);
  const own = fields.filter(({ type }) => type === null || type === typeName);
  const isBack = own.some((field) => weak.includes(field));
  const bound: Shape = own.length === 0 ? "tree" : isBack ? "cyclic" : "dag";
  return {
    bound,
    weak: weak.map(({ name }) => name),
    unclear: fields.map(unclearField).filter((text) => text !== null),
  };
}

/**
 * Does a field own what is assigned to it?
 *
 * @param hasOwner something else owns the value already
 */
export function ownsAssigned(field: Pick<TypeField, "name" | "mark">, hasOwner: boolean): boolean {
  return !isBackEdge(field) && !hasOwner;
}

/** Null when it is clear whether a field refers back. */
export function unclearField(field: Pick<TypeField, "name" | "mark">): string | null {
  const { name, mark } = field;
  const isClear = mark !== null || isBackEdge(field) || !BACK_WORDS.some((word) => name.toLowerCase().includes(word));
  if (isClear) return null;
  return `${name} sounds like a reference back, and is taken for one that owns: write (${name} weak) or (${name} strong)`;
}
