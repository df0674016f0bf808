/** The file port on real files: what was granted works, and nothing leads out of it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isRefusal, UNIX_ERROR } from "../../core/vm/ports.ts";
import { HostFiles } from "../../host/files.ts";

let root: string;
let files: HostFiles;
const open: HostFiles[] = [];
/** A host that may read `readable` and write `writable`, beside a directory `outside` that it must not see. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "conspect-files-"));
  for (const name of ["readable", "writable", "outside"]) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, "file"), name);
  }
  files = granting([
    { path: join(root, "readable"), writable: false },
    { path: join(root, "writable"), writable: true },
  ]);
});
afterEach(() => {
  for (const host of open.splice(0)) host.closeAll();
  rmSync(root, { recursive: true });
});
function granting(grants: readonly { path: string; writable: boolean }[]): HostFiles {
  const host = new HostFiles(grants);
  open.push(host);
  return host;
}
const READ = { access: "read", create: false, truncate: false } as const;
const CREATE = { access: "update", create: true, truncate: false } as const;
const refused = (number: number) => ({ refused: number });

function contents(path: string): string {
  const file = files.open(path, READ) as number;
  expect(file).toBeTypeOf("number");
  const text = Buffer.from(files.read(file, 0, 100) as Uint8Array).toString();
  expect(files.close(file)).toBe(null);
  return text;
}

describe("granted files", () => {
  test("are read", () => {
    expect(contents(join(root, "readable/file"))).toBe("readable");
    expect(files.list(join(root, "readable"))).toEqual(["file"]);
    expect(files.status(join(root, "readable/file"))).toMatchObject({ kind: "file", sizeBytes: 8 });
    expect(files.status(join(root, "readable"))).toMatchObject({ kind: "directory" });
    expect(files.status(join(root, "readable/none"))).toEqual(refused(UNIX_ERROR.noSuchFile));
  });

  test("are written where that was said", () => {
    const path = join(root, "writable/new");
    const file = files.open(path, CREATE) as number;
    expect(files.write(file, 0, Buffer.from("hello"))).toBe(null);
    expect(files.write(file, 4, Buffer.from("p!"))).toBe(null);
    expect(files.setLength(file, 5)).toBe(null);
    expect(files.close(file)).toBe(null);
    expect(readFileSync(path, "utf8")).toBe("hellp");
    expect(files.setModified(path, 1_000_000)).toBe(null);
    expect(files.status(path)).toMatchObject({ modified: 1_000_000, sizeBytes: 5 });
    expect(files.link(path, join(root, "writable/second"))).toBe(null);
    expect(files.rename(path, join(root, "writable/third"))).toBe(null);
    expect(files.remove(join(root, "writable/second"))).toBe(null);
    expect(files.makeDirectory(join(root, "writable/directory"))).toBe(null);
    expect(files.remove(join(root, "writable/directory"))).toHaveProperty("refused");
    expect(files.removeDirectory(join(root, "writable/directory"))).toBe(null);
    expect(files.list(join(root, "writable"))).toEqual(expect.arrayContaining(["file", "third"]));
  });

  test("that are read-only are not changed", () => {
    const path = join(root, "readable/file");
    const readOnly = refused(UNIX_ERROR.readOnly);
    expect(files.open(path, { access: "update", create: false, truncate: false })).toEqual(readOnly);
    expect(files.open(path, { access: "read", create: false, truncate: true })).toEqual(readOnly);
    expect(files.open(join(root, "readable/new"), CREATE)).toEqual(readOnly);
    expect(files.remove(path)).toEqual(readOnly);
    expect(files.rename(path, join(root, "writable/stolen"))).toEqual(readOnly);
    expect(files.rename(join(root, "writable/file"), path)).toEqual(readOnly);
    // A second name in a writable directory would make it writable.
    expect(files.link(path, join(root, "writable/second"))).toEqual(readOnly);
    expect(files.setModified(path, 0)).toEqual(readOnly);
    expect(files.setMode(path, 0)).toEqual(readOnly);
    expect(files.makeDirectory(join(root, "readable/directory"))).toEqual(readOnly);
    expect(readFileSync(path, "utf8")).toBe("readable");
    const file = files.open(path, READ) as number;
    expect(files.write(file, 0, Buffer.from("x"))).toHaveProperty("refused");
    expect(files.setLength(file, 0)).toHaveProperty("refused");
  });

  test("end with the files that a program may have open at once", () => {
    let last: unknown = 0;
    for (let i = 0; i < 300 && !isRefusal(last); i++) last = files.open(join(root, "readable/file"), READ);
    expect(last).toEqual(refused(UNIX_ERROR.tooManyFiles));
  });

  test("a single file can be granted", () => {
    const host = granting([{ path: join(root, "outside/file"), writable: false }]);
    expect(host.status(join(root, "outside/file"))).toMatchObject({ kind: "file" });
    expect(host.list(join(root, "outside"))).toEqual(refused(UNIX_ERROR.accessDenied));
  });
});

describe("nothing leads out", () => {
  const denied = refused(UNIX_ERROR.accessDenied);

  test.each([
    ["an absolute path", () => join(root, "outside/file")],
    ["the parent directory", () => `${join(root, "writable")}/../outside/file`],
    ["many parent directories", () => `${join(root, "writable")}${"/..".repeat(60)}/etc/passwd`],
    ["a name that begins like a granted one", () => `${join(root, "writable")}2`],
    ["the root", () => "/"],
    ["a device", () => "/dev/null"],
  ])("%s", (_, path) => {
    mkdirSync(`${join(root, "writable")}2`);
    expect(files.status(path())).toEqual(denied);
    expect(files.open(path(), READ)).toEqual(denied);
    expect(files.open(path(), CREATE)).toEqual(denied);
    expect(files.list(path())).toEqual(denied);
    expect(files.remove(path())).toEqual(denied);
    expect(files.rename(path(), join(root, "writable/x"))).toEqual(denied);
    expect(files.rename(join(root, "writable/file"), path())).toEqual(denied);
    expect(files.link(path(), join(root, "writable/x"))).toEqual(denied);
    expect(files.makeDirectory(path())).toEqual(denied);
    expect(files.removeDirectory(path())).toEqual(denied);
    expect(files.changeDirectory(path())).toEqual(denied);
  });

  test("symbolic links, to files, to directories, and to files that are not there", () => {
    symlinkSync(join(root, "outside/file"), join(root, "writable/to-file"));
    symlinkSync(join(root, "outside"), join(root, "writable/to-directory"));
    symlinkSync(join(root, "outside/absent"), join(root, "writable/to-nothing"));
    expect(files.open(join(root, "writable/to-file"), READ)).toEqual(denied);
    expect(files.open(join(root, "writable/to-directory/file"), READ)).toEqual(denied);
    expect(files.open(join(root, "writable/to-directory/new"), CREATE)).toEqual(denied);
    expect(files.list(join(root, "writable/to-directory"))).toEqual(denied);
    expect(files.open(join(root, "writable/to-nothing"), CREATE)).toHaveProperty("refused");
    expect(existsSync(join(root, "outside/absent"))).toBe(false);
    expect(files.setMode(join(root, "writable/to-file"), 0)).toEqual(denied);
    expect(readFileSync(join(root, "outside/file"), "utf8")).toBe("outside");
    // The link itself is in the granted directory, and may go.
    expect(files.remove(join(root, "writable/to-file"))).toBe(null);
    expect(existsSync(join(root, "outside/file"))).toBe(true);
  });

  test("a link inside counts as what it leads to", () => {
    symlinkSync(join(root, "readable"), join(root, "writable/down"));
    expect(contents(join(root, "writable/down/file"))).toBe("readable");
    expect(files.open(join(root, "writable/down/file"), CREATE)).toEqual(refused(UNIX_ERROR.readOnly));
    expect(files.remove(join(root, "writable/down/file"))).toEqual(refused(UNIX_ERROR.readOnly));
  });

  test("names that are no names", () => {
    const none = refused(UNIX_ERROR.noSuchFile);
    expect(files.open(`${join(root, "readable/file")}\0.txt`, READ)).toEqual(none);
    expect(files.open("readable/file", READ)).toEqual(none);
    expect(files.open("", READ)).toEqual(none);
    expect(files.open(`/${"a".repeat(1_000_000)}`, READ)).toEqual(refused(UNIX_ERROR.nameTooLong));
    expect(files.open(join(root, "readable", "a".repeat(300)), READ)).toEqual(refused(UNIX_ERROR.nameTooLong));
    expect(files.removeDirectory(`${join(root, "writable")}/.`)).toHaveProperty("refused");
    expect(files.removeDirectory(`${join(root, "writable")}/..`)).toHaveProperty("refused");
  });

  test.skipIf(process.platform === "win32")("pipes and directories are not opened as files", () => {
    execFileSync("mkfifo", [join(root, "writable/pipe")]);
    expect(files.open(join(root, "writable/pipe"), READ)).toEqual(denied);
    expect(files.setMode(join(root, "writable/pipe"), 0)).toEqual(denied);
    expect(files.open(join(root, "writable"), READ)).toEqual(refused(UNIX_ERROR.isDirectory));
  });

  test("without a grant there is nothing", () => {
    const host = granting([]);
    expect(host.status("/")).toEqual(denied);
    expect(host.open(join(root, "readable/file"), READ)).toEqual(denied);
    expect(host.currentDirectory()).toBe("/");
  });
});
