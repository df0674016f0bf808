/**
 * A heap of blocks in the flat memory: what the built-in `malloc` and `free` of an address use, under every memory manager.
 *
 * ```
 * block     word 0: payload size     word 1: in use: flags (bit 0 in use, bit 1 marked); free: next free block, 0 = end     then the payload
 * heap      start | block | block | …  block | bump … free room … | end
 * ```
 * An address that `malloc` answers is that of the payload. Everything that the heap knows lies in memory: headers where a program can read and overwrite them,
 * registers and the map of blocks where it can only read them (`registers.ts`). So a header that was overwritten is noticed, never trusted.
 * Units: words, that is cells of the flat memory (32 bits; the published allocator's words have 64, and the figures are the same).
 */
import { VmFault } from "../../../base/errors.ts";
import { FlatMemory } from "../../../memory/flat-memory.ts";
import { DISPLAY_BASE } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { BitMap } from "./bit-map.ts";
import { checkConfiguration, DEFAULT_HEAP, HEADER_WORDS, type HeapConfiguration, policyBits } from "./configuration.ts";
import {
  BLOCK_BITS_CELL,
  POLICY_ALIGNED,
  POLICY_BEST_FIT,
  POLICY_NO_COALESCE,
  POLICY_NO_SPLIT,
  POLICY_TRIM,
  Registers,
  USED_BITS_CELL,
} from "./registers.ts";

export const NULL = 0;
/** Header word 1 of a block in use, and the bit that a collection adds. */
export const FLAG_USED = 1;
export const FLAG_MARKED = 2;

export interface Block {
  /** Address of the header. */
  readonly block: number;
  /** Payload words. */
  readonly size: number;
  readonly isUsed: boolean;
}

export interface HeapStatistics {
  readonly allocations: number;
  readonly frees: number;
  /** Words handed out in all, headers included; it only grows. */
  readonly total: number;
  readonly inUse: number;
  /** Words of the heap that are not in use. */
  readonly free: number;
  /** Words below `bump` that are not in use, in hundredths of those that are: above 100 when more is wasted than used. */
  readonly fragmentation: number;
  /** The same words in hundredths of all words below `bump`: never above 100. */
  readonly wastedShare: number;
  readonly totalFreed: number;
  readonly heapSize: number;
}

export class BlockHeap {
  readonly flat: FlatMemory;
  readonly registers: Registers;
  /** Where blocks begin, and which of them are in use. */
  readonly map: BitMap;
  readonly used: BitMap;

  constructor(memory: VirtualMemory) {
    this.flat = new FlatMemory(memory);
    this.registers = new Registers(this.flat);
    this.map = new BitMap(this.flat, BLOCK_BITS_CELL);
    this.used = new BitMap(this.flat, USED_BITS_CELL);
  }

  get isInitialized(): boolean {
    return this.registers.isInitialized;
  }

  /**
   * Begins an empty heap; blocks of an earlier one are forgotten. The words of its range stay as they are.
   * @throws {VmFault} `MemoryError` when the range overlaps variables or stack, or a number is not possible; nothing was changed
   */
  initialize(wanted: Partial<HeapConfiguration> = {}): void {
    const configuration = { ...DEFAULT_HEAP, ...wanted };
    checkConfiguration(configuration);
    this.registers.clear();
    this.map.clear();
    this.used.clear();
    for (const name of ["start", "end", "alignment", "minimum"] as const) this.registers.set(name, configuration[name]);
    this.registers.set("policy", policyBits(configuration));
    this.registers.set("bump", configuration.start);
  }

  /**
   * The address of at least `size` words, or `NULL` when no block and no room is left. From the free list first, then from the end.
   * @throws {VmFault} `MemoryError`: size negative or above the heap, header or free list overwritten; nothing was changed
   */
  malloc(size: number): number {
    const heapSize = this.heapSize;
    if (!Number.isInteger(size) || size < 0 || size > heapSize) {
      throw new VmFault("MemoryError", `malloc: a size of ${size} words is not possible: the heap has ${heapSize}`);
    }
    const request = Math.max(this.roundUp(size), this.registers.get("minimum"));
    const pointer = this.fromFreeList(request) || this.fromEnd(request);
    if (pointer === NULL) return NULL;
    const words = this.size(pointer - HEADER_WORDS) + HEADER_WORDS;
    this.registers.add("allocations", 1);
    this.registers.add("total", words);
    this.registers.add("inUse", words);
    return pointer;
  }

