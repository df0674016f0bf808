/**
 * Offsets of the core to positions of the protocol and back. The only file that knows lines.
 * Both sides count UTF-16 units. Lines end at `\n`, `\r\n` or `\r`; a position behind the end of its line means the end of that line.
 */

import type { Position, Range } from "vscode-languageserver";
import type { Range as Offsets } from "#core";
import { invalidParams } from "./errors.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Where the lines of one text begin. */
export class LineTable {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    this.#starts = lineStarts(text);
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** Line of an offset; the first one is 0. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  startOf(line: number): number {
    return this.#starts[line] ?? this.#text.length;
  }

  /** Without the line break. */
  endOf(line: number): number {
    return this.#beforeLineEnd(this.startOf(line + 1), this.startOf(line));
  }

  positionAt(offset: number): Position {
    const clamped = Math.min(Math.max(offset, 0), this.#text.length);
    const line = this.lineAt(clamped);
    const start = this.#starts[line] as number;
    return { line, character: this.#beforeLineEnd(clamped, start) - start };
  }

  offsetAt(position: Position): number {
    if (position.line < 0) return 0;
    const start = this.#starts[position.line];
    if (start === undefined) return this.#text.length;
    const next = this.#starts[position.line + 1] ?? this.#text.length;
    return this.#beforeLineEnd(Math.min(start + Math.max(position.character, 0), next), start);
  }

  rangeOf(range: Offsets): Range {
    return { start: this.positionAt(range.start), end: this.positionAt(range.end) };
  }

  #beforeLineEnd(offset: number, lineStart: number): number {
    let end = offset;
    while (end > lineStart && isLineEnd(this.#text.charCodeAt(end - 1))) end -= 1;
    return end;
  }
}

/**
 * A position as it came from outside.
 * @throws {ResponseError} InvalidParams when it is none
 */
export function toPosition(value: unknown, attribute: string): Position {
  const position = value as Partial<Position> | null | undefined;
  if (!isCount(position?.line) || !isCount(position?.character)) {
    throw invalidParams(attribute, "a position { line, character }", value);
  }
  return { line: position.line, character: position.character };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === CARRIAGE_RETURN && text.charCodeAt(i + 1) === LINE_FEED) i += 1;
    if (isLineEnd(code)) starts.push(i + 1);
  }
  return starts;
}
