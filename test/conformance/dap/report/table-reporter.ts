/** Prints, after a run of the conformance tests, which name of the protocol is proved by which test; the run fails when a row is open. */
import type { Reporter, TestModule } from "vitest/node";
import { outcomesOf, problemsOf } from "../../../support/report/test-outcomes.ts";
import { ownRows, pageRows } from "./page.ts";
import { protocolReport } from "./report.ts";

export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const { lines, open } = protocolReport(outcomesOf(modules), pageRows(), ownRows());
    const problems = problemsOf(modules, unhandledErrors);
    const verdict = open.length === 0 ? "No row is open." : `${open.length} rows are open: ${open.join(", ")}`;
    process.stdout.write(`${[...lines, "", ...problems, verdict].join("\n")}\n`);
    if (open.length > 0 || problems.length > 0) process.exitCode = 1;
  }
}
