import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { FolderFiles } from "../../../server/workspace/folder-files.ts";

const root = mkdtempSync(join(tmpdir(), "conspect-files-"));
afterAll(() => rmSync(root, { recursive: true }));

test("finds the programs of a folder and reads them, without hidden folders and packages", () => {
  for (const folder of ["sub", ".hidden", "node_modules"]) mkdirSync(join(root, folder));
  const paths = ["b.cons", "sub/a b.cons", "c.txt", ".hidden/d.cons", "node_modules/e.cons"];
  for (const path of paths) writeFileSync(join(root, path), `; ${path}`);
  const files = new FolderFiles();
  files.setFolders([pathToFileURL(root).href, "file:///does/not/exist", "untitled:x", "nonsense"]);
  const found = files.list();
  expect(found).toEqual(["b.cons", "sub/a b.cons"].map((path) => pathToFileURL(join(root, path)).href));
  expect(found.map((uri) => files.read(uri))).toEqual(["; b.cons", "; sub/a b.cons"]);
  expect(files.read("file:///does/not/exist")).toBeNull();
  expect(files.read("untitled:x")).toBeNull();
});
