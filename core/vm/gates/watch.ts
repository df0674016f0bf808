/** Data breakpoints as the machine knows them: what is watched, and what has happened to it. */
import type { ByteAddress, Pointer, StackOffset } from "../../base/units.ts";
import { PAGE_BYTES } from "../../memory/layout.ts";

/** A range of bytes, watched for what instructions do with it. */
export interface DataWatch {
  readonly kind: "data";
  readonly start: ByteAddress;
  readonly bytes: number;
  readonly access: "read" | "write" | "readWrite";
  /** Of a variable: the frame that it goes with; null for what stays. */
  readonly frame: StackOffset | null;
}
/** The reference count of an object. */
export interface CountWatch {
  readonly kind: "count";
  readonly object: Pointer;
}
/** A range of bytes, watched for the objects in it: that one is freed, and that a new one takes its place. */
export interface LifeWatch {
  readonly kind: "life";
  readonly start: ByteAddress;
  readonly bytes: number;
}
export type Watch = DataWatch | CountWatch | LifeWatch;

/** What has happened to what is watched. `gone`: the function of the variable has returned. */
export type WatchAccess = "write" | "read" | "count" | "free" | "reuse" | "gone";

export interface WatchHit {
  readonly watch: Watch;
  readonly access: WatchAccess;
  /** Content of a range of at most 4 bytes, or the count, before and after; null where there is none. */
  readonly old: number | null;
  readonly now: number | null;
  /** Another value is there than before. */
  readonly isChange: boolean;
}

/** The longest range whose content is one number. */
const NUMBER_BYTES = 4;

export function overlaps(
  watch: { readonly start: ByteAddress; readonly bytes: number },
  start: ByteAddress,
  bytes: number,
): boolean {
  return start < watch.start + watch.bytes && watch.start < start + bytes;
}

/** A range as one number, most significant byte first; null for one that is too long. */
export function contentOf(
  image: Uint8Array,
  { start, bytes }: { readonly start: ByteAddress; readonly bytes: number },
): number | null {
  if (bytes > NUMBER_BYTES) return null;
  let value = 0;
  for (let i = 0; i < bytes; i++) value = value * 256 + (image[start + i] ?? 0);
  return value;
}

/** Watches by the pages that they touch, so that one look finds those of an address however many there are. */
export class WatchIndex<W extends { readonly start: ByteAddress; readonly bytes: number }> {
  private readonly byPage = new Map<number, W[]>();

  constructor(watches: readonly W[]) {
    for (const watch of watches) {
      for (let page = pageOf(watch.start); page <= pageOf(watch.start + watch.bytes - 1); page++) {
        const others = this.byPage.get(page);
        if (others === undefined) this.byPage.set(page, [watch]);
        else others.push(watch);
      }
    }
  }

  get isEmpty(): boolean {
    return this.byPage.size === 0;
  }
  pages(): Iterable<number> {
    return this.byPage.keys();
  }
  /** Calls `visit` for each watch that a range touches, once. */
  touched(start: ByteAddress, bytes: number, visit: (watch: W) => void): void {
    if (this.byPage.size === 0) return;
    const first = pageOf(start);
    const last = pageOf(start + bytes - 1);
    for (let page = first; page <= last; page++) {
      for (const watch of this.byPage.get(page) ?? []) {
        const isSeen = page > first && pageOf(watch.start) < page;
        if (!isSeen && overlaps(watch, start, bytes)) visit(watch);
      }
    }
  }
}

function pageOf(address: ByteAddress): number {
  return Math.floor(address / PAGE_BYTES);
}
