/** Saving over a file never loses it. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hostPorts, SaveError, saveImage } from "../../../host/index.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "conspect-save-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const pieces = [Uint8Array.of(1, 2, 3), new Uint8Array(3 << 20).fill(7), Uint8Array.of(4)];
const expected = Buffer.concat(pieces);

function failureOf(action: () => void): SaveError {
  try {
    action();
  } catch (problem) {
    if (problem instanceof SaveError) return problem;
    throw problem;
  }
  throw new Error("it was saved");
}

describe("an image", () => {
  test("is written whole, and nothing else is left", () => {
    const path = join(directory, "new.sysout");
    const told: number[] = [];
    saveImage(path, pieces, (done) => told.push(done));
    expect(readFileSync(path).equals(expected)).toBe(true);
    expect(readdirSync(directory)).toEqual(["new.sysout"]);
    expect(told.at(-1)).toBe(expected.length);
  });
  test("takes the place of the old file, with its permissions", () => {
    const path = join(directory, "old.sysout");
    writeFileSync(path, "old");
    chmodSync(path, 0o640);
    saveImage(path, pieces);
    expect(readFileSync(path).equals(expected)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });
  test("goes where a link leads, and the link stays", () => {
    mkdirSync(join(directory, "elsewhere"));
    const real = join(directory, "elsewhere", "real.sysout");
    writeFileSync(real, "old");
    symlinkSync(real, join(directory, "link.sysout"));
    saveImage(join(directory, "link.sysout"), pieces);
    expect(readFileSync(real).equals(expected)).toBe(true);
    expect(readdirSync(join(directory, "elsewhere"))).toEqual(["real.sysout"]);
  });
  test("that cannot be written to its end leaves the old file as it was", () => {
    const path = join(directory, "old.sysout");
    writeFileSync(path, "old");
    function* broken() {
      yield Uint8Array.of(1);
      throw Object.assign(new Error("write"), { code: "ENOSPC" });
    }
    const problem = failureOf(() => saveImage(path, broken()));
    expect(problem.message).toBe(`cannot save ${path}: the disk is full`);
    expect(problem.failure).toBe(2);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(directory)).toEqual(["old.sysout"]);
  });
  test.skipIf(!existsSync("/dev/full"))("is not written to a device", () => {
    expect(failureOf(() => saveImage("/dev/full", pieces)).message).toMatch(/a device or a pipe/);
  });
  test("has a reason for each refusal", () => {
    const at = (...names: string[]) => join(directory, ...names);
    writeFileSync(at("file"), "");
    expect(failureOf(() => saveImage(at("none", "x"), pieces)).message).toMatch(/its directory does not exist$/);
    expect(failureOf(() => saveImage(at("file", "x"), pieces)).message).toMatch(/no directory$/);
    expect(failureOf(() => saveImage(directory, pieces)).message).toMatch(/it is a directory, expected a file/);
    expect(failureOf(() => saveImage(at("x".repeat(300)), pieces))).toMatchObject({ failure: 1 });
    expect(readdirSync(directory)).toEqual(["file"]);
  });
});

describe("a program saves its image", () => {
  type Settings = Parameters<typeof hostPorts>[0];
  const save = (files: Settings["files"], name: string | null, environment: Settings["environment"] = null) => {
    const ports = hostPorts({ files, environment }, { write() {} });
    try {
      return ports.images.save(name, pieces);
    } finally {
      ports.close();
    }
  };
  test("only where it may write", () => {
    mkdirSync(join(directory, "in"));
    const inside = join(directory, "in");
    expect(save([], join(inside, "a.sysout"))).toBe(3);
    expect(save([{ path: inside, writable: false }], join(inside, "a.sysout"))).toBe(3);
    expect(save([{ path: inside, writable: true }], join(directory, "a.sysout"))).toBe(3);
    expect(save([{ path: inside, writable: true }], join(inside, "..", "a.sysout"))).toBe(3);
    symlinkSync(join(directory, "outside.sysout"), join(inside, "link"));
    writeFileSync(join(directory, "outside.sysout"), "old");
    expect(save([{ path: inside, writable: true }], join(inside, "link"))).toBe(3);
    expect(readFileSync(join(directory, "outside.sysout"), "utf8")).toBe("old");
    expect(save([{ path: inside, writable: true }], join(inside, "a.sysout"))).toBe(null);
    expect(readFileSync(join(inside, "a.sysout")).equals(expected)).toBe(true);
  });
  test("without a name into the first directory that it may write to, or nowhere", () => {
    expect(save([], null)).toBe(3);
    expect(save([{ path: directory, writable: false }], null)).toBe(3);
    expect(save([{ path: directory, writable: true }], null)).toBe(null);
    expect(readdirSync(directory)).toEqual(["lisp.virtualmem"]);
  });
  test("without a name into the file that its environment names, where it may write", () => {
    const inside = join(directory, "in");
    mkdirSync(inside);
    const files = [{ path: inside, writable: true }];
    expect(save(files, null, { LDEDESTSYSOUT: join(inside, "mine.sysout") })).toBe(null);
    expect(save(files, null, { LDEDESTSYSOUT: join(directory, "mine.sysout") })).toBe(3);
    expect(save(files, null, { LDEDESTSYSOUT: "mine.sysout" })).toBe(3);
    expect(save(files, join(inside, "named.sysout"), { LDEDESTSYSOUT: join(inside, "other.sysout") })).toBe(null);
    expect(readdirSync(inside).sort()).toEqual(["mine.sysout", "named.sysout"]);
    expect(readdirSync(directory)).toEqual(["in"]);
  });
  test("learns that a name has a character that no name can have", () => {
    expect(save([{ path: directory, writable: true }], join(directory, "x\0.sysout"))).not.toBe(null);
    expect(failureOf(() => saveImage(join(directory, "x\0.sysout"), [])).message).toMatch(/zero character/);
  });
  test("learns that a name is too long", () => {
    expect(save([{ path: directory, writable: true }], join(directory, "x".repeat(300)))).toBe(1);
  });
});
