/** What a test run says about the seed rows: the table that `npm run seeds` prints. */
import type { TestOutcome } from "../support/report/test-outcomes.ts";
import { rowsNamed, SEED_ROWS, type SeedRow, SYSTEMS } from "./rows.ts";

export interface Traceability {
  readonly lines: readonly string[];
  /** Rows that no passing test names, and rows that a failing one names. */
  readonly open: readonly string[];
}

const TITLE_WIDTH = 110;

export function traceability(outcomes: readonly TestOutcome[]): Traceability {
  const byRow = new Map<string, TestOutcome[]>();
  for (const outcome of outcomes) {
    for (const no of rowsNamed(outcome.title)) byRow.set(no, [...(byRow.get(no) ?? []), outcome]);
  }
  const isOpen = ({ no, publishedOnly }: SeedRow): boolean => {
    const tests = byRow.get(no) ?? [];
    if (tests.some(({ passed }) => !passed)) return true;
    return tests.length === 0 && publishedOnly !== true;
  };
  const lines: string[] = [];
  for (const { letter, name } of SYSTEMS) {
    const rows = SEED_ROWS.filter(({ no }) => no.startsWith(letter));
    const done = rows.filter((row) => !isOpen(row)).length;
    lines.push(
      "",
      `## ${letter}: ${name}: ${done} of ${rows.length} rows`,
      "",
      "| Row | What | Test |",
      "|---|---|---|",
    );
    for (const row of rows)
      lines.push(`| ${row.no} | ${row.what.replaceAll("|", "\\|")} | ${proof(row, byRow.get(row.no) ?? [])} |`);
  }
  const known = new Set(SEED_ROWS.map(({ no }) => no));
  const strangers = [...byRow.keys()].filter((no) => !known.has(no));
  const open = [...SEED_ROWS.filter(isOpen).map(({ no }) => no), ...strangers.map((no) => `${no} (no such row)`)];
  return { lines, open };
}

function proof({ publishedOnly }: SeedRow, tests: readonly TestOutcome[]): string {
  const failed = tests.find(({ passed }) => !passed);
  if (failed !== undefined) return `**FAILS**: ${shown(failed)}`;
  const [first] = [...tests].sort((a, b) => a.title.length - b.title.length);
  if (first === undefined) return publishedOnly === true ? "published profile only: not built" : "**OPEN**";
  return shown(first) + (tests.length > 1 ? ` (and ${tests.length - 1} more)` : "");
}

function shown({ title, file }: TestOutcome): string {
  const text = title.length <= TITLE_WIDTH ? title : `${title.slice(0, TITLE_WIDTH - 1)}…`;
  return `${text.replaceAll("|", "\\|")} (\`${file}\`)`;
}
