/** How topics lay out their answers: facts below one another, tables that stream, pages of long lists. */

import { UsageError, wholeNumberOption } from "../../command.ts";
import { grouped } from "../../text.ts";

/** `3 files`, `1 file`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}
export function percent(part: number, whole: number): string {
  return whole === 0 ? "0 %" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** Control characters, which names in an image may have, as their codes. */
export function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** Labels and values in two columns; a value that is a list goes on below itself. */
export function* factLines(rows: readonly (readonly [string, string | readonly string[]])[]): Generator<string> {
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  for (const [label, value] of rows) {
    const [first = "", ...more] = typeof value === "string" ? [value] : value;
    yield `${label.padEnd(width)}  ${visible(first)}`.trimEnd();
    for (const line of more) yield `${" ".repeat(width)}  ${visible(line)}`;
  }
}

/** Rows that decide how wide the columns of a table are; wider cells that come later push their row to the right. */
const MEASURED_ROWS = 200;

/** A table with aligned columns that is written while its rows are made. A column whose measured cells are all numbers is aligned to the right. */
export function* tableLines(header: readonly string[], rows: Iterable<readonly string[]>): Generator<string> {
  const iterator = rows[Symbol.iterator]();
  const measured: (readonly string[])[] = [];
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
    measured.push(next.value.map(visible));
    if (measured.length === MEASURED_ROWS) break;
  }
  const columns = header.map((title, column) => ({
    width: Math.max(title.length, ...measured.map((row) => (row[column] ?? "").length)),
    isNumeric: measured.length > 0 && measured.every((row) => /^-?[\d.,]*( %)?$/.test(row[column] ?? "")),
  }));
  const line = (cells: readonly string[]) =>
    columns
      .map(({ width, isNumeric }, column) =>
        isNumeric ? (cells[column] ?? "").padStart(width) : (cells[column] ?? "").padEnd(width),
      )
      .join("  ")
      .trimEnd();
  yield line(header);
  for (const row of measured) yield line(row);
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) yield line(next.value.map(visible));
}

/** Which part of a long list is shown. */
export interface Page {
  readonly from: number;
  readonly count: number;
}
const DEFAULT_COUNT = 100;

/** Options of topics with long lists. */
export const PAGE_OPTIONS = { from: { type: "string" }, count: { type: "string" } } as const;

export function pageOf(values: { readonly from?: string; readonly count?: string }): Page {
  const most = Number.MAX_SAFE_INTEGER;
  const from = wholeNumberOption("from", values.from, { least: 0, most, otherwise: 0 });
  if (values.count === "all") return { from, count: most };
  return { from, count: wholeNumberOption("count", values.count, { least: 0, most, otherwise: DEFAULT_COUNT }) };
}

/** The only argument, or null. @throws {UsageError} when there are more */
export function singleArgument([first, ...others]: readonly string[]): string | null {
  if (others.length > 0) throw new UsageError(`expected one argument, found also ${others.join(" ")}`);
  return first ?? null;
}

const CELL_LIMIT = 50;
/** A cell of a table, cut where it would make the row too long. */
export function clipped(text: string, limit = CELL_LIMIT): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** For topics without arguments. @throws {UsageError} when there are some */
export function noArguments(args: readonly string[]): void {
  const [first] = args;
  if (first !== undefined) throw new UsageError(`this topic takes no arguments, found ${first}`);
}

/** The line below a page of a list that goes on, or nothing. */
export function moreLines({ from, count }: Page, total: number, noun: string): readonly string[] {
  const end = Math.min(total, from + count);
  if (count === 0 && from < total) return [`none of ${grouped(total)} ${noun} shown; everything: --count all`];
  if (from === 0 && end === total) return [];
  if (from >= total) return [`no more: there are ${grouped(total)} ${noun}`];
  const next = end < total ? `; next: --from ${end}, everything: --count all` : "";
  return [`${grouped(from)} to ${grouped(end - 1)} of ${grouped(total)} ${noun}${next}`];
}
