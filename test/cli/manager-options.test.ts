import { describe, expect, test } from "vitest";
import { managerOptions } from "../../cli/manager-options.ts";

describe("manager options on the command line", () => {
  test("become values of the kind that the manager declares", () => {
    expect(managerOptions("refcount", { option: ["countdown=12"], "gc-stress": "3" })).toEqual({
      countdown: 12,
      stress: 3,
    });
  });

  test.each([
    ["refcount", { option: ["countdown"] }, /--option countdown: expected NAME=VALUE/],
    [
      "refcount",
      { option: ["speed=1"] },
      /the manager refcount has no option speed; it has countdown, budget, compact, stress/,
    ],
    ["refcount", { countdown: "x" }, /--countdown x: expected a whole number from 0 to 65535/],
    ["none", { "gc-stress": "1" }, /the manager none has no option stress; it has none/],
  ])("%s %j is refused", (manager, values, message) => {
    expect(() => managerOptions(manager, values)).toThrow(message);
  });
});
