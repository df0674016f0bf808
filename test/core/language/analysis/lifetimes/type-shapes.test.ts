import { describe, expect, test } from "vitest";
import { analyse } from "../../../../../core/language/analysis/analyse.ts";
import { lifetimesOf } from "../../../../../core/language/analysis/lifetimes/lifetimes.ts";
import { threadLocality } from "../../../../../core/language/analysis/lifetimes/thread-locality.ts";
import {
  ownsAssigned,
  type TypeField,
  typeShape,
} from "../../../../../core/language/analysis/lifetimes/type-shapes.ts";

const integer = (name: string): TypeField => ({ name, type: "integer", mark: null });
const node = (name: string): TypeField => ({ name, type: "node", mark: null });

describe("bound of a type by its declaration (O-A13, O-C6)", () => {
  test("O-A13: two integer fields make a tree", () => {
    expect(typeShape("node", [integer("x"), integer("y")])).toEqual({ bound: "tree", weak: [], unclear: [] });
  });
  test("O-A13: a field next of the own type makes a dag", () => {
    expect(typeShape("node", [integer("x"), node("next")])).toEqual({ bound: "dag", weak: [], unclear: [] });
  });
  test("O-A13: next and prev make it cyclic, and prev is weak (O-F12)", () => {
    expect(typeShape("node", [node("next"), node("prev")])).toEqual({ bound: "cyclic", weak: ["prev"], unclear: [] });
  });
  test.each(["parent", "prev", "previous", "back", "up", "owner", "container"])(
    "a field %s is weak by its name, one that only begins with it is not (O-F12)",
    (name) => {
      expect(typeShape("node", [node(name)]).weak).toEqual([name]);
      expect(typeShape("node", [node(`${name}s`)]).weak).toEqual([]);
    },
  );
  test("O-A13: of left, right and parent only parent is weak", () => {
    const { bound, weak } = typeShape("node", [node("left"), node("right"), node("parent")]);
    expect({ bound, weak }).toEqual({ bound: "cyclic", weak: ["parent"] });
  });
  test("O-A13: a field backup asks for a mark, and owns as long as it has none", () => {
    const { bound, weak, unclear } = typeShape("node", [node("backup")]);
    expect({ bound, weak }).toEqual({ bound: "dag", weak: [] });
    expect(unclear).toEqual([expect.stringContaining("(backup weak) or (backup strong)")]);
    expect(typeShape("node", [{ name: "backup", type: "node", mark: "strong" }]).unclear).toEqual([]);
    expect(typeShape("node", [{ name: "backup", type: "node", mark: "weak" }]).weak).toEqual(["backup"]);
    const [warning] = analyse("(define-type node backup)").diagnostics;
    expect(warning).toMatchObject({ severity: "warning", code: "unclear-field", start: 18, end: 24 });
  });
  test("a field without a declared type may hold its own", () => {
    expect(typeShape("node", [{ name: "value", type: null, mark: null }]).bound).toBe("dag");
  });
});

test("O-A35: parent refers weakly, next owns what nobody owns, child does not own what has an owner", () => {
  expect(ownsAssigned(node("parent"), false)).toBe(false);
  expect(ownsAssigned(node("next"), false)).toBe(true);
  expect(ownsAssigned(node("child"), true)).toBe(false);
});

test("O-F12: values are local to the one thread that there is, so that no count is atomic (O-M8)", () => {
  const analysis = analyse("(define x (cons 1 2)) (define n 1)");
  const facts = [...lifetimesOf(analysis).variables.values()].map(threadLocality);
  expect(facts.map(({ locality, isAtomic }) => `${locality} ${isAtomic}`)).toEqual(["local false", "immutable false"]);
});
