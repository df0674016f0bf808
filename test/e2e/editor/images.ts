/** Image files: their page, and sessions on them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { savedIn } from "../../support/images/dead-image.ts";
import { type DeskOf, root, soon } from "../support/desk.ts";
import type { WireLog } from "../support/wire-log.ts";
import type { DebugWorkbench } from "../support/workbench/debug-workbench.ts";

const program = readFileSync(join(root, "examples/garbage.cons"), "utf8");

export function imagesSuite(desk: DeskOf): void {
  describe("images", () => {
    let workbench: DebugWorkbench;
    let wire: WireLog;
    beforeAll(() => {
      ({ workbench, wire } = desk());
    });
    afterAll(() => desk().clear());

    test("says what an image file is when it is opened", async () => {
      writeFileSync(join(desk().editor.workspace, "garbage.sysout"), savedIn(program, "numbers"));
      await workbench.openFile("garbage.sysout");
      await expect.poll(() => workbench.memoryText(), soon).toMatch(/^garbage\.sysout\n.*\bversion\b.*lversion \d+/s);
      expect(await workbench.memoryText()).toContain("Inspect with Conspect");
      await workbench.command("View: Toggle Panel Visibility");
      await desk().picture("image-page");
      await workbench.command("View: Toggle Panel Visibility");
    });

    test("inspects an image from the menu of its file: threads, stack and scopes", async () => {
      await workbench.fileMenu("garbage.sysout", "Inspect with Conspect");
      await workbench.frame("numbers").waitFor();
      await workbench.command("View: Show Run and Debug");
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "entry", description: "Image opened" });
      await workbench.frame("work").waitFor();
      await workbench.setExpanded("Scope Locals", false);
      await workbench.setExpanded("Scope Reference counts", true);
      await workbench.setExpanded("gauges,", true);
      await desk().picture("image-session");
      expect(await workbench.commandsFor("Conspect: Save")).toContain("Conspect: Save Image As…");
      await desk().stop();
    });

    test("inspects the image on its page by F5, and runs it on command", async () => {
      await workbench.openFile("garbage.sysout");
      await desk().editor.page.keyboard.press("F5");
      await workbench.frame("numbers").waitFor();
      expect(wire.requests("launch").at(-1)).toMatchObject({ mode: "inspect" });
      await desk().stop();
      await workbench.openFile("garbage.sysout");
      await workbench.command("Conspect: Run Image with Conspect");
      await workbench.frame("numbers").waitFor();
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "entry", description: "Paused on entry" });
      const exits = wire.events("exited").length;
      for (let stops = 0; stops < 10 && wire.events("exited").length === exits; stops++) await desk().go("Continue");
      expect(wire.events("exited").at(-1)).toEqual({ exitCode: 0 });
      await expect.poll(() => workbench.debugConsole(), soon).toContain("#((1 2 3 4)");
    });
  });
}
