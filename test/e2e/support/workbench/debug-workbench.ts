/** What a user of a debugger does, and what he sees: toolbar, views, console, and the pages that the extension shows. Selectors are those of VS Code 1.139. */
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { boxOf, type Point, quoted, textOf } from "./locating.ts";
import { Workbench } from "./workbench.ts";

/** What an SVG path is in the page, as far as it is asked. */
interface SvgPath {
  getTotalLength(): number;
  getPointAtLength(length: number): Point;
  getScreenCTM(): { a: number; c: number; e: number; b: number; d: number; f: number };
  readonly ownerSVGElement: { getBoundingClientRect(): Point };
}

/** Times that a row is clicked until it opens, and the milliseconds between. */
const CLICKS = 4;
const AGAIN_MS = 3000;

export class DebugWorkbench extends Workbench {
  /** A button of the debug toolbar, for instance `Step Over`. */
  debugButton(name: string): Locator {
    // "Stop" may be followed by a menu of other ways to stop.
    const buttons = this.page
      .locator(`.debug-toolbar, .part.sidebar`)
      .getByRole("button", { name: new RegExp(`^${name}`) });
    return buttons.last();
  }

  /** A row of the call stack; without a name the topmost. */
  frame(name = ""): Locator {
    return this.page
      .locator(`.debug-call-stack .monaco-list-row[aria-label^=${quoted(`Stack Frame ${name}`)}]`)
      .first();
  }

  /** Name and place of the topmost frame, as a screen reader says them. */
  async stoppedAt(): Promise<string> {
    return (await this.frame().getAttribute("aria-label")) ?? "";
  }

  /** Clicks "Restart Frame" of a row of the call stack. */
  async restartFrame(name: string): Promise<void> {
    const row = this.frame(name);
    await row.hover();
    await row.getByRole("button", { name: "Restart Frame" }).click();
  }

  private filter(label: string): Locator {
    return this.page.locator(".debug-breakpoints .monaco-list-row", { hasText: label }).first();
  }
  /** Switches an exception filter of the Breakpoints view. */
  async setFilter(label: string, isOn: boolean): Promise<void> {
    const box = this.filter(label).getByRole("checkbox");
    if ((await box.getAttribute("aria-checked")) !== String(isOn)) await box.click();
  }
  /** Gives an exception filter a condition. */
  async setFilterCondition(label: string, condition: string): Promise<void> {
    const row = this.filter(label);
    await row.hover();
    await row.locator('[aria-label^="Edit Condition"]').click();
    await this.page.keyboard.type(condition);
    await this.page.keyboard.press("Enter");
  }

  /** Shows the instructions of the topmost frame. */
  async openDisassembly(): Promise<void> {
    await this.chooseFromMenu(this.frame(), "Open Disassembly View");
    await this.page.locator(".disassembly-view .monaco-list-row").first().waitFor();
  }
  /** Clicks into the margin beside an instruction. */
  async setInstructionBreakpoint(instruction: string): Promise<void> {
    const row = this.page.locator(".disassembly-view .monaco-list-row", { hasText: instruction }).first();
    const { x, y, height } = await boxOf(row);
    await this.page.mouse.click(x + height / 2, y + height / 2);
  }

  variable(label: string): Locator {
    return this.page.locator(`.debug-variables .monaco-list-row[aria-label^=${quoted(label)}]`).first();
  }

  /**
   * Opens a row of the Variables view, or closes it. Its children follow it in the list. A row that waits to be asked for its value is asked; a click that came
   * while the view was made anew is made again.
   */
  async setExpanded(label: string, isExpanded: boolean): Promise<void> {
    const row = this.variable(label);
    await row.waitFor();
    const wanted = `.debug-variables .monaco-list-row[aria-label^=${quoted(label)}][aria-expanded="${isExpanded}"]`;
    const isThere = (milliseconds: number) =>
      this.page
        .locator(wanted)
        .waitFor({ timeout: milliseconds })
        .then(() => true)
        .catch(() => false);
    for (let tries = 0; tries < CLICKS && !(await isThere(tries === 0 ? 1 : AGAIN_MS)); tries++) {
      const unasked = row.locator(".lazy-button");
      if (await unasked.isVisible()) {
        await unasked.click();
        await unasked.waitFor({ state: "hidden" });
      }
      await row.locator(".monaco-tl-twistie").click();
    }
    await this.page.locator(wanted).waitFor();
  }

  /** Opens a variable of the program's top level. */
  async showProgram(label: string): Promise<void> {
    for (const row of ["Scope Symbols", "program,", label]) await this.setExpanded(row, true);
  }

  /** Labels of all rows of the Variables view that are on the screen. */
  async variableLabels(): Promise<string[]> {
    const rows = await this.page.locator(".debug-variables .monaco-list-row").all();
    return Promise.all(rows.map(async (row) => (await row.getAttribute("aria-label")) ?? ""));
  }

