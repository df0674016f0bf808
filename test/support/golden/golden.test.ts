import { describe, expect, test } from "vitest";
import { golden, hasGolden } from "./golden.ts";
import { goldenExceptions, isException } from "./golden-exceptions.ts";

describe("golden data", () => {
  test("a missing file is an error that names it", () => {
    expect(hasGolden("no-such-file.json")).toBe(false);
    expect(() => golden("no-such-file.json")).toThrow(/no-such-file\.json is missing/);
  });

  test("every exception gives its reason", () => {
    for (const exception of goldenExceptions) expect(exception.reason.length).toBeGreaterThan(20);
  });

  test.each([
    ["numbers.json", "iquotient s1 s0 !SIGFPE", true],
    ["numbers.json", "iplus2 f7fc00000 s1 UFN", true],
    ["numbers.json", "fplus2 f7fc00000 s1 f7fc00000", false],
    ["numbers.json", "lsh s1 f4f000000 s0", true],
    ["atoms.json", "lookup:65,200,66", true],
    ["atoms.json", "lookup:65,120", false],
    ["layout.json", "ONED_ARRAY.fillpointer", false],
    ["refcount.json", "quirk-stkref-overflow-neighbour", true],
  ] as const)("%s: %s is an exception: %s", (file, entry, expected) => {
    expect(isException(file, entry)).toBe(expected);
  });
});
