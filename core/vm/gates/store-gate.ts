/**
 * The slow side of the store gate: data breakpoints and the page journal of an excursion, both told by `VirtualMemory` of writes to pages with a flag.
 * The stack segment is not behind the gate; who watches it or journals it compares or copies it as a whole.
 */
import type { ByteAddress, VirtualPage, WordAddress, Words } from "../../base/units.ts";
import { STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import { PAGE_WATCHED, type StoreObserver, type VirtualMemory } from "../../memory/virtual-memory.ts";
import { PageJournals } from "./page-journals.ts";

export interface WatchRange {
  readonly address: WordAddress;
  readonly lengthWords: Words;
}

export function touchesStack(range: WatchRange): boolean {
  return range.address < STACK_BASE + STACK_WORDS && range.address + range.lengthWords > STACK_BASE;
}

export class StoreGate implements StoreObserver {
  private readonly memory: VirtualMemory;
  private ranges: readonly WatchRange[] = [];
  /** Called for each write into a watched range. */
  private readonly hit: (range: WatchRange) => void;
  readonly journals: PageJournals;

  constructor(memory: VirtualMemory, hit: (range: WatchRange) => void) {
    this.memory = memory;
    this.hit = hit;
    this.journals = new PageJournals(memory);
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

  beforeStore(page: VirtualPage): void {
    this.journals.note(page);
  }

  afterStore(page: VirtualPage, address: ByteAddress, lengthBytes: number): void {
    if (((this.memory.pageFlags[page] as number) & PAGE_WATCHED) === 0) return;
    for (const range of this.ranges) {
      const start = 2 * range.address;
      if (address < start + 2 * range.lengthWords && address + lengthBytes > start) this.hit(range);
    }
  }
}
