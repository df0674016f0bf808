/**
 * The slow side of the store gate: data breakpoints and the page journal of an excursion, both told by `VirtualMemory` of writes to pages with a flag.
 * The stack segment is not behind the gate; who watches it or journals it compares or copies it as a whole.
 */
import type { ByteAddress, VirtualPage } from "../../base/units.ts";
import { PAGE_WATCHED, type StoreObserver, type VirtualMemory } from "../../memory/virtual-memory.ts";
import { PageJournals } from "./page-journals.ts";
import { contentOf, type DataWatch, type WatchHit, WatchIndex } from "./watch.ts";

/** A watch that the store under way touches. */
interface Touched {
  readonly watch: DataWatch;
  readonly old: number | null;
}

export class StoreGate implements StoreObserver {
  private readonly memory: VirtualMemory;
  private watches = new WatchIndex<DataWatch>([]);
  /** Called for each write into a watched range. */
  private readonly hit: (hit: WatchHit) => void;
  readonly journals: PageJournals;
  private touched: Touched[] = [];
  /** What the store under way writes over. */
  private before: Uint8Array = new Uint8Array(0);

  constructor(memory: VirtualMemory, hit: (hit: WatchHit) => void) {
    this.memory = memory;
    this.hit = hit;
    this.journals = new PageJournals(memory);
    memory.storeObserver = this;
  }

  /** Replaces the watched ranges. */
  watch(watches: readonly DataWatch[]): void {
    const flags = this.memory.pageFlags;
    for (const page of this.watches.pages()) flags[page] = (flags[page] as number) & ~PAGE_WATCHED;
    this.watches = new WatchIndex(watches);
    for (const page of this.watches.pages()) flags[page] = (flags[page] as number) | PAGE_WATCHED;
  }

  beforeStore(page: VirtualPage, address: ByteAddress, lengthBytes: number): void {
    this.journals.note(page);
    if (((this.memory.pageFlags[page] as number) & PAGE_WATCHED) === 0) return;
    const { bytes } = this.memory;
    this.touched = [];
    this.watches.touched(address, lengthBytes, (watch) => this.touched.push({ watch, old: contentOf(bytes, watch) }));
    if (this.touched.length > 0) this.before = bytes.slice(address, address + lengthBytes);
  }

  afterStore(page: VirtualPage, address: ByteAddress): void {
    if (((this.memory.pageFlags[page] as number) & PAGE_WATCHED) === 0) return;
    const { bytes } = this.memory;
    const touched = this.touched;
    this.touched = [];
    for (const { watch, old } of touched) {
      const now = contentOf(bytes, watch);
      const isChange = old === null ? this.before.some((byte, i) => bytes[address + i] !== byte) : old !== now;
      this.hit({ watch, access: "write", old, now, isChange });
    }
  }
}
