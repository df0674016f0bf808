/**
 * The books of system M behind one door: the VM arena, the regular allocator, and the table that says which of them serves a context.
 * An arena that does not exist is stood in for by the regular allocator ("fallback"). Nothing is ever served by one and freed by another.
 * What the debugger compiles are objects of the machine: its compiler arena is one of `storage/arenas/`.
 */
import { VmFault } from "../../../base/errors.ts";
import type { ArenaPolicy } from "../../storage/arenas/policy.ts";
import { Backing } from "./backing.ts";
import { type ArenaReference, ByteArena, type ByteArenaFigures, MAPPED_FROM_BYTES } from "./byte-arena.ts";
import { LiteralPool } from "./literal-pool.ts";
import { type Leak, RegularAllocator, type RegularCounters } from "./regular-allocator.ts";
import { type AllocationKind, type Allocator, STRATEGIES } from "./strategies.ts";
import { type PlacementPolicy, WorkerArenas } from "./worker-arenas.ts";

export interface AllocatorConfig {
  /** Unfreed allocations are listed when everything is over. */
  readonly leakDetection: boolean;
  /** Sites are kept with allocations. */
  readonly tracking: boolean;
  /** Equal literals are one. */
  readonly literalPool: boolean;
  readonly policy: ArenaPolicy;
}

/** Sizes are bytes. */
export const DEFAULT_CONFIG: AllocatorConfig = {
  leakDetection: true,
  tracking: true,
  literalPool: true,
  policy: { chunk: 4096, growth: 2, mostChunk: 1 << 20, reset: { kind: "keep-all" }, limit: null, presize: 0 },
};

/** An allocation of any of the allocators. */
export interface Allocation {
  readonly allocator: Allocator;
  readonly address: number;
  readonly bytes: number;
  /** In the arena; null for the regular allocator. */
  readonly reference: ArenaReference | null;
  /** The allocator that should have served it does not exist. */
  readonly isFallback: boolean;
}

interface Request {
  readonly kind: AllocationKind;
  readonly bytes: number;
  readonly site: string;
  /** Which of those who fill the VM arena. */
  readonly worker: number;
}

export interface StrategyCounters {
  readonly arena: { readonly objects: number; readonly bytes: number };
  readonly dynamic: { readonly objects: number; readonly bytes: number };
  readonly fallbacks: number;
}

export class ContextAllocator {
  readonly config: AllocatorConfig;
  readonly backing: Backing;
  readonly regular: RegularAllocator;
  readonly literals = new LiteralPool<Allocation>();
  private vm: ByteArena | null = null;
  /** Those who fill the VM arena, each in an arena of its own, until they are done. */
  private builders: WorkerArenas | null = null;
  private readonly served = { arena: { objects: 0, bytes: 0 }, dynamic: { objects: 0, bytes: 0 } };
  private fallbacks = 0;

  constructor(config: AllocatorConfig = DEFAULT_CONFIG, backing = new Backing()) {
    this.config = config;
    this.backing = backing;
    this.regular = new RegularAllocator(backing);
  }

  get vmArena(): ByteArena | null {
    return this.vm;
  }

  /** @throws {VmFault} `MemoryError` when there is one */
  openVmArena(): ByteArena {
    if (this.vm !== null) throw new VmFault("MemoryError", "the VM arena is open already");
    this.vm = new ByteArena("vm", this.config.policy, this.backing);
    return this.vm;
  }

  /** The VM arena is filled by several workers. */
  beginBuilding(workers: readonly string[], placement: PlacementPolicy): void {
    this.builders = new WorkerArenas(workers, placement, { ...this.config.policy, presize: 0 }, this.backing);
  }
  /** The workers are done: what they have made is in the VM arena. */
  endBuilding(): void {
    if (this.vm !== null) this.builders?.join(this.vm);
    this.builders = null;
  }

  /** The text of a reference. @throws {VmFault} `MemoryError` for a stale one */
  text(reference: ArenaReference): string {
    const home = reference.arena.name === "vm" ? (this.vm ?? reference.arena) : reference.arena;
    return home.text(reference);
  }

  /** What `kind` needs, from the allocator that is there for it. */
  allocate(kind: AllocationKind, bytes: number, site = "", worker = 0): Allocation {
    return this.place({ kind, bytes, site, worker }, (arena) => arena.allocate(bytes, site === "" ? kind : site));
  }

  /** A copy of a text; of a literal that is in the pool already, the same. */
  allocateText(kind: AllocationKind, text: string, site = ""): Allocation {
    const copy = () => this.place({ kind, bytes: text.length, site, worker: 0 }, (arena) => arena.allocateText(text));
    return kind === "string-literal" && this.config.literalPool ? this.literals.intern(text, copy) : copy();
  }

  /** Constant data: large ones are used where they lie. */
  allocateConstant(bytes: number, name: string, worker = 0): Allocation {
    const isLarge = bytes >= MAPPED_FROM_BYTES;
    return this.place({ kind: "constant", bytes, site: name, worker }, (arena) =>
      isLarge ? arena.map(bytes, name) : arena.allocate(bytes, name),
    );
  }

  private place(request: Request, inArena: (arena: ByteArena) => ArenaReference): Allocation {
    const { kind, bytes, site, worker } = request;
    const allocator = STRATEGIES[kind];
    const arena = this.arenaOf(allocator, worker, bytes);
    const counters = arena === null ? this.served.dynamic : this.served.arena;
    let made: Allocation;
    if (arena === null) {
      const address = this.regular.allocate(bytes, this.config.tracking ? site : "");
      made = { allocator: "regular", address, bytes, reference: null, isFallback: allocator !== "regular" };
    } else {
      const reference = inArena(arena);
      made = { allocator, address: reference.address, bytes, reference, isFallback: false };
    }
    if (made.isFallback) this.fallbacks++;
    if (bytes > 0) {
      counters.objects++;
      counters.bytes += bytes;
    }
    return made;
  }

  private arenaOf(allocator: Allocator, worker: number, bytes: number): ByteArena | null {
    return allocator === "vm" ? (this.builders?.arenaFor(worker, bytes) ?? this.vm) : null;
  }

  /**
   * Frees an allocation of the regular allocator.
   * @throws {VmFault} `MemoryError` when it is none: an arena's pointer is told with the arena. Nothing was changed
   */
  free(address: number): void {
    if (this.vm?.owns(address) === true) {
      const text = `${address} belongs to arena vm, not to the regular allocator: it goes when that ends`;
      throw new VmFault("MemoryError", text, address);
    }
    this.regular.free(address);
  }

  /** Ends everything, the arena first, and answers what the regular allocator has still got. */
  shutDown(): readonly Leak[] {
    this.vm?.end();
    return this.config.leakDetection ? this.regular.leaks() : [];
  }

  strategyCounters(): StrategyCounters {
    const { arena, dynamic } = this.served;
    return { arena: { ...arena }, dynamic: { ...dynamic }, fallbacks: this.fallbacks };
  }
  resetStrategyCounters(): void {
    Object.assign(this.served.arena, { objects: 0, bytes: 0 });
    Object.assign(this.served.dynamic, { objects: 0, bytes: 0 });
    this.fallbacks = 0;
  }
  statistics(): AllocatorStatistics {
    return {
      vm: this.vm?.figures() ?? null,
      regular: this.regular.counters(),
      strategies: this.strategyCounters(),
    };
  }
}

export interface AllocatorStatistics {
  /** Null when it was never opened. */
  readonly vm: ByteArenaFigures | null;
  readonly regular: RegularCounters;
  readonly strategies: StrategyCounters;
}
