/** Where arenas and the regular allocator get their memory: an address space of bytes, which counts what it has given out, once. */
import { VmFault } from "../../../base/errors.ts";

/** Addresses of chunks are multiples of this. */
export const CHUNK_ALIGN_BYTES = 16;

/** A piece of memory from the backing. */
export interface Chunk {
  readonly base: number;
  readonly bytes: number;
}

export interface BackingCounters {
  readonly currentBytes: number;
  readonly peakBytes: number;
  readonly taken: number;
  readonly given: number;
}

export class Backing {
  private next = CHUNK_ALIGN_BYTES;
  private readonly limitBytes: number;
  private readonly sizes = new Map<number, number>();
  private current = 0;
  private peak = 0;
  private taken = 0;
  private given = 0;

  /** @param limitBytes most bytes that may be given out at once */
  constructor(limitBytes = Number.MAX_SAFE_INTEGER) {
    this.limitBytes = limitBytes;
  }

  /** @throws {VmFault} `StorageFull`; nothing was changed */
  take(bytes: number): Chunk {
    if (this.current + bytes > this.limitBytes) {
      const used = `limit ${this.limitBytes} bytes, used ${this.current}, requested ${bytes}`;
      throw new VmFault("StorageFull", `storage full: ${used}`);
    }
    const base = this.next;
    this.next += Math.ceil(bytes / CHUNK_ALIGN_BYTES) * CHUNK_ALIGN_BYTES;
    this.sizes.set(base, bytes);
    this.current += bytes;
    this.peak = Math.max(this.peak, this.current);
    this.taken++;
    return { base, bytes };
  }

  /** Takes a chunk back. Each counts once, whatever became of its size in between. */
  give(base: number): void {
    const bytes = this.sizes.get(base);
    if (bytes === undefined) return;
    this.sizes.delete(base);
    this.current -= bytes;
    this.given++;
  }

  /** A chunk with another size at the same address: only where it gets shorter, or is the newest. @returns whether that was possible */
  resize(base: number, bytes: number): boolean {
    const old = this.sizes.get(base);
    if (old === undefined) return false;
    const room = Math.ceil(old / CHUNK_ALIGN_BYTES) * CHUNK_ALIGN_BYTES;
    const isNewest = base + room === this.next;
    if (bytes > room && !isNewest) return false;
    if (this.current - old + bytes > this.limitBytes) return false;
    if (isNewest) this.next = base + Math.ceil(bytes / CHUNK_ALIGN_BYTES) * CHUNK_ALIGN_BYTES;
    this.sizes.set(base, bytes);
    this.current += bytes - old;
    this.peak = Math.max(this.peak, this.current);
    return true;
  }

  counters(): BackingCounters {
    return { currentBytes: this.current, peakBytes: this.peak, taken: this.taken, given: this.given };
  }
}
