/** Where a machine has to come back, when several clients want different things of it: all of that. Each client then judges for itself what concerns it. */
import type { ByteAddress, EventKind, InstructionKind, Watch } from "#core";
import type { Engine } from "../program/engine.ts";

/** Where one client wants the machine to come back. */
export type Stops = Pick<Engine, "setBreakpoints" | "watch" | "arm">;

interface Wanted {
  pcs: readonly ByteAddress[];
  kinds: readonly InstructionKind[];
  watches: readonly Watch[];
  events: ReadonlySet<EventKind>;
}

export class SharedStops<Owner> {
  private readonly engine: Stops;
  private readonly wanted = new Map<Owner, Wanted>();

  constructor(engine: Stops) {
    this.engine = engine;
  }

  /** The part of one client. */
  of(owner: Owner): Stops {
    const mine: Wanted = { pcs: [], kinds: [], watches: [], events: new Set() };
    this.wanted.set(owner, mine);
    return {
      setBreakpoints: (pcs, kinds) => {
        mine.pcs = [...pcs];
        mine.kinds = kinds;
        this.setBreakpoints();
      },
      watch: (watches) => {
        mine.watches = watches;
        this.watch();
      },
      arm: (events) => {
        mine.events = events;
        this.arm();
      },
    };
  }

  /** The client has gone, and what it wanted with it. */
  forget(owner: Owner): void {
    if (!this.wanted.delete(owner)) return;
    this.setBreakpoints();
    this.watch();
    this.arm();
  }

  private all(): readonly Wanted[] {
    return [...this.wanted.values()];
  }
  private setBreakpoints(): void {
    const kinds = new Set(this.all().flatMap((each) => each.kinds));
    this.engine.setBreakpoints(new Set(this.all().flatMap(({ pcs }) => pcs)), [...kinds]);
  }
  private watch(): void {
    this.engine.watch(this.all().flatMap(({ watches }) => watches));
  }
  private arm(): void {
    this.engine.arm(new Set(this.all().flatMap(({ events }) => [...events])));
  }
}
