/** What a user does in the workbench, and what he sees there. Selectors are those of VS Code 1.139. */
import type { Locator, Page } from "playwright-core";

const NAME_CHARACTERS_TO_ESCAPE = /["\\]/g;
const quoted = (text: string): string => `"${text.replace(NAME_CHARACTERS_TO_ESCAPE, "\\$&")}"`;

/** What an SVG path is in the page, as far as it is asked. */
interface SvgPath {
  getTotalLength(): number;
  getPointAtLength(length: number): Point;
  getScreenCTM(): { a: number; c: number; e: number; b: number; d: number; f: number };
  readonly ownerSVGElement: { getBoundingClientRect(): Point };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  // Layout

  /** Drags the edge between side bar and editor. */
  async setSideBarWidth(width: number): Promise<void> {
    const box = await boxOf(this.page.locator(".part.sidebar"));
    await this.drag({ x: box.x + box.width + 1, y: box.y + box.height / 2 }, { x: width - box.width, y: 0 });
  }

  /** Drags the edge between editor and panel. */
  async setPanelHeight(height: number): Promise<void> {
    const box = await boxOf(this.page.locator(".part.panel"));
    await this.drag({ x: box.x + box.width / 3, y: box.y - 1 }, { x: 0, y: box.height - height });
  }

  /** Opens or closes a section of the side bar, for instance `Watch`. */
  async setSectionOpen(title: string, isOpen: boolean): Promise<void> {
    const header = this.sectionHeader(title);
    if ((await header.getAttribute("aria-expanded")) !== String(isOpen)) await header.click();
  }

  /** Drags the upper edge of a section of the side bar. */
  async moveSection(title: string, by: number): Promise<void> {
    const box = await boxOf(this.sectionHeader(title));
    await this.drag({ x: box.x + box.width / 2, y: box.y }, { x: 0, y: by });
  }

  private sectionHeader(title: string): Locator {
    return this.page.locator(`.part.sidebar .pane-header[aria-label^=${quoted(title)}]`);
  }

  private async drag(from: Point, by: Point): Promise<void> {
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move(from.x + by.x, from.y + by.y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Takes the mouse away from everything that shows a tip. */
  async parkMouse(): Promise<void> {
    await this.page.mouse.move(0, 0);
    await this.page.locator(".workbench-hover-container:visible").waitFor({ state: "hidden" });
  }

  // Commands and files

  /** Runs a command by its exact title in the palette. */
  async command(title: string): Promise<void> {
    const input = await this.palette(title);
    const row = this.page
      .locator(".quick-input-list .monaco-list-row")
      .filter({ has: this.page.locator(".label-name", { hasText: new RegExp(`^${escapeRegExp(title)}$`) }) });
    await row.first().click();
    await input.waitFor({ state: "hidden" });
  }

  /** Opens the palette with a text in it. It closes again when an editor that is just opening takes the focus: then once more. */
  private async palette(text: string): Promise<Locator> {
    const input = this.quickInput();
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press("F1");
      try {
        await input.fill(`>${text}`, { timeout: 3000 });
        return input;
      } catch (problem) {
        if (attempt === 5) throw problem;
      }
    }
  }

  /** Titles that the palette offers for `text`. */
  async commandsFor(text: string): Promise<string[]> {
    await this.palette(text);
    await this.page.waitForTimeout(500);
    const titles = await this.page.locator(".quick-input-list .monaco-list-row .label-name").allInnerTexts();
    await this.page.keyboard.press("Escape");
    return titles.map((title) => title.trim());
  }

  async openFile(name: string): Promise<void> {
    const row = this.page.locator(`.quick-input-list .monaco-list-row[aria-label^=${quoted(name)}]`).first();
    // A file that was just written may be missing from the first search.
    for (let attempt = 0; attempt < 5 && !(await row.isVisible()); attempt++) {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("Control+P");
      await this.quickInput().fill(name);
      await row.waitFor({ timeout: 3000 }).catch(() => {});
    }
    await row.click();
    await this.page.locator(`.tab.active[data-resource-name=${quoted(name)}]`).waitFor();
  }

  /** Chooses from the menu of a file in the Explorer. */
  async fileMenu(name: string, title: string): Promise<void> {
    await this.command("View: Show Explorer");
    const row = this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^=${quoted(name)}]`).first();
    await row.click({ button: "right" });
    const item = this.page.locator(".monaco-menu .action-label", { hasText: title }).first();
    await item.waitFor();
    // A menu takes no click in its first moments.
    await this.page.waitForTimeout(250);
    await item.click();
  }

  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press("Control+G");
    await this.quickInput().fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.getByRole("button", { name: `Ln ${line}, Col ${column}` }).waitFor();
  }

  squiggle(severity: "error" | "warning" | "info"): Locator {
    return this.page.locator(`.monaco-editor .squiggly-${severity}`).first();
  }

  /** What the editor shows, hints included. */
  async editorText(): Promise<string> {
    const text = await this.page.locator(".monaco-editor .view-lines").first().textContent();
    return (text ?? "").replaceAll("\u00a0", " ");
  }

  /** Titles of the lenses in view. */
  async lenses(): Promise<string[]> {
    const titles = await this.page.locator(".codelens-decoration > *").allInnerTexts();
    return titles.map((title) => title.trim()).filter((title) => title !== "" && title !== "|");
  }

  /** Text that the hover shows for the word at the cursor. */
  async hoverText(): Promise<string> {
    await this.page.keyboard.press("Control+K");
    await this.page.keyboard.press("Control+I");
    return textOf(this.page.locator(".monaco-hover:visible .hover-contents"));
  }

  /** Names that the suggestion list shows. */
  async suggestions(): Promise<string[]> {
    const rows = this.page.locator(".suggest-widget.visible .monaco-list-row .label-name");
    return (await rows.allInnerTexts()).map((name) => name.trim());
  }

  /** Names in the Outline view. */
  async outline(): Promise<string[]> {
    const rows = this.page.locator(".outline-tree .monaco-list-row .label-name");
    return (await rows.allInnerTexts()).map((name) => name.trim());
  }

  // Debugging

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
    await this.frame().click({ button: "right" });
    // A menu that has only just opened takes the click for the end of the one that opened it.
    await this.page.waitForTimeout(500);
    await this.page.getByRole("menuitem", { name: "Open Disassembly View" }).click();
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

  /** Opens a row of the Variables view, or closes it. Its children follow it in the list. */
  async setExpanded(label: string, isExpanded: boolean): Promise<void> {
    const row = this.variable(label);
    await row.waitFor();
    if ((await row.getAttribute("aria-expanded")) !== String(isExpanded))
      await row.locator(".monaco-tl-twistie").click();
    await this.page
      .locator(`.debug-variables .monaco-list-row[aria-label^=${quoted(label)}][aria-expanded="${isExpanded}"]`)
      .waitFor();
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

  /** @param name the accessible name */
  statusItem(name: RegExp): Locator {
    return this.page.locator(".part.statusbar").getByRole("button", { name });
  }

  private quickInput(): Locator {
    return this.page.locator(".quick-input-widget:visible .quick-input-box input");
  }
}

async function boxOf(locator: Locator): Promise<Point & { readonly width: number; readonly height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`${locator} is not on the screen`);
  return box;
}

/** Text of all that the locator finds, once there is something. */
async function textOf(locator: Locator): Promise<string> {
  await locator.first().waitFor();
  return (await locator.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
