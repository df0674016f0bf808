/** The shape of a file: its definitions as a tree, and what can be folded. */
import type { Analysis, Binding } from "../analysis/tree.ts";
import type { Range } from "../forms.ts";
import { everyForm, startsLine } from "./forms-at.ts";
import { bindingCode } from "./hover.ts";

export interface DocumentSymbol {
  readonly name: string;
  readonly kind: "function" | "variable";
  /** Signature of a function; empty for a variable. */
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
  const listed = analysis.bindings.filter((binding) => binding.isGlobal || binding.kind === "function");
  for (const binding of listed.sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end)) {
    const symbol = symbolOf(binding);
    while (open.length > 0 && (open.at(-1) as SymbolDraft).range.end < symbol.range.end) open.pop();
    (open.at(-1)?.children ?? roots).push(symbol);
    open.push(symbol);
  }
  return roots;
}

function symbolOf(binding: Binding): SymbolDraft {
  const { name, range, nameRange } = binding;
  const kind = binding.kind === "function" ? "function" : "variable";
  const code = bindingCode(binding);
  return { name, kind, detail: code === name ? "" : code, range, nameRange, children: [] };
}

export interface FoldingRange extends Range {
  readonly kind: "code" | "comment";
}

/** Stretches that an editor can fold: lists, vectors and strings over several lines, and blocks of comments. Outer ones first. */
export function foldingRanges(analysis: Analysis): readonly FoldingRange[] {
  const { text } = analysis;
  const spansLines = ({ start, end }: Range) => {
    const lineEnd = text.indexOf("\n", start);
    return lineEnd >= 0 && lineEnd < end;
  };
  const found: FoldingRange[] = commentBlocks(analysis).filter(spansLines);
  everyForm(analysis.forms, (form) => {
    const isFoldable = form.kind === "list" || form.kind === "vector" || form.kind === "string";
    if (isFoldable && spansLines(form)) found.push({ start: form.start, end: form.end, kind: "code" });
  });
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Comments on neighbouring lines are one block. A comment behind code belongs to that code and to no block. */
function commentBlocks({ text, comments }: Analysis): FoldingRange[] {
  const blocks: { start: number; end: number; kind: "comment" }[] = [];
  for (const { start, end } of comments.filter((comment) => startsLine(text, comment))) {
    const last = blocks.at(-1);
    if (last !== undefined && /^[ \t]*\r?\n?[ \t]*$/.test(text.slice(last.end, start))) last.end = end;
    else blocks.push({ start, end, kind: "comment" });
  }
  return blocks;
}
