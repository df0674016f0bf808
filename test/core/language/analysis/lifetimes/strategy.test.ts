import { describe, expect, test } from "vitest";
import { STRATEGY_NAMES } from "../../../../../core/isa/plan.ts";
import type { EscapeClass, Shape } from "../../../../../core/language/analysis/lifetimes/plan.ts";
import { STACK_CELLS, strategyFor } from "../../../../../core/language/analysis/lifetimes/strategy.ts";

// Shape, size known; then none, argument, return, closure, global.
const TABLE: readonly (readonly [Shape, boolean, ...string[]])[] = [
  ["tree", true, "stack", "stack", "owned", "counted", "owned"],
  ["tree", false, "owned", "owned", "owned", "counted", "owned"],
  ["dag", true, "stack", "stack", "counted", "counted", "counted"],
  ["dag", false, "counted", "counted", "counted", "counted", "counted"],
  ["cyclic", true, "arena", "arena", "component", "component", "component"],
  ["cyclic", false, "arena", "arena", "component", "component", "component"],
];
const CLASSES: readonly EscapeClass[] = ["none", "argument", "return", "closure", "global"];

describe("strategy of a value (O-F5, O-C7, O-C10)", () => {
  for (const [shape, isKnown, ...expected] of TABLE) {
    test(`${shape}, size ${isKnown ? "known" : "unknown"}: ${expected.join(", ")} (O-F3, O-F4)`, () => {
      const found = CLASSES.map((reach) => STRATEGY_NAMES[strategyFor(reach, shape, isKnown ? 3 : null)]);
      expect(found).toEqual(expected);
    });
  }
  test("a value of more cells than a stack scope takes goes to the heap", () => {
    expect(STRATEGY_NAMES[strategyFor("none", "tree", STACK_CELLS)]).toBe("stack");
    expect(STRATEGY_NAMES[strategyFor("none", "tree", STACK_CELLS + 1)]).toBe("owned");
    expect(STRATEGY_NAMES[strategyFor("none", "tree", 4, 3)]).toBe("owned");
  });
  test("what the analysis does not see stays until the program ends", () => {
    for (const reach of CLASSES) expect(STRATEGY_NAMES[strategyFor(reach, "unknown", 1)]).toBe("program");
  });
});
