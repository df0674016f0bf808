/** What a debugger of the past looks like in a real VS Code workbench: backwards to who dropped the last reference, and the stops that a maintainer sets by hand. */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Editor, startEditor } from "./support/editor.ts";
import { missingForEditorTests } from "./support/editor-location.mjs";
import { WireLog } from "./support/wire-log.ts";
import { Workbench } from "./support/workbench.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const images = join(root, process.env.CONSPECT_UPDATE_IMAGES ? "docs/images" : "out/editor-images");
const failures = join(root, "out/editor-failures");
const PATIENCE_MS = 20_000;
const SETTLING_MS = 500;

const missing = missingForEditorTests();

describe.skipIf(missing !== null)("Conspect in VS Code, backwards", () => {
  let editor: Editor;
  let workbench: Workbench;
  let wire: WireLog;
  const soon = { timeout: PATIENCE_MS };

  beforeAll(async () => {
    await run("npm", ["run", "--silent", "package"], { cwd: root });
    editor = await startEditor(join(root, "dist/conspect.vsix"), join(root, "examples"));
    editor.page.setDefaultTimeout(PATIENCE_MS);
    workbench = new Workbench(editor.page);
    wire = new WireLog(editor.observerLog);
    mkdirSync(images, { recursive: true });
  });
  afterAll(() => editor?.close());
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail" || editor === undefined || editor.page.isClosed()) return;
    mkdirSync(failures, { recursive: true });
    await editor.page.screenshot({ path: join(failures, `${task.name.replaceAll(/\W+/g, "-")}.png`) });
  });
  const picture = async (name: string): Promise<void> => {
    await workbench.parkMouse();
    await editor.page.screenshot({ path: join(images, `${name}.png`) });
  };
  /** Clicks a button that lets the program run, and waits until it stops or ends. */
  const go = async (button: string): Promise<void> => {
    const pauses = () => wire.events("stopped").length + wire.events("terminated").length;
    const before = pauses();
    await workbench.debugButton(button).click();
    await expect.poll(pauses, soon).toBeGreaterThan(before);
    await editor.page.waitForTimeout(SETTLING_MS);
  };

  test("stops with the error that somebody else has caused", async () => {
    await workbench.openFile("last-reference.cons");
    await workbench.statusItem(/Conspect Lisp/).waitFor();
    await workbench.command("Conspect: Debug Current File");
    await workbench.frame("size-of").waitFor();
    await workbench.setSideBarWidth(500);
    await workbench.setPanelHeight(180);
    await workbench.setSectionOpen("Watch", false);
    expect(await workbench.exceptionReport()).toContain("lisp.error");
    await picture("back-1-error");
  });

  test("goes back to who dropped the last reference, by a data breakpoint from the Variables view", async () => {
    for (const title of ["Call Stack", "Breakpoints"]) await workbench.setSectionOpen(title, false);
    await workbench.setExpanded("Scope Locals", false);
    await workbench.setExpanded("Scope Symbols", true);
    await workbench.setExpanded("program,", true);
    await workbench.setExpanded("table,", true);
    await workbench.variable("3, value nil").click({ button: "right" });
    await picture("back-2-menu");
    await editor.page.getByRole("menuitem", { name: "Break on Value Change" }).click();
    await go("Reverse");
    await workbench.setSectionOpen("Call Stack", true);
    await picture("back-3-culprit");
    expect(await workbench.stoppedAt()).toContain("forget");
    expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "data breakpoint" });
    await workbench.variable("i, value 3").waitFor();
    expect(await workbench.editorText()).toContain("(vector-set! table i nil)");
  });

  test("steps back, and the variables are as they were", async () => {
    await go("Step Back");
    expect(wire.requests("stepBack").length).toBe(1);
    await workbench.variable("3, value {LISTP}#").waitFor();
    await picture("back-4-step-back");
  });

  test("restarts the frame of a function", async () => {
    await workbench.restartFrame("forget");
    await expect.poll(() => wire.requests("restartFrame").length, soon).toBe(1);
    await workbench.variable("from, value 0").waitFor();
    expect(await workbench.stoppedAt()).toContain("forget");
    await picture("back-5-restart-frame");
  });

  test("stops at a collection by a filter with a condition", async () => {
    await workbench.setSectionOpen("Breakpoints", true);
    await workbench.setFilter("Collection: end", true);
    await workbench.setFilterCondition("Collection: end", "(> freed 100)");
    await expect
      .poll(() => wire.requests("setExceptionBreakpoints").at(-1)?.filterOptions, soon)
      .toContainEqual(expect.objectContaining({ filterId: "gc.end", condition: "(> freed 100)" }));
    await go("Continue");
    await picture("back-6-filter");
  });

  test("shows instructions, and stops at one by a breakpoint there", async () => {
    await workbench.openDisassembly();
    await workbench.setInstructionBreakpoint("PLUS2");
    await expect.poll(() => wire.requests("setInstructionBreakpoints").at(-1)?.breakpoints, soon).toHaveLength(1);
    await go("Continue");
    expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "instruction breakpoint" });
    await picture("back-7-disassembly");
    await workbench.setInstructionBreakpoint("PLUS2");
    await workbench.command("View: Close Editor");
  });

  test("reads viewed memory again at each place of the past", async () => {
    await workbench.setExpanded("Scope Symbols", false);
    await workbench.setExpanded("Scope Reference counts", true);
    await workbench.setExpanded("gauges,", true);
    await workbench.viewMemory("main table load,");
    await expect.poll(() => workbench.memoryText(), soon).toMatch(/^000000 {2}/);
    const reads = () => wire.requests("readMemory").length;
    const before = reads();
    await go("Reverse");
    await expect.poll(reads, soon).toBeGreaterThan(before);
    await picture("back-8-memory");
  });

  test("has shown no refused request", () => {
    expect(wire.shownFailures()).toEqual([]);
  });
});
