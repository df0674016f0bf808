/**
 * Lines and columns of the client against those of the core: the only file that adds or subtracts one.
 * The core counts lines and columns from 0. A client says in `initialize` where it starts to count; both start at 1 unless it says otherwise.
 */
import type { TextPlace } from "#core";

declare const counted: unique symbol;
/** As the client counts. Cannot be made but here. */
export type ClientLine = number & { readonly [counted]: "client line" };
export type ClientColumn = number & { readonly [counted]: "client column" };

/** Where a place is, as the client counts; the end is exclusive. */
export interface ClientRange {
  readonly line: ClientLine;
  readonly column: ClientColumn;
  readonly endLine: ClientLine;
  readonly endColumn: ClientColumn;
}

export class Positions {
  private readonly firstLine: number;
  private readonly firstColumn: number;
  constructor(linesStartAt1 = true, columnsStartAt1 = true) {
    this.firstLine = linesStartAt1 ? 1 : 0;
    this.firstColumn = columnsStartAt1 ? 1 : 0;
  }

  lineToClient(line: number): ClientLine {
    return (line + this.firstLine) as ClientLine;
  }
  lineFromClient(line: number): number {
    return line - this.firstLine;
  }
  columnToClient(column: number): ClientColumn {
    return (column + this.firstColumn) as ClientColumn;
  }
  columnFromClient(column: number): number {
    return column - this.firstColumn;
  }

  /** The range of a form. */
  range(place: TextPlace): ClientRange {
    return {
      line: this.lineToClient(place.line),
      column: this.columnToClient(place.column),
      endLine: this.lineToClient(place.endLine),
      endColumn: this.columnToClient(place.endColumn),
    };
  }

  /** UTF-16 offset in `text` of a position of the client; the nearest one when the text does not reach so far. */
  offsetFromClient(text: string, line: number, column: number): number {
    let start = 0;
    for (let left = this.lineFromClient(line); left > 0; left--) {
      const end = text.indexOf("\n", start);
      if (end < 0) break;
      start = end + 1;
    }
    return Math.min(Math.max(start + this.columnFromClient(column), start), text.length);
  }

  /** Where an offset of `text` is, as the client counts. */
  positionOfOffset(text: string, offset: number): { readonly line: ClientLine; readonly column: ClientColumn } {
    const before = text.slice(0, offset);
    const lastBreak = before.lastIndexOf("\n");
    return {
      line: this.lineToClient(before.split("\n").length - 1),
      column: this.columnToClient(before.length - (lastBreak + 1)),
    };
  }

  /** The same for people, who count from 1 whatever the client does. */
  readable(text: string, offset: number): { readonly line: number; readonly column: number } {
    return new Positions().positionOfOffset(text, offset);
  }
}
