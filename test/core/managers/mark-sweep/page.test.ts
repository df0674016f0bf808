/** The page of the manager says where each row of system Z is, and names files that exist. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { managerFactory } from "../../../../core/managers/catalog.ts";
import { rowsNamed, SEED_ROWS } from "../../../seeds/rows.ts";

const root = resolve(import.meta.dirname, "../../../..");
const page = readFileSync(resolve(root, "docs/managers/mark-sweep.md"), "utf8");
const table = page.slice(page.indexOf("## Where system Z is"));

test("Z-C1, Z-C7, Z-C10: what is published about tests and files stands corrected on the page", () => {
  expect(table).toContain("44 tests are right");
  expect(table).toContain("coverage was not\nmeasured");
  expect(table).toContain("one line off each");
});

test("every row of system Z has its line", () => {
  const named = new Set(rowsNamed(table));
  expect(SEED_ROWS.filter(({ no }) => no.startsWith("Z-") && !named.has(no))).toEqual([]);
});

test("every file that the page names exists", () => {
  const files = [...table.matchAll(/`([\w/.-]+\.ts)`/g)].map(([, name = ""]) => name);
  for (const name of new Set(files)) {
    const path = name.includes("/") ? name : `test/core/managers/mark-sweep/${name}`;
    expect([path, existsSync(resolve(root, path))]).toEqual([path, true]);
  }
});

test("every option has its line", () => {
  for (const { name } of managerFactory("mark-sweep")?.options ?? []) expect(page).toContain(`\`${name}\``);
});
