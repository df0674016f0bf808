/** What the page of each manager says can be checked: all its options, and for every seed row of its system a test that carries the number. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { MANAGERS } from "../../core/managers/catalog.ts";
import { rowsNamed, SEED_ROWS } from "../seeds/rows.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pageOf = (manager: string) => `docs/managers/${manager}.md`;

/** Pages with the table of a system, and the folder of the tests that its page names without one. */
const SYSTEM_PAGES = [
  { letter: "I", page: "docs/traceability.md" },
  { letter: "Z", page: pageOf("mark-sweep"), folder: "test/core/managers/mark-sweep" },
  { letter: "O", page: pageOf("asap") },
  { letter: "M", page: pageOf("arena") },
  { letter: "L", page: pageOf("malloc") },
];

/** Numbers in comments prove nothing. */
const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*/g;

interface ProvedRow {
  readonly line: string;
  readonly tests: readonly string[];
}

/** The test files that a line of a table names; those of a folder when it names that. */
function testsIn(line: string, folder: string): string[] {
  const named = [...line.matchAll(/`(?:(test\/[\w./-]+)|([\w-]+\.test\.ts))`/g)];
  return named.flatMap(([, path, name]) => {
    const full = path ?? join(folder, name as string);
    if (!existsSync(join(root, full))) return [];
    if (!statSync(join(root, full)).isDirectory()) return [full];
    return readdirSync(join(root, full)).map((file) => join(full, file));
  });
}

/** The rows that the tables of a page name, each with its lines. "The same" stands for the tests of the line before. */
function rowsOf(page: string, folder: string): Map<string, ProvedRow[]> {
  const rows = new Map<string, ProvedRow[]>();
  let before: readonly string[] = [];
  for (const line of read(page).split("\n")) {
    if (!line.startsWith("| ")) continue;
    const tests = [...(/\bthe same\b/.test(line) ? before : []), ...testsIn(line, folder)];
    before = tests;
    const inFirstCell = rowsNamed(line.split("|")[1] as string);
    for (const no of inFirstCell) rows.set(no, [...(rows.get(no) ?? []), { line, tests }]);
  }
  return rows;
}

describe.each(MANAGERS.map(({ traits, options }) => ({ name: traits.name, options })))(
  "the page of $name",
  (manager) => {
    test("describes every option, and stands in the list of managers", () => {
      const page = read(pageOf(manager.name));
      expect(manager.options.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
      expect(read("docs/managers/README.md")).toContain(`(${manager.name}.md)`);
    });
  },
);

describe.each(SYSTEM_PAGES)("the table of system $letter in $page", ({ letter, page, folder = dirname(page) }) => {
  const seeds = SEED_ROWS.filter(({ no }) => no.startsWith(letter));
  const rows = rowsOf(page, folder);

  test("has every row of the system, and no other", () => {
    const named = [...rows.keys()].filter((no) => no.startsWith(letter)).sort();
    expect(named).toEqual(seeds.map(({ no }) => no).sort());
  });

  test("names for each row a test that carries its number (M-C7)", () => {
    const carried = new Map<string, ReadonlySet<string>>();
    const numbersIn = (file: string) => {
      const known = carried.get(file) ?? new Set(rowsNamed(read(file).replace(COMMENTS, "")));
      carried.set(file, known);
      return known;
    };
    const proved = ({ no }: { no: string }) =>
      rows.get(no)?.some(({ tests }) => tests.some((file) => numbersIn(file).has(no)));
    expect(seeds.filter((row) => row.publishedOnly !== true && proved(row) !== true).map(({ no }) => no)).toEqual([]);
  });

  test("says of rows that nobody builds that they are about what was published", () => {
    for (const { no } of seeds.filter(({ publishedOnly }) => publishedOnly === true)) {
      expect(
        rows.get(no)?.some(({ line }) => line.includes("published")),
        no,
      ).toBe(true);
    }
  });
});
