/**
 * The bytes of an image and the only way to write them. The image is kept in file order (big-endian), so nothing is ever swapped.
 * What lives where is `layout.ts`; which page of a file holds a page is `page-table.ts`.
 * Source: memory specification, sections 2 and 3.
 */
import { hex, VmFault } from "../base/errors.ts";
import type { ByteAddress, Cell, Pointer, VirtualPage, WordAddress } from "../base/units.ts";

/** Page is not part of the image: access by a checked route is a page fault. */
export const PAGE_ABSENT = 1;
/** A data breakpoint lies in this page. */
export const PAGE_WATCHED = 2;
/** The page must be copied to the journal before its next write. */
export const PAGE_JOURNALED = 4;

/** Told about writes to pages with a flag, before and after the bytes change. Addresses are bytes. */
export interface StoreObserver {
  beforeStore(page: VirtualPage, address: ByteAddress, lengthBytes: number): void;
  afterStore(page: VirtualPage, address: ByteAddress, lengthBytes: number): void;
}

const MEGABYTE = 1 << 20;

export class VirtualMemory {
  readonly sizeBytes: number;
  readonly sizeWords: number;
  /** The image itself, for reading and for the interpreter's stack; other writers use the methods, which are the store gate. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** One byte of `PAGE_…` flags per page; zero means that a store has nothing to tell anyone. */
  readonly pageFlags: Uint8Array;
  storeObserver: StoreObserver | null;

  /** @param megabytes size of the address space, 1 … 256. All bytes are zero, all pages present. */
  constructor(megabytes: number) {
    if (!Number.isInteger(megabytes) || megabytes < 1 || megabytes > 256) {
      throw new RangeError(`memory size ${megabytes} MB outside 1 … 256 MB`);
    }
    this.sizeBytes = megabytes * MEGABYTE;
    this.sizeWords = this.sizeBytes / 2;
    const buffer = new ArrayBuffer(this.sizeBytes);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.pageFlags = new Uint8Array(this.sizeWords / 256);
    this.storeObserver = null;
  }

  /** The 32-bit cell at an even word address, unsigned. */
  cell(address: WordAddress): Cell {
    return this.view.getUint32(address * 2);
  }
  /** The cell as a signed 32-bit number. */
  signedCell(address: WordAddress): number {
    return this.view.getInt32(address * 2);
  }
  /** The low 28 bits of a cell. */
  pointer(address: WordAddress): Pointer {
    return this.view.getInt32(address * 2) & 0x0fffffff;
  }
  word(address: WordAddress): number {
    return this.view.getUint16(address * 2);
  }
  byte(address: ByteAddress): number {
    return this.bytes[address] as number;
  }

  setCell(address: WordAddress, value: Cell): void {
    if (this.pageFlags[address >> 8] !== 0 || (address & 0xff) === 0xff) this.storeCellSlowly(address, value);
    else this.view.setInt32(address * 2, value);
  }
  /** Replaces the low 28 bits of a cell and keeps its tag bits. */
  setPointer(address: WordAddress, value: Pointer): void {
    this.setCell(address, (this.view.getInt32(address * 2) & 0xf0000000) | (value & 0x0fffffff));
  }
  setWord(address: WordAddress, value: number): void {
    if (this.pageFlags[address >> 8] !== 0) this.storeGuarded(address * 2, value, 2);
    else this.view.setUint16(address * 2, value);
  }
  setByte(address: ByteAddress, value: number): void {
    if (this.pageFlags[address >> 9] !== 0) this.storeGuarded(address, value, 1);
    else this.bytes[address] = value;
  }

  /** A cell at the last word of a page, which is odd, reaches into the next one: programs can ask for that, and both pages have a gate. */
  private storeCellSlowly(address: WordAddress, value: Cell): void {
    if ((address & 0xff) !== 0xff) {
      this.storeGuarded(address * 2, value, 4);
      return;
    }
    this.checkPresent(address + 1);
    this.setWord(address, value >>> 16);
    this.setWord(address + 1, value & 0xffff);
  }

  private checkPresent(address: WordAddress): void {
    const page = address >> 8;
    const flags = this.pageFlags[page];
    if (flags === undefined) {
      throw new VmFault("InvalidAddress", `store outside the image (word ${hex(address)})`, address);
    }
    if ((flags & PAGE_ABSENT) !== 0) {
      throw new VmFault("PageMappingFailed", `store to unmapped page ${hex(page)} (word ${hex(address)})`, address);
    }
  }

  /** Slow side of the store gate. */
  private storeGuarded(address: ByteAddress, value: number, lengthBytes: 1 | 2 | 4): void {
    const page = address >> 9;
    this.checkPresent(address >> 1);
    this.storeObserver?.beforeStore(page, address, lengthBytes);
    if (lengthBytes === 4) this.view.setInt32(address, value);
    else if (lengthBytes === 2) this.view.setUint16(address, value);
    else this.bytes[address] = value;
    this.storeObserver?.afterStore(page, address, lengthBytes);
  }
}
