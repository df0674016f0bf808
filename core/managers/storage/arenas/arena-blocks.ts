/**
 * Array blocks in one arena: chunks of array space, cut from the front. Array space stays tiled by blocks: what is left of a chunk is a block in use, without a
 * reference to it, that gets shorter; when the arena lets the chunk go it is one block again, which joins its free neighbours.
 */
import { VmFault } from "../../../base/errors.ts";
import type { Cells, Pointer, WordAddress } from "../../../base/units.ts";
import { BLOCK_UNBOXED, type BlockContent } from "../../contract.ts";
import { BLOCK_OVERHEAD_CELLS, MAX_DATA_CELLS, MIN_DATA_CELLS } from "../blocks/block-allocator.ts";
import type { Storage } from "../storage.ts";

/** A chunk: the header of the block that it was at first, and all of its cells. */
export interface ArrayChunk {
  readonly header: Pointer;
  readonly cells: Cells;
}

/** How far blocks were cut from a chunk that is not the current one. */
interface CutChunk extends ArrayChunk {
  used: Pointer;
}

/** Whom an arena's blocks ask for chunks. */
export interface ChunkSource {
  /** A chunk of at least so many cells. @throws {VmFault} `StorageFull`; nothing was changed */
  takeChunk(cells: Cells): ArrayChunk;
  /** A chunk that is one block of code, placed as code must be. @throws {VmFault} as `takeChunk` */
  takeCodeChunk(dataCells: Cells): ArrayChunk;
}

export class ArenaBlocks {
  readonly chunks: CutChunk[] = [];
  /** Where the next block begins, and the end of the chunk. */
  private next: Pointer = 0;
  private end: Pointer = 0;
  private readonly storage: Storage;
  private readonly source: ChunkSource;

  constructor(storage: Storage, source: ChunkSource) {
    this.storage = storage;
    this.source = source;
  }

  /**
   * A block with cleared data: chunks are zero, and only headers and trailers are ever written into what is left of one.
   * @returns pointer to its first data cell
   * @throws {VmFault} `StorageFull`; nothing was changed
   */
  allocate(dataCells: Cells, content: BlockContent, alignCells: 1 | 2 | 4): Pointer {
    if (dataCells + alignCells - 1 > MAX_DATA_CELLS) this.refuse(dataCells);
    const cells = Math.max(dataCells, MIN_DATA_CELLS) + BLOCK_OVERHEAD_CELLS;
    if (this.place(alignCells) + 2 * cells > this.end) this.open(cells + alignCells - 1);
    const { blocks } = this.storage;
    const block = this.place(alignCells);
    const gap = (block - this.next) / 2;
    if (gap > 0) blocks.markUsed(this.next, gap, BLOCK_UNBOXED);
    blocks.markUsed(block, cells, content);
    this.next = block + 2 * cells;
    this.markRest();
    return block + 2;
  }

  /** A block of code, which is a chunk of its own. @throws {VmFault} `StorageFull`; nothing was changed */
  allocateCode(dataCells: Cells): Pointer {
    const { header, cells } = this.source.takeCodeChunk(dataCells);
    const chunk = { header, cells, used: header + 2 * cells };
    // The last one is the one that is being filled.
    this.chunks.splice(Math.max(0, this.chunks.length - 1), 0, chunk);
    if (this.chunks.length === 1) {
      this.next = chunk.used;
      this.end = chunk.used;
    }
    return header + 2;
  }

  /** Header of a block at the front whose data are aligned. */
  private place(alignCells: number): Pointer {
    const words = 2 * alignCells;
    return Math.ceil((this.next + 2) / words) * words - 2;
  }

  private markRest(): void {
    const rest = (this.end - this.next) / 2;
    if (rest > 0) this.storage.blocks.markUsed(this.next, rest, BLOCK_UNBOXED);
  }

  private open(cells: Cells): void {
    const { header, cells: length } = this.source.takeChunk(cells);
    this.noteUsed();
    this.chunks.push({ header, cells: length, used: header });
    this.next = header;
    this.end = header + 2 * length;
  }

  private noteUsed(): void {
    const current = this.chunks.at(-1);
    if (current !== undefined) current.used = this.next;
  }

  private refuse(dataCells: Cells): never {
    const message = `storage full: requested a block of ${dataCells} cells (${4 * dataCells} bytes), one block holds at most ${MAX_DATA_CELLS} cells`;
    this.storage.context.observer.storageFull(message);
    throw new VmFault("StorageFull", message);
  }

  forget(): void {
    this.chunks.length = 0;
    this.next = 0;
    this.end = 0;
  }

  contains(address: WordAddress): boolean {
    return this.chunks.some(({ header, cells }) => address >= header && address < header + 2 * cells);
  }

  /** Data of every block, chunk by chunk. */
  eachBlock(visit: (data: Pointer) => void): void {
    this.noteUsed();
    for (const { header, used } of this.chunks) {
      for (let block = header; block < used; ) {
        const length = this.storage.blocks.length(block);
        // Shorter ones are gaps before aligned data.
        if (length >= MIN_DATA_CELLS + BLOCK_OVERHEAD_CELLS) visit(block + 2);
        block += 2 * length;
      }
    }
  }

  /** The blocks in use that are no objects: what is left of each chunk. */
  eachSpare(visit: (start: Pointer, end: Pointer) => void): void {
    this.noteUsed();
    for (const { header, cells, used } of this.chunks) visit(used, header + 2 * cells);
  }

  save(): readonly number[] {
    this.noteUsed();
    return this.chunks.flatMap(({ header, cells, used }) => [header, cells, used]);
  }
  restore(saved: readonly number[]): void {
    this.forget();
    for (let i = 0; i < saved.length; i += 3) {
      const [header, cells, used] = saved.slice(i, i + 3) as [number, number, number];
      this.chunks.push({ header, cells, used });
      this.next = used;
      this.end = header + 2 * cells;
    }
  }
}
