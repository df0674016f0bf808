/**
 * The account of an arena in bytes: how many blocks its objects would fill if they lay one behind the other. Objects of the machine keep the places that the
 * allocators of their types give them, so to the arena they are *externals*: it knows them by number, and they are released with it.
 *
 * ```
 * block   4096 bytes, filled from the front in steps of 8 bytes; a larger request has a block of its own size
 * reset   the blocks stay: they are filled again from the first one, and a large one serves the next large request that it is long enough for
 * ```
 */

export const ARENA_BLOCK_BYTES = 4096;
const ALIGN_BYTES = 8;

/** A block for one large request. */
interface LargeBlock {
  readonly address: number;
  readonly bytes: number;
  isUsed: boolean;
}

/** Blocks by address, how far they are filled, and large ones. */
export interface SavedArena {
  readonly blocks: readonly number[];
  readonly current: number;
  readonly used: number;
  readonly large: readonly LargeBlock[];
  readonly nextAddress: number;
}

export class ByteArena {
  private readonly blockBytes: number;
  /** Addresses of the blocks: those before `current` are full, those behind it are empty. */
  private readonly blocks: number[] = [];
  private current = -1;
  private used = 0;
  private large: LargeBlock[] = [];
  private nextAddress = 0;
  private readonly externals: number[] = [];

  constructor(blockBytes: number = ARENA_BLOCK_BYTES) {
    this.blockBytes = blockBytes;
  }

  get blockCount(): number {
    return this.blocks.length + this.large.length;
  }
  get capacityBytes(): number {
    return this.large.reduce((sum, { bytes }) => sum + bytes, this.blockBytes * this.blocks.length);
  }
  /** What is released with the arena. */
  get members(): readonly number[] {
    return this.externals;
  }

  /** @returns where in the arena the bytes are: blocks lie one behind the other in the order in which they were made */
  allocate(bytes: number): number {
    const size = Math.ceil(bytes / ALIGN_BYTES) * ALIGN_BYTES;
    if (size > this.blockBytes) return this.takeLarge(size);
    if (this.current < 0 || this.used + size > this.blockBytes) {
      this.current++;
      this.used = 0;
      if (this.current === this.blocks.length) this.blocks.push(this.make(this.blockBytes));
    }
    const address = (this.blocks[this.current] as number) + this.used;
    this.used += size;
    return address;
  }

  addExternal(external: number): void {
    this.externals.push(external);
  }

  /** Everything in the arena goes; the blocks stay. */
  reset(release: (external: number) => void): void {
    this.releaseExternals(release);
    this.current = -1;
    this.used = 0;
    for (const block of this.large) block.isUsed = false;
  }

  /** Everything goes, and the blocks too. One step for the program; blocks and externals are still visited (O-C8). */
  end(release: (external: number) => void): void {
    this.reset(release);
    this.blocks.length = 0;
    this.large = [];
  }

  save(): SavedArena {
    const { current, used, nextAddress } = this;
    return { blocks: [...this.blocks], current, used, large: this.large.map((block) => ({ ...block })), nextAddress };
  }
  restore(saved: SavedArena, externals: readonly number[]): void {
    this.blocks.splice(0, this.blocks.length, ...saved.blocks);
    this.current = saved.current;
    this.used = saved.used;
    this.large = saved.large.map((block) => ({ ...block }));
    this.nextAddress = saved.nextAddress;
    this.externals.length = 0;
    for (const external of externals) this.externals.push(external);
  }

  private releaseExternals(release: (external: number) => void): void {
    for (const external of this.externals) release(external);
    this.externals.length = 0;
  }

  /** The shortest kept block that is long enough, or a new one. */
  private takeLarge(size: number): number {
    let best: LargeBlock | null = null;
    for (const block of this.large) {
      if (!block.isUsed && block.bytes >= size && (best === null || block.bytes < best.bytes)) best = block;
    }
    if (best === null) {
      best = { address: this.make(size), bytes: size, isUsed: true };
      this.large.push(best);
    }
    best.isUsed = true;
    return best.address;
  }

  private make(bytes: number): number {
    const address = this.nextAddress;
    this.nextAddress += bytes;
    return address;
  }
}
