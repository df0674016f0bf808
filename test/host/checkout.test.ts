/** Files of a checkout by the names that Lisp has for them. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FileError, openCheckout } from "../../host/index.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "conspect-checkout-"));
  mkdirSync(join(directory, "sources"));
  for (const name of ["Alpha.lcom", "BETA.LCOM", "beta.lcom"]) writeFileSync(join(directory, "sources", name), name);
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});
const textOf = (folder: string, name: string): string | null => {
  const found = openCheckout(directory).read(folder, name);
  return found === null ? null : Buffer.from(found.bytes).toString();
};

describe("a checkout", () => {
  test("finds a file in any case of letters, and tells how it is spelled", () => {
    const found = openCheckout(directory).read("sources", "ALPHA.LCOM");
    expect(found?.name).toBe("Alpha.lcom");
    expect(found?.path).toBe(join(directory, "sources", "Alpha.lcom"));
    expect(textOf("sources", "alpha.LCOM")).toBe("Alpha.lcom");
  });
  test("takes the same of two names that differ in case only, each time", () => {
    expect(textOf("sources", "Beta.lcom")).toBe("BETA.LCOM");
  });
  test("has no files in folders that are not there", () => {
    expect(textOf("library", "ALPHA.LCOM")).toBeNull();
    expect(textOf("sources", "GAMMA.LCOM")).toBeNull();
  });
  test("is where links lead", () => {
    const link = `${directory}-link`;
    symlinkSync(directory, link);
    try {
      expect(openCheckout(link).root).toBe(realpathSync(directory));
    } finally {
      rmSync(link);
    }
  });
  test("that does not exist is an error with its name", () => {
    const missing = join(directory, "nowhere");
    expect(() => openCheckout(missing)).toThrow(FileError);
    expect(() => openCheckout(missing)).toThrow(`cannot read ${missing}: there is no such file`);
  });
});
