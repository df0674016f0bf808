/** How far the items of a list are indented when they stand on a line of their own. All columns count characters from 0. */
import { read } from "../reader.ts";
import { SPECIAL_FORMS } from "../special-forms.ts";

/** A list whose closing bracket has not come yet, where it stands in the text that is being laid out. */
export interface OpenList {
  /** Column of the opening bracket, without prefixes. */
  readonly column: number;
  /** Width of the opening bracket: 1, of a vector 2. */
  readonly width: number;
  /** Its items are no call: they stand below each other. */
  readonly isData: boolean;
  /** Name of the first item; null when it is no symbol. */
  head: string | null;
  headLine: number;
  /** Where the second item begins. */
  argument: { readonly column: number; readonly line: number; readonly isSymbol: boolean } | null;
  count: number;
}

/** Body of a special form, against its opening bracket. */
const BODY_INDENT = 2;
/** What stands between the name of a special form and its body, when it does not fit beside the name. */
const HEADER_INDENT = 4;
/** Special forms whose clauses are indented like a body. */
const CLAUSES_LIKE_BODY: ReadonlyMap<string, number> = new Map([["case", 1]]);
/** How `SpecialForm.syntax` calls what is evaluated in order. */
const BODY_NAMES: ReadonlySet<string> = new Set(["body", "form"]);

/** Column of the next item of a list on a new line. */
export function indentOf(list: OpenList): number {
  const inside = list.column + list.width;
  if (list.count === 0 || list.isData || list.head === null) return inside;
  const { argument } = list;
  const beside = argument !== null && argument.line === list.headLine ? argument.column : null;
  const header = headerLength(list);
  if (header === null) return beside ?? inside;
  if (header === 0) return beside ?? list.column + BODY_INDENT;
  return list.column + (list.count - 1 < header ? HEADER_INDENT : BODY_INDENT);
}

/** Number of items between the name of a special form and its body; null when the list has no body. */
function headerLength(list: OpenList): number | null {
  const name = list.head ?? "";
  if (name === "let" && list.argument?.isSymbol === true) return 2;
  return CLAUSES_LIKE_BODY.get(name) ?? BODY_STARTS.get(name) ?? null;
}

/** By name, from how the forms are written: `(when test body …)` has a header of 1. */
const BODY_STARTS: ReadonlyMap<string, number> = new Map(
  [...SPECIAL_FORMS.values()].flatMap(({ name, syntax }) => {
    const starts = syntax.split(" or ").flatMap((way) => {
      const form = read(way).forms[0];
      if (form?.kind !== "list") return [];
      const index = form.items.findIndex((item) => item.kind === "symbol" && BODY_NAMES.has(item.name));
      return index > 0 ? [index - 1] : [];
    });
    return starts.length === 0 ? [] : [[name, Math.min(...starts)] as const];
  }),
);