  /**
   * Takes a block back; `NULL` is ignored.
   * @throws {VmFault} `MemoryError`: an address that `malloc` did not answer, a block that is free already, an overwritten header; nothing was changed
   */
  free(pointer: number): void {
    if (pointer === NULL) return;
    const block = this.blockOf(pointer);
    this.checkedSize(block);
    if (!this.has(POLICY_NO_COALESCE) && this.hasFreeNeighbour(block)) this.checkedFreeList();
    this.reclaim(block);
  }
  private hasFreeNeighbour(block: number): boolean {
    const next = this.map.next(block + 1);
    const previous = this.map.previous(block);
    return (next !== -1 && !this.used.has(next)) || (previous !== -1 && !this.used.has(previous));
  }

  /** Makes a block in use free: front of the list, joined with its neighbours unless that is off. Headers and list must have been checked. */
  reclaim(block: number): void {
    const words = this.size(block) + HEADER_WORDS;
    this.registers.add("frees", 1);
    this.registers.add("inUse", -words);
    this.registers.add("totalFreed", words);
    this.used.remove(block);
    this.link(block);
    const joined = this.has(POLICY_NO_COALESCE) ? block : this.join(block);
    if (this.has(POLICY_TRIM) && this.map.next(joined + 1) === -1) {
      this.unlink(joined);
      this.map.remove(joined);
      const last = this.map.previous(joined);
      this.registers.set("bump", last === -1 ? this.registers.get("start") : last + HEADER_WORDS + this.size(last));
    }
  }

  get heapSize(): number {
    return this.registers.get("end") - this.registers.get("start");
  }

  statistics(): HeapStatistics {
    const { registers, heapSize } = this;
    const inUse = registers.get("inUse");
    const wasted = registers.get("bump") - registers.get("start") - inUse;
    return {
      allocations: registers.get("allocations"),
      frees: registers.get("frees"),
      total: registers.get("total"),
      inUse,
      free: heapSize - inUse,
      fragmentation: inUse === 0 ? 0 : Math.trunc((100 * wasted) / inUse),
      wastedShare: wasted + inUse === 0 ? 0 : Math.trunc((100 * wasted) / (wasted + inUse)),
      totalFreed: registers.get("totalFreed"),
      heapSize,
    };
  }

  /** All blocks in address order. Sizes are what the headers say. */
  *blocks(): Generator<Block> {
    for (let block = this.map.next(0); block !== -1; block = this.map.next(block + 1)) {
      yield { block, size: this.size(block), isUsed: this.used.has(block) };
    }
  }

  /** The free blocks, in the order of the list. @throws {VmFault} `MemoryError` where it was overwritten */
  freeList(): Block[] {
    return this.checkedFreeList().map((block) => ({ block, size: this.size(block), isUsed: false }));
  }

  size(block: number): number {
    return this.flat.get(block);
  }
  has(policy: number): boolean {
    return (this.registers.get("policy") & policy) !== 0;
  }
  roundUp(words: number): number {
    const alignment = this.registers.get("alignment");
    return Math.ceil(words / alignment) * alignment;
  }
  /** Header of a block that may begin at `from` at the earliest. */
  placeBlock(from: number): number {
    return this.has(POLICY_ALIGNED) ? this.roundUp(from + HEADER_WORDS) - HEADER_WORDS : from;
  }

  /** The block in use whose payload begins at `pointer`. @throws {VmFault} `MemoryError` */
  blockOf(pointer: number): number {
    const block = pointer - HEADER_WORDS;
    if (block < this.registers.get("start") || block >= this.registers.get("bump") || !this.map.has(block)) {
      throw this.error(pointer, `free: ${pointer} is not an address that malloc answered${this.nearest(pointer)}`);
    }
    if (!this.used.has(block)) throw this.error(pointer, `double free: the block at ${pointer} is free already`);
    return block;
  }

  /** The payload size of a block, after a comparison of its header with the map. @throws {VmFault} `MemoryError` */
  checkedSize(block: number): number {
    const size = this.size(block);
    const next = this.map.next(block + 1);
    const isRight =
      next === -1
        ? block + HEADER_WORDS + size === this.registers.get("bump")
        : this.placeBlock(block + HEADER_WORDS + size) === next;
    if (size >= 0 && isRight) return size;
    const room = (next === -1 ? this.registers.get("bump") : next) - block - HEADER_WORDS;
    throw this.error(
      block,
      `the header of the block at ${block} was overwritten: it says ${size} words, room is for ${room}`,
    );
  }

