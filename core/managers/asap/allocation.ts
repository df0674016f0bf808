/**
 * Which strategy the next object gets and where it goes: what the plan said for it, otherwise the arena of the whole program.
 * A number box never takes what the plan said, and neither does a block: it belongs to the header that is made after it. While the program has an arena of
 * its own open, everything but boxes goes there, whatever the plan says.
 */
import { VmFault } from "../../base/errors.ts";
import type { Pointer } from "../../base/units.ts";
import { STRATEGY, type Strategy } from "../../isa/plan.ts";
import type { ManagerState } from "../contract.ts";
import { savedNumber, savedNumbers, savedText } from "../storage/state.ts";
import type { Components } from "./components/components.ts";
import type { AsapHeap } from "./heap.ts";
import { BOX } from "./objects/object-table.ts";
import { Place, type SavedPlace } from "./regions/place.ts";
import { RegionProfile } from "./regions/region-profile.ts";

/** Kinds of scopes: two of the plan, one of the program. */
const SCOPES = ["stack", "arena", "opened"] as const;
export type ScopeKind = (typeof SCOPES)[number];

export class Allocation {
  /** What nothing was said about. */
  program: Place;
  /** Place of the next object, when its strategy has one. */
  place: Place | null;
  private strategy: Strategy = STRATEGY.PROGRAM;
  private readonly heap: AsapHeap;
  private readonly components: Components;
  readonly profile = new RegionProfile();
  private readonly scopes: { readonly [kind in ScopeKind]: Place[] } = { stack: [], arena: [], opened: [] };
  private placesMade = 0;

  constructor(heap: AsapHeap, components: Components) {
    this.heap = heap;
    this.components = components;
    this.program = new Place(heap, { kind: "program", number: 0, name: "program", isRegion: false });
    this.place = this.program;
  }

  /** What the plan says of the next object. */
  plan(strategy: Strategy): void {
    const opened = this.scopes.opened.at(-1);
    if (opened !== undefined) {
      this.place = opened;
      this.strategy = STRATEGY.ARENA;
      return;
    }
    this.place = this.placeFor(strategy);
    this.strategy = strategy;
  }

  /** Enters a new object, allocated at `place`, into the table. @param isWhole the plan was about this one */
  enter(object: Pointer, isWhole: boolean): number {
    const { place, strategy } = this;
    const value = place === null ? (strategy === STRATEGY.COUNTED ? 1 : 0) : place.identity.number;
    const slot = this.heap.table.add(object, strategy, value, this.heap.site());
    if (place !== null) {
      if (place !== this.program) place.arena.addExternal(slot);
    } else if (strategy === STRATEGY.COMPONENT) this.components.add(slot);
    if (isWhole && strategy !== STRATEGY.PROGRAM) this.plan(STRATEGY.PROGRAM);
    return slot;
  }

  /** Enters a number box, which the plan is not about. */
  enterBox(box: Pointer): number {
    const slot = this.heap.table.add(box, BOX, 0, this.heap.site());
    this.heap.table.cover(slot, box, 1);
    return slot;
  }

  begin(kind: ScopeKind, region: string | null = null): Place {
    this.placesMade++;
    const number = this.placesMade;
    const place = new Place(this.heap, {
      kind: kind === "stack" ? "stack" : "arena",
      number,
      name: region ?? `${kind === "stack" ? "stack scope" : "arena"} ${number}`,
      isRegion: region !== null,
    });
    this.scopes[kind].push(place);
    this.plan(STRATEGY.PROGRAM);
    return place;
  }

  /** @throws {VmFault} `MemoryError` when no such scope is open */
  end(kind: ScopeKind): void {
    const place = this.scopes[kind].pop();
    if (place === undefined) throw new VmFault("MemoryError", `no ${kind} scope is open: its end has no beginning`);
    this.profile.note(place);
    place.end(this.heap.site());
    this.plan(STRATEGY.PROGRAM);
  }

  /** What `make` allocates lives as long as the program, whatever scopes are open. */
  outside<T>(make: () => T): T {
    const { place, strategy } = this;
    this.place = this.program;
    this.strategy = STRATEGY.PROGRAM;
    try {
      return make();
    } finally {
      this.place = place;
      this.strategy = strategy;
    }
  }

  /** Open scopes, outermost first. */
  opened(kind: ScopeKind): readonly Place[] {
    return this.scopes[kind];
  }
  /** All places, the program's first. */
  places(): Place[] {
    return [this.program, ...SCOPES.flatMap((kind) => this.scopes[kind])];
  }

  /** Ends all scopes, innermost first: the program is over. */
  endScopes(): void {
    for (const kind of SCOPES) while (this.scopes[kind].length > 0) this.end(kind);
  }

  save(): ManagerState {
    const { strategy, placesMade } = this;
    const saved = SCOPES.map((kind) => this.scopes[kind].map((place) => place.save()));
    const members = Int32Array.from(this.places().flatMap((place) => place.arena.members));
    return {
      strategy,
      placesMade,
      profile: this.profile.save(),
      places: JSON.stringify([this.program.save(), ...saved]),
      members,
    };
  }
  restore(state: ManagerState): void {
    const [program, ...scopes] = JSON.parse(savedText(state, "places")) as [SavedPlace, ...SavedPlace[][]];
    const members = savedNumbers(state, "members");
    this.program = Place.restore(this.heap, program, []);
    let at = 0;
    for (const [i, kind] of SCOPES.entries()) {
      this.scopes[kind].length = 0;
      for (const saved of scopes[i] ?? []) {
        const own = Array.from({ length: saved.members }, (_, k) => members[at + k] as number);
        this.scopes[kind].push(Place.restore(this.heap, saved, own));
        at += saved.members;
      }
    }
    this.placesMade = savedNumber(state, "placesMade");
    this.profile.restore(savedText(state, "profile"));
    this.plan(savedNumber(state, "strategy") as Strategy);
  }

  private placeFor(strategy: Strategy): Place | null {
    if (strategy === STRATEGY.OWNED || strategy === STRATEGY.COUNTED) return null;
    if (strategy === STRATEGY.PROGRAM) return this.program;
    if (strategy === STRATEGY.COMPONENT) {
      if (this.components.scopes > 0) return null;
      throw new VmFault("MemoryError", "no component is open for the next object");
    }
    const kind = strategy === STRATEGY.STACK ? "stack" : "arena";
    const place = this.scopes[kind].at(-1);
    if (place === undefined) throw new VmFault("MemoryError", `no ${kind} scope is open for the next object`);
    return place;
  }
}
