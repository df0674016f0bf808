/** What plain values from outside must look like, as functions that say where they do not. */

/** A value is not what was expected. */
export class ShapeError extends Error {
  readonly where: string;
  readonly found: string;
  readonly expected: string;
  constructor(where: string, found: string, expected: string) {
    super(`${where}: found ${found}, expected ${expected}`);
    this.where = where;
    this.found = found;
    this.expected = expected;
  }
}

/** @throws {ShapeError} naming `where` */
export type Shape = (value: unknown, where: string) => void;

type Kind = "number" | "string" | "boolean" | "object" | "null" | "undefined";

/** A value of one of these kinds; `object` is no list, and numbers are finite. */
export function values(...kinds: readonly Kind[]): Shape {
  return (value, where) => {
    if (!kinds.some((kind) => isOf(kind, value))) throw new ShapeError(where, kindOf(value), kinds.join(" or "));
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

/** An object with at least these members. */
export function shape(members: { readonly [name: string]: Shape }): Shape {
  return (value, where) => {
    values("object")(value, where);
    const given = value as { readonly [name: string]: unknown };
    for (const [name, check] of Object.entries(members)) check(given[name], `${where}.${name}`);
  };
}
/** An object all of whose members are of one shape. */
export function recordOf(member: Shape): Shape {
  return (value, where) => {
    values("object")(value, where);
    for (const [name, own] of Object.entries(value as object)) member(own, `${where}.${name}`);
  };
}
export function listOf(item: Shape): Shape {
  return (value, where) => {
    if (!Array.isArray(value)) throw new ShapeError(where, kindOf(value), "a list");
    value.forEach((own, i) => {
      item(own, `${where}[${i}]`);
    });
  };
}
export const isBytes: Shape = (value, where) => {
  if (!(value instanceof Uint8Array)) throw new ShapeError(where, kindOf(value), "bytes");
};
export const isCells: Shape = (value, where) => {
  if (!(value instanceof Int32Array)) throw new ShapeError(where, kindOf(value), "cells");
};
