/**
 * Between code and source text: where an instruction comes from, and where a breakpoint on a line binds.
 * A place exists only for code with a source map.
 */
import type { ByteAddress } from "../../base/units.ts";
import type { SourceSpan } from "../../isa/code-block.ts";
import type { CodeDirectory, InstalledBlock } from "../../objects/code/code-directory.ts";
import type { Place, SourceText, TextPlace } from "../types.ts";
import { LineTable } from "./line-table.ts";

export class Places {
  private readonly code: CodeDirectory;
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
  onLine(line: number): Place[] {
    const after = this.steps(null).filter((place) => place.line >= line);
    if (after.length === 0) return [];
    const bound = Math.min(...after.map((place) => place.line));
    const firstOf = new Map<InstalledBlock, Place>();
    for (const place of after) {
      const installed = this.code.containing(place.pc);
      if (place.line !== bound || installed === null) continue;
      const first = firstOf.get(installed);
      if (first === undefined || place.start < first.start || (place.start === first.start && place.pc < first.pc)) {
        firstOf.set(installed, place);
      }
    }
    return [...firstOf.values()];
  }

  /** The first step place of a function. */
  entry(functionName: string): Place | null {
    for (const installed of this.code.all()) {
      if (installed.block.name !== functionName) continue;
      const first = this.steps(installed)[0];
      if (first !== undefined) return first;
    }
    return null;
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

  private isInSource({ path }: InstalledBlock): boolean {
    return this.source !== null && path === this.source.path;
  }

  private place(installed: InstalledBlock, span: SourceSpan): Place {
    const { codeStart, block, path } = installed;
    return { ...this.textPlace(span.start, span.end), pc: codeStart + span.pc, functionName: block.name, path };
  }
}

/** The last span that starts at or before `pc`. */
function spanAt(installed: InstalledBlock, pc: ByteAddress): SourceSpan | null {
  const offset = pc - installed.codeStart;
  let found: SourceSpan | null = null;
  for (const span of installed.block.source) {
    if (span.pc > offset) break;
    found = span;
  }
  return found;
}
