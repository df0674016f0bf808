import { describe, expect, test } from "vitest";
import { rowsNamed, SEED_ROWS } from "./rows.ts";
import { traceability } from "./traceability.ts";

const COUNTS = { I: [20, 16, 39, 15], Z: [18, 9, 26, 10], O: [12, 12, 30, 12], M: [12, 11, 18, 9], L: [8, 14, 32, 10] };

describe("table of seed rows", () => {
  test("has every row of every system once", () => {
    expect(new Set(SEED_ROWS.map(({ no }) => no)).size).toBe(SEED_ROWS.length);
    for (const [letter, counts] of Object.entries(COUNTS)) {
      const found = ["F", "M", "A", "C"].map((kind) =>
        SEED_ROWS.filter(({ no }) => no.startsWith(`${letter}-${kind}`)),
      );
      expect(found.map((rows) => rows.length)).toEqual(counts);
    }
  });

  test("reads single rows, lists and ranges from titles", () => {
    expect(rowsNamed("Z-A3, Z-C2: the newest is pinned")).toEqual(["Z-A3", "Z-C2"]);
    expect(rowsNamed("I-A14 to I-A16")).toEqual(["I-A14", "I-A15", "I-A16"]);
    expect(rowsNamed("UTF-8 and A-1")).toEqual([]);
  });

  test("a row is open without a test, with a failing one, and not otherwise", () => {
    const outcome = (title: string, passed: boolean) => ({ title, file: "a.test.ts", passed });
    const { lines, open } = traceability([
      outcome("Z-F1: ids", true),
      outcome("Z-F2: order", true),
      outcome("Z-F2: reuse", false),
      outcome("Z-F99: nothing", true),
    ]);
    expect(open).not.toContain("Z-F1");
    expect(open).toEqual(expect.arrayContaining(["Z-F2", "Z-F3", "Z-F99 (no such row)"]));
    expect(open).not.toContain("Z-A14");
    expect(lines).toContain("| Z-F1 | Heap of objects with integer ids; ids start at 0 | Z-F1: ids (`a.test.ts`) |");
    expect(lines.find((line) => line.startsWith("| Z-F2 "))).toContain("**FAILS**");
  });
});
