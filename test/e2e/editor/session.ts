/** A session on a program that stops at its own collections. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeskOf, soon } from "../support/desk.ts";
import type { WireLog } from "../support/wire-log.ts";
import type { DebugWorkbench } from "../support/workbench/debug-workbench.ts";

/** First row of the memory view: offset and eight bytes. */
const MEMORY_ROW = /^000000 {2}([0-9a-f]{2} ){8}/;
/** In the order of design, section 4.3. */
const SCOPES = [...["Locals", "Registers", "Memory", "Objects", "Symbols", "Reference counts", "Collector", "Manager"]];

export function sessionSuite(desk: DeskOf): void {
  describe("session", () => {
    let workbench: DebugWorkbench;
    let wire: WireLog;
    beforeAll(() => {
      ({ workbench, wire } = desk());
    });
    afterAll(() => desk().clear());

    test("stops on F5 when the program's own garbage asks for a collection", async () => {
      await workbench.openFile("garbage.cons");
      await desk().editor.page.keyboard.press("F5");
      await workbench.frame("numbers").waitFor();
      await desk().arrange();
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
      await desk().picture("stopped-on-collection");
      await workbench.setExpanded("gauges,", false);
    });

    test("opens the memory behind a value", async () => {
      await workbench.viewMemory("tail,");
      await expect.poll(() => workbench.memoryText(), soon).toMatch(MEMORY_ROW);
      expect(wire.requests("readMemory").length).toBeGreaterThan(0);
      await desk().picture("memory-view");
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
      await desk().picture("reference-counts");
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
      await desk().picture("after-collection");
    });

    test("steps from form to form, and out", async () => {
      await workbench.setExpanded("Scope Collector", false);
      await workbench.setSectionOpen("Call Stack", true);
      await workbench.variable("i, value 3").waitFor();
      for (let steps = 0; steps < 8 && !(await workbench.variable("i, value 2").isVisible()); steps++) {
        await desk().go("Step Over");
      }
      await workbench.variable("result, value {LISTP}#").waitFor();
      await expect.poll(() => workbench.stoppedAt(), soon).toContain("numbers, line");
      await desk().picture("step");
      await desk().go("Step Out");
      await workbench.variable("rounds, value 5000").waitFor();
      await expect.poll(() => workbench.stoppedAt(), soon).toContain("work, line");
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "step" });
    });

    test("collects on command", async () => {
      await workbench.command("Conspect: Collect Garbage Now");
      await workbench.statusItem(/^Conspect, stopped: 2 collections · /).waitFor();
      await workbench.statusItem(/^Conspect: \d+ objects freed$/).waitFor();
    });

    test("runs to the end and shows what the program printed", async () => {
      for (let stops = 0; stops < 10 && wire.events("terminated").length === 0; stops++) {
        await desk().go("Continue");
      }
      expect(wire.events("exited")).toEqual([{ exitCode: 0 }]);
      await expect.poll(() => workbench.debugConsole(), soon).toContain("#((1 2 3 4)");
      await workbench.statusItem(/^Conspect,/).waitFor({ state: "hidden" });
      await desk().picture("ended");
    });

    test("runs without stopping on command", async () => {
      const stops = wire.events("stopped").length;
      await workbench.command("Conspect: Run Current File");
      await expect.poll(() => wire.events("exited").length, soon).toBe(2);
      expect(wire.events("stopped").length).toBe(stops);
      await expect.poll(() => workbench.debugConsole(), soon).toContain("20000");
    });
  });
}
