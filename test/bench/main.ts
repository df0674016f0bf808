/**
 * `npm run bench`: figures of the bundled build, beside the first targets of the design. Each row is the median of several rounds in one process;
 * machines differ, so quote the table with the machine it prints.
 */
import { cpus } from "node:os";
import { renderTable } from "#core";
import { rows as adapterRows } from "./adapter.ts";
import { rows as managerRows } from "./managers.ts";
import type { BenchRow } from "./row.ts";
import { rows as vmRows } from "./vm.ts";

interface Group {
  readonly name: string;
  readonly rows: () => readonly BenchRow[] | Promise<readonly BenchRow[]>;
}

async function main(): Promise<void> {
  const only = process.argv[2] ?? "";
  const groups: readonly Group[] = [
    { name: "machine", rows: vmRows },
    { name: "managers", rows: managerRows },
    { name: "adapter", rows: adapterRows },
  ];
  process.stdout.write(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}\n\n`);
  const shown: string[][] = [];
  for (const group of groups) {
    if (!group.name.startsWith(only)) continue;
    process.stderr.write(`measuring: ${group.name} …\n`);
    for (const row of await group.rows()) shown.push(cells(row));
  }
  process.stdout.write(`${renderTable(["what", "measured", "unit", "first target", ""], shown).join("\n")}\n`);
}

function cells({ name, value, unit, target, isLowerBetter }: BenchRow): string[] {
  if (target === null) return [name, format(value), unit, "", ""];
  const isMet = isLowerBetter === true ? value <= target : value >= target;
  return [name, format(value), unit, format(target), isMet ? "met" : "not met"];
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
