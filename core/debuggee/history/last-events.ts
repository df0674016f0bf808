/** The last things that happened to what is watched, up to so many. */
import type { Sighting, Witness } from "../../timeline/witness.ts";
import type { Moment } from "../../vm/events.ts";
import { contentOf, type Watch } from "../../vm/gates/watch.ts";
import type { Machine } from "../../vm/machine.ts";
import type { PastEvent, PastEvents } from "./past-event.ts";

/** What a collector of events does when a stretch of the past is over. */
type IsEnough = (found: readonly PastEvent[], from: Moment) => boolean;

export class LastEvents implements Witness {
  readonly watches: readonly Watch[];
  /** In order of time, up to the limit. */
  found: readonly PastEvent[] = [];
  /** There were more than were kept. */
  isCut = false;
  private stretch: PastEvent[] = [];
  private before: readonly (readonly [number | null, Uint8Array | null])[] = [];
  private readonly machine: Machine;
  private readonly events: PastEvents;
  private readonly limit: number;
  private readonly isEnough: IsEnough;

  /** @param isEnough by default, when there are as many as wanted */
  constructor(machine: Machine, watches: readonly Watch[], events: PastEvents, limit: number, isEnough?: IsEnough) {
    this.machine = machine;
    this.watches = watches;
    this.events = events;
    this.limit = limit;
    this.isEnough = isEnough ?? ((found) => found.length >= limit);
  }

  saw({ hits, site }: Sighting): void {
    for (const hit of hits) {
      const event = this.events.ofHit(hit, site);
      if (event !== null) this.add(event);
    }
  }
  beforeChange(): void {
    this.before = this.watches.map((watch) => this.contents(watch));
  }
  afterChange(what: string): void {
    for (const [i, watch] of this.watches.entries()) {
      const [old, bytes] = this.before[i] ?? [null, null];
      const [now, bytesNow] = this.contents(watch);
      const isSame = old === now && (bytes === null || bytes.every((byte, k) => bytesNow?.[k] === byte));
      if (!isSame) this.add(this.events.ofChange(what, watch, [old, now]));
    }
  }
  endOfStretch(from: Moment): boolean {
    const all = [...this.stretch, ...this.found];
    this.stretch = [];
    this.found = all.slice(-this.limit);
    this.isCut ||= all.length > this.limit;
    return this.isEnough(this.found, from);
  }

  private add(event: PastEvent): void {
    this.stretch.push(event);
    // Only the last ones can be wanted; not cut at each, which would copy them all each time.
    if (this.stretch.length < 2 * this.limit + 100) return;
    this.stretch = this.stretch.slice(-this.limit);
    this.isCut = true;
  }

  /** What a change from outside can alter: bytes, or a count. */
  private contents(watch: Watch): readonly [number | null, Uint8Array | null] {
    const { memory, manager } = this.machine;
    if (watch.kind === "count") return [manager.counts?.countOf(watch.object) ?? null, null];
    if (watch.kind === "life") return [null, null];
    return [contentOf(memory.bytes, watch), memory.bytes.slice(watch.start, watch.start + watch.bytes)];
  }
}
