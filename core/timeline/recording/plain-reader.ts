/** Plain values from bytes that may be anything: nothing is believed. The format is in `docs/recording-format.md`. */
import { CELL_BYTES, MOST_NESTED, NUMBER_BYTES, STEPPED_DEPTH, TAG } from "./plain-kinds.ts";

/** What is read in one step. */
const STEP_BYTES = 0x40000;

/** The bytes are not what `encodePlain` writes. */
export class PlainDataError extends Error {
  readonly offsetBytes: number;
  readonly found: string;
  readonly expected: string;
  constructor(offsetBytes: number, found: string, expected: string) {
    super(`byte ${offsetBytes}: found ${found}, expected ${expected}`);
    this.offsetBytes = offsetBytes;
    this.found = found;
    this.expected = expected;
  }
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  at: number;
  /** Behind it the step ends. */
  private stepEnd = STEP_BYTES;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }
  get left(): number {
    return this.bytes.length - this.at;
  }

  private take(count: number, what: string): number {
    if (count > this.left) throw new PlainDataError(this.at, `the end after ${this.left} bytes`, `${count} of ${what}`);
    const start = this.at;
    this.at += count;
    return start;
  }
  private count(): number {
    const start = this.at;
    let value = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.bytes[this.take(1, "a number")] as number;
      value += (byte & 0x7f) * unit;
      if (!Number.isSafeInteger(value) || unit > Number.MAX_SAFE_INTEGER)
        throw new PlainDataError(start, "a number that is too large", "one below 2^53");
      if (byte < 0x80) return value;
    }
  }
  /** How many items follow; each takes at least a byte. */
  private length(itemBytes: number, what: string): number {
    const count = this.count();
    if (count * itemBytes > this.left)
      throw new PlainDataError(this.at, `room for ${this.left} bytes`, `${count} times ${what}`);
    return count;
  }
  private text(): string {
    const length = this.length(1, "a character");
    const parts: string[] = [];
    for (let left = length; left > 0; ) {
      const units = Array.from({ length: Math.min(left, MOST_NESTED) }, () => this.count());
      if (units.some((unit) => unit > 0xffff)) throw new PlainDataError(this.at, "no character", "a UTF-16 unit");
      parts.push(String.fromCharCode(...units));
      left -= units.length;
    }
    return parts.join("");
  }

  value(depth: number): unknown {
    const start = this.take(1, "a value");
    const tag = this.bytes[start];
    if (depth >= MOST_NESTED) throw new PlainDataError(start, "values in values without end", `at most ${MOST_NESTED}`);
    switch (tag) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.integer:
        return this.count();
      case TAG.number:
        return this.view.getFloat64(this.take(NUMBER_BYTES, "a number"), true);
      case TAG.text:
        return this.text();
      case TAG.list:
        return this.list(depth);
      case TAG.object:
        return this.object(depth);
      case TAG.bytes: {
        const count = this.length(1, "a byte");
        const from = this.take(count, "bytes");
        return this.bytes.subarray(from, from + count);
      }
      case TAG.cells:
        return this.cells(this.length(CELL_BYTES, "a cell"));
      default:
        throw new PlainDataError(start, `${tag}`, `a kind of value from 0 to ${TAG.cells}`);
    }
  }
  private list(depth: number): unknown[] {
    const count = this.length(1, "a value");
    const items: unknown[] = [];
    for (let i = 0; i < count; i++) items.push(this.value(depth + 1));
    return items;
  }
  private object(depth: number): object {
    const count = this.length(2, "a named value");
    const entries: [string, unknown][] = [];
    for (let i = 0; i < count; i++) entries.push([this.text(), this.value(depth + 1)]);
    return Object.fromEntries(entries);
  }

  /** As `value`; lists and objects that are not nested deeply are read in steps. */
  *steps(depth: number): Generator<void, unknown> {
    const tag = depth >= STEPPED_DEPTH ? undefined : this.bytes[this.at];
    if (tag === TAG.list) {
      this.at++;
      const count = this.length(1, "a value");
      const items: unknown[] = [];
      for (let i = 0; i < count; i++) items.push(yield* this.steps(depth + 1));
      return items;
    }
    if (tag === TAG.object) {
      this.at++;
      const count = this.length(2, "a named value");
      const entries: [string, unknown][] = [];
      for (let i = 0; i < count; i++) entries.push([this.text(), yield* this.steps(depth + 1)]);
      return Object.fromEntries(entries);
    }
    const value = this.value(depth);
    if (this.at >= this.stepEnd) {
      yield;
      this.stepEnd = this.at + STEP_BYTES;
    }
    return value;
  }
  private cells(count: number): Int32Array {
    const from = this.take(CELL_BYTES * count, "cells");
    return Int32Array.from({ length: count }, (_, i) => this.view.getInt32(from + CELL_BYTES * i, true));
  }
}

/**
 * The value that the bytes are. Arrays of bytes in it are parts of them.
 * @throws {PlainDataError}
 */
export function* decodePlain(bytes: Uint8Array): Generator<void, unknown> {
  const reader = new Reader(bytes);
  const value = yield* reader.steps(0);
  if (reader.left > 0) throw new PlainDataError(reader.at, `${reader.left} bytes more`, "the end");
  return value;
}
