/** Plain values as bytes: numbers, texts, lists, objects, and arrays of bytes and of 32-bit integers. The format is in `docs/recording-format.md`. */
import { assert } from "../../base/errors.ts";
import { CELL_BYTES, MOST_NESTED, NUMBER_BYTES, STEPPED_DEPTH, TAG } from "./plain-kinds.ts";

/** Bytes that are written without a copy. */
const LARGE_BYTES = 4096;

class Writer {
  /** What is complete, in order. */
  private parts: Uint8Array[] = [];
  private bytes = new Uint8Array(1024);
  private length = 0;

  /** All that was written since the last call. */
  take(): Uint8Array[] {
    this.seal();
    const { parts } = this;
    this.parts = [];
    return parts;
  }
  /** How much `take` would take of what was copied. */
  get size(): number {
    return this.length;
  }
  private seal(): void {
    if (this.length === 0) return;
    this.parts.push(this.bytes.slice(0, this.length));
    this.length = 0;
  }

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
  private byte(value: number): void {
    const at = this.room(1);
    this.bytes[at] = value;
  }
  /** Seven bits a byte, the lowest first; the top bit says that more follow. */
  private count(value: number): void {
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.byte((left % 0x80) | 0x80);
    this.byte(left);
  }
  text(text: string): void {
    this.count(text.length);
    for (let i = 0; i < text.length; i++) this.count(text.charCodeAt(i));
  }
  private raw(bytes: Uint8Array): void {
    if (bytes.length >= LARGE_BYTES) {
      this.seal();
      this.parts.push(bytes);
      return;
    }
    const start = this.room(bytes.length);
    this.bytes.set(bytes, start);
  }
  private number(value: number): void {
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
      this.head(TAG.list, value.length);
      for (const item of value) this.value(item, depth + 1);
    } else {
      const entries = this.entries(value);
      this.head(TAG.object, entries.length);
      for (const [key, member] of entries) {
        this.text(key);
        this.value(member, depth + 1);
      }
    }
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
  /** The members of an object. */
  entries(value: unknown): readonly (readonly [string, unknown])[] {
    const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    assert(isPlain, `a ${typeof value} is no plain value`);
    return Object.entries(value as object);
  }
  head(tag: number, count: number): void {
    this.byte(tag);
    this.count(count);
  }
}

/** What is written in one step. */
const STEP_BYTES = 0x40000;

/**
 * The bytes of a value, in pieces; large arrays of bytes in it are not copied, so it must stay as it is.
 * @throws {InternalError} for what is no plain value
 */
export function* plainPieces(value: unknown): Generator<Uint8Array, void> {
  const writer = new Writer();
  yield* steps(writer, value, 0);
  yield* writer.take();
}

function* steps(writer: Writer, value: unknown, depth: number): Generator<Uint8Array, void> {
  const isList = Array.isArray(value);
  const isObject = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (depth >= STEPPED_DEPTH || !(isList || isObject)) {
    writer.value(value, depth);
    if (writer.size >= STEP_BYTES) yield* writer.take();
  } else if (isList) {
    writer.head(TAG.list, value.length);
    for (const item of value) yield* steps(writer, item, depth + 1);
  } else {
    const entries = writer.entries(value);
    writer.head(TAG.object, entries.length);
    for (const [key, member] of entries) {
      writer.text(key);
      yield* steps(writer, member, depth + 1);
    }
  }
}
