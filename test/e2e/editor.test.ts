/** The main job in a real VS Code workbench, from the packaged extension: see docs/editor-tests.md. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { savedIn } from "../support/images/dead-image.ts";
import { type Editor, startEditor } from "./support/editor.ts";
import { missingForEditorTests } from "./support/editor-location.mjs";
import { WireLog } from "./support/wire-log.ts";
import { Workbench } from "./support/workbench.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const vsix = join(root, "dist/conspect.vsix");
/** Screenshots of each step, and of what a failed test saw. */
const images = join(root, process.env.CONSPECT_UPDATE_IMAGES ? "docs/images" : "out/editor-images");
const failures = join(root, "out/editor-failures");
/** First row of the memory view: offset and eight bytes. */
const MEMORY_ROW = /^000000 {2}([0-9a-f]{2} ){8}/;
const ZIP_ENTRY = "PK\x01\x02";
const MEBIBYTE = 1024 * 1024;
/** Until a thing is on the screen, on a busy machine. */
const PATIENCE_MS = 20_000;

/** From a message of the adapter until the views show it. */
const SETTLING_MS = 500;

const program = readFileSync(join(root, "examples/garbage.cons"), "utf8");
const readme = readFileSync(join(root, "README.md"), "utf8");
const FAULTY = `(define (circumference r)
  (* 6.28 r))
(display
  (circ 2))
(display (area 2)
`;
/** In the order of design, section 4.3. */
const SCOPES = [...["Locals", "Registers", "Memory", "Objects", "Symbols", "Reference counts", "Collector", "Manager"]];

