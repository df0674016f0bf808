/**
 * Regions: scopes that objects belong to. A reference may lead to the same region or to one around it, which lasts at least as long; where that cannot be
 * told before the program runs, it is checked here. The way up is followed: that two regions are equally deep says nothing (O-C9).
 * Source: description of system O, "Rules that make results definite" (Regions) and its error codes.
 */

/** What a check answers besides 0. */
export const REGION_ERROR = {
  null: -1,
  /** The region is over, and so is what was in it. */
  closed: -2,
  /** The target may go before the object that would refer to it. */
  scopeViolation: -3,
  cannotLeaveRoot: -4,
  allocation: -5,
} as const;

export interface Region {
  /** 0 is the root. Never used again. */
  readonly number: number;
  readonly name: string;
  /** The region around it; null for the root. */
  readonly parent: Region | null;
}

export class RegionStack {
  readonly root: Region = { number: 0, name: "program", parent: null };
  private innermost: Region = this.root;
  /** The open ones, by number. */
  private readonly open = new Map<number, Region>([[0, this.root]]);

  get current(): Region {
    return this.innermost;
  }
  /** Open regions besides the root. */
  get depth(): number {
    return this.open.size - 1;
  }

  enter(number: number, name: string): Region {
    const region: Region = { number, name, parent: this.innermost };
    this.innermost = region;
    this.open.set(number, region);
    return region;
  }

  /** @returns 0, or `REGION_ERROR.cannotLeaveRoot`: nothing changed */
  exit(): number {
    const { number, parent } = this.innermost;
    if (parent === null) return REGION_ERROR.cannotLeaveRoot;
    this.open.delete(number);
    this.innermost = parent;
    return 0;
  }

  isOpen(number: number): boolean {
    return this.open.has(number);
  }

  /**
   * Whether an object of one region may refer to an object of another, both by number; null: there is no such object.
   * @returns 0 or a `REGION_ERROR`
   */
  check(source: number | null, target: number | null): number {
    if (source === null || target === null) return REGION_ERROR.null;
    if (!this.isOpen(source) || !this.isOpen(target)) return REGION_ERROR.closed;
    for (let region = this.open.get(source) ?? null; region !== null; region = region.parent) {
      if (region.number === target) return 0;
    }
    return REGION_ERROR.scopeViolation;
  }

  /** What a reference leads to may be read: 0, or `REGION_ERROR.closed`. */
  checkRead(target: number): number {
    return this.isOpen(target) ? 0 : REGION_ERROR.closed;
  }

  /** Name of a region for messages. */
  nameOf(number: number): string {
    return this.open.get(number)?.name ?? `region ${number}, which is over`;
  }
}
