import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { rowsNamed, SEED_ROWS } from "../seeds/rows.ts";

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/traceability.md"), "utf8");
const TEST_FILE = /`(test\/[\w./-]+)`/g;
const CASES = 39;

/** `I-A14 to I-A16`, `I-A3, I-A5`: the numbers of the cases. */
function casesIn(text: string): number[] {
  return [...text.matchAll(/I-A(\d+)(?: to I-A(\d+))?/g)].flatMap(([, first, last = first]) => {
    const from = Number(first);
    return Array.from({ length: Number(last) - from + 1 }, (_, i) => from + i);
  });
}

/** Cases that texts of a test file mention: the names of its tests. */
function casesTested(file: string): readonly number[] {
  const texts = readFileSync(join(root, file), "utf8").match(/(["'`])[^"'`\n]*I-A\d[^"'`\n]*\1/g) ?? [];
  return casesIn(texts.join("\n"));
}

const rows = page.split("\n").filter((line) => /^\| I-[FMA]\d/.test(line));

describe("docs/traceability.md", () => {
  test("has a row for each feature, and names every acceptance case", () => {
    const features = rows.flatMap((row) => rowsNamed(row.split("|")[1] as string));
    const expected = SEED_ROWS.map(({ no }) => no).filter((no) => /^I-[FM]/.test(no));
    expect(expected.filter((no) => !features.includes(no))).toEqual([]);
    const cases = rows.filter((row) => row.startsWith("| I-A")).flatMap((row) => casesIn(row.split("|")[1] as string));
    for (let number = 1; number <= CASES; number++) expect(cases).toContain(number);
  });

  test("names test files that exist", () => {
    const files = [...page.matchAll(TEST_FILE)].map(([, file]) => file as string);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test("has every acceptance case in the name of a test", () => {
    const files = new Set([...page.matchAll(TEST_FILE)].map(([, file]) => file as string));
    const tested = new Set([...files].flatMap(casesTested));
    const missing = Array.from({ length: CASES }, (_, i) => i + 1).filter((number) => !tested.has(number));
    expect(missing).toEqual([]);
  });
});
