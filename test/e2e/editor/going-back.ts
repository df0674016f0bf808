/** Backwards to who dropped the last reference, and the stops that a maintainer sets by hand. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeskOf, soon } from "../support/desk.ts";
import type { WireLog } from "../support/wire-log.ts";
import type { DebugWorkbench } from "../support/workbench/debug-workbench.ts";

export function goingBackSuite(desk: DeskOf): void {
  describe("going back", () => {
    let workbench: DebugWorkbench;
    let wire: WireLog;
    beforeAll(() => {
      ({ workbench, wire } = desk());
    });
    afterAll(() => desk().clear());

    test("stops with the error that somebody else has caused", async () => {
      await workbench.openFile("last-reference.cons");
      await workbench.statusItem(/Conspect Lisp/).waitFor();
      await workbench.command("Conspect: Debug Current File");
      await workbench.frame("size-of").waitFor();
      await workbench.setSideBarWidth(500);
      await workbench.setPanelHeight(180);
      await workbench.setSectionOpen("Watch", false);
      expect(await workbench.exceptionReport()).toContain("lisp.error");
      await desk().picture("back-1-error");
    });

    test("goes back to who dropped the last reference, by a data breakpoint from the Variables view", async () => {
      for (const title of ["Call Stack", "Breakpoints"]) await workbench.setSectionOpen(title, false);
      await workbench.setExpanded("Scope Locals", false);
      await workbench.showProgram("table,");
      await workbench.variable("3, value nil").click({ button: "right" });
      await desk().picture("back-2-menu");
      await desk().editor.page.getByRole("menuitem", { name: "Break on Value Change" }).click();
      await desk().go("Reverse");
      await workbench.setSectionOpen("Call Stack", true);
      await desk().picture("back-3-culprit");
      await expect.poll(() => workbench.stoppedAt(), soon).toContain("forget");
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "data breakpoint" });
      await workbench.variable("i, value 3").waitFor();
      expect(await workbench.editorText()).toContain("(vector-set! table i nil)");
    });

    test("steps back, and the variables are as they were", async () => {
      const before = wire.requests("stepBack").length;
      await desk().go("Step Back");
      expect(wire.requests("stepBack").length).toBe(before + 1);
      // On a slow machine the editor closes the scopes meanwhile; only rows in view can be seen.
      await workbench.setSectionOpen("Call Stack", false);
      await workbench.showProgram("table,");
      await workbench.variable("3, value {LISTP}#").waitFor();
      await workbench.setSectionOpen("Call Stack", true);
      await desk().picture("back-4-step-back");
    });

    test("restarts the frame of a function", async () => {
      await workbench.restartFrame("forget");
      await expect.poll(() => wire.requests("restartFrame").length, soon).toBe(1);
      await workbench.variable("from, value 0").waitFor();
      await expect.poll(() => workbench.stoppedAt(), soon).toContain("forget");
      await desk().picture("back-5-restart-frame");
    });

    test("stops at a collection by a filter with a condition", async () => {
      await workbench.setSectionOpen("Breakpoints", true);
      await workbench.setFilter("Collection: end", true);
      await workbench.setFilterCondition("Collection: end", "(> freed 100)");
      await expect
        .poll(() => wire.requests("setExceptionBreakpoints").at(-1)?.filterOptions, soon)
        .toContainEqual(expect.objectContaining({ filterId: "gc.end", condition: "(> freed 100)" }));
      await desk().go("Continue");
      await desk().picture("back-6-filter");
    });

    test("shows instructions, and stops at one by a breakpoint there", async () => {
      await workbench.openDisassembly();
      await workbench.setInstructionBreakpoint("PLUS2");
      await expect.poll(() => wire.requests("setInstructionBreakpoints").at(-1)?.breakpoints, soon).toHaveLength(1);
      await desk().go("Continue");
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "instruction breakpoint" });
      await desk().picture("back-7-disassembly");
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
      await desk().go("Reverse");
      await expect.poll(reads, soon).toBeGreaterThan(before);
      await desk().picture("back-8-memory");
      // Stops that were set by hand are not for the sessions that follow.
      await workbench.setFilter("Collection: end", false);
      await workbench.command("Remove All Breakpoints");
      await workbench.closeMemory();
    });
  });
}
