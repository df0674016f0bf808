/**
 * For those who read images of other machines: a little-endian host of the reference VM keeps each 32-bit cell in its own order, so bytes and words of
 * a cell stand at addresses that are XORed. Our own memory is kept in file order and needs none of this.
 *
 * Base plus offset is computed in image order first; the XOR comes last. Code bytes follow the same rule. Every page is converted, whatever it holds.
 * Source: memory specification, section 3.
 */
import { hex, VmFault } from "../base/errors.ts";
import type { ByteAddress, Cell, WordAddress } from "../base/units.ts";
import { PAGE_BYTES } from "./layout.ts";

/** Reverses the four bytes of a cell. */
export function swap32(cell: Cell): Cell {
  return ((cell << 24) | ((cell & 0xff00) << 8) | ((cell >>> 8) & 0xff00) | (cell >>> 24)) >>> 0;
}

/** Where a swapped host keeps the byte with this image byte address. */
export function xorByte(address: ByteAddress): ByteAddress {
  return address ^ 3;
}
/** Byte address at which a swapped host keeps the word with this image word address. */
export function xorWord(address: WordAddress): ByteAddress {
  return (address * 2) ^ 2;
}

/** Image byte `address` of a swapped host image. @throws {VmFault} `InvalidAddress` outside it, as do the readers below */
export function readByte(host: Uint8Array, address: ByteAddress): number {
  checkRange(host, address, 1);
  return host[xorByte(address)] as number;
}
/** Image word at a word address. */
export function readWord(host: Uint8Array, address: WordAddress): number {
  checkRange(host, address * 2, 2);
  const place = xorWord(address);
  // The host keeps the word itself in little-endian order.
  return ((host[place + 1] as number) << 8) | (host[place] as number);
}
/** Image cell at an even word address. */
export function readCell(host: Uint8Array, address: WordAddress): Cell {
  checkRange(host, address * 2, 4);
  const place = address * 2;
  return (
    (((host[place + 3] as number) << 24) |
      ((host[place + 2] as number) << 16) |
      ((host[place + 1] as number) << 8) |
      (host[place] as number)) >>>
    0
  );
}
/** Signed 16-bit operand at a byte address, which need not be aligned: most significant byte first. */
export function readJump(host: Uint8Array, pc: ByteAddress): number {
  return (((readByte(host, pc) << 8) | readByte(host, pc + 1)) << 16) >> 16;
}

/** Converts pages between file order and the order of a swapped host, in place. Its own inverse. */
export function swapPages(bytes: Uint8Array, firstPage: number, pages: number): void {
  const end = (firstPage + pages) * PAGE_BYTES;
  checkRange(bytes, firstPage * PAGE_BYTES, pages * PAGE_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let place = firstPage * PAGE_BYTES; place < end; place += 4) {
    view.setUint32(place, view.getUint32(place, true), false);
  }
}

/** `swapPages` for a whole image, which must be a whole number of pages. */
export function swapImage(bytes: Uint8Array): void {
  if (bytes.length % PAGE_BYTES !== 0) {
    throw new RangeError(`image of ${bytes.length} bytes is not a whole number of ${PAGE_BYTES}-byte pages`);
  }
  swapPages(bytes, 0, bytes.length / PAGE_BYTES);
}

function checkRange(bytes: Uint8Array, address: ByteAddress, lengthBytes: number): void {
  if (address >= 0 && address + lengthBytes <= bytes.length) return;
  throw new VmFault("InvalidAddress", `byte ${hex(address)} is outside the image of ${hex(bytes.length)} bytes`);
}
