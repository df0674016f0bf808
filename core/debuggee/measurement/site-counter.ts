/**
 * What each place of a program allocates, how many bytes that is, and how long it lives: a heap observer. Time is whatever the owner
 * counts; the measurement of a run counts program steps.
 */
import type { ByteAddress, Pointer, TypeNumber, Words } from "../../base/units.ts";
import type { HeapObserver, LifetimeEventKind } from "../../managers/events.ts";

/** Of more objects alive at once, the lives of further ones are not followed; they are counted all the same. */
const MOST_FOLLOWED = 1_000_000;

/** What was allocated at one place. */
export interface SiteCount {
  objects: number;
  words: Words;
  /** Objects of which birth and death are known, and the sum and the largest of their lifetimes. */
  deaths: number;
  totalLifetime: number;
  longestLifetime: number;
}

interface Birth {
  readonly place: ByteAddress;
  readonly site: SiteCount;
  readonly time: number;
}

export interface Surroundings {
  /** Where the program is: the instruction that the running allocation belongs to; null when the program has none there. */
  site(): ByteAddress | null;
  time(): number;
}

export class SiteCounter implements HeapObserver {
  readonly sites = new Map<ByteAddress, SiteCount>();
  private readonly surroundings: Surroundings;
  private readonly alive = new Map<Pointer, Birth>();
  /** What lies in arenas and stack scopes that have not ended, by their names. */
  private readonly places = new Map<string, Pointer[]>();

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  allocated(object: Pointer, _type: TypeNumber, words: Words): void {
    const place = this.surroundings.site();
    if (place === null) return;
    const site = this.siteAt(place);
    site.objects++;
    site.words += words;
    if (this.alive.size < MOST_FOLLOWED) this.alive.set(object, { place, site, time: this.surroundings.time() });
  }

  /** Where an object that lives was allocated; null when that is not known. */
  birthplace(object: Pointer): ByteAddress | null {
    return this.alive.get(object)?.place ?? null;
  }

  freed(object: Pointer): void {
    const birth = this.alive.get(object);
    if (birth === undefined) return;
    this.alive.delete(object);
    const lifetime = this.surroundings.time() - birth.time;
    birth.site.deaths++;
    birth.site.totalLifetime += lifetime;
    birth.site.longestLifetime = Math.max(birth.site.longestLifetime, lifetime);
  }

  lifetime(kind: LifetimeEventKind, object: Pointer, words: Words, _after: number, place: string): void {
    if (kind === "arena.alloc" || kind === "stack.alloc") {
      this.allocated(object, 0, words);
      const members = this.places.get(place);
      if (members === undefined) this.places.set(place, [object]);
      else members.push(object);
    } else if (kind === "arena.end" || kind === "arena.reset" || kind === "stack.end") {
      for (const member of this.places.get(place) ?? []) this.freed(member);
      this.places.delete(place);
    }
  }

  private siteAt(place: ByteAddress): SiteCount {
    const known = this.sites.get(place);
    if (known !== undefined) return known;
    const site = { objects: 0, words: 0, deaths: 0, totalLifetime: 0, longestLifetime: 0 };
    this.sites.set(place, site);
    return site;
  }

  countZero(): void {}
  countOverflow(): void {}
  countError(): void {}
  collectionDue(): void {}
  collectionPhase(): void {}
  collectorDisabled(): void {}
  storagePressure(): void {}
  storageFull(): void {}
  pageAdded(): void {}
  memoryError(): void {}
}
