/**
 * The regions of an image as data, and storage regions: heaps with a base, a next free byte and an end.
 * Source: memory specification, section 4; storage regions: the Interlisp port's features I-F5, I-F7, I-F8.
 */
import { hex, VmFault } from "../base/errors.ts";
import type { ByteAddress, Pointer, WordAddress, Words } from "../base/units.ts";
import * as layout from "./layout.ts";

export interface Region {
  readonly name: string;
  readonly start: WordAddress;
  readonly words: Words;
  readonly purpose: string;
}

// A row a region, ascending, without overlap. Gaps are unused address space.
const rows: readonly (readonly [name: string, start: WordAddress, words: Words, purpose: string])[] = [
  ["SEGMENT0", 0x0, 0x100, "as pointers: symbol numbers; as memory unused"],
  ["IOCBPAGE", 0x100, 0x100, "device control blocks"],
  ["NAMEPAGES", 0xda00, 0x1000, "user name, swap, ether and scratch buffers"],
  ["IOPAGE", layout.IOPAGE_BASE, 0x100, "keyboard, mouse and cursor words"],
  ["STACK", layout.STACK_BASE, layout.STACK_WORDS, "evaluation stack"],
  ["FPTOVP", layout.FPTOVP_BASE, layout.FPTOVP_WORDS, "file page to virtual page"],
  ["DISPLAY", layout.DISPLAY_BASE, layout.DISPLAY_WORDS, "screen bitmap; flat memory of peek and poke"],
  ["IFPAGE", layout.IFPAGE_BASE, 0x200, "interface page between image and machine"],
  ["PAGEMAPTBL", 0x140200, 0x800, "legacy page map table, unused"],
  ["MISCSTATS", layout.MISCSTATS_BASE, layout.MISCSTATS_WORDS, "statistics counters"],
  ["UFN", layout.UFN_TABLE_BASE, layout.UFN_TABLE_WORDS, "handler functions of opcodes"],
  ["DTD", layout.DTD_BASE, layout.DTD_REGION_WORDS, "type descriptors"],
  ["LOCKEDPAGES", 0x147000, 0x1000, "legacy locked page table, unused"],
  ["ATOMHASH", layout.ATOM_HASH_BASE, layout.ATOM_HASH_WORDS, "symbol hash table"],
  ["HTMAIN", layout.HTMAIN_BASE, layout.HTMAIN_WORDS, "reference counts: main table"],
  ["HTOVERFLOW", layout.HTOVERFLOW_BASE, layout.HTOVERFLOW_WORDS, "deferred count operations, unused"],
  ["HTBIGCOUNT", layout.HTBIG_BASE, layout.HTBIG_WORDS, "reference counts of 32767 and more"],
  ["TYPETABLE", layout.TYPE_TABLE_BASE, layout.TYPE_TABLE_WORDS, "type of each two-page unit"],
  ["HTCOLL", layout.HTCOLL_BASE, layout.HTCOLL_WORDS, "reference counts: collision chains"],
  ["ATOMS", layout.ATOMS_BASE, layout.ATOMS_WORDS, "records of old symbols"],
  [
    "HEAP",
    layout.ARRAY_BASE,
    layout.PRIMARY_HEAP_END - layout.ARRAY_BASE,
    "array blocks from below, typed objects from above",
  ],
  [
    "HEAP2",
    layout.PRIMARY_HEAP_END,
    layout.ADDRESS_LIMIT_WORDS - layout.PRIMARY_HEAP_END,
    "second heap: array blocks from below, typed objects from above",
  ],
];

/** All regions, ascending by address, disjoint. The heaps' inner border moves: it is the machine's to know. */
export const REGIONS: readonly Region[] = rows.map(([name, start, words, purpose]) => ({
  name,
  start,
  words,
  purpose,
}));

const byName = new Map(REGIONS.map((region) => [region.name, region]));

/** @throws {RangeError} for a name that is not in the table */
export function regionNamed(name: string): Region {
  const region = byName.get(name);
  if (region === undefined) throw new RangeError(`no region ${name}`);
  return region;
}

/** The region that holds an address; null in a gap or outside the address space. */
export function regionOf(address: WordAddress): Region | null {
  let low = 0;
  let high = REGIONS.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const region = REGIONS[middle] as Region;
    if (address < region.start) high = middle - 1;
    else if (address >= region.start + region.words) low = middle + 1;
    else return region;
  }
  return null;
}

export function isIn(region: Region, address: WordAddress): boolean {
  return address >= region.start && address < region.start + region.words;
}

