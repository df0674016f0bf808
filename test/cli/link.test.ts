/** `conspect link` is told what to link, and says what is wrong. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError, UsageError } from "../../cli/command.ts";
import { linkCommand } from "../../cli/commands/link.ts";

const EXAMPLE = "examples/lists.lcom";
let directory = "";
let image = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "conspect-link-"));
  image = join(directory, "out.sysout");
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe("conspect link", () => {
  test("writes an image, and a map of it", async () => {
    const map = join(directory, "out.map");
    expect(await linkCommand.run([EXAMPLE, "--start", "SUM", "-o", image, "--map", map])).toBe(0);
    expect(readFileSync(image).length % 512).toBe(0);
    expect(readFileSync(map, "utf8")).toMatch(/^0x2E3C24 +\d+ +code +SUM +examples\/lists\.lcom$/m);
  });
  test.each([
    [[EXAMPLE, "--start", "SUM"], "expected -o and the name of the image to write"],
    [["-o", "x"], "expected --medley DIR, or the names of compiled files"],
    [[EXAMPLE, "-o", "x"], "expected --start and the function that the image begins with"],
    [[EXAMPLE, "--start", "SUM", "--as", "/lisp", "-o", "x"], "--as goes with --medley only"],
    [
      ["--medley", ".", EXAMPLE, "-o", "x"],
      "--medley: the checkout says which files are linked, not examples/lists.lcom",
    ],
    [
      ["--medley", ".", "--start", "SUM", "-o", "x"],
      "--start: the image of a checkout begins with the system's own function",
    ],
  ])("refuses %j", async (args, message) => {
    await expect(linkCommand.run(args)).rejects.toThrow(new UsageError(message));
  });
  test("names a file that cannot be linked, and writes nothing", async () => {
    const broken = join(directory, "broken.lcom");
    writeFileSync(broken, readFileSync(EXAMPLE).subarray(0, 300));
    const run = linkCommand.run([broken, "--start", "SUM", "-o", image]);
    await expect(run).rejects.toThrow(InputError);
    await expect(run).rejects.toThrow(`${broken}: byte `);
    expect(existsSync(image)).toBe(false);
  });
  test("says what to do about a folder that is no checkout", async () => {
    const run = linkCommand.run(["--medley", directory, "-o", image]);
    await expect(run).rejects.toThrow(InputError);
    await expect(run).rejects.toThrow(
      "file FILESETS: found none, expected sources/FILESETS. Name the top folder of a checkout",
    );
  });
});
