/** Speeds of arenas stand with what they were measured against. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("docs/benchmarks.md", () => {
  test("puts published speeds beside ours, each with its build and its baseline (M-C6)", () => {
    const section =
      read("docs/benchmarks.md")
        .split(/^## /m)
        .find((text) => text.startsWith("Arenas")) ?? "";
    for (const published of ["30 ns", "100 ns", "3.3", "22", "1.3", "0.6"]) expect(section).toContain(published);
    for (const baseline of ["regular allocator", "manager `none`", "Node", "EPYC", "not documented"]) {
      expect(section).toContain(baseline);
    }
    expect(existsSync(join(root, "test/bench/managers/arena.ts"))).toBe(true);
  });
});
