import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FileError, openImageFile } from "../../../host/index.ts";

const folder = mkdtempSync(join(tmpdir(), "conspect-image-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("image files", () => {
  test("are read piece by piece, and short only at their end", () => {
    const path = join(folder, "ten");
    writeFileSync(
      path,
      Uint8Array.from({ length: 10 }, (_, i) => i),
    );
    const file = openImageFile(path);
    const into = new Uint8Array(4);
    expect([file.name, file.sizeBytes]).toEqual([path, 10]);
    expect([file.read(3, into), [...into]]).toEqual([4, [3, 4, 5, 6]]);
    expect(file.read(8, into)).toBe(2);
    expect(file.read(20, into)).toBe(0);
    file.close();
  });

  test("that are none are refused with the reason", () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(() => openImageFile(folder)).toThrow(/it is a directory, expected a file/);
    expect(() => openImageFile(pipe)).toThrow(/it is a device or a pipe, expected a file/);
    expect(() => openImageFile("/dev/zero")).toThrow(/it is a device or a pipe/);
    expect(() => openImageFile(join(folder, "missing"))).toThrow(/there is no such file/);
    expect(() => openImageFile(join(folder, "missing"))).toThrow(FileError);
  });
});
