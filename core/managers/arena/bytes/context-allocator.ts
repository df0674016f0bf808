/**
 * The allocators of system M behind one door: the VM arena, the compiler arena, the regular allocator, and the table that says which of them serves a context.
 * An arena that does not exist is stood in for by the regular allocator ("fallback"). Nothing is ever served by one and freed by another.
 */
import { VmFault } from "../../../base/errors.ts";
import type { ArenaPolicy } from "../../storage/arenas/policy.ts";
import { Backing } from "./backing.ts";
import { type ArenaReference, ByteArena, type ByteArenaFigures, MAPPED_FROM_BYTES } from "./byte-arena.ts";
import { FrameStack } from "./frame-stack.ts";
import { LiteralPool } from "./literal-pool.ts";
import { type Leak, RegularAllocator, type RegularCounters } from "./regular-allocator.ts";
import { type PoolGrowth, SlotPool } from "./slot-pool.ts";
import { type AllocationKind, type Allocator, allocatorFor } from "./strategies.ts";
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

export type AllocatorEvent = "compiler end" | "vm end" | "regular check";

export class ContextAllocator {
  readonly config: AllocatorConfig;
  readonly backing: Backing;
  readonly regular: RegularAllocator;
  readonly frames = new FrameStack();
  readonly literals = new LiteralPool<Allocation>();
  readonly pools: SlotPool[] = [];
  /** What happened at the end, in order. */
  readonly events: AllocatorEvent[] = [];
  private vm: ByteArena | null = null;
  /** Those who fill the VM arena, each in an arena of its own, until they are done. */
  private builders: WorkerArenas | null = null;
  private compiler: ByteArena | null = null;
  private isCompiling = false;
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

  /** Begins a compilation. @throws {VmFault} `MemoryError` when one is open: its temporaries would be lost */
  openCompiler(): void {
    if (this.isCompiling) throw new VmFault("MemoryError", "the compiler arena is open already");
    this.compiler = new ByteArena("compiler", this.config.policy, this.backing);
    this.isCompiling = true;
  }
  /** The next unit: temporaries of the last one go. @throws {VmFault} `MemoryError` when no compilation is open */
  resetCompiler(): void {
    this.openedCompiler().reset();
  }
  /** The compilation is over. A second end has no effect. */
  endCompiler(): void {
    this.compiler?.end();
    this.isCompiling = false;
  }
  private openedCompiler(): ByteArena {
    if (this.compiler === null || !this.isCompiling) throw new VmFault("MemoryError", "the compiler arena is not open");
    return this.compiler;
  }
  /** A temporary of the compilation. @throws {VmFault} `MemoryError` when none is open */
  compilerTemporary(bytes: number, name: string): ArenaReference {
    return this.openedCompiler().allocate(bytes, name);
  }
  compilerText(text: string): ArenaReference {
    return this.openedCompiler().allocateText(text);
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
    const allocator = allocatorFor(kind, this.isCompiling);
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
    if (allocator === "vm") return this.builders?.arenaFor(worker, bytes) ?? this.vm;
    return allocator === "compiler" && this.isCompiling ? this.compiler : null;
  }

  /**
   * Frees an allocation of the regular allocator.
   * @throws {VmFault} `MemoryError` when it is none: an arena's pointer is told with the arena. Nothing was changed
   */
  free(address: number): void {
    for (const arena of [this.vm, this.compiler]) {
      if (arena?.owns(address) === true) {
        const text = `${address} belongs to arena ${arena.name}, not to the regular allocator: it goes when that is reset or ends`;
        throw new VmFault("MemoryError", text, address);
      }
    }
    this.regular.free(address);
  }

  /** A pool for things of one size, such as values and tokens. */
  addPool(name: string, slotBytes: number, slots: number, growth: PoolGrowth): SlotPool {
    const pool = new SlotPool(name, slotBytes, slots, growth);
    this.pools.push(pool);
    return pool;
  }

  /** Ends everything, arenas first, and answers what the regular allocator has still got. */
  shutDown(): readonly Leak[] {
    this.endCompiler();
    this.events.push("compiler end");
    this.vm?.end();
    this.events.push("vm end");
    this.events.push("regular check");
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
      compiler: this.compiler?.figures() ?? null,
      regular: this.regular.counters(),
      strategies: this.strategyCounters(),
    };
  }
}

/** Null for an arena that was never opened. */
export interface AllocatorStatistics {
  readonly vm: ByteArenaFigures | null;
  readonly compiler: ByteArenaFigures | null;
  readonly regular: RegularCounters;
  readonly strategies: StrategyCounters;
}
