import { expect, test } from "vitest";
import { alternate } from "../../bench/alternate.ts";

test("Z-C6: two things that are compared take turns at being first, and medians count (Z-F18)", () => {
  const order: string[] = [];
  const measure = (name: string, values: number[]) => () => {
    order.push(name);
    return values.shift() ?? 0;
  };
  const found = alternate(5, measure("a", [900, 3, 1, 2, 2]), measure("b", [5, 6, 7, 500, 5]));
  expect(order.join("")).toBe("abbaabbaab");
  expect(found).toEqual({ first: 2, second: 6 });
});
