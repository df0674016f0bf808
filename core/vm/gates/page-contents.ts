/** Contents of pages, side by side in one buffer: thousands of them cost the garbage collector of the host one object. */
import type { VirtualPage } from "../../base/units.ts";
import { PAGE_BYTES } from "../../memory/layout.ts";

const FIRST_PAGES = 8;
const CELL_BYTES = 4;
const PAGE_CELLS = PAGE_BYTES / CELL_BYTES;

/** The same memory by cells; their byte order does not matter where they are only moved. */
function cellsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length / CELL_BYTES);
}

export class PageContents {
  /** Where the content of a page lies, in pages. */
  private readonly places = new Map<VirtualPage, number>();
  private buffer = new Uint8Array(FIRST_PAGES * PAGE_BYTES);

  /** How many pages there are. */
  get size(): number {
    return this.places.size;
  }
  has(page: VirtualPage): boolean {
    return this.places.has(page);
  }
  pages(): IterableIterator<VirtualPage> {
    return this.places.keys();
  }

  /** Keeps the content of a page that is not here yet: the bytes of `source` from a place on. */
  add(page: VirtualPage, source: Uint8Array, from: number): void {
    const start = this.places.size * PAGE_BYTES;
    if (start === this.buffer.length) {
      const larger = new Uint8Array(2 * start);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer.set(source.subarray(from, from + PAGE_BYTES), start);
    this.places.set(page, start / PAGE_BYTES);
  }

  /** The content of a page; null when it is not here. */
  content(page: VirtualPage): Uint8Array | null {
    const place = this.places.get(page);
    return place === undefined ? null : this.buffer.subarray(place * PAGE_BYTES, (place + 1) * PAGE_BYTES);
  }
  /** Writes all pages into a memory. */
  writeTo(bytes: Uint8Array): void {
    for (const [page, place] of this.places) {
      const start = place * PAGE_BYTES;
      bytes.set(this.buffer.subarray(start, start + PAGE_BYTES), page * PAGE_BYTES);
    }
  }
  /** Exchanges all pages with those of a memory. Cell by cell: views of each page would cost more than what they show. */
  exchange(bytes: Uint8Array): void {
    const kept = cellsOf(this.buffer);
    const cells = cellsOf(bytes);
    for (const [page, place] of this.places) {
      const end = (place + 1) * PAGE_CELLS;
      for (let from = place * PAGE_CELLS, to = page * PAGE_CELLS; from < end; from++, to++) {
        const cell = cells[to] as number;
        cells[to] = kept[from] as number;
        kept[from] = cell;
      }
    }
  }

  /** The pages of both; of a page in both, the content of `above`. */
  static merged(below: PageContents, above: PageContents): PageContents {
    const merged = new PageContents();
    for (const contents of [above, below]) {
      for (const [page, place] of contents.places) {
        if (!merged.has(page)) merged.add(page, contents.buffer, place * PAGE_BYTES);
      }
    }
    return merged;
  }
}
