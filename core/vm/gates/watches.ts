/** All data breakpoints of a machine: which gate sees which of them, and what is waiting to be told. With none set it costs a run nothing. */

import type { MemoryManager } from "../../managers/contract.ts";
import type { HeapObserver } from "../../managers/events.ts";
import { STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import type { Processor } from "../processor.ts";
import { CloseLook } from "./close-look.ts";
import { lifeObserver } from "./life-watch.ts";
import type { StoreGate } from "./store-gate.ts";
import { type CountWatch, type DataWatch, type LifeWatch, overlaps, type Watch, type WatchHit } from "./watch.ts";

export class Watches {
  private readonly gate: StoreGate;
  readonly close: CloseLook;
  /** Told of allocations and frees; null when nobody watches for them. */
  observer: HeapObserver | null = null;
  private hits: WatchHit[] = [];

  constructor(processor: Processor, manager: MemoryManager, gate: StoreGate) {
    this.gate = gate;
    this.close = new CloseLook(processor, manager);
  }

  /** @param hit where the gates report */
  set(watches: readonly Watch[], hit: (hit: WatchHit) => void): void {
    const data = watches.filter((watch): watch is DataWatch => watch.kind === "data");
    const written = data.filter(({ access }) => access !== "read");
    this.gate.watch(written.filter((watch) => !touchesStack(watch)));
    this.close.set(
      written.filter(touchesStack),
      data.filter(({ access }) => access !== "write"),
      watches.filter((watch): watch is CountWatch => watch.kind === "count"),
      hit,
    );
    const lives = watches.filter((watch): watch is LifeWatch => watch.kind === "life");
    this.observer = lives.length === 0 ? null : lifeObserver(lives, hit);
  }

  /** Several of one sort within an instruction are one: from the first old value to the last new one. */
  note(hit: WatchHit): void {
    const same = this.hits.findIndex(({ watch, access }) => watch === hit.watch && access === hit.access);
    const known = this.hits[same];
    if (known === undefined) this.hits.push(hit);
    else {
      const isChange = known.old === null || hit.now === null ? known.isChange || hit.isChange : known.old !== hit.now;
      this.hits[same] = { ...hit, old: known.old, isChange };
    }
  }

  /** What has happened since the last time. */
  take(): readonly WatchHit[] {
    if (this.hits.length === 0) return this.hits;
    const taken = this.hits;
    this.hits = [];
    return taken;
  }
  forget(): void {
    this.hits = [];
  }
}

function touchesStack(watch: DataWatch): boolean {
  return overlaps(watch, 2 * STACK_BASE, 2 * STACK_WORDS);
}
