/**
 * Old content of pages, noted before their first write: what an excursion takes back, and what a recording keeps of the past. Journals are nested: a page that is
 * written goes into each that does not have it yet. The stack segment is not behind the store gate; who keeps a journal keeps the stack besides.
 */
import { assert } from "../../base/errors.ts";
import type { VirtualPage } from "../../base/units.ts";
import { PAGE_BYTES, PAGE_WORDS, STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import { PAGE_JOURNALED, type VirtualMemory } from "../../memory/virtual-memory.ts";
import { PageContents } from "./page-contents.ts";

const FIRST_STACK_PAGE = STACK_BASE / PAGE_WORDS;
const STACK_PAGES = STACK_WORDS / PAGE_WORDS;

export class PageJournals {
  private readonly memory: VirtualMemory;
  /** Outermost first. */
  private readonly open: PageContents[] = [];

  constructor(memory: VirtualMemory) {
    this.memory = memory;
  }

  /** From now on the old content of each written page is kept. */
  begin(): void {
    this.open.push(new PageContents());
    this.flag();
  }

  /** Pages that were written since the innermost journal began. */
  written(): VirtualPage[] {
    return [...(this.open.at(-1)?.pages() ?? [])];
  }

  /** Ends the innermost journal; puts the old content back, or lets it go. */
  end(restore: boolean): void {
    const journal = this.open.pop();
    assert(journal !== undefined, "no journal of page writes is open");
    if (restore) journal.writeTo(this.memory.bytes);
    this.flag();
  }

  /** What the innermost journal holds; it goes on with nothing. Costs as much as was written. */
  turn(): PageContents {
    const journal = this.open.pop();
    assert(journal !== undefined, "no journal of page writes is open");
    this.open.push(new PageContents());
    const flags = this.memory.pageFlags;
    for (const page of journal.pages()) flags[page] = (flags[page] as number) | PAGE_JOURNALED;
    return journal;
  }

  /** A page is about to be written. */
  note(page: VirtualPage): void {
    const flags = this.memory.pageFlags;
    if (this.open.length === 0 || ((flags[page] as number) & PAGE_JOURNALED) === 0) return;
    flags[page] = (flags[page] as number) & ~PAGE_JOURNALED;
    const { bytes } = this.memory;
    for (const journal of this.open) if (!journal.has(page)) journal.add(page, bytes, page * PAGE_BYTES);
  }

  /** A page has the flag while the innermost journal does not have it. */
  private flag(): void {
    const flags = this.memory.pageFlags;
    const inner = this.open.at(-1);
    for (let page = 0; page < flags.length; page++) {
      const isOutside = page >= FIRST_STACK_PAGE && page < FIRST_STACK_PAGE + STACK_PAGES;
      if (inner === undefined || isOutside) flags[page] = (flags[page] as number) & ~PAGE_JOURNALED;
      else flags[page] = (flags[page] as number) | PAGE_JOURNALED;
    }
    for (const page of inner?.pages() ?? []) flags[page] = (flags[page] as number) & ~PAGE_JOURNALED;
  }
}
