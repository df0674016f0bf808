/**
 * Which memory a client has looked at, so that it can be told to look again: clients show what they read until a `memory` event names it.
 */
import type { ByteAddress } from "#core";
import { addressOf } from "./memory-references.ts";

/** References that are remembered; of more, those that were looked at longest ago are forgotten. */
const MAX_VIEWS = 64;

/** Body of a `memory` event. */
export interface MemoryRange {
  readonly memoryReference: string;
  readonly offset: number;
  readonly count: number;
}

export class ViewedMemory {
  /** By reference, as the client wrote it: it compares texts. Oldest first. */
  private readonly views = new Map<string, { from: number; to: number }>();

  add(reference: string, offset: number, count: number): void {
    const known = this.views.get(reference);
    this.views.delete(reference);
    this.views.set(reference, {
      from: Math.min(offset, known?.from ?? offset),
      to: Math.max(offset + count, known?.to ?? offset + count),
    });
    const oldest = this.views.keys().next();
    if (this.views.size > MAX_VIEWS && oldest.done !== true) this.views.delete(oldest.value);
  }

  all(): readonly MemoryRange[] {
    return [...this.views].map(([memoryReference, { from, to }]) => ({
      memoryReference,
      offset: from,
      count: to - from,
    }));
  }

  /** The parts of the views that show bytes of a range. */
  within(address: ByteAddress, count: number): readonly MemoryRange[] {
    return this.all().flatMap((view) => {
      const base = addressOf(view.memoryReference);
      const from = Math.max(address, base + view.offset);
      const to = Math.min(address + count, base + view.offset + view.count);
      return from < to ? [{ memoryReference: view.memoryReference, offset: from - base, count: to - from }] : [];
    });
  }
}
