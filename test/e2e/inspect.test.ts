/** `conspect inspect` as a process: exit codes, JSON, pipes, bad files. What the topics say is tested in `test/cli/topics/`. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { topics } from "../../cli/topics/index.ts";
import { miniBytes } from "../support/images/mini-sysout.ts";

const program = join(resolve(import.meta.dirname, "../.."), "dist/conspect.cjs");
let folder = "";
let image = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conspect-inspect-"));
  image = written("mini.sysout", miniBytes());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
function inspect(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "inspect", ...args], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

describe("conspect inspect", () => {
  test("prints the summary, and nothing on standard error when nobody waits at a terminal", () => {
    const { status, stdout, stderr } = inspect(image);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("1 frame deep, innermost MAIN");
  });

  test("prints JSON, wherever the option stands", () => {
    for (const args of [
      [image, "symbols", "--json", "--count", "2"],
      ["--json", image, "symbols", "--count", "2"],
    ]) {
      const { symbols } = JSON.parse(inspect(...args).stdout) as { symbols: { name: string }[] };
      expect(symbols.map(({ name }) => name)).toEqual(["NIL", "NOBIND"]);
    }
  });

  test("ends with 1 when two images differ, and with 0 when they do not", () => {
    const bytes = miniBytes();
    const other = written("same.sysout", bytes);
    expect(inspect(image, "diff", other)).toMatchObject({ status: 0, stdout: "the images are the same\n" });
    bytes[bytes.length - 1] = 0x55;
    expect(inspect(image, "diff", written("other.sysout", bytes)).status).toBe(1);
    expect(inspect(image, "diff", join(folder, "missing")).status).toBe(3);
  });

  test("ends with 2 for wrong use, and says what there is", () => {
    const { status, stderr } = inspect(image, "frmes");
    expect([status, stderr]).toEqual([2, expect.stringContaining("did you mean frames?")]);
    expect(inspect().status).toBe(2);
    expect(inspect(image, "frames", "--count", "x")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Topic: frames"),
    });
  });

  test("ends with 3 for what is no image, and says why", () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const bad = [folder, pipe, "/dev/zero", join(folder, "missing"), written("empty", new Uint8Array(0))];
    for (const path of [...bad, written("text", Buffer.from("hello ".repeat(1000)))]) {
      const { status, stdout, stderr } = inspect(path);
      expect([status, stdout], path).toEqual([3, ""]);
      expect(stderr).toMatch(/^conspect inspect: .+\n$/);
      expect(stderr).not.toMatch(/at \w+ \(/);
    }
  });

  test("ends when the reader of its output does", () => {
    const command = `"${process.execPath}" "${program}" inspect "${image}" symbols --count all | head -c 6`;
    const { status, stdout } = spawnSync("bash", ["-c", command], { encoding: "utf8", timeout: 20_000 });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "symbol" });
  });

  test("lists every topic in its help", () => {
    const { stdout } = inspect("--help");
    for (const { synopsis } of topics) expect(stdout).toContain(`  ${synopsis}`);
  });
});
