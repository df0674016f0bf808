/** Memory managers side by side, and what a measured run says at its places. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeskOf, later, soon } from "../support/desk.ts";
import type { WireLog } from "../support/wire-log.ts";
import type { DebugWorkbench } from "../support/workbench/debug-workbench.ts";

export function comparingSuite(desk: DeskOf): void {
  describe("comparing", () => {
    let workbench: DebugWorkbench;
    let wire: WireLog;
    beforeAll(() => {
      ({ workbench, wire } = desk());
    });
    afterAll(() => desk().clear());

    test("compares memory managers, and goes to a step of the plot", async () => {
      await workbench.openFile("comparison.cons");
      await workbench.statusItem(/Conspect Lisp/).waitFor();
      await workbench.command("Conspect: Compare Memory Managers");
      await expect.poll(() => workbench.memoryText(), soon).toMatch(/Where they part/);
      const text = await workbench.memoryText();
      for (const manager of ["refcount", "mark-sweep", "asap", "arena", "malloc", "none"])
        expect(text).toContain(manager);
      if (await desk().editor.page.locator(".part.panel").isVisible())
        await workbench.command("View: Toggle Panel Visibility");
      await workbench.command("View: Toggle Maximize Editor Group");
      await desk().picture("compare");
      const stops = wire.events("stopped").length;
      await workbench.clickPlot("mark-sweep, step ");
      await expect.poll(() => wire.events("stopped").length, soon).toBe(stops + 1);
      const { manager, stopAtStep } = wire.requests("launch").at(-1) as { manager: string; stopAtStep: number };
      expect([manager, stopAtStep > 0]).toEqual(["mark-sweep", true]);
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "step" });
      await workbench.frame().waitFor();
      await desk().picture("compare-session");
      const ends = wire.events("terminated").length;
      await workbench.debugButton("Stop").click();
      await expect.poll(() => wire.events("terminated").length, soon).toBe(ends + 1);
    });

    test("measures a run, and shows the figures at their places", async () => {
      await workbench.openFile("garbage.cons");
      const ends = wire.events("terminated").length;
      await workbench.command("Conspect: Run Current File and Measure Allocations");
      await expect.poll(() => wire.events("terminated").length, later).toBe(ends + 1);
      await workbench.goTo(27, 1);
      await expect.poll(() => workbench.editorText(), soon).toMatch(/20 000 objects/);
      await expect.poll(() => workbench.lenses(), soon).toContainEqual(expect.stringMatching(/ a call, 5 000 calls/));
      await desk().picture("measured");
    });
  });
}
