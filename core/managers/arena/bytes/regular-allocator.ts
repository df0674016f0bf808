/** The regular allocator of bytes: single allocations, freed one by one, each known with its size and with where it was asked for. */
import { VmFault } from "../../../base/errors.ts";
import type { Backing } from "./backing.ts";

export interface RegularCounters {
  readonly totalAllocations: number;
  readonly currentAllocations: number;
  readonly peakAllocations: number;
  readonly deallocations: number;
  readonly currentBytes: number;
  readonly peakBytes: number;
}

/** An allocation that nobody has freed. */
export interface Leak {
  readonly address: number;
  readonly bytes: number;
  readonly site: string;
}

export class RegularAllocator {
  private readonly backing: Backing;
  private readonly live = new Map<number, Leak>();
  private total = 0;
  private peakCount = 0;
  private deallocations = 0;
  private bytes = 0;
  private peak = 0;

  constructor(backing: Backing) {
    this.backing = backing;
  }

  /** @returns its address; 0 for a request of 0 bytes, which takes no memory and does not count */
  allocate(bytes: number, site: string): number {
    if (bytes === 0) return 0;
    const { base } = this.backing.take(bytes);
    this.live.set(base, { address: base, bytes, site });
    this.total++;
    this.peakCount = Math.max(this.peakCount, this.live.size);
    this.changeBytes(bytes);
    return base;
  }

  /**
   * Frees an allocation; address 0 is none.
   * @throws {VmFault} `MemoryError` when nothing of this allocator begins there; nothing was changed
   */
  free(address: number): void {
    if (address === 0) return;
    const allocation = this.live.get(address);
    if (allocation === undefined) {
      throw new VmFault(
        "MemoryError",
        `nothing that the regular allocator has handed out begins at ${address}`,
        address,
      );
    }
    this.live.delete(address);
    this.backing.give(address);
    this.deallocations++;
    this.changeBytes(-allocation.bytes);
  }

  /**
   * The allocation with another size: at its address where that is possible, else at another. It stays one allocation.
   * @returns its address
   * @throws {VmFault} as `free`; `StorageFull`. Nothing was changed
   */
  resize(address: number, bytes: number): number {
    const allocation = this.live.get(address);
    if (allocation === undefined) {
      throw new VmFault(
        "MemoryError",
        `nothing that the regular allocator has handed out begins at ${address}`,
        address,
      );
    }
    let place = address;
    if (!this.backing.resize(address, bytes)) {
      place = this.backing.take(bytes).base;
      this.backing.give(address);
    }
    this.live.delete(address);
    this.live.set(place, { address: place, bytes, site: allocation.site });
    this.changeBytes(bytes - allocation.bytes);
    return place;
  }

  private changeBytes(by: number): void {
    this.bytes += by;
    this.peak = Math.max(this.peak, this.bytes);
  }

  /** What was never freed, in the order of allocation. */
  leaks(): readonly Leak[] {
    return [...this.live.values()];
  }
  counters(): RegularCounters {
    return {
      totalAllocations: this.total,
      currentAllocations: this.live.size,
      peakAllocations: this.peakCount,
      deallocations: this.deallocations,
      currentBytes: this.bytes,
      peakBytes: this.peak,
    };
  }
}
