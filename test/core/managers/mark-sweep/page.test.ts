/** The page of the manager corrects what is published, and names files that exist. Its rows and options: `test/docs/managers.test.ts`. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../../..");
const page = readFileSync(resolve(root, "docs/managers/mark-sweep.md"), "utf8");
const table = page.slice(page.indexOf("## Where system Z is"));

test("Z-C1, Z-C7, Z-C10: what is published about tests and files stands corrected on the page", () => {
  expect(table).toContain("44 tests are right");
  expect(table).toContain("coverage was not\nmeasured");
  expect(table).toContain("one line off each");
});

test("every file that the page names exists", () => {
  const files = [...table.matchAll(/`([\w/.-]+\.ts)`/g)].map(([, name = ""]) => name);
  for (const name of new Set(files)) {
    const path = name.includes("/") ? name : `test/core/managers/mark-sweep/${name}`;
    expect([path, existsSync(resolve(root, path))]).toEqual([path, true]);
  }
});
