/** The shape of a file: its definitions as a tree, and what can be folded. */
import type { RecordType } from "../../analysis/records.ts";
import type { Analysis, Binding } from "../../analysis/tree.ts";
import type { Range } from "../../forms.ts";
import { bindingCode } from "../names/hover.ts";
import { everyForm, startsLine } from "./forms-at.ts";

export interface DocumentSymbol {
  readonly name: string;
  readonly kind: "function" | "variable" | "type" | "field";
  /** Signature of a function, fields of a type; empty for the others. */
  readonly detail: string;
  readonly range: Range;
  readonly nameRange: Range;
  readonly children: readonly DocumentSymbol[];
}

interface SymbolDraft extends DocumentSymbol {
  readonly children: SymbolDraft[];
}

/** Definitions of the file as an outline: functions with the functions inside them. */
export function documentSymbols(analysis: Analysis): readonly DocumentSymbol[] {
  const roots: SymbolDraft[] = [];
  const open: SymbolDraft[] = [];
  // A type stands for the functions that come with it.
  const listed = analysis.bindings.filter(
    (binding) => (binding.isGlobal || binding.kind === "function") && binding.member === null,
  );
  const symbols = [...listed.map(symbolOf), ...analysis.types.map(typeSymbol)];
  for (const symbol of symbols.sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end)) {
    while (open.length > 0 && (open.at(-1) as SymbolDraft).range.end < symbol.range.end) open.pop();
    (open.at(-1)?.children ?? roots).push(symbol);
    open.push(symbol);
  }
  return roots;
}

function typeSymbol({ name, range, nameRange, fields }: RecordType): SymbolDraft {
  const children = fields.map((field): SymbolDraft => {
    return {
      name: field.name,
      kind: "field",
      detail: "",
      range: field.range,
      nameRange: field.nameRange,
      children: [],
    };
  });
  const detail = fields.map((field) => field.name).join(" ");
  return { name, kind: "type", detail, range, nameRange, children };
}

function symbolOf(binding: Binding): SymbolDraft {
  const { name, range, nameRange } = binding;
  const kind = binding.kind === "function" || binding.kind === "macro" ? "function" : "variable";
  const code = bindingCode(binding);
  return { name, kind, detail: code === name ? "" : code, range, nameRange, children: [] };
}

export interface FoldingRange extends Range {
  readonly kind: "code" | "comment" | "region";
}

/** Comments that begin and end a region of the text which has a name. */
const REGION_BEGIN = /^;+\s*#region\b/;
const REGION_END = /^;+\s*#endregion\b/;

/** Stretches that an editor can fold: lists, vectors and strings over several lines, blocks of comments, and regions. Outer ones first. */
export function foldingRanges(analysis: Analysis): readonly FoldingRange[] {
  const { text } = analysis;
  const spansLines = ({ start, end }: Range) => {
    const lineEnd = text.indexOf("\n", start);
    return lineEnd >= 0 && lineEnd < end;
  };
  const found: FoldingRange[] = [...regions(analysis), ...commentBlocks(analysis).filter(spansLines)];
  everyForm(analysis.forms, (form) => {
    const isFoldable = form.kind === "list" || form.kind === "vector" || form.kind === "string";
    if (isFoldable && spansLines(form)) found.push({ start: form.start, end: form.end, kind: "code" });
  });
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** From `;#region` to the `;#endregion` that belongs to it. */
function regions({ comments }: Analysis): FoldingRange[] {
  const open: number[] = [];
  const found: FoldingRange[] = [];
  for (const { start, end, text } of comments) {
    if (REGION_BEGIN.test(text)) open.push(start);
    else if (REGION_END.test(text)) {
      const begin = open.pop();
      if (begin !== undefined) found.push({ start: begin, end, kind: "region" });
    }
  }
  return found;
}

/** Comments on neighbouring lines are one block. A comment behind code belongs to that code and to no block. */
function commentBlocks({ text, comments }: Analysis): FoldingRange[] {
  const blocks: { start: number; end: number; kind: "comment" }[] = [];
  for (const { start, end } of comments.filter((comment) => startsLine(text, comment) && !isRegion(comment.text))) {
    const last = blocks.at(-1);
    if (last !== undefined && /^[ \t]*\r?\n?[ \t]*$/.test(text.slice(last.end, start))) last.end = end;
    else blocks.push({ start, end, kind: "comment" });
  }
  return blocks;
}

function isRegion(comment: string): boolean {
  return REGION_BEGIN.test(comment) || REGION_END.test(comment);
}
