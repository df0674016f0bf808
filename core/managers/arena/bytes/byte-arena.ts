/**
 * An arena of bytes: chunks from a backing, an address that advances, everything back at once. Names, literals, error texts and what a compilation needs for a while
 * are booked in such arenas; objects of the machine lie in `storage/arenas/`, which counts and grows by the same rules.
 */
import { VmFault } from "../../../base/errors.ts";
import { ArenaAccount, type ArenaCounters } from "../../storage/arenas/account.ts";
import { type ArenaPolicy, chunkWithin, keptChunks, nextChunk } from "../../storage/arenas/policy.ts";
import type { Backing, Chunk } from "./backing.ts";

const ALIGN_BYTES = 8;

/** A reference to bytes of an arena: valid as long as the arena has the same generation. */
export interface ArenaReference {
  readonly arena: ByteArena;
  readonly address: number;
  readonly bytes: number;
  readonly generation: number;
  /** What it is, for messages: the text of a string, the kind of an object. */
  readonly name: string;
}

export interface ByteArenaFigures extends ArenaCounters {
  readonly capacity: number;
  readonly chunks: number;
  readonly generation: number;
  /** Bytes of large constants that are used where they lie, and are no part of the capacity. */
  readonly mapped: number;
}

/** A request of at least so many bytes of constant data is not copied into the arena, but used where it lies. */
export const MAPPED_FROM_BYTES = 512;

export class ByteArena {
  readonly name: string;
  readonly policy: ArenaPolicy;
  private readonly backing: Backing;
  private readonly account = new ArenaAccount();
  private chunks: Chunk[] = [];
  /** Index of the chunk that is being filled. */
  private current = 0;
  private at = 0;
  private generation = 0;
  private mapped = 0;
  private isOpen = true;
  /** The arena that has taken over everything at a join. */
  private heir: ByteArena | null = null;
  /** The generation that the heir had at the join. */
  private heirGeneration = 0;
  private readonly texts = new Map<number, string>();

  constructor(name: string, policy: ArenaPolicy, backing: Backing) {
    this.name = name;
    this.policy = policy;
    this.backing = backing;
    if (policy.presize > 0) this.chunks.push(backing.take(policy.presize));
  }

  /**
   * Bytes of this generation. Nothing for nothing: a request of 0 bytes takes no memory and does not count.
   * @throws {VmFault} `MemoryError` when the arena is not open; `StorageFull` at its limit
   */
  allocate(bytes: number, name: string): ArenaReference {
    this.checkOpen();
    const address = bytes === 0 ? 0 : this.place(bytes);
    if (bytes > 0) this.account.add(bytes);
    return { arena: this, address, bytes, generation: this.generation, name };
  }

  /** A copy of a text, exact in length: one byte a character below 256. */
  allocateText(text: string, name: string = text): ArenaReference {
    const reference = this.allocate(text.length, name);
    this.texts.set(reference.address, text);
    return reference;
  }

  /** Constant data that stay where they are: counted as an allocation, but they take no capacity. */
  map(bytes: number, name: string): ArenaReference {
    this.checkOpen();
    this.account.add(bytes);
    this.mapped += bytes;
    return { arena: this, address: 0, bytes, generation: this.generation, name };
  }

  private place(bytes: number): number {
    const size = Math.ceil(bytes / ALIGN_BYTES) * ALIGN_BYTES;
    let chunk = this.chunks[this.current];
    while (chunk !== undefined && this.at + size > chunk.bytes) {
      this.current++;
      this.at = 0;
      chunk = this.chunks[this.current];
    }
    if (chunk === undefined) chunk = this.open(size);
    const address = chunk.base + this.at;
    this.at += size;
    return address;
  }

  private open(request: number): Chunk {
    const wanted = nextChunk(this.policy, this.chunks.at(-1)?.bytes ?? null, request);
    const bytes = chunkWithin(this.policy, this.capacity, wanted, request);
    if (bytes === null) {
      const text = `arena ${this.name} has a limit of ${this.policy.limit} bytes, capacity ${this.capacity}, requested ${request}`;
      throw new VmFault("StorageFull", `storage full: ${text}`);
    }
    const chunk = this.backing.take(bytes);
    this.chunks.push(chunk);
    this.current = this.chunks.length - 1;
    this.at = 0;
    return chunk;
  }

  /** @throws {VmFault} `MemoryError` when the reference is from before a reset, or from an arena that has ended */
  check(reference: ArenaReference): void {
    const origin = reference.arena;
    if (origin !== this && origin.heir !== this) throw misplaced(reference, this);
    const now = origin === this ? this.generation : origin.generation + this.generation - origin.heirGeneration;
    if (reference.generation === now) return;
    const since = this.isOpen ? "was reset" : "has ended";
    const message = `stale reference: ${reference.name} was allocated in arena ${this.name}, which ${since}: generation ${reference.generation} of ${now}`;
    throw new VmFault("MemoryError", message);
  }
  /** The text of an allocation. @throws as `check` */
  text(reference: ArenaReference): string {
    this.check(reference);
    return (reference.arena.texts.get(reference.address) ?? "").slice(0, reference.bytes);
  }

  /** All allocations go. The chunks that the policy keeps are filled again from the first on. */
  reset(): void {
    this.checkOpen();
    this.release(
      keptChunks(
        this.policy.reset,
        this.chunks.map(({ bytes }) => bytes),
      ),
    );
  }
  /** All memory goes back. A second end has no effect. */
  end(): void {
    if (!this.isOpen) return;
    this.release(0);
    this.isOpen = false;
  }

  private release(keep: number): void {
    for (const { base } of this.chunks.splice(keep)) this.backing.give(base);
    this.current = 0;
    this.at = 0;
    this.mapped = 0;
    this.texts.clear();
    this.account.reset();
    this.generation++;
  }

  /** Everything of the other arena is this one's from now on, and references to it stay valid; the other is over. */
  adopt(other: ByteArena): void {
    this.checkOpen();
    other.checkOpen();
    // Full ones first: this arena goes on in its own last chunk.
    this.chunks.unshift(...other.chunks);
    this.current += other.chunks.length;
    this.account.adopt(other.account);
    this.mapped += other.mapped;
    other.chunks = [];
    other.heir = this;
    other.heirGeneration = this.generation;
    other.isOpen = false;
  }

  private checkOpen(): void {
    if (!this.isOpen) throw new VmFault("MemoryError", `arena ${this.name} is not open`);
  }

  owns(address: number): boolean {
    return this.chunks.some(({ base, bytes }) => address >= base && address < base + bytes);
  }

  get capacity(): number {
    return this.chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  figures(): ByteArenaFigures {
    const { count, current, peak, totalCount, total } = this.account;
    const { generation, mapped, capacity } = this;
    return { count, current, peak, totalCount, total, capacity, chunks: this.chunks.length, generation, mapped };
  }
}

function misplaced(reference: ArenaReference, found: ByteArena): VmFault {
  const text = `${reference.name} belongs to arena ${reference.arena.name}, not to arena ${found.name}`;
  return new VmFault("MemoryError", text);
}
