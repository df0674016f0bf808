import { expect, test } from "vitest";
import { patternTest } from "../../../../core/inspect/image/pattern.ts";

test.each([
  ["list", "first-list", true],
  ["LIST", "first-list", true],
  ["list", "lst", false],
  ["*-list", "first-list", true],
  ["*-list", "first-lists", false],
  ["f?rst*", "first-list", true],
  ["f?rst", "frst", false],
  ["*", "", true],
  ["?", "", false],
  ["a*b*c", "aXbYbZc", true],
  ["a*b*c", "aXbYbZ", false],
])("%s picks from %s: %s", (pattern, name, expected) => {
  expect(patternTest(pattern)(name)).toBe(expected);
});

test("no pattern picks everything", () => {
  expect([patternTest(null)("x"), patternTest("")("")]).toEqual([true, true]);
});

test("many stars take no exponential time", () => {
  expect(patternTest(`${"*a".repeat(50)}*b`)("a".repeat(255))).toBe(false);
});
