/** Questions about the past, and what is done with a machine as a whole: copies, recordings, trials, the search for who broke it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeskOf, soon } from "../support/desk.ts";
import type { WireLog } from "../support/wire-log.ts";
import type { DebugWorkbench } from "../support/workbench/debug-workbench.ts";

export function askingSuite(desk: DeskOf): void {
  describe("asking", () => {
    let workbench: DebugWorkbench;
    let wire: WireLog;
    beforeAll(() => {
      ({ workbench, wire } = desk());
    });
    afterAll(() => desk().clear());

    test("offers for a variable what has an answer, tells who wrote it, and goes there", async () => {
      await workbench.openFile("last-reference.cons");
      await workbench.command("Conspect: Debug Current File");
      await workbench.frame("size-of").waitFor();
      await desk().arrange();
      await workbench.setExpanded("Scope Locals", false);
      await workbench.showProgram("table,");
      await workbench.openMenu(workbench.variable("reference count,"));
      expect((await workbench.menuTitles()).join()).not.toMatch(/Who|Biography/);
      await desk().editor.page.keyboard.press("Escape");
      await workbench.openMenu(workbench.variable("3, value nil"));
      expect(await workbench.menuTitles()).toContain("Who Wrote This?");
      expect(await workbench.menuTitles()).not.toContain("Who Changed This Count?");
      await desk().editor.page.keyboard.press("Escape");
      await workbench.chooseFromMenu(workbench.variable("3, value nil"), "Who Wrote This?");
      const [latest] = await workbench.listed();
      expect(await workbench.listTitle()).toBe("Who wrote (vector-ref table 3)");
      expect(latest).toMatch(
        /^written \{LISTP\}#\S+ \(record 3 "a name"\) -> nil\nforget, last-reference\.cons:18 · \d+:/,
      );
      await desk().picture("ask-1-who-wrote");
      await desk().untilPause(() => workbench.chooseFromList("-> nil"));
      await workbench.setSectionOpen("Call Stack", true);
      await workbench.variable("i, value 3").waitFor();
      await expect.poll(() => workbench.stoppedAt(), soon).toContain("forget, line 18");
      // Why the program stood still before is not shown any more.
      await expect.poll(() => workbench.pauseReason(), soon).toBe("Paused on step");
      await desk().picture("ask-2-gone-there");
    });

    test("tells the biography of an object from a watch", async () => {
      await workbench.watch("(vector-ref table 4)");
      await workbench.chooseFromMenu(workbench.watched("(vector-ref table 4)"), "Biography of This Object");
      const events = await workbench.listed();
      expect(events.at(-1)).toMatch(/^allocated \{LISTP\}#\S+ \(record 4 "a name"\)\nenter, last-reference\.cons:10/);
      await desk().picture("ask-3-biography");
      await desk().editor.page.keyboard.press("Escape");
      await workbench.setSectionOpen("Watch", false);
    });

    test("tells who wrote a byte, from the menu of the memory view", async () => {
      await workbench.viewMemory("4, value {LISTP}");
      await expect.poll(() => workbench.memoryText(), soon).toMatch(/^000000/);
      await workbench.openMenu(await workbench.memoryByte(5));
      await desk().picture("ask-4-memory-menu");
      await workbench.chooseOpen("Who Wrote This?");
      const [latest] = await workbench.listed();
      expect(latest).toMatch(/enter, last-reference\.cons:10/);
      expect(wire.requests("conspect/whoWrote").at(-1)).toMatchObject({ bytes: 4 });
      expect(await workbench.listTitle()).toMatch(/^Who wrote #\d+,\d+$/);
      await desk().picture("ask-5-memory-answer");
      await desk().editor.page.keyboard.press("Escape");
      await workbench.closeMemory();
    });

    test("tries the next collection, and says what it would free", async () => {
      await desk().untilPause(() => workbench.command("Conspect: Try the Next Collection"));
      await expect.poll(() => workbench.debugConsole(), soon).toMatch(/would free \d+ objects/);
      await desk().picture("ask-6-trial");
      await expect.poll(() => workbench.pauseReason(), soon).toMatch(/^Trial of a collection: Keep or Discard/);
      await desk().untilPause(() => workbench.command("Conspect: Discard the Tried Collection"));
      await expect.poll(() => workbench.stoppedAt(), soon).toContain("forget, line 18");
      await desk().untilPause(() => workbench.command("Conspect: Try the Next Collection"));
      await desk().go("Step Over");
      await workbench.statusItem(/^Conspect, stopped: 1 collection /).waitFor();
      await desk().untilPause(() => workbench.command("Conspect: Keep the Tried Collection"));
      await expect.poll(() => workbench.pauseReason(), soon).toBe("Paused: the collection is kept");
      await desk().picture("ask-6-kept");
    });

    test("goes to the run that was before the past was changed", async () => {
      await workbench.commandThatAsks("Conspect: Go to Another Run…");
      const runs = await workbench.listed();
      expect(runs).toHaveLength(2);
      await desk().picture("ask-6-runs");
      await desk().untilPause(() => workbench.chooseFromList("the first run"));
      await workbench.frame("size-of").waitFor();
    });

    test("debugs a copy of the machine beside it, and ends it with its original", async () => {
      await workbench.command("Conspect: Debug a Copy of the Machine");
      await workbench.session("Copy 2 of last-reference.cons").waitFor();
      await expect.poll(() => workbench.activeSession(), soon).toBe("Copy 2 of last-reference.cons");
      const before = wire.requests("next").length;
      await desk().go("Step Over");
      expect(wire.requests("next").length).toBe(before + 1);
      await desk().picture("ask-7-copy");
      await workbench.focusSession("Debug program");
    });

    test("saves what is recorded, and debugs that", async () => {
      await workbench.commandThatAsks("Conspect: Save Recording As…");
      await workbench.confirmFile(/last-reference\.consrec$/);
      await workbench.message(/saved .*last-reference\.consrec, \d+ bytes/).waitFor();
      expect(existsSync(join(desk().editor.workspace, "last-reference.consrec"))).toBe(true);
      await desk().stop();
      await desk().untilPause(() => workbench.fileMenu("last-reference.consrec", "Debug Recording"));
      await workbench.command("View: Show Run and Debug");
      await workbench.frame("size-of").waitFor();
      expect(wire.events("stopped").at(-1)).toMatchObject({ description: "Paused at the end of the recording" });
      await desk().picture("ask-8-recording");
      await desk().go("Step Back");
      expect(wire.events("stopped").at(-1)).toMatchObject({ reason: "step" });
    });

    test("finds what has broken the heap: a byte that was written in the memory view", async () => {
      await workbench.showProgram("table,");
      await workbench.viewMemory("4, value {LISTP}");
      await expect.poll(() => workbench.memoryText(), soon).toMatch(/^000000/);
      await (await workbench.memoryByte(0)).dblclick();
      await expect.poll(() => workbench.memoryText(), soon).toMatch(/^000000 {2}00 /);
      expect(wire.requests("writeMemory").length).toBe(1);
      await desk().picture("ask-9-written");
      await workbench.closeMemory();
      await desk().untilPause(() => workbench.command("Conspect: Find the Instruction That Broke This"));
      await expect.poll(() => workbench.debugConsole(), soon).toContain("Broken by what was done from outside");
      await desk().picture("ask-10-culprit");
      await desk().stop();
    });
  });
}
