/**
 * One arena for each worker, so that none waits for another; where a request goes is a placement policy. When the workers are done their arenas become one, without
 * a copy: references stay valid. On a machine with memory that is near to one worker and far from others, the policy decides for nearness.
 */
import type { ArenaPolicy } from "../../storage/arenas/policy.ts";
import type { Backing } from "./backing.ts";
import { type ArenaReference, ByteArena } from "./byte-arena.ts";

/** Decides whose arena takes a request. */
export interface PlacementPolicy {
  readonly name: string;
  /** @param used bytes in the arena of each worker. @returns index of a worker */
  place(worker: number, bytes: number, used: readonly number[]): number;
}

/** Every worker has its own: nobody reads what is far. */
export const OWN_ARENA: PlacementPolicy = { name: "own", place: (worker) => worker };
/** Equal shares, for data that all workers read. */
export const EVEN_SHARES: PlacementPolicy = {
  name: "even",
  place: (_worker, _bytes, used) => used.indexOf(Math.min(...used)),
};

export class WorkerArenas {
  readonly arenas: readonly ByteArena[];
  private readonly placement: PlacementPolicy;

  constructor(workers: readonly string[], placement: PlacementPolicy, policy: ArenaPolicy, backing: Backing) {
    this.placement = placement;
    this.arenas = workers.map((worker) => new ByteArena(worker, policy, backing));
  }

  arenaFor(worker: number, bytes: number): ByteArena {
    const used = this.arenas.map((arena) => arena.figures().current);
    return this.arenas[this.placement.place(worker, bytes, used)] as ByteArena;
  }
  allocate(worker: number, bytes: number, name: string): ArenaReference {
    return this.arenaFor(worker, bytes).allocate(bytes, name);
  }

  /** The workers are done: all that they have made belongs to `target`. */
  join(target: ByteArena): void {
    for (const arena of this.arenas) target.adopt(arena);
  }
}
