import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const program = join(root, "dist/conspect.cjs");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conspect-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
function conspect(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

describe("conspect run", () => {
  test("prints what the program prints and ends with 0", () => {
    expect(conspect("run", file("ok.cons", "(print (+ 1 2))"))).toEqual({ status: 0, stdout: "3\n", stderr: "" });
  });

  test("ends with 1 and a backtrace when the program fails", () => {
    const { status, stderr } = conspect("run", file("fails.cons", "(define (f x) (car x))\n(print (f 5))\n"));
    expect(status).toBe(1);
    expect(stderr).toMatch(/not-a-list.*5/);
    expect(stderr).toContain("fails.cons:1:15");
  });

  test("ends with 3 and places when the text has errors", () => {
    const { status, stderr } = conspect("run", file("wrong.cons", "(define x)\n(foo\n"));
    expect(status).toBe(3);
    expect(stderr).toMatch(/wrong\.cons:\d+:\d+: error:/);
    expect(stderr).not.toMatch(/\.ts:|\.cjs:|at Object/);
  });

  test("shows errors only, a few of them, and of a long line what is near", () => {
    const { status, stderr } = conspect("run", file("noise.cons", `(let ((unused 1)) 2) ${")".repeat(100_000)}`));
    expect(status).toBe(3);
    expect(stderr).toContain("noise.cons:1:22: error: this ) closes nothing");
    expect(stderr).toContain("and 99980 more");
    expect(stderr).not.toContain("hint");
    expect(stderr.length).toBeLessThan(10_000);
  });

  test("ends when the reader of its output does, even in the middle of an endless program", () => {
    const endless = file("endless.cons", "(while #t (display 1))");
    const { status, stdout } = spawnSync(
      "bash",
      ["-c", `"${process.execPath}" "${program}" run "${endless}" | head -c 5`],
      {
        encoding: "utf8",
        timeout: 20_000,
      },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: "11111" });
  });

  test.skipIf(!existsSync("/dev/full"))("ends with 74 and the reason when the disk is full", () => {
    const path = file("prints.cons", "(print 1)");
    for (const args of [["run", path], ["compare", path], ["run", path, "--stats"], ["--help"], ["demo"]]) {
      const full = openSync("/dev/full", "w");
      const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
        encoding: "utf8",
        timeout: 20_000,
        stdio: ["ignore", full, "pipe"],
      });
      closeSync(full);
      expect([args[0], status, stderr]).toEqual([
        args[0],
        74,
        "conspect: cannot write the output: no room is left on the device; what was written is not complete\n",
      ]);
    }
  });

  test("ends with 2 for wrong use, and names what is allowed", () => {
    expect(conspect("run", "--manager", "magic", "x.cons")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("refcount, mark-sweep, none"),
    });
    expect(conspect("run", "--heap", "0", "x.cons").status).toBe(2);
    expect(conspect("run").status).toBe(2);
    expect(conspect("dance").status).toBe(2);
  });

  test("ends with 3 when there is no such file", () => {
    expect(conspect("run", join(folder, "missing.cons")).status).toBe(3);
  });

  test("refuses a device and a pipe at once instead of reading without end", () => {
    const pipe = join(folder, "pipe.cons");
    execFileSync("mkfifo", [pipe]);
    for (const path of ["/dev/zero", pipe]) {
      const { status, stderr } = conspect("run", path);
      expect([status, stderr]).toEqual([3, expect.stringContaining("it is a device or a pipe")]);
    }
  });

  test("stops a program that allocates without end at its heap limit", () => {
    const { status, stderr } = conspect(
      "run",
      "--heap",
      "1",
      file("grow.cons", "(define (grow l) (grow (cons 1 l)))\n(grow nil)\n"),
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/storage full/i);
    expect(stderr).toContain("grow.cons:1:");
  });

  test("stops a program that recurses without end with its stack", () => {
    const { status, stderr } = conspect("run", file("deep.cons", "(define (deep n) (+ 1 (deep n)))\n(deep 0)\n"));
    expect(status).toBe(1);
    expect(stderr).toMatch(/stack/);
    expect(stderr).toContain("deep.cons:1:");
  });

  test("prints statistics as a table and as JSON", () => {
    const path = file("stats.cons", "(define (f n) (if (> n 0) (begin (cons n n) (f (- n 1)))))\n(f 100)\n");
    expect(conspect("run", path, "--stats").stdout).toMatch(/objects allocated\s+\d+/);
    const figures = JSON.parse(conspect("run", path, "--stats", "--json").stdout) as Record<string, string>;
    expect(Number(figures["objects freed"])).toBeGreaterThanOrEqual(100);
  });
});

describe("conspect compare", () => {
  test("runs a program under every manager", () => {
    const { status, stdout } = conspect("compare", join(root, "examples/garbage.cons"));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^manager .*peak bytes .*leaked/m);
    expect(stdout).toMatch(/^refcount +20,010 +19,980/m);
    expect(stdout).toMatch(/^none +20,010 +0/m);
    expect(stdout).toMatch(/^refcount, none +54,020 \(26:9/m);
  });

  test("prints everything as JSON, of chosen managers", () => {
    const { stdout } = conspect("compare", join(root, "examples/garbage.cons"), "--managers", "none", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ managers: [{ manager: "none", frees: 0 }], differences: [] });
    expect(conspect("compare", join(root, "examples/garbage.cons"), "--managers", "best").status).toBe(2);
  });
});

describe("conspect demo", () => {
  test("shows the stop, the regions, decoded pointers, counts, what was freed, and the numbers before and after", () => {
    const output = execFileSync(process.execPath, [program, "demo"], { encoding: "utf8", timeout: 60_000 });
    for (const expected of [/garbage\.cons:\d+/, /region/i, /\{LISTP\}#\d+,\d+/, /count/, /freed/, /before -> after/]) {
      expect(output).toMatch(expected);
    }
    expect(output).not.toMatch(/undefined|NaN|\[object/);
  });

  test("is what the README announces", () => {
    expect(readFileSync(join(root, "README.md"), "utf8")).toContain("npm run demo");
  });
});
