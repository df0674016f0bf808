/** What became of the tests of a run, for reporters that make tables of them. */
import { relative } from "node:path";
import type { TestModule } from "vitest/node";

export interface TestOutcome {
  /** With the names of the groups around it, each followed by ` > `. */
  readonly title: string;
  readonly file: string;
  readonly passed: boolean;
}

export function outcomesOf(modules: readonly TestModule[]): readonly TestOutcome[] {
  return modules.flatMap((module) =>
    [...module.children.allTests()]
      .filter((test) => test.result().state !== "skipped")
      .map((test) => ({
        title: test.fullName,
        file: relative(process.cwd(), module.moduleId),
        passed: test.result().state === "passed",
      })),
  );
}

/** What went wrong outside of tests, a line each. */
export function problemsOf(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): readonly string[] {
  const broken = modules.filter((module) => module.errors().length > 0).map(({ moduleId }) => moduleId);
  return [...broken.map((file) => `${file} could not be loaded`), ...unhandledErrors.map(String)];
}
