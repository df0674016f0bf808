/** One editor with the packaged extension, in which all suites of the editor tests work one after the other, and what they have in common. */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { type Editor, startEditor } from "./editor.ts";
import { WireLog } from "./wire-log.ts";
import { DebugWorkbench } from "./workbench/debug-workbench.ts";

const run = promisify(execFile);
/** Until a thing is on the screen, on a busy machine. */
const PATIENCE_MS = 20_000;
/** Without a message for so long the editor has asked all that it wants to know. */
const QUIET_MS = 200;

export const root = resolve(import.meta.dirname, "../../..");
export const vsix = join(root, "dist/conspect.vsix");
/** For `expect.poll`. */
export const soon = { timeout: PATIENCE_MS };
/** For what takes seconds even on an idle machine. */
export const later = { timeout: 3 * PATIENCE_MS };

/** Screenshots of each step, and of what a failed test saw. */
const images = join(root, process.env.CONSPECT_UPDATE_IMAGES ? "docs/images" : "out/editor-images");
const failures = join(root, "out/editor-failures");

export class Desk {
  readonly editor: Editor;
  readonly workbench: DebugWorkbench;
  readonly wire: WireLog;

  private constructor(editor: Editor) {
    this.editor = editor;
    editor.page.setDefaultTimeout(PATIENCE_MS);
    this.workbench = new DebugWorkbench(editor.page);
    this.wire = new WireLog(editor.observerLog);
  }

  /** Packages the extension and starts the editor on a copy of the examples. */
  static async open(): Promise<Desk> {
    await run("npm", ["run", "--silent", "package"], { cwd: root });
    mkdirSync(images, { recursive: true });
    return new Desk(await startEditor(vsix, join(root, "examples")));
  }

  async picture(name: string): Promise<void> {
    await this.workbench.parkMouse();
    await this.editor.page.screenshot({ path: join(images, `${name}.png`) });
  }
  async pictureOfFailure(test: string): Promise<void> {
    if (this.editor.page.isClosed()) return;
    mkdirSync(failures, { recursive: true });
    await this.editor.page.screenshot({ path: join(failures, `${test.replaceAll(/\W+/g, "-")}.png`) });
  }

  /** Clicks a button that lets the program run, and waits until it stops or ends and the editor shows it. */
  go(button: string): Promise<void> {
    return this.untilPause(() => this.workbench.debugButton(button).click());
  }
  /** Does something that lets the program run, and waits likewise. */
  async untilPause(act: () => Promise<void>): Promise<void> {
    const pauses = () => this.wire.events("stopped").length + this.wire.events("terminated").length;
    const before = pauses();
    await act();
    await expect.poll(pauses, soon).toBeGreaterThan(before);
    await this.settle();
  }
  /** Waits until the editor has asked what it wants to know. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.wire.size; ) {
      before = this.wire.size;
      await this.editor.page.waitForTimeout(QUIET_MS);
    }
  }

  /** Ends all sessions. */
  async stop(): Promise<void> {
    const { page } = this.editor;
    const rows = page.locator(".debug-call-stack .monaco-list-row");
    for (let last = await rows.count(); last > 0; last = await rows.count()) {
      // The button is made anew while the views change.
      await this.workbench
        .debugButton("(Stop|Disconnect)")
        .click({ timeout: 3000 })
        .catch(() => {});
      await rows.nth(last - 1).waitFor({ state: "detached" });
    }
  }

  /** Ends what a suite has left, also one that has failed in the middle. */
  async clear(): Promise<void> {
    if (this.editor.page.isClosed()) return;
    for (let inputs = 0; inputs < 2; inputs++) await this.editor.page.keyboard.press("Escape");
    await this.stop();
    await this.workbench.command("Notifications: Clear All Notifications");
  }

  /** Room for the variables; the same arrangement on every picture. */
  async arrange(): Promise<void> {
    await this.workbench.setSideBarWidth(500);
    await this.workbench.setPanelHeight(180);
    for (const title of ["Watch", "Call Stack", "Breakpoints"]) await this.workbench.setSectionOpen(title, false);
  }
}

/** The desk, once it is open. */
export type DeskOf = () => Desk;