/** Where a text first stands in another: line and column from 1. */
function positionOf(text: string, part: string): { line: number; column: number } {
  const before = text.slice(0, text.indexOf(part)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

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
  let editor: Editor;
  let workbench: Workbench;
  let wire: WireLog;

  beforeAll(async () => {
    await run("npm", ["run", "--silent", "package"], { cwd: root });
    editor = await startEditor(vsix, join(root, "examples"));
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
    await editor.page.screenshot({ path: join(images, `${name}.png`) });
  };
  const soon = { timeout: PATIENCE_MS };

  test("is packaged in moderate size with all that it needs", async () => {
    expect(statSync(vsix).size).toBeLessThan(2 * MEBIBYTE);
    const files = zipEntries(readFileSync(vsix)).map((name) => name.replace(/^extension\//, ""));
    for (const name of ["client", "server", "adapter", "conspect"]) expect(files).toContain(`dist/${name}.cjs`);
    expect(files).toEqual(expect.arrayContaining(["readme.md", "LICENSE.txt", "client/images/icon.png"]));
    for (const [, picture] of readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) expect(files).toContain(picture);
    expect(files.filter((file) => /(^|\/)(node_modules|test|core|bench)|\.map$/.test(file))).toEqual([]);
  });

  describe("language", () => {
    test("knows a .cons file and offers what can be done with it", async () => {
      await workbench.openFile("garbage.cons");
      await workbench.statusItem(/Conspect Lisp/).waitFor();
      expect(await workbench.commandsFor("Conspect:")).toEqual(
        expect.arrayContaining(["Conspect: Run Current File", "Conspect: Debug Current File Stopping on Collections"]),
      );
      // Nothing runs, so nothing can be collected.
      expect(await workbench.commandsFor("Conspect: Collect")).not.toContain("Conspect: Collect Garbage Now");
    });

    test("lists the definitions of the file", async () => {
      await workbench.command("Explorer: Focus on Outline View");
      await expect.poll(() => workbench.outline(), soon).toEqual(expect.arrayContaining(["tail", "make-counter"]));
    });

    test("shows beside the text where each object will live and die", async () => {
      await workbench.openFile("garbage.cons");
      await workbench.goTo(1, 1);
      await expect.poll(() => workbench.editorText(), soon).toMatch(/\(cons 1 tail\s*one owner more\)\s*counted/);
      await expect.poll(() => workbench.lenses(), soon).toEqual(expect.arrayContaining(["Run", "Debug", "Measure"]));
      await workbench.parkMouse();
      await picture("hints");
    });

    test("explains the word under the cursor", async () => {
      const { line, column } = positionOf(program, "(numbers 4)");
      await workbench.openFile("garbage.cons");
      await workbench.goTo(line, column + 1);
      expect(await workbench.hoverText()).toContain("(numbers n)");
      await picture("hover");
      await editor.page.keyboard.press("Escape");
    });

    test("underlines what is wrong and completes a name", async () => {
      writeFileSync(join(editor.workspace, "faulty.cons"), FAULTY);
      await workbench.openFile("faulty.cons");
      await workbench.squiggle("error").waitFor();
      await workbench.goTo(4, 8);
      await editor.page.keyboard.press("Control+Space");
      await expect.poll(() => workbench.suggestions(), soon).toContain("circumference");
      await picture("completion");
      await editor.page.keyboard.press("Escape");
      await workbench.command("View: Close Editor");
    });
  });

  describe("session", () => {
    test("stops on F5 when the program's own garbage asks for a collection", async () => {
      await workbench.openFile("garbage.cons");
      await editor.page.keyboard.press("F5");
      await workbench.frame("numbers").waitFor();
      await arrange();
      expect(wire.events("stopped")).toMatchObject([{ reason: "exception", text: "gc.trigger: countdown" }]);
      const report = await workbench.exceptionReport();
      expect(report).toContain("gc.trigger");
      expect(report).toMatch(/\d+ objects will be freed/);
      await workbench.statusItem(/^Conspect, stopped: 0 collections · .* used, .* free$/).waitFor();
    });

    test("shows the scopes of the machine in order, and decoded pointers", async () => {
      await workbench.setExpanded("Scope Locals", true);
      const labels = await workbench.variableLabels();
      expect(labels.filter((label) => label.startsWith("Scope "))).toEqual(SCOPES.map((name) => `Scope ${name}`));
      await workbench.setExpanded("Scope Reference counts", true);
      await workbench.setExpanded("gauges,", true);
      await workbench.setExpanded("Scope Symbols", true);
      await workbench.setExpanded("program,", true);
      await workbench.variable("tail, value {LISTP}#").waitFor();
      await picture("stopped-on-collection");
      await workbench.setExpanded("gauges,", false);
    });

    test("opens the memory behind a value", async () => {
      await workbench.viewMemory("tail,");
      await expect.poll(() => workbench.memoryText(), soon).toMatch(MEMORY_ROW);
      expect(wire.requests("readMemory").length).toBeGreaterThan(0);
      await picture("memory-view");
      await workbench.closeMemory();
      await workbench.setExpanded("Scope Symbols", false);
    });

    test("shows each count entry, and what a collection would free", async () => {
      await workbench.setExpanded("Scope Locals", false);
      await workbench.setExpanded("Scope Collector", true);
      await workbench.setExpanded("would be freed now,", true);
      await workbench.setExpanded("by type,", true);
      await workbench.variable("LISTP, value 1").waitFor();
      await workbench.setExpanded("would be freed now,", false);
      await workbench.setExpanded("all entries,", true);
      await workbench.setExpanded("[0..99]", true);
      await workbench.variable("#").waitFor();
      expect((await workbench.variableLabels()).join("\n")).toMatch(
        /^#\d+,\d+, value .*\{LISTP\}#\d+,\d+ \(1 2 3 4\)/m,
      );
      await workbench.setExpanded("entries in use,", true);
      await picture("reference-counts");
      await workbench.setExpanded("entries in use,", false);
      await workbench.setExpanded("all entries,", false);
    });

    test("goes on to the end of the collection, and the numbers follow", async () => {
      await workbench.setExpanded("gauges,", true);
      await workbench.viewMemory("main table load,");
      await expect.poll(() => workbench.memoryText(), soon).toMatch(MEMORY_ROW);
      const tableBefore = await workbench.memoryText();
      await workbench.setExpanded("Scope Reference counts", false);
      await workbench.setExpanded("Scope Locals", true);
      await workbench.variable("collections, value 0").waitFor();

      await workbench.debugButton("Continue").click();
      await expect.poll(() => wire.events("stopped").at(-1)?.text, soon).toMatch(/^gc\.reclaim/);
      await workbench.variable("phase, value reclaim").waitFor();
      await workbench.debugButton("Continue").click();
      await workbench.variable("collections, value 1").waitFor();
      await workbench.variable("freed, value 11984 objects").waitFor();
      expect(await workbench.exceptionReport()).toContain("11984 objects freed");
      await workbench.statusItem(/^Conspect, stopped: 1 collection · /).waitFor();
      // The view of the count table was not touched, and shows the table as it is now.
      await expect.poll(() => workbench.memoryText(), soon).not.toBe(tableBefore);
      await workbench.closeMemory();
      await workbench.parkMouse();
      await picture("after-collection");
    });

    test("steps from form to form, and out", async () => {
      await workbench.setExpanded("Scope Collector", false);
      await workbench.setSectionOpen("Call Stack", true);
      await workbench.variable("i, value 3").waitFor();
      for (let steps = 0; steps < 8 && !(await workbench.variable("i, value 2").isVisible()); steps++) {
        await go("Step Over");
      }
      await workbench.variable("result, value {LISTP}#").waitFor();
      expect(await workbench.stoppedAt()).toContain("numbers, line");
      await workbench.parkMouse();
      await picture("step");
      await go("Step Out");
      await workbench.variable("rounds, value 5000").waitFor();
      expect(await workbench.stoppedAt()).toContain("work, line");
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "step" });
    });

    test("collects on command", async () => {
      await workbench.command("Conspect: Collect Garbage Now");
      await workbench.statusItem(/^Conspect, stopped: 2 collections · /).waitFor();
      await workbench.statusItem(/^Conspect: \d+ objects freed$/).waitFor();
    });

    test("runs to the end and shows what the program printed", async () => {
      for (let stops = 0; stops < 10 && wire.events("terminated").length === 0; stops++) {
        await go("Continue");
      }
      expect(wire.events("exited")).toEqual([{ exitCode: 0 }]);
      await expect.poll(() => workbench.debugConsole(), soon).toContain("#((1 2 3 4)");
      await workbench.statusItem(/^Conspect,/).waitFor({ state: "hidden" });
      await picture("ended");
    });

    test("runs without stopping on command", async () => {
      const stops = wire.events("stopped").length;
      await workbench.command("Conspect: Run Current File");
      await expect.poll(() => wire.events("exited").length, soon).toBe(2);
      expect(wire.events("stopped").length).toBe(stops);
      await expect.poll(() => workbench.debugConsole(), soon).toContain("20000");
    });

    test("says what an image file is when it is opened", async () => {
      writeFileSync(join(editor.workspace, "garbage.sysout"), savedIn(program, "numbers"));
      await workbench.openFile("garbage.sysout");
      await expect.poll(() => workbench.memoryText(), soon).toMatch(/^garbage\.sysout\n.*\bversion\b.*lversion \d+/s);
      expect(await workbench.memoryText()).toContain("Inspect with Conspect");
      await workbench.command("View: Toggle Panel Visibility");
      await workbench.parkMouse();
      await picture("image-page");
      await workbench.command("View: Toggle Panel Visibility");
    });

    test("inspects an image from the menu of its file: threads, stack and scopes", async () => {
      await workbench.fileMenu("garbage.sysout", "Inspect with Conspect");
      await workbench.frame("numbers").waitFor();
      await workbench.command("View: Show Run and Debug");
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "entry", description: "Image opened" });
      await workbench.frame("work").waitFor();
      await workbench.setExpanded("Scope Locals", true);
      await workbench.setExpanded("Scope Reference counts", true);
      await workbench.setExpanded("gauges,", true);
      await workbench.parkMouse();
      await picture("image-session");
      expect(await workbench.commandsFor("Conspect: Save")).toContain("Conspect: Save Image As…");
      await stop();
    });

    test("inspects the image on its page by F5, and runs it on command", async () => {
      await workbench.openFile("garbage.sysout");
      await editor.page.keyboard.press("F5");
      await workbench.frame("numbers").waitFor();
      expect(wire.requests("launch").at(-1)).toMatchObject({ mode: "inspect" });
      await stop();
      await workbench.openFile("garbage.sysout");
      await workbench.command("Conspect: Run Image with Conspect");
      await workbench.frame("numbers").waitFor();
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "entry", description: "Paused on entry" });
      const exits = wire.events("exited").length;
      for (let stops = 0; stops < 10 && wire.events("exited").length === exits; stops++) await go("Continue");
      expect(wire.events("exited").at(-1)).toEqual({ exitCode: 0 });
      await expect.poll(() => workbench.debugConsole(), soon).toContain("#((1 2 3 4)");
    });

    test("compares memory managers, and goes to a step of the plot", async () => {
      await workbench.openFile("comparison.cons");
      await workbench.statusItem(/Conspect Lisp/).waitFor();
      await workbench.command("Conspect: Compare Memory Managers");
      await expect.poll(() => workbench.memoryText(), soon).toMatch(/Where they part/);
      const text = await workbench.memoryText();
      for (const manager of ["refcount", "mark-sweep", "asap", "arena", "malloc", "none"])
        expect(text).toContain(manager);
      if (await editor.page.locator(".part.panel").isVisible())
        await workbench.command("View: Toggle Panel Visibility");
      await workbench.command("View: Toggle Maximize Editor Group");
      await workbench.parkMouse();
      await picture("compare");
      const stops = wire.events("stopped").length;
      await workbench.clickPlot("mark-sweep, step ");
      await expect.poll(() => wire.events("stopped").length, soon).toBe(stops + 1);
      const { manager, stopAtStep } = wire.requests("launch").at(-1) as { manager: string; stopAtStep: number };
      expect([manager, stopAtStep > 0]).toEqual(["mark-sweep", true]);
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "step" });
      await workbench.frame().waitFor();
      await workbench.parkMouse();
      await picture("compare-session");
      const ends = wire.events("terminated").length;
      await workbench.debugButton("Stop").click();
      await expect.poll(() => wire.events("terminated").length, soon).toBe(ends + 1);
    });

    test("measures a run, and shows the figures at their places", async () => {
      await workbench.openFile("garbage.cons");
      const ends = wire.events("terminated").length;
      await workbench.command("Conspect: Run Current File and Measure Allocations");
      await expect.poll(() => wire.events("terminated").length, { timeout: 3 * PATIENCE_MS }).toBe(ends + 1);
      await workbench.goTo(27, 1);
      await expect.poll(() => workbench.editorText(), soon).toMatch(/20 000 objects/);
      await expect.poll(() => workbench.lenses(), soon).toContainEqual(expect.stringMatching(/ a call, 5 000 calls/));
      await workbench.parkMouse();
      await picture("measured");
    });

    test("has shown no refused request", () => {
      expect(wire.shownFailures()).toEqual([]);
    });

    test("leaves no process behind when the editor is killed in the middle of a session", async () => {
      await workbench.openFile("garbage.cons");
      await editor.page.keyboard.press("F5");
      await workbench.frame("numbers").waitFor();
      expect(editor.processes().join("\n")).toMatch(/adapter\.cjs/);
      await editor.kill();
      await expect.poll(() => editor.processes(), soon).toEqual([]);
    });
  });

  /** Ends the session. */
  async function stop(): Promise<void> {
    const before = wire.events("terminated").length;
    await workbench.debugButton("Stop").click();
    await expect.poll(() => wire.events("terminated").length, soon).toBeGreaterThan(before);
    await workbench.frame("numbers").waitFor({ state: "hidden" });
  }

  /** Clicks a button that lets the program run, and waits until it stops or ends. */
  async function go(button: string): Promise<void> {
    const pauses = () => wire.events("stopped").length + wire.events("terminated").length;
    const before = pauses();
    await workbench.debugButton(button).click();
    await expect.poll(pauses, soon).toBeGreaterThan(before);
    await editor.page.waitForTimeout(SETTLING_MS);
  }

  /** Room for the variables; the same arrangement on every picture. */
  async function arrange(): Promise<void> {
    await workbench.setSideBarWidth(500);
    await workbench.setPanelHeight(180);
    for (const title of ["Watch", "Call Stack", "Breakpoints"]) await workbench.setSectionOpen(title, false);
  }
});
