/**
 * Between code and source text: where an instruction comes from, and where a breakpoint on a line binds.
 * A place exists only for code with a source map.
 */
import type { ByteAddress } from "../../base/units.ts";
import type { SourceSpan } from "../../isa/code-block.ts";
import type { CodeDirectory, InstalledBlock } from "../../objects/code/code-directory.ts";
import type { Place, SourceText, TextPlace } from "../types.ts";
import { type LineColumn, LineTable } from "./line-table.ts";

interface LineIndex {
  readonly generation: number;
  readonly byLine: ReadonlyMap<number, readonly Place[]>;
  /** Functions with source text. */
  readonly byName: ReadonlyMap<string, readonly InstalledBlock[]>;
  /** Lines on which a form starts, ascending. */
  readonly lines: readonly number[];
}

export class Places {
  private readonly code: CodeDirectory;
  private known: LineIndex | null = null;
  /** Null when nothing that runs here has source text. */
  readonly source: SourceText | null;
  readonly lines: LineTable;

  constructor(code: CodeDirectory, source: SourceText | null) {
    this.code = code;
    this.source = source;
    this.lines = new LineTable(source?.text ?? "");
    if (source === null) return;
    const file = source.path.split(/[/\\]/).at(-1) ?? source.path;
    code.lineOf = (pc) => {
      const place = this.at(pc);
      return place === null ? null : `${file}:${place.line + 1}`;
    };
  }

  /** The place of the instruction at `pc`; null for code without source text. */
  at(pc: ByteAddress): Place | null {
    const installed = this.code.containing(pc);
    if (installed === null) return null;
    const span = spanAt(installed, pc);
    return span === null || !this.isInSource(installed) ? null : this.place(installed, span);
  }

  /** Whether evaluation of a form starts exactly at `pc`. */
  isStepStart(pc: ByteAddress): boolean {
    const installed = this.code.containing(pc);
    if (installed === null || !this.isInSource(installed)) return false;
    const span = spanAt(installed, pc);
    return span?.isStep === true && installed.codeStart + span.pc === pc;
  }

  /** Step places of one function, or of every function with source text. */
  steps(of: InstalledBlock | null): Place[] {
    const blocks = of === null ? [...this.code.all()] : [of];
    return blocks
      .filter((installed) => this.isInSource(installed))
      .flatMap((installed) =>
        installed.block.source.filter((span) => span.isStep).map((span) => this.place(installed, span)),
      );
  }

  /**
   * Where a breakpoint on a line binds: for each function that has forms on it the first of them; when no form starts on the line,
   * the same on the next line that has one.
   *
   * @param line 0-based
   */
  onLine(line: number): readonly Place[] {
    const { byLine, lines } = this.index();
    const firstOf = new Map<InstalledBlock, Place>();
    for (let i = firstAtLeast(lines, line); i < lines.length && firstOf.size === 0; i++) {
      for (const place of byLine.get(lines[i] as number) ?? []) {
        const installed = this.code.containing(place.pc);
        if (installed === null || firstOf.has(installed) || !this.isStepStart(place.pc)) continue;
        firstOf.set(installed, place);
      }
    }
    return [...firstOf.values()];
  }

  /**
   * Where a breakpoint on a column binds: the form that starts there, in each function that has it; else the last one before it on the line, else the next one
   * behind it. Inside another form the program stops before what the form itself does, behind its operands.
   *
   * @param line 0-based
   * @param column 0-based, in UTF-16 units
   */
  onColumn(line: number, column: number): readonly Place[] {
    const all = this.index().byLine.get(line);
    if (all === undefined) return this.onLine(line);
    const chosen = all.findLast((place) => place.column <= column) ?? all[0];
    return all.filter(({ start }) => start === chosen?.start);
  }

  /** The forms that start in a range of the text, each once, in the order of the text. Both ends are part of the range. */
  between(from: LineColumn, to: LineColumn): readonly Place[] {
    const { byLine, lines } = this.index();
    const found: Place[] = [];
    for (let i = firstAtLeast(lines, from.line); i < lines.length && (lines[i] as number) <= to.line; i++) {
      for (const place of byLine.get(lines[i] as number) ?? []) {
        const isInside =
          (place.line > from.line || place.column >= from.column) &&
          (place.line < to.line || place.column <= to.column);
        if (isInside && place.start !== found.at(-1)?.start) found.push(place);
      }
    }
    return found;
  }

  /** The first step place of each function of that name. */
  entriesOf(functionName: string): readonly Place[] {
    return (
      this.index()
        .byName.get(functionName)
        ?.flatMap((installed) => this.steps(installed).slice(0, 1)) ?? []
    );
  }

  /** First step places of all functions with source text: where stepping in arrives. */
  entries(): Place[] {
    return [...this.code.all()].flatMap((installed) => this.steps(installed).slice(0, 1));
  }

  /** A stretch of the source text. */
  textPlace(start: number, end: number): TextPlace {
    const from = this.lines.at(start);
    const to = this.lines.at(end);
    const path = this.source?.path ?? null;
    return { path, start, end, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  /** Where each form of a function is done first, whether or not stepping stops there. */
  private forms(installed: InstalledBlock): readonly Place[] {
    const firstOf = new Map<number, SourceSpan>();
    for (const span of installed.block.source) {
      const first = firstOf.get(span.start);
      if (first === undefined || (span.isStep && !first.isStep)) firstOf.set(span.start, span);
    }
    return [...firstOf.values()].map((span) => this.place(installed, span));
  }

  /** Forms by line, each in the order of the text; made again when the code is not what it was. */
  private index(): LineIndex {
    if (this.known !== null && this.known.generation === this.code.generation) return this.known;
    const blocks = [...this.code.all()].filter((installed) => this.isInSource(installed));
    const forms = blocks.flatMap((installed) => this.forms(installed));
    const byLine = grouped(
      forms.sort((a, b) => a.start - b.start || a.pc - b.pc),
      ({ line }) => line,
    );
    const byName = grouped(blocks, ({ block }) => block.name);
    this.known = { generation: this.code.generation, byLine, byName, lines: [...byLine.keys()] };
    return this.known;
  }

  private isInSource({ path }: InstalledBlock): boolean {
    return this.source !== null && path === this.source.path;
  }

  private place(installed: InstalledBlock, span: SourceSpan): Place {
    const { codeStart, block, path } = installed;
    return { ...this.textPlace(span.start, span.end), pc: codeStart + span.pc, functionName: block.name, path };
  }
}

/** Things by a key of theirs, in the order in which they stand. */
function grouped<K, T>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const others = groups.get(keyOf(one));
    if (others === undefined) groups.set(keyOf(one), [one]);
    else others.push(one);
  }
  return groups;
}

/** Index of the first number that is not smaller; the length when all are. */
function firstAtLeast(ascending: readonly number[], wanted: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last span that starts at or before `pc`. */
function spanAt(installed: InstalledBlock, pc: ByteAddress): SourceSpan | null {
  const { source } = installed.block;
  const offset = pc - installed.codeStart;
  let low = 0;
  let high = source.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((source[middle] as SourceSpan).pc <= offset) low = middle + 1;
    else high = middle;
  }
  return source[low - 1] ?? null;
}
