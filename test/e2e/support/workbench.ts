/** What a user does in the workbench, and what he sees there. Selectors are those of VS Code 1.139. */
import type { Locator, Page } from "playwright-core";

const NAME_CHARACTERS_TO_ESCAPE = /["\\]/g;
const quoted = (text: string): string => `"${text.replace(NAME_CHARACTERS_TO_ESCAPE, "\\$&")}"`;

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  // Commands and files

  /** Runs a command by its exact title in the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.quickInput();
    await input.fill(`>${title}`);
    const row = this.page
      .locator(".quick-input-list .monaco-list-row")
      .filter({ has: this.page.locator(".label-name", { hasText: new RegExp(`^${escapeRegExp(title)}$`) }) });
    await row.first().click();
    await input.waitFor({ state: "hidden" });
  }

  /** Titles that the palette offers for `text`. */
  async commandsFor(text: string): Promise<string[]> {
    await this.page.keyboard.press("F1");
    await this.quickInput().fill(`>${text}`);
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

  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press("Control+G");
    await this.quickInput().fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.getByRole("button", { name: `Ln ${line}, Col ${column}` }).waitFor();
  }

  squiggle(severity: "error" | "warning" | "info"): Locator {
    return this.page.locator(`.monaco-editor .squiggly-${severity}`).first();
  }

  // Debugging

  /** A button of the debug toolbar, for instance `Step Over`. */
  debugButton(name: string): Locator {
    return this.page.locator(`.debug-toolbar, .part.sidebar`).getByRole("button", { name: new RegExp(`^${name}`) });
  }

  stoppedFrame(): Locator {
    return this.page.locator('.debug-call-stack .monaco-list-row[aria-label^="Stack Frame"]').first();
  }

  /** Line of the topmost frame that the call stack shows. */
  async stoppedLine(): Promise<number> {
    const label = (await this.stoppedFrame().getAttribute("aria-label")) ?? "";
    return Number(/line (\d+)/.exec(label)?.[1]);
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

  exceptionWidget(): Locator {
    return this.page.locator(".exception-widget");
  }

  /** Clicks "View Binary Data" of a variable that has an address. */
  async viewMemory(label: string): Promise<void> {
    const row = this.variable(label);
    await row.hover();
    await row.locator('[aria-label="View Binary Data"]').click();
  }

  /** Text of the memory view, or the empty string while it is not there. */
  async memoryText(): Promise<string> {
    for (const frame of this.page.frames()) {
      if (!frame.url().includes("fake.html")) continue;
      const text = await frame.evaluate("document.body.innerText").catch(() => "");
      if (text !== "") return String(text);
    }
    return "";
  }

  async debugConsole(): Promise<string> {
    const rows = await this.page.locator(".repl .monaco-list-row").allInnerTexts();
    return rows.join("\n").replaceAll("\u00a0", " ");
  }

  statusItem(text: RegExp): Locator {
    return this.page.locator(".part.statusbar").getByRole("button", { name: text });
  }

  private quickInput(): Locator {
    return this.page.locator(".quick-input-widget:visible .quick-input-box input");
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
