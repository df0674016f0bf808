/**
 * The slow side of the store gate: data breakpoints and the page journal of an excursion, both told by `VirtualMemory` of writes to pages with a flag.
 * The stack segment is not behind the gate; who watches it or journals it compares or copies it as a whole.
 */
import { assert } from "../../base/errors.ts";
import type { ByteAddress, VirtualPage, WordAddress, Words } from "../../base/units.ts";
import { PAGE_BYTES, PAGE_WORDS, STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import { PAGE_JOURNALED, PAGE_WATCHED, type StoreObserver, type VirtualMemory } from "../../memory/virtual-memory.ts";

export interface WatchRange {
  readonly address: WordAddress;
  readonly lengthWords: Words;
}

const FIRST_STACK_PAGE = STACK_BASE / PAGE_WORDS;
const STACK_PAGES = STACK_WORDS / PAGE_WORDS;

export function touchesStack(range: WatchRange): boolean {
  return range.address < STACK_BASE + STACK_WORDS && range.address + range.lengthWords > STACK_BASE;
}

export class StoreGate implements StoreObserver {
  private readonly memory: VirtualMemory;
  private ranges: readonly WatchRange[] = [];
  /** Called for each write into a watched range. */
  private readonly hit: (range: WatchRange) => void;
  /** Old content of pages written since the journal began. */
  private journal: Map<VirtualPage, Uint8Array> | null = null;

  constructor(memory: VirtualMemory, hit: (range: WatchRange) => void) {
    this.memory = memory;
    this.hit = hit;
    memory.storeObserver = this;
  }

  watch(ranges: readonly WatchRange[]): void {
    this.flagWatched(false);
    this.ranges = ranges;
    this.flagWatched(true);
  }

  private flagWatched(on: boolean): void {
    const flags = this.memory.pageFlags;
    for (const range of this.ranges) {
      const last = (range.address + range.lengthWords - 1) >> 8;
      for (let page = range.address >> 8; page <= last; page++) {
        if (on) flags[page] = (flags[page] as number) | PAGE_WATCHED;
        else flags[page] = (flags[page] as number) & ~PAGE_WATCHED;
      }
    }
  }

  /** From now on the old content of each written page is kept. */
  beginJournal(): void {
    assert(this.journal === null, "a journal of page writes is open already");
    this.journal = new Map();
    const flags = this.memory.pageFlags;
    for (let page = 0; page < flags.length; page++) {
      if (page >= FIRST_STACK_PAGE && page < FIRST_STACK_PAGE + STACK_PAGES) continue;
      flags[page] = (flags[page] as number) | PAGE_JOURNALED;
    }
  }

  /** Pages outside the stack segment that were written since the journal began. */
  writtenPages(): VirtualPage[] {
    return [...(this.journal?.keys() ?? [])];
  }

  /** Puts the old content back, or lets it go. */
  endJournal(restore: boolean): void {
    if (restore && this.journal !== null) {
      for (const [page, content] of this.journal) this.memory.bytes.set(content, page * PAGE_BYTES);
    }
    this.journal = null;
    const flags = this.memory.pageFlags;
    for (let page = 0; page < flags.length; page++) flags[page] = (flags[page] as number) & ~PAGE_JOURNALED;
  }

  beforeStore(page: VirtualPage): void {
    const flags = this.memory.pageFlags;
    if (this.journal === null || ((flags[page] as number) & PAGE_JOURNALED) === 0) return;
    flags[page] = (flags[page] as number) & ~PAGE_JOURNALED;
    this.journal.set(page, this.memory.bytes.slice(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
  }

  afterStore(page: VirtualPage, address: ByteAddress, lengthBytes: number): void {
    if (((this.memory.pageFlags[page] as number) & PAGE_WATCHED) === 0) return;
    for (const range of this.ranges) {
      const start = 2 * range.address;
      if (address < start + 2 * range.lengthWords && address + lengthBytes > start) this.hit(range);
    }
  }
}
