/** What a run of the conformance tests says about the protocol: the table that `npm run dap-report` prints. */
import type { TestOutcome } from "../../../support/report/test-outcomes.ts";
import type { PageRow } from "./page.ts";
import { KINDS, PROTOCOL_ROWS, type ProtocolRow, rowsNamed } from "./rows.ts";

export interface ProtocolReport {
  readonly lines: readonly string[];
  /** Rows without a passing test, with a failing one, or without a meaning on the page; and names that the protocol does not have. */
  readonly open: readonly string[];
}

const keyOf = ({ kind, name }: ProtocolRow): string => `${kind} ${name}`;

/** @param own rows outside the protocol, which a test may name too */
export function protocolReport(
  outcomes: readonly TestOutcome[],
  page: readonly PageRow[],
  own: readonly ProtocolRow[] = [],
): ProtocolReport {
  const tests = new Map<string, TestOutcome[]>();
  for (const outcome of outcomes) {
    for (const key of rowsNamed(outcome.title).map(keyOf)) tests.set(key, [...(tests.get(key) ?? []), outcome]);
  }
  const filled = new Set(page.filter(({ isFilled }) => isFilled).map(keyOf));
  const isOpen = (row: ProtocolRow): boolean => {
    const own = tests.get(keyOf(row)) ?? [];
    return own.length === 0 || own.some(({ passed }) => !passed) || !filled.has(keyOf(row));
  };
  const lines = KINDS.flatMap((kind) => {
    const rows = PROTOCOL_ROWS.filter((row) => row.kind === kind);
    const done = rows.filter((row) => !isOpen(row)).length;
    const heading = `## ${kind}: ${done} of ${rows.length} rows`;
    const table = rows.map((row) => `| ${row.name} | ${proof(tests.get(keyOf(row)) ?? [], filled.has(keyOf(row)))} |`);
    return ["", heading, "", "| Name | Test |", "|---|---|", ...table];
  });
  const known = new Set([...PROTOCOL_ROWS, ...own].map(keyOf));
  const strangers = [...tests.keys()].filter((key) => !known.has(key)).map((key) => `${key} (no such name)`);
  return { lines, open: [...PROTOCOL_ROWS.filter(isOpen).map(keyOf), ...strangers] };
}

function proof(tests: readonly TestOutcome[], isFilled: boolean): string {
  const failed = tests.find(({ passed }) => !passed);
  if (failed !== undefined) return `**FAILS**: ${shown(failed)}`;
  const [first] = tests;
  if (first === undefined) return "(open)";
  const more = tests.length > 1 ? ` (and ${tests.length - 1} more)` : "";
  return `${shown(first)}${more}${isFilled ? "" : " (open: docs/dap.md does not say what it means)"}`;
}

function shown({ title, file }: TestOutcome): string {
  return `\`${file}\`: ${title.slice(title.indexOf(": ") + 2).replaceAll("|", "\\|")}`;
}
