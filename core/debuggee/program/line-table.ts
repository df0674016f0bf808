/** Lines of a source text: offsets to 0-based line and column and back. Columns are UTF-16 units. */

export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

export class LineTable {
  private readonly starts: readonly number[];
  private readonly length: number;

  constructor(text: string) {
    const starts = [0];
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (c === "\n" || (c === "\r" && text[i + 1] !== "\n")) starts.push(i + 1);
    }
    this.starts = starts;
    this.length = text.length;
  }

  get lineCount(): number {
    return this.starts.length;
  }
  at(offset: number): LineColumn {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.starts[low] as number) };
  }
  /** Offset of the first character of a line; the end of the text for a line behind it. */
  startOf(line: number): number {
    return line < this.starts.length ? (this.starts[Math.max(line, 0)] as number) : this.length;
  }
}
