/** What the page of the manager `arena` says can be checked: rows with their tests, and speeds with what they were measured against. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { arenaOptions } from "../../core/managers/arena/options.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("docs/managers/arena.md");

describe("docs/managers/arena.md", () => {
  test("names for every row of system M a test that carries its number (M-C7)", () => {
    const counts = { F: 12, M: 11, A: 18, C: 9 };
    const rows = Object.entries(counts).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, i) => `M-${kind}${i + 1}`),
    );
    const claimed = new Map<string, string>();
    for (const line of page.split("\n").filter((line) => line.startsWith("| M-"))) {
      const files = (line.match(/`test\/[^`]+`/g) ?? []).map((file) => read(file.slice(1, -1))).join("\n");
      for (const row of line.split("|")[1]?.match(/M-[FMAC]\d+/g) ?? []) claimed.set(row, files);
    }
    expect([...claimed.keys()].sort()).toEqual([...rows].sort());
    for (const [row, text] of claimed) expect(new RegExp(`${row}\\b`).test(text), row).toBe(true);
  });

  test("describes every option", () => {
    for (const { name } of arenaOptions) expect(page).toContain(`\`${name}\``);
  });
});

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
    expect(existsSync(join(root, "test/bench/arena.ts"))).toBe(true);
  });
});
