/**
 * Old content of pages, noted before their first write: what an excursion takes back, and what a recording keeps of the past. Journals are nested: a page that is
 * written goes into each that does not have it yet. The stack segment is not behind the store gate; who keeps a journal keeps the stack besides.
 *
 * A page that the innermost journal does not have bears the flag `PAGE_JOURNALED`. The other way round need not hold: a flag that nobody needs any more goes away
 * with the next write, and so a journal costs what is written and not what there is. Each watch expression is an excursion with one.
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
  /** Pages outside the stack without the flag; null before any had it. */
  private unflagged: VirtualPage[] | null = null;

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

  /** What the innermost journal holds, to look at. */
  innermost(): PageContents {
    const journal = this.open.at(-1);
    assert(journal !== undefined, "no journal of page writes is open");
    return journal;
  }

  /** Ends the innermost journal; puts the old content back, or lets it go. */
  end(restore: boolean): void {
    const journal = this.open.pop();
    assert(journal !== undefined, "no journal of page writes is open");
    if (restore) journal.writeTo(this.memory.bytes);
  }

  /** What the innermost journal holds; it goes on with nothing. Costs as much as was written. */
  turn(): PageContents {
    const journal = this.open.pop();
    assert(journal !== undefined, "no journal of page writes is open");
    this.open.push(new PageContents());
    this.flag();
    return journal;
  }

  /** A page is about to be written. */
  note(page: VirtualPage): void {
    const flags = this.memory.pageFlags;
    if (((flags[page] as number) & PAGE_JOURNALED) === 0) return;
    flags[page] = (flags[page] as number) & ~PAGE_JOURNALED;
    this.unflagged?.push(page);
    const { bytes } = this.memory;
    for (const journal of this.open) if (!journal.has(page)) journal.add(page, bytes, page * PAGE_BYTES);
  }

  /** Lets all pages outside the stack have the flag. */
  private flag(): void {
    const flags = this.memory.pageFlags;
    if (this.unflagged === null) {
      for (let page = 0; page < flags.length; page++) {
        const isStack = page >= FIRST_STACK_PAGE && page < FIRST_STACK_PAGE + STACK_PAGES;
        if (!isStack) flags[page] = (flags[page] as number) | PAGE_JOURNALED;
      }
    } else for (const page of this.unflagged) flags[page] = (flags[page] as number) | PAGE_JOURNALED;
    this.unflagged = [];
  }
}
