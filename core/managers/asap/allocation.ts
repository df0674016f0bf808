/**
 * Which strategy the next object gets and where it goes: what the plan said for it, otherwise the arena of the whole program.
 * A number box never takes what the plan said, and neither does a block: it belongs to the header that is made after it.
 */
import { VmFault } from "../../base/errors.ts";
import type { Pointer } from "../../base/units.ts";
import { STRATEGY, type Strategy } from "../../isa/plan.ts";
import type { ManagerState } from "../contract.ts";
import { savedNumber, savedNumbers } from "../storage/state.ts";
import type { AsapHeap } from "./heap.ts";
import { Place } from "./places.ts";

const SCOPES = ["stack", "arena"] as const;
type ScopeKind = (typeof SCOPES)[number];

export class Allocation {
  /** What nothing was said about. */
  readonly program: Place;
  private readonly heap: AsapHeap;
  private readonly scopes: { readonly [kind in ScopeKind]: Place[] } = { arena: [], stack: [] };
  private strategy: Strategy = STRATEGY.PROGRAM;
  /** Place of the next object, when its strategy has one. */
  place: Place | null;
  private placesMade = 0;

  constructor(heap: AsapHeap) {
    this.heap = heap;
    this.program = new Place(heap, "program", 0, "program");
    this.place = this.program;
  }

  /** What the plan says of the next object. */
  plan(strategy: Strategy): void {
    this.place = this.placeFor(strategy);
    this.strategy = strategy;
  }

  /** Enters a new object, allocated at `place`, into the table. @param isWhole the plan was about this one */
  enter(object: Pointer, isWhole: boolean): Pointer {
    const { place, strategy } = this;
    const value = place === null ? (strategy === STRATEGY.COUNTED ? 1 : 0) : place.number;
    const slot = this.heap.table.add(object, strategy, value, this.heap.site());
    if (place !== null && place !== this.program) place.members.push(slot);
    if (isWhole && strategy !== STRATEGY.PROGRAM) this.plan(STRATEGY.PROGRAM);
    return object;
  }

  /** Enters a number box, allocated in the arena of the program. */
  enterBox(box: Pointer): Pointer {
    this.heap.table.add(box, STRATEGY.PROGRAM, 0, this.heap.site());
    return box;
  }

  begin(kind: ScopeKind): void {
    this.placesMade++;
    this.scopes[kind].push(new Place(this.heap, kind, this.placesMade, `${kind} ${this.placesMade}`));
  }

  /** @throws {VmFault} `MemoryError` when no such scope is open */
  end(kind: ScopeKind): void {
    const place = this.scopes[kind].pop();
    if (place === undefined) throw new VmFault("MemoryError", `no ${kind} scope is open: its end has no beginning`);
    place.end(this.heap.site());
  }

  /** Ends all scopes, innermost first: the program is over. */
  endScopes(): void {
    for (const kind of SCOPES) while (this.scopes[kind].length > 0) this.end(kind);
  }

  /** Scopes as [kind, number, objects, words, peak, members, slot …], one after the other. */
  save(): ManagerState {
    const scopes: number[] = [];
    for (const kind of SCOPES)
      for (const place of this.scopes[kind]) scopes.push(SCOPES.indexOf(kind), ...place.save());
    const { strategy, placesMade } = this;
    return { strategy, placesMade, scopes, program: this.program.save() };
  }
  restore(state: ManagerState): void {
    const numbers = Array.from(savedNumbers(state, "scopes"));
    this.program.restore(Array.from(savedNumbers(state, "program")), 0);
    for (const kind of SCOPES) this.scopes[kind].length = 0;
    for (let at = 0; at < numbers.length; ) {
      const kind = SCOPES[numbers[at] as number] as ScopeKind;
      const number = numbers[at + 1] as number;
      const place = new Place(this.heap, kind, number, `${kind} ${number}`);
      at = place.restore(numbers, at + 1);
      this.scopes[kind].push(place);
    }
    this.placesMade = savedNumber(state, "placesMade");
    this.plan(savedNumber(state, "strategy") as Strategy);
  }

  private placeFor(strategy: Strategy): Place | null {
    if (strategy === STRATEGY.OWNED || strategy === STRATEGY.COUNTED) return null;
    if (strategy === STRATEGY.PROGRAM) return this.program;
    const kind = strategy === STRATEGY.STACK ? "stack" : "arena";
    const place = this.scopes[kind].at(-1);
    if (place === undefined) throw new VmFault("MemoryError", `no ${kind} scope is open for the next object`);
    return place;
  }
}
