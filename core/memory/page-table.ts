/**
 * The page table FPtoVP: which page of memory each page of the image file holds. It lies in the image itself; cell n describes file page n, and cell 0 is a dummy.
 * The machine never translates through it; it matters when an image is loaded, saved, or gets a new page. What an allocator does when it needs a page
 * (and what it does when the table itself is full) is `managers/storage/`.
 * Source: memory specification, sections 6.1 and 6.9.
 */
import { hex, VmFault } from "../base/errors.ts";
import type { ByteAddress, FilePage, Pointer, VirtualPage } from "../base/units.ts";
import { IFPAGE, interfaceWord } from "./interface-page.ts";
import { FPTOVP_BASE, FPTOVP_WORDS, PAGE_BYTES } from "./layout.ts";
import type { ImageFile } from "./sysout/image-file.ts";
import { type PageProof, provePage, translate } from "./translation.ts";
import { PAGE_ABSENT, type VirtualMemory } from "./virtual-memory.ts";

/** Cell of a file page that is not in use. Any cell whose high half is 0xFFFF means that. */
export const NO_PAGE = 0xffffffff;
const ENTRIES = FPTOVP_WORDS / 2;

/** Where an absent page gets its content from. */
export interface PageSource {
  /**
   * Fills `into` (512 bytes in file order) with a page.
   *
   * @param filePage null when the table does not list the page
   * @returns false when there is no such page
   */
  load(filePage: FilePage | null, page: VirtualPage, into: Uint8Array): boolean;
}

/** Pages of an image file. Pages that the file does not hold stay absent. */
export function sysoutSource(file: ImageFile): PageSource {
  return {
    load(filePage, _page, into) {
      if (filePage === null) return false;
      const start = (filePage - 1) * PAGE_BYTES;
      return start >= 0 && start + PAGE_BYTES <= file.sizeBytes && file.read(start, into) === PAGE_BYTES;
    },
  };
}
/** Every page is zero. */
export const zeroSource: PageSource = {
  load(_filePage, _page, into) {
    into.fill(0);
    return true;
  },
};

/** The page table of an image, with a cache for the search in reverse. Answers are the same with `cacheSize` 0. */
export class PageTable {
  readonly memory: VirtualMemory;
  readonly cacheSize: number;
  /** Reverse lookups that the cache answered, and that it did not. */
  hits = 0;
  misses = 0;
  /** Virtual page to file page, least recently used first. */
  private readonly cache = new Map<VirtualPage, FilePage>();

  constructor(memory: VirtualMemory, cacheSize = 64) {
    this.memory = memory;
    this.cacheSize = cacheSize;
  }

  /** File pages in use; the table has entries 1 … activePages. */
  get activePages(): number {
    return Math.min(this.memory.cell(interfaceWord(IFPAGE.activePagesCell)), ENTRIES - 1);
  }

  /** The page that a file page holds; null when the file page is unused or beyond the table. */
  virtualPageOf(filePage: FilePage): VirtualPage | null {
    if (filePage < 1 || filePage > this.activePages) return null;
    const entry: number = this.memory.cell(FPTOVP_BASE + 2 * filePage);
    return entry >>> 16 === 0xffff ? null : entry;
  }
  /** Whether a file page is in use. */
  pageOk(filePage: FilePage): boolean {
    return this.virtualPageOf(filePage) !== null;
  }
  /** Byte of the file at which a file page starts. */
  fileOffset(filePage: FilePage): ByteAddress {
    return (filePage - 1) * PAGE_BYTES;
  }
  /** Byte of the memory at which the page of a file page starts. @throws {VmFault} `PageMappingFailed` for an unused file page */
  imageOffset(filePage: FilePage): ByteAddress {
    const page = this.virtualPageOf(filePage);
    if (page === null) throw new VmFault("PageMappingFailed", `file page ${filePage} is not mapped`);
    return page * PAGE_BYTES;
  }

  /** The lowest file page that holds a page of memory; null when none does. Pages that are listed twice have the same content in both places. */
  filePageOf(page: VirtualPage): FilePage | null {
    const cached = this.cache.get(page);
    // Others may write the table (a page is moved when the table grows), so that a cached answer is checked.
    if (cached !== undefined && this.virtualPageOf(cached) === page) {
      this.hits++;
      this.remember(page, cached);
      return cached;
    }
    this.misses++;
    const last = this.activePages;
    for (let filePage = 1; filePage <= last; filePage++) {
      if (this.memory.signedCell(FPTOVP_BASE + 2 * filePage) !== page) continue;
      this.remember(page, filePage);
      return filePage;
    }
    return null;
  }

  /** Makes a file page hold a page of memory. The file grows to that file page, with unused pages between. */
  mapPage(filePage: FilePage, page: VirtualPage): void {
    if (filePage < 1 || filePage >= ENTRIES) {
      throw new VmFault("PageMappingFailed", `file page ${filePage} outside 1 … ${ENTRIES - 1}`);
    }
    translate(this.memory, page << 8);
    for (let unused = this.activePages + 1; unused < filePage; unused++) {
      this.memory.setCell(FPTOVP_BASE + 2 * unused, NO_PAGE);
    }
    this.memory.setCell(FPTOVP_BASE + 2 * filePage, page as number);
    if (filePage > this.activePages) this.memory.setCell(interfaceWord(IFPAGE.activePagesCell), filePage as number);
    this.cache.clear();
  }
  /** Appends a page to the file: the table stays contiguous. */
  addPage(page: VirtualPage): FilePage {
    const filePage = this.activePages + 1;
    this.mapPage(filePage, page);
    return filePage;
  }

  /**
   * Services a page fault: makes an absent page present with the content that `source` has for it, and lists it in the table if it is not there.
   *
   * @returns the proof that the page can be read and written without a check
   * @throws {VmFault} `InvalidAddress` outside the image, `PageMappingFailed` when the source has no such page
   */
  getPage(pointer: Pointer, source: PageSource): PageProof {
    const start = translate(this.memory, pointer & 0x0fffff00);
    const page = start / PAGE_BYTES;
    const flags = this.memory.pageFlags[page] as number;
    if ((flags & PAGE_ABSENT) !== 0) {
      const filePage = this.filePageOf(page);
      // Not a store: the page comes into being, so that nobody who watches stores is told.
      if (!source.load(filePage, page, this.memory.bytes.subarray(start, start + PAGE_BYTES))) {
        throw new VmFault("PageMappingFailed", `page ${hex(page)} is not in the image file`, start / 2);
      }
      this.memory.pageFlags[page] = flags & ~PAGE_ABSENT;
      if (filePage === null) this.addPage(page);
    }
    return provePage(this.memory, pointer);
  }

  private remember(page: VirtualPage, filePage: FilePage): void {
    if (this.cacheSize === 0) return;
    this.cache.delete(page);
    this.cache.set(page, filePage);
    if (this.cache.size <= this.cacheSize) return;
    const oldest = this.cache.keys().next();
    if (!oldest.done) this.cache.delete(oldest.value);
  }
}
