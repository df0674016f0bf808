/**
 * The rows that the descriptions of the five memory systems ask for: F features, M items that their authors list as missing, A acceptance cases, C corrections.
 * A test proves a row by naming it in its title: `Z-A3`, `Z-A3, Z-C2`, `I-A14 to I-A16`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface SeedRow {
  /** System, kind and number: `Z-A3`. */
  readonly no: string;
  readonly what: string;
  /** Only the profile that is not built has a result for it. */
  readonly publishedOnly?: boolean;
}

export const SEED_ROWS: readonly SeedRow[] = JSON.parse(readFileSync(join(import.meta.dirname, "rows.json"), "utf8"));

export const SYSTEMS = [
  { letter: "I", name: "Interlisp: manager `refcount`" },
  { letter: "Z", name: "Zexus: manager `mark-sweep`" },
  { letter: "O", name: "OmniLisp: manager `asap`" },
  { letter: "M", name: "MufiZ: manager `arena`" },
  { letter: "L", name: "allocator in Lisp: manager `malloc`" },
] as const;

const MENTION = /\b([IZOML]-[FMAC])(\d+)(?: to \1(\d+))?/g;

/** The rows that a title names. */
export function rowsNamed(title: string): readonly string[] {
  return [...title.matchAll(MENTION)].flatMap(([, kind, first, last = first]) => {
    const from = Number(first);
    return Array.from({ length: Math.max(1, Number(last) - from + 1) }, (_, i) => `${kind}${from + i}`);
  });
}
