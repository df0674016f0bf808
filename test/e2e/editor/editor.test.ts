/** A user's work in a real VS Code workbench, from the packaged extension: see docs/editor-tests.md. One editor for all, in this order. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Desk, root, soon, vsix } from "../support/desk.ts";
import { missingForEditorTests } from "../support/editor-location.mjs";
import { askingSuite } from "./asking.ts";
import { comparingSuite } from "./comparing.ts";
import { goingBackSuite } from "./going-back.ts";
import { imagesSuite } from "./images.ts";
import { languageSuite } from "./language.ts";
import { sessionSuite } from "./session.ts";
import { sharingSuite } from "./sharing.ts";

const ZIP_ENTRY = "PK\x01\x02";
const MEBIBYTE = 1024 * 1024;
const readme = readFileSync(join(root, "README.md"), "utf8");

/** Names in the central directory of a ZIP archive. */
function zipEntries(archive: Buffer): string[] {
  const names: string[] = [];
  for (let at = archive.indexOf(ZIP_ENTRY); at >= 0; at = archive.indexOf(ZIP_ENTRY, at + 1)) {
    names.push(archive.toString("utf8", at + 46, at + 46 + archive.readUInt16LE(at + 28)));
  }
  return names;
}

const missing = missingForEditorTests();
if (missing !== null) process.stderr.write(`Editor tests are skipped: ${missing}\n`);

describe.skipIf(missing !== null)("Conspect in VS Code", () => {
  let opened: Desk | null = null;
  const desk = (): Desk => {
    if (opened === null) throw new Error("the editor did not start");
    return opened;
  };

  beforeAll(async () => {
    opened = await Desk.open();
  });
  afterAll(() => opened?.editor.close());
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await opened?.pictureOfFailure(task.name);
  });

  test("is packaged in moderate size with all that it needs", async () => {
    expect(statSync(vsix).size).toBeLessThan(2 * MEBIBYTE);
    const files = zipEntries(readFileSync(vsix)).map((name) => name.replace(/^extension\//, ""));
    for (const name of ["client", "server", "adapter", "conspect"]) expect(files).toContain(`dist/${name}.cjs`);
    expect(files).toEqual(expect.arrayContaining(["readme.md", "LICENSE.txt", "client/images/icon.png"]));
    for (const [, picture] of readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) expect(files).toContain(picture);
    expect(files.filter((file) => /(^|\/)(node_modules|test|core|bench)|\.map$/.test(file))).toEqual([]);
  });

  languageSuite(desk);
  sessionSuite(desk);
  askingSuite(desk);
  goingBackSuite(desk);
  sharingSuite(desk);
  imagesSuite(desk);
  comparingSuite(desk);

  test("has shown no refused request", () => {
    expect(desk().wire.shownFailures()).toEqual([]);
  });

  test("leaves no process behind when the editor is killed in the middle of a session", async () => {
    const { editor, workbench } = desk();
    await workbench.openFile("garbage.cons");
    await workbench.command("Conspect: Debug Current File Stopping on Collections");
    await workbench.frame("numbers").waitFor();
    expect(editor.processes().join("\n")).toMatch(/adapter\.cjs/);
    await editor.kill();
    await expect.poll(() => editor.processes(), soon).toEqual([]);
  });
});