/** Guards of the storage pressure test, in pages. Source: collection specification, section 8. */
export const GUARD_STORAGE_FULL_PAGES = 128;
export const GUARD_1_STORAGE_FULL_PAGES = 64;
/** Guard of the virtual memory file, which the Interlisp port used for storage too. */
export const GUARD_VMEM_FULL_PAGES = 500;

/**
 * A heap beside the image, in one piece: `next` moves from `base` to `end`. Offsets are bytes, the Lisp addresses start at `baseLisp`.
 *
 * ```
 * baseLisp ... used ... | next ... free ... | end = base + maxPages * 512
 * ```
 */
export class StorageRegion {
  readonly name: string;
  readonly baseLisp: Pointer;
  readonly maxPages: number;
  readonly pageBytes: number;
  /** Bytes given out so far, from the base. */
  nextBytes: ByteAddress;

  constructor(name: string, baseLisp: Pointer, maxPages: number) {
    if (baseLisp < 0 || baseLisp % 2 !== 0 || baseLisp + maxPages * layout.PAGE_WORDS > layout.POINTER_MASK + 1) {
      throw new RangeError(`storage region ${name}: ${maxPages} pages at ${hex(baseLisp)} leave the address space`);
    }
    this.name = name;
    this.baseLisp = baseLisp;
    this.maxPages = maxPages;
    this.pageBytes = layout.PAGE_BYTES;
    this.nextBytes = 0;
  }

  get endBytes(): ByteAddress {
    return this.maxPages * this.pageBytes;
  }
  /** Pages that hold at least one byte given out. */
  get usedPages(): number {
    return Math.ceil(this.nextBytes / this.pageBytes);
  }
  get leftPages(): number {
    return this.maxPages - this.usedPages;
  }

  /**
   * The next `bytes` bytes, rounded up to whole cells.
   *
   * @returns their Lisp address
   * @throws {VmFault} `StorageFull`, with nothing changed
   */
  take(bytes: number): Pointer {
    const rounded = Math.ceil(bytes / 4) * 4;
    if (this.nextBytes + rounded > this.endBytes) {
      throw new VmFault(
        "StorageFull",
        `storage region ${this.name}: ${bytes} bytes asked, ${this.endBytes - this.nextBytes} of ${this.endBytes} left`,
        this.baseLisp,
      );
    }
    const pointer = this.baseLisp + this.nextBytes / 2;
    this.nextBytes += rounded;
    return pointer;
  }

  /** The Lisp address of a byte offset. */
  offsetToLisp(offsetBytes: ByteAddress): Pointer {
    if (offsetBytes < 0 || offsetBytes >= this.endBytes) {
      throw new VmFault("InvalidAddress", `byte ${offsetBytes} is outside storage region ${this.name}`, null);
    }
    return this.baseLisp + Math.floor(offsetBytes / 2);
  }
  /** The byte offset of a Lisp address; null when it lies below or past the heap. */
  lispToOffset(pointer: Pointer): ByteAddress | null {
    const offset = ((pointer & layout.POINTER_MASK) - this.baseLisp) * 2;
    return offset >= 0 && offset < this.endBytes ? offset : null;
  }

  /** Whether `pages` more pages do not fit. */
  isStorageFull(pages: number): boolean {
    return this.usedPages + pages > this.maxPages;
  }
  /** Whether a collection should run first: fewer than `guardPages` pages are left, or a request leaves nothing over. */
  isUnderPressure(requestPages: number, guardPages: number): boolean {
    return this.leftPages < guardPages || (requestPages > 0 && this.leftPages <= requestPages);
  }
}

/** @throws {RangeError} when two heaps, or a heap and the image, share an address: the configuration is wrong */
export function checkDisjoint(imageWords: Words, regions: readonly StorageRegion[]): void {
  const ranges = [
    { name: "the image", start: 0, end: imageWords },
    ...regions.map((region) => ({
      name: `storage region ${region.name}`,
      start: region.baseLisp,
      end: region.baseLisp + region.endBytes / 2,
    })),
  ].sort((a, b) => a.start - b.start);
  for (let i = 1; i < ranges.length; i++) {
    const below = ranges[i - 1] as (typeof ranges)[number];
    const above = ranges[i] as (typeof ranges)[number];
    if (above.start < below.end) {
      throw new RangeError(
        `${above.name} at ${hex(above.start)} overlaps ${below.name}, which ends at ${hex(below.end)}`,
      );
    }
  }
}
