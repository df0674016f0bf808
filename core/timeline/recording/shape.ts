/** What plain values from outside must look like, as functions that say where they do not. */

/** A value is not what was expected. */
export class ShapeError extends Error {
  /** The way to the value: `.run.inputs[3].call`. */
  where: string;
  readonly found: string;
  readonly expected: string;
  constructor(found: string, expected: string, where = "") {
    super(`found ${found}, expected ${expected}`);
    this.where = where;
    this.found = found;
    this.expected = expected;
  }
}

/** @throws {ShapeError} naming the way from the value to what is wrong in it */
export type Shape = (value: unknown) => void;

/** Checks a part; what is wrong in it is told with the way there, which nobody has to know while nothing is wrong. */
function checkPart(part: Shape, value: unknown, way: () => string): void {
  try {
    part(value);
  } catch (problem) {
    if (problem instanceof ShapeError) problem.where = way() + problem.where;
    throw problem;
  }
}

type Kind = "number" | "string" | "boolean" | "object" | "null" | "undefined";

/** A value of one of these kinds; `object` is no list, and numbers are finite. */
export function values(...kinds: readonly Kind[]): Shape {
  return (value) => {
    if (!kinds.some((kind) => isOf(kind, value))) throw new ShapeError(kindOf(value), kinds.join(" or "));
  };
}
function isOf(kind: Kind, value: unknown): boolean {
  if (kind === "null") return value === null;
  if (kind === "object") return typeof value === "object" && kindOf(value) === "object";
  return kind === "number" ? Number.isFinite(value) : typeof value === kind;
}
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Uint8Array) return "bytes";
  return value instanceof Int32Array ? "cells" : typeof value;
}

const isObject = values("object");

/** An object with at least these members. */
export function shape(members: { readonly [name: string]: Shape }): Shape {
  const parts = Object.entries(members);
  return (value) => {
    isObject(value);
    const given = value as { readonly [name: string]: unknown };
    for (const [name, part] of parts) checkPart(part, given[name], () => `.${name}`);
  };
}
/** An object all of whose members are of one shape. */
export function recordOf(member: Shape): Shape {
  return (value) => {
    isObject(value);
    for (const [name, own] of Object.entries(value as object)) checkPart(member, own, () => `.${name}`);
  };
}
export function listOf(item: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) throw new ShapeError(kindOf(value), "a list");
    for (let i = 0; i < value.length; i++) checkPart(item, value[i], () => `[${i}]`);
  };
}
export const isBytes: Shape = (value) => {
  if (!(value instanceof Uint8Array)) throw new ShapeError(kindOf(value), "bytes");
};
export const isCells: Shape = (value) => {
  if (!(value instanceof Int32Array)) throw new ShapeError(kindOf(value), "cells");
};
