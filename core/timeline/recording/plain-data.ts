/** Plain values as bytes and back: numbers, texts, lists, objects, and arrays of bytes and of 32-bit integers. The format is in `docs/recording-format.md`. */
import { assert } from "../../base/errors.ts";

const TAG = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  integer: 4,
  number: 5,
  text: 6,
  list: 7,
  object: 8,
  bytes: 9,
  cells: 10,
} as const;

/** Values in values, at most. */
const MOST_NESTED = 2_000;
const CELL_BYTES = 4;
const NUMBER_BYTES = 8;

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

class Writer {
  bytes = new Uint8Array(1024);
  length = 0;

  private room(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.bytes.subarray(0, start));
      this.bytes = larger;
    }
    return start;
  }
  byte(value: number): void {
    const at = this.room(1);
    this.bytes[at] = value;
  }
  /** Seven bits a byte, the lowest first; the top bit says that more follow. */
  count(value: number): void {
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.byte((left % 0x80) | 0x80);
    this.byte(left);
  }
  text(text: string): void {
    this.count(text.length);
    for (let i = 0; i < text.length; i++) this.count(text.charCodeAt(i));
  }
  raw(bytes: Uint8Array): void {
    const start = this.room(bytes.length);
    this.bytes.set(bytes, start);
  }
  number(value: number): void {
    const start = this.room(NUMBER_BYTES);
    new DataView(this.bytes.buffer).setFloat64(start, value, true);
  }

  value(value: unknown, depth: number): void {
    assert(depth < MOST_NESTED, "a value that is nested too deeply for a recording");
    if (value === undefined) this.byte(TAG.undefined);
    else if (value === null) this.byte(TAG.null);
    else if (value === true) this.byte(TAG.true);
    else if (value === false) this.byte(TAG.false);
    else if (typeof value === "number") this.anyNumber(value);
    else if (typeof value === "string") {
      this.byte(TAG.text);
      this.text(value);
    } else if (value instanceof Uint8Array) {
      this.byte(TAG.bytes);
      this.count(value.length);
      this.raw(value);
    } else if (value instanceof Int32Array) this.cells(value);
    else if (Array.isArray(value)) {
      this.byte(TAG.list);
      this.count(value.length);
      for (const item of value) this.value(item, depth + 1);
    } else this.object(value, depth);
  }
  private anyNumber(value: number): void {
    if (Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)) {
      this.byte(TAG.integer);
      this.count(value);
    } else {
      this.byte(TAG.number);
      this.number(value);
    }
  }
  private cells(cells: Int32Array): void {
    this.byte(TAG.cells);
    this.count(cells.length);
    const start = this.room(CELL_BYTES * cells.length);
    const view = new DataView(this.bytes.buffer);
    for (let i = 0; i < cells.length; i++) view.setInt32(start + CELL_BYTES * i, cells[i] as number, true);
  }
  private object(value: unknown, depth: number): void {
    const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    assert(isPlain, `a ${typeof value} is no plain value`);
    const entries = Object.entries(value as object);
    this.byte(TAG.object);
    this.count(entries.length);
    for (const [key, member] of entries) {
      this.text(key);
      this.value(member, depth + 1);
    }
  }
}

/** @throws {InternalError} for what is no plain value */
export function encodePlain(value: unknown): Uint8Array {
  const writer = new Writer();
  writer.value(value, 0);
  return writer.bytes.subarray(0, writer.length);
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  at: number;

  constructor(bytes: Uint8Array, from: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = from;
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
        return this.list(this.length(1, "a value"), depth);
      case TAG.object:
        return this.object(this.length(2, "a named value"), depth);
      case TAG.bytes: {
        const count = this.length(1, "a byte");
        const from = this.take(count, "bytes");
        return this.bytes.slice(from, from + count);
      }
      case TAG.cells:
        return this.cells(this.length(CELL_BYTES, "a cell"));
      default:
        throw new PlainDataError(start, `${tag}`, `a kind of value from 0 to ${TAG.cells}`);
    }
  }
  private list(count: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let i = 0; i < count; i++) items.push(this.value(depth + 1));
    return items;
  }
  private object(count: number, depth: number): object {
    const entries: [string, unknown][] = [];
    for (let i = 0; i < count; i++) entries.push([this.text(), this.value(depth + 1)]);
    return Object.fromEntries(entries);
  }
  private cells(count: number): Int32Array {
    const from = this.take(CELL_BYTES * count, "cells");
    return Int32Array.from({ length: count }, (_, i) => this.view.getInt32(from + CELL_BYTES * i, true));
  }
}

/**
 * The value that stands in the bytes from a place to their end.
 * @throws {PlainDataError}
 */
export function decodePlain(bytes: Uint8Array, from: number): unknown {
  const reader = new Reader(bytes, from);
  const value = reader.value(0);
  if (reader.left > 0) throw new PlainDataError(reader.at, `${reader.left} bytes more`, "the end");
  return value;
}
