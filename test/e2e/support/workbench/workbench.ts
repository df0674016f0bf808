/** What a user does in the workbench as in any editor: layout, commands, files, menus, and what the language extension shows. Selectors are those of VS Code 1.139. */
import type { Locator, Page } from "playwright-core";
import { boxOf, escapeRegExp, type Point, quoted, textOf } from "./locating.ts";

/** A menu that has only just opened takes a click for the end of the one that opened it. */
const MENU_DEAF_MS = 250;
const BETWEEN_LOOKS_MS = 60;

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
    await this.commandThatAsks(title);
    await this.quickInput().waitFor({ state: "hidden" });
  }
  /** Runs a command that asks for something in the place of the palette. */
  async commandThatAsks(title: string): Promise<void> {
    const row = this.page
      .locator(".quick-input-list .monaco-list-row")
      .filter({ has: this.page.locator(".label-name", { hasText: new RegExp(`^${escapeRegExp(title)}$`) }) })
      .first();
    for (let attempt = 1; ; attempt++) {
      await this.palette(title);
      try {
        await row.click({ timeout: 5000 });
        return;
      } catch (problem) {
        if (attempt === 4) throw problem;
      }
    }
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
    const labels = this.page.locator(".quick-input-list .monaco-list-row .label-name");
    let titles: string[] = [];
    // The list is filtered a moment after the text was typed.
    for (let before: string[] | null = null; before?.join() !== titles.join() || titles.length === 0; ) {
      before = titles;
      await this.page.waitForTimeout(4 * BETWEEN_LOOKS_MS);
      titles = await labels.allInnerTexts();
    }
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
    await this.chooseFromMenu(row, title);
  }

  /** Opens the context menu of something. */
  async openMenu(of: Locator): Promise<void> {
    await of.click({ button: "right" });
    await this.menuItem("").waitFor();
    await this.page.waitForTimeout(MENU_DEAF_MS);
  }
  async chooseFromMenu(of: Locator, title: string): Promise<void> {
    await this.openMenu(of);
    await this.chooseOpen(title);
  }
  /** Chooses from the menu that is open. */
  async chooseOpen(title: string): Promise<void> {
    await this.menuItem(title).click();
  }
  /** Titles of the open menu. */
  async menuTitles(): Promise<string[]> {
    return (await this.page.locator(".monaco-menu .action-label").allInnerTexts()).filter((title) => title !== "");
  }
  private menuItem(title: string): Locator {
    return this.page.locator(".monaco-menu .action-label:not(.separator)", { hasText: title }).first();
  }

  /** Rows of the list that has opened on top, once there are some: each with its lines. */
  async listed(): Promise<string[]> {
    const rows = this.page.locator(".quick-input-widget:visible .quick-input-list .monaco-list-row");
    await rows.first().waitFor();
    return rows.allInnerTexts();
  }
  /** What stands above that list. */
  listTitle(): Promise<string> {
    return textOf(this.page.locator(".quick-input-widget:visible .quick-input-title"));
  }
  async chooseFromList(text: string): Promise<void> {
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first().click();
  }

  /** Agrees to the file that a dialog suggests. */
  async confirmFile(name: RegExp): Promise<void> {
    const input = this.quickInput();
    for (let value = ""; !name.test(value); value = await input.inputValue()) await input.waitFor();
    await this.page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
  }

  /** A message at the corner of the window. */
  message(text: RegExp): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text }).first();
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

  /** @param name the accessible name */
  statusItem(name: RegExp): Locator {
    return this.page.locator(".part.statusbar").getByRole("button", { name });
  }

  protected quickInput(): Locator {
    return this.page.locator(".quick-input-widget:visible .quick-input-box input");
  }
}
