/**
 * Golden data: tables recorded from the reference VM, one row one case. They stand in `test/golden/` (ORIGIN.md there tells where they come from),
 * or in the directory that the environment variable CONSPECT_GOLDEN names. Entries that are defects of the recorded build: `golden-exceptions.ts`.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "vitest";

const directory = process.env.CONSPECT_GOLDEN ?? resolve(import.meta.dirname, "../../golden");

export function hasGolden(name: string): boolean {
  return existsSync(join(directory, name));
}

/**
 * The parsed content of a golden file. The caller states its shape; nothing checks it.
 *
 * @param name file name with extension: `decode.json`
 * @throws {RangeError} when there is no such file; `describeGolden` skips instead
 */
export function golden<T>(name: string): T {
  if (!hasGolden(name)) throw new RangeError(`golden file ${join(directory, name)} is missing`);
  return JSON.parse(readFileSync(join(directory, name), "utf8")) as T;
}

/**
 * `describe` for tests that loop over a golden file: without the file one skipped test says what is missing.
 *
 * @param rows seed rows that the recordings prove
 */
export function describeGolden<T>(name: string, body: (data: T) => void, rows = ""): void {
  describe(`golden ${name}${rows === "" ? "" : ` (${rows})`}`, () => {
    if (hasGolden(name)) {
      body(golden<T>(name));
      return;
    }
    const what = `${name} is missing in ${directory} (CONSPECT_GOLDEN may name another directory): its cases are not checked`;
    process.stderr.write(`SKIPPED: ${what}\n`);
    test.skip(what, () => {});
  });
}