  /** The free list, every link of it checked. @throws {VmFault} `MemoryError` */
  private checkedFreeList(): number[] {
    const list: number[] = [];
    for (let block = this.registers.get("freeList"); block !== NULL; block = this.flat.get(block + 1)) {
      // A list that is longer than the heap goes round in a ring.
      if (!this.isFree(block) || list.length > this.heapSize) throw this.brokenLink(list.at(-1) ?? NULL, block);
      this.checkedSize(block);
      list.push(block);
    }
    return list;
  }

  private fromFreeList(request: number): number {
    const isBestFit = this.has(POLICY_BEST_FIT);
    let found = NULL;
    let before = NULL;
    let previous = NULL;
    let steps = 0;
    for (let block = this.registers.get("freeList"); block !== NULL; block = this.flat.get(block + 1)) {
      if (!this.isFree(block) || steps++ > this.heapSize) throw this.brokenLink(previous, block);
      const size = this.checkedSize(block);
      if (size >= request && (found === NULL || size < this.size(found))) {
        found = block;
        before = previous;
        if (!isBestFit || size === request) break;
      }
      previous = block;
    }
    if (found === NULL) return NULL;
    this.take(found, before, request);
    return found + HEADER_WORDS;
  }

  /** Takes a block off the list; a rest that is large enough gets its place there. */
  private take(block: number, before: number, request: number): void {
    const end = block + HEADER_WORDS + this.size(block);
    const rest = this.placeBlock(block + HEADER_WORDS + request);
    const restSize = end - rest - HEADER_WORDS;
    let follower = this.flat.get(block + 1);
    if (!this.has(POLICY_NO_SPLIT) && restSize >= this.registers.get("minimum")) {
      this.flat.set(rest, restSize);
      this.flat.set(rest + 1, follower);
      this.map.add(rest);
      this.flat.set(block, request);
      follower = rest;
    }
    this.setLink(before, follower);
    this.flat.set(block + 1, FLAG_USED);
    this.used.add(block);
  }

  private fromEnd(request: number): number {
    const block = this.placeBlock(this.registers.get("bump"));
    const next = block + HEADER_WORDS + request;
    if (next > this.registers.get("end")) return NULL;
    this.flat.set(block, request);
    this.flat.set(block + 1, FLAG_USED);
    this.map.add(block);
    this.used.add(block);
    this.registers.set("bump", next);
    return block + HEADER_WORDS;
  }

  private isFree(block: number): boolean {
    return (
      block >= this.registers.get("start") &&
      block < this.registers.get("bump") &&
      this.map.has(block) &&
      !this.used.has(block)
    );
  }
  /** Replaces the link of a free block, or the head of the list. */
  private setLink(block: number, next: number): void {
    if (block === NULL) this.registers.set("freeList", next);
    else this.flat.set(block + 1, next);
  }
  private link(block: number): void {
    this.flat.set(block + 1, this.registers.get("freeList"));
    this.registers.set("freeList", block);
  }
  private unlink(block: number): void {
    let previous = NULL;
    for (let at = this.registers.get("freeList"); at !== block; at = this.flat.get(at + 1)) previous = at;
    this.setLink(previous, this.flat.get(block + 1));
  }

  /** Joins a block at the front of the list with its free neighbours. @returns the block that it is part of now, at the front */
  private join(block: number): number {
    const next = this.map.next(block + 1);
    if (next !== -1 && !this.used.has(next)) {
      this.unlink(next);
      this.absorb(block, next);
    }
    const previous = this.map.previous(block);
    if (previous === -1 || this.used.has(previous)) return block;
    this.unlink(previous);
    this.unlink(block);
    this.absorb(previous, block);
    this.link(previous);
    return previous;
  }

  /** Makes the block `next`, which is on no list, part of the block before it. */
  absorb(block: number, next: number): void {
    this.flat.set(block, next + HEADER_WORDS + this.size(next) - (block + HEADER_WORDS));
    this.map.remove(next);
  }

  private nearest(pointer: number): string {
    const block = pointer < 0 ? -1 : this.map.previous(Math.min(pointer, this.registers.get("end")));
    if (block === -1 || pointer >= this.registers.get("bump")) return "";
    const from = block + HEADER_WORDS;
    return `; the block next below has the words ${from} to ${from + this.size(block) - 1}`;
  }
  private brokenLink(from: number, to: number): VmFault {
    const where = from === NULL ? "its head" : `the block at ${from}`;
    return this.error(
      from,
      `the free list is broken: ${where} refers to ${to}, which is no free block; something was stored there`,
    );
  }
  private error(cell: number, message: string): VmFault {
    return new VmFault("MemoryError", message, DISPLAY_BASE + 2 * cell);
  }
}
