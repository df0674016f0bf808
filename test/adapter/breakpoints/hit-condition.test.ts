import { describe, expect, test } from "vitest";
import { hitConditionHolds, parseHitCondition } from "../../../adapter/breakpoints/hit-condition.ts";

/** The hits from 1 to 8 at which a condition holds. */
function holds(text: string): number[] {
  const condition = parseHitCondition(text);
  if (condition === null) throw new Error(`${text} is no hit condition`);
  return [1, 2, 3, 4, 5, 6, 7, 8].filter((hits) => hitConditionHolds(condition, hits));
}

describe("hit conditions", () => {
  test.each([
    ["3", [3]],
    ["== 3", [3]],
    ["=3", [3]],
    ["=== 3", [3]],
    ["!= 3", [1, 2, 4, 5, 6, 7, 8]],
    ["> 6", [7, 8]],
    [">= 6", [6, 7, 8]],
    [" <3 ", [1, 2]],
    ["<= 3", [1, 2, 3]],
    ["% 4", [4, 8]],
    ["0", []],
  ])("%s", (text, expected) => expect(holds(text)).toEqual(expected));

  test.each(["", "x", "-1", "1.5", "> ", "% 0", "3 4", "=> 3", "99999999999999"])("%j is none", (text) => {
    expect(parseHitCondition(text)).toBeNull();
  });
});
