/**
 * `npm run bench`: figures of the bundled build, beside the first targets of the design. `npm run bench -- managers` measures one group.
 * Machines differ, and are not always idle: quote the table with the first two lines. docs/benchmarks.md explains the rows.
 */
import { cpus, loadavg } from "node:os";
import { renderTable } from "#core";
import { rows as adapterRows } from "./debugging/adapter.ts";
import { rows as dapRows } from "./debugging/dap-scale.ts";
import { rows as imageSessionRows } from "./debugging/image-session.ts";
import { rows as questionRows } from "./debugging/questions.ts";
import { rows as timelineRows } from "./debugging/timeline.ts";
import { rows as graphRows } from "./graph.ts";
import { rows as imageRows, MEASURE_RESIDENT, residentMegabytes } from "./images.ts";
import { rows as languageRows } from "./language.ts";
import { rows as arenaRows } from "./managers/arena.ts";
import { rows as asapRows } from "./managers/asap.ts";
import { rows as mallocRows } from "./managers/malloc.ts";
import { rows as managerRows } from "./managers/managers.ts";
import { rows as markSweepRows } from "./managers/mark-sweep.ts";
import type { BenchRow } from "./row.ts";
import { rows as serverRows } from "./server.ts";
import { rows as verifyRows } from "./verify.ts";
import { rows as vmRows } from "./vm.ts";

interface Group {
  readonly name: string;
  readonly rows: () => readonly BenchRow[] | Promise<readonly BenchRow[]>;
}

async function main(): Promise<void> {
  const only = process.argv[2] ?? "";
  if (only === MEASURE_RESIDENT) {
    process.stdout.write(`${residentMegabytes(process.argv[3] ?? "")}\n`);
    return;
  }
  const groups: readonly Group[] = [
    { name: "machine", rows: vmRows },
    { name: "time", rows: timelineRows },
    { name: "questions", rows: questionRows },
    { name: "managers", rows: managerRows },
    { name: "malloc", rows: mallocRows },
    { name: "arenas", rows: arenaRows },
    { name: "mark-sweep", rows: markSweepRows },
    { name: "asap", rows: asapRows },
    { name: "language", rows: languageRows },
    { name: "images", rows: imageRows },
    { name: "adapter", rows: adapterRows },
    { name: "DAP", rows: dapRows },
    { name: "language server", rows: serverRows },
    { name: "images, indexed", rows: graphRows },
    { name: "images, checked", rows: verifyRows },
    { name: "image session", rows: imageSessionRows },
  ];
  process.stdout.write(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}\n`);
  process.stdout.write(`load of the last minute before: ${format(loadavg()[0] ?? 0)}\n\n`);
  const shown: string[][] = [];
  for (const group of groups) {
    if (!group.name.startsWith(only)) continue;
    process.stderr.write(`measuring: ${group.name} …\n`);
    for (const row of await group.rows()) shown.push(cells(row));
  }
  process.stdout.write(`${renderTable(["what", "measured", "best", "unit", "first target", ""], shown).join("\n")}\n`);
}

function cells({ name, value, best, unit, target, isLowerBetter }: BenchRow): string[] {
  const figures = [name, format(value), best === null ? "" : format(best), unit];
  if (target === null) return [...figures, "", ""];
  return [...figures, format(target), isMet(value, target, isLowerBetter === true) ? "met" : "not met"];
}

function isMet(value: number | string, target: number | string, isLowerBetter: boolean): boolean {
  if (typeof value === "string" || typeof target === "string") return value === target;
  return isLowerBetter ? value <= target : value >= target;
}

function format(value: number | string): string {
  if (typeof value === "string") return value;
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
