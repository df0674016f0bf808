/** What the language extension shows in the editor. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeskOf, root, soon } from "../support/desk.ts";
import type { DebugWorkbench } from "../support/workbench/debug-workbench.ts";

const program = readFileSync(join(root, "examples/garbage.cons"), "utf8");
const FAULTY = `(define (circumference r)
  (* 6.28 r))
(display
  (circ 2))
(display (area 2)
`;

/** Where a text first stands in another: line and column from 1. */
function positionOf(text: string, part: string): { line: number; column: number } {
  const before = text.slice(0, text.indexOf(part)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

export function languageSuite(desk: DeskOf): void {
  describe("language", () => {
    let workbench: DebugWorkbench;
    beforeAll(() => {
      ({ workbench } = desk());
    });
    afterAll(() => desk().clear());

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
      await desk().picture("hints");
    });

    test("explains the word under the cursor", async () => {
      const { line, column } = positionOf(program, "(numbers 4)");
      await workbench.openFile("garbage.cons");
      await workbench.goTo(line, column + 1);
      expect(await workbench.hoverText()).toContain("(numbers n)");
      await desk().picture("hover");
      await desk().editor.page.keyboard.press("Escape");
    });

    test("underlines what is wrong and completes a name", async () => {
      writeFileSync(join(desk().editor.workspace, "faulty.cons"), FAULTY);
      await workbench.openFile("faulty.cons");
      await workbench.squiggle("error").waitFor();
      await workbench.goTo(4, 8);
      await desk().editor.page.keyboard.press("Control+Space");
      await expect.poll(() => workbench.suggestions(), soon).toContain("circumference");
      await desk().picture("completion");
      await desk().editor.page.keyboard.press("Escape");
      await workbench.command("View: Close Editor");
    });
  });
}
