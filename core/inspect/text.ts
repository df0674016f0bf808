/** A tree of nodes as indented text with aligned columns, for the command line and for reports. */
import type { InspectNode } from "./node.ts";

export interface TextLimits {
  /** How deep to go: 0 shows the node alone. */
  readonly depth: number;
  /** Most children shown per node; what is left out is counted. */
  readonly children: number;
  /** Most lines in all. */
  readonly lines: number;
  /** Open nodes that take long, too. */
  readonly openExpensive: boolean;
}

export const TEXT_LIMITS: TextLimits = { depth: 2, children: 20, lines: 1000, openExpensive: true };

const INDENT = 2;
/** A name longer than this does not push the values of its siblings further to the right. */
const NAME_COLUMN_LIMIT = 40;

/** The node and its children to a depth, one line each: name, value. Values of siblings begin in the same column. */
export function renderTree(node: InspectNode, limits: Partial<TextLimits> = {}): string[] {
  const bounds = { ...TEXT_LIMITS, ...limits };
  const lines: string[] = [];
  renderSiblings([node], 0, bounds, lines);
  if (lines.length > bounds.lines) {
    lines.length = bounds.lines;
    lines.push("…");
  }
  return lines;
}

/** Several trees, below one another. */
export function renderTrees(nodes: readonly InspectNode[], limits: Partial<TextLimits> = {}): string[] {
  return nodes.flatMap((node) => renderTree(node, limits));
}

/** Rows with aligned columns; columns that hold only numbers are aligned to the right. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length), 0),
  );
  const isNumeric = header.map((_, column) => rows.every((row) => /^-?[\d.,]*%?$/.test(row[column] ?? "")));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [line(header), ...rows.map(line)];
}

function renderSiblings(nodes: readonly InspectNode[], level: number, limits: TextLimits, lines: string[]): void {
  const column = Math.min(NAME_COLUMN_LIMIT, Math.max(0, ...nodes.map((node) => node.name.length)));
  for (const node of nodes) {
    if (lines.length > limits.lines) return;
    lines.push(`${" ".repeat(level * INDENT)}${node.name.padEnd(column)}  ${node.value}`.trimEnd());
    if (level < limits.depth && (limits.openExpensive || !node.isExpensive))
      renderChildren(node, level + 1, limits, lines);
  }
}

function renderChildren(node: InspectNode, level: number, limits: TextLimits, lines: string[]): void {
  const named = node.named();
  const shownNamed = named.slice(0, limits.children);
  const shownIndexed = node.indexed(0, Math.max(0, limits.children - shownNamed.length));
  renderSiblings([...shownNamed, ...shownIndexed], level, limits, lines);
  const left = named.length + node.indexedCount - shownNamed.length - shownIndexed.length;
  if (left > 0) lines.push(`${" ".repeat(level * INDENT)}… ${left} more`);
}
