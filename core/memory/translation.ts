/**
 * From pointers to places in the image and back: masking, pages, bytes. Checked; the one unchecked form asks for a proof first.
 * Which pages exist is `page-table.ts`; heaps outside the image are `StorageRegion`s (`regions.ts`).
 * Source: memory specification, section 2.
 */
import { hex, VmFault } from "../base/errors.ts";
import type { ByteAddress, Pointer, VirtualPage, WordAddress, Words } from "../base/units.ts";
import { PAGE_BYTES, POINTER_MASK } from "./layout.ts";
import type { StorageRegion } from "./regions.ts";
import { PAGE_ABSENT, type VirtualMemory } from "./virtual-memory.ts";

/** Number of the page that holds what a pointer points at. Tag bits do not matter. */
export function pageNumber(pointer: Pointer): VirtualPage {
  return (pointer & POINTER_MASK) >> 8;
}
/** Offset in bytes from the start of that page. */
export function pageOffset(pointer: Pointer): number {
  return (pointer & 0xff) * 2;
}
/** Byte of the image that a pointer points at, in or out of range. */
export function lispToByte(pointer: Pointer): ByteAddress {
  return (pointer & POINTER_MASK) * 2;
}
/** The pointer to a byte of the image; the odd byte of a word belongs to its word. */
export function byteToLisp(address: ByteAddress): Pointer {
  return Math.floor(address / 2) & POINTER_MASK;
}
/** Number of the page that holds a byte of the image. */
export function virtualPage(address: ByteAddress): VirtualPage {
  return Math.floor(address / PAGE_BYTES);
}
/** Pointer to the first word of a page. */
export function pageBase(page: VirtualPage): Pointer {
  return (page << 8) & POINTER_MASK;
}

/**
 * The byte of the image that a pointer points at.
 *
 * @throws {VmFault} `InvalidAddress` when it lies outside the image
 */
export function translate(memory: VirtualMemory, pointer: Pointer): ByteAddress {
  const address = pointer & POINTER_MASK;
  if (address >= memory.sizeWords) {
    throw new VmFault(
      "InvalidAddress",
      `address ${hex(address)} is outside the image of ${hex(memory.sizeWords)} words`,
      address,
    );
  }
  return address * 2;
}

/** A byte in the image (`region` null) or in a storage heap beside it. */
export interface Place {
  readonly region: StorageRegion | null;
  readonly offsetBytes: ByteAddress;
}

/**
 * Like `translate`, but storage heaps beside the image count too. Their ranges do not overlap (`checkDisjoint`), so the order does not matter.
 *
 * @throws {VmFault} `InvalidAddress` when neither the image nor a heap holds the address
 */
export function translateExtended(memory: VirtualMemory, regions: readonly StorageRegion[], pointer: Pointer): Place {
  const address = pointer & POINTER_MASK;
  for (const region of regions) {
    const offsetBytes = region.lispToOffset(address);
    if (offsetBytes !== null) return { region, offsetBytes };
  }
  return { region: null, offsetBytes: translate(memory, address) };
}

/** Whether `words` words from `address` lie in the image, in pages that are present. For readers that must not trust what they find. */
export function isMapped(memory: VirtualMemory, address: WordAddress, words: Words): boolean {
  if (address < 0 || address + words > memory.sizeWords) return false;
  const last = (address + Math.max(words, 1) - 1) >> 8;
  for (let page = address >> 8; page <= last; page++) {
    if (((memory.pageFlags[page] as number) & PAGE_ABSENT) !== 0) return false;
  }
  return true;
}

declare const proof: unique symbol;
/** Proof that a page lies in the image and is present: good until pages are taken away, which no running machine does. */
export type PageProof = VirtualPage & { readonly [proof]: true };

/**
 * @returns the proof that `fastTranslate` asks for
 * @throws {VmFault} `InvalidAddress` outside the image, `PageMappingFailed` when the page is absent
 */
export function provePage(memory: VirtualMemory, pointer: Pointer): PageProof {
  translate(memory, pointer);
  const page = pageNumber(pointer);
  if (((memory.pageFlags[page] as number) & PAGE_ABSENT) !== 0) {
    throw new VmFault("PageMappingFailed", `page ${hex(page)} is not mapped`, pointer & POINTER_MASK);
  }
  return page as PageProof;
}

/** `translate` without a check, for an address in a page that has been proved. Only the offset in the page is taken from `pointer`. */
export function fastTranslate(page: PageProof, pointer: Pointer): ByteAddress {
  return page * PAGE_BYTES + (pointer & 0xff) * 2;
}
