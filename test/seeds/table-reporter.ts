/** Prints, after a run of the tests that name seed rows, which row is proved by which test; the run fails when a row is open. */
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { traceability } from "./traceability.ts";

export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const outcomes = modules.flatMap((module) =>
      [...module.children.allTests()]
        .filter((test) => test.result().state !== "skipped")
        .map((test) => ({
          title: test.fullName,
          file: relative(process.cwd(), module.moduleId),
          passed: test.result().state === "passed",
        })),
    );
    const broken = modules.filter((module) => module.errors().length > 0).map(({ moduleId }) => moduleId);
    const { lines, open } = traceability(outcomes);
    const problems = [...broken.map((file) => `${file} could not be loaded`), ...unhandledErrors.map(String)];
    const verdict = open.length === 0 ? "No row is open." : `${open.length} rows are open: ${open.join(", ")}`;
    process.stdout.write(`${[...lines, "", ...problems, verdict].join("\n")}\n`);
    if (open.length > 0 || problems.length > 0) process.exitCode = 1;
  }
}