  /** Text of the report that stands below the stopped line. */
  exceptionReport(): Promise<string> {
    return textOf(this.page.locator(".exception-widget"));
  }

  /** Clicks "View Binary Data" of a variable that has an address. */
  async viewMemory(label: string): Promise<void> {
    const row = this.variable(label);
    await row.hover();
    await row.locator('[aria-label="View Binary Data"]').click();
  }

  /** Text of the memory view, or of another page that an extension shows; the empty string while there is none. */
  async memoryText(): Promise<string> {
    for (const frame of this.page.frames()) {
      if (!frame.url().includes("fake.html")) continue;
      const text = await frame.evaluate("document.body.innerText").catch(() => "");
      if (text !== "") return String(text);
    }
    return "";
  }

  /** Clicks on a line of the plot of a comparison: on the stretch in its middle, of those whose tips begin like this. */
  async clickPlot(tip: string): Promise<void> {
    for (const frame of this.page.frames()) {
      const stretches = frame.locator("svg a", { has: frame.locator("title", { hasText: tip }) });
      const count = await stretches.count();
      if (count === 0) continue;
      const line = stretches.nth(count >> 1).locator("path");
      const plot = await boxOf(frame.locator("svg").first());
      const middle = await line.evaluate((element: unknown) => {
        const path = element as SvgPath;
        const { x, y } = path.getPointAtLength(path.getTotalLength() / 2);
        const { a, b, c, d, e, f } = path.getScreenCTM();
        const corner = path.ownerSVGElement.getBoundingClientRect();
        return { x: a * x + c * y + e - corner.x, y: b * x + d * y + f - corner.y };
      });
      await this.page.mouse.click(plot.x + middle.x, plot.y + middle.y);
      return;
    }
    throw new Error(`no page shows a plot with ${tip}`);
  }

  async closeMemory(): Promise<void> {
    const tab = this.page.getByRole("tab", { name: /memory\.bin/ });
    await tab.click({ button: "middle" });
    await tab.waitFor({ state: "detached" });
  }

  async debugConsole(): Promise<string> {
    const rows = await this.page.locator(".repl .monaco-list-row").allInnerTexts();
    return rows.join("\n").replaceAll("\u00a0", " ");
  }

  /** A row of the call stack that stands for a session, where there are several. */
  session(name: string): Locator {
    return this.page.locator(`.debug-call-stack .monaco-list-row[aria-label^=${quoted(`Session ${name}`)}]`).first();
  }
  /** Makes a session the active one. */
  async focusSession(name: string): Promise<void> {
    // At the name: at the end of the row buttons appear under the mouse.
    await this.session(name).locator(".name").click();
    await expect.poll(() => this.activeSession()).toBe(name);
  }
  /** Name of the session that the toolbar is about, where there are several. */
  async activeSession(): Promise<string> {
    return (await this.page.locator('select[aria-label="Debug Session"]').first().inputValue()).trim();
  }
  /** Why the program stands still, in the title of the call stack. */
  async pauseReason(): Promise<string> {
    return textOf(this.page.locator(".call-stack-state-message .label"));
  }

  /** Adds an expression to the Watch view. */
  async watch(expression: string): Promise<void> {
    await this.setSectionOpen("Watch", true);
    await this.page.locator('.pane-header[aria-label^="Watch"]').hover();
    await this.page.locator('.pane:has(.debug-watch) [aria-label="Add Expression"]').click();
    await this.page.keyboard.type(expression);
    await this.page.keyboard.press("Enter");
    await this.watched(expression).waitFor();
  }
  watched(expression: string): Locator {
    return this.page.locator(".debug-watch .monaco-list-row", { hasText: expression }).first();
  }

  /** Types a line into the debug console. */
  async evaluate(line: string): Promise<void> {
    await this.page.locator(".repl .repl-input-wrapper .monaco-editor").click();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("Enter");
  }

  /** Starts a configuration of launch.json. */
  async startConfiguration(name: string): Promise<void> {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
    // A file that was just written may not have been read yet.
    for (let attempt = 0; attempt < 5 && !(await row.isVisible()); attempt++) {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("Control+P");
      await this.quickInput().fill(`debug ${name}`);
      await row.waitFor({ timeout: 3000 }).catch(() => {});
    }
    await row.click();
  }

  /** What a terminal shows. */
  async terminalText(): Promise<string> {
    const text = await this.page.locator(".terminal-wrapper.active .xterm-rows").first().innerText();
    return text.replaceAll("\u00a0", " ");
  }

  /** A byte of the memory view. */
  async memoryByte(offset: number): Promise<Locator> {
    for (const frame of this.page.frames()) {
      const byte = frame.locator(`[data-offset="${offset}"]`);
      if ((await byte.count()) > 0) return byte;
    }
    throw new Error(`no memory view shows the byte ${offset}`);
  }
}
