/**
 * Read tables: what each character code means to the reader. Source: compiled files specification, section 2.2.
 */

/** Syntax of a character. */
export const Syntax = {
  constituent: 0,
  separator: 1,
  open: 2,
  close: 3,
  openBracket: 4,
  closeBracket: 5,
  string: 6,
  escape: 7,
  multipleEscape: 8,
  packageDelimiter: 9,
  /** A macro wherever it stands; it ends a token. */
  macro: 10,
  /** A macro at the start of a token only. */
  firstMacro: 11,
} as const;

export interface ReadTable {
  readonly name: string;
  /** By character code; every code above 255 is a constituent. */
  readonly syntax: Uint8Array;
  /** Common Lisp: letters become upper case, integers are read in the file's base, `5.` is an integer. */
  readonly isCommonLisp: boolean;
  /** Package names stand inside symbol names, and ratios and other exponent letters are unknown. */
  readonly isOld: boolean;
}

const CODE = (character: string): number => character.charCodeAt(0);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
/** Control codes that switch fonts in pretty-printed files. */
const FONT_SWITCHES = range(1, 26);
/** Evaluate the next form when it is read. */
export const CONTROL_Y = 25;

type Row = readonly [syntax: number, characters: readonly number[]];

function table(name: string, kind: "old" | "new" | "common-lisp", rows: readonly Row[]): ReadTable {
  const syntax = new Uint8Array(256);
  for (const [value, characters] of rows) for (const code of characters) syntax[code] = value;
  return { name, syntax, isCommonLisp: kind === "common-lisp", isOld: kind === "old" };
}

const codes = (characters: string): number[] => [...characters].map(CODE);

const original: readonly Row[] = [
  [Syntax.separator, [9, 10, 12, 13, 31, 32]],
  [Syntax.open, codes("(")],
  [Syntax.close, codes(")")],
  [Syntax.openBracket, codes("[")],
  [Syntax.closeBracket, codes("]")],
  [Syntax.string, codes('"')],
  [Syntax.escape, codes("%")],
  [Syntax.packageDelimiter, [0x1e, 167]],
];
const lisp: readonly Row[] = [
  [Syntax.separator, [9, 10, 12, 13, 32]],
  [Syntax.open, codes("(")],
  [Syntax.close, codes(")")],
  [Syntax.string, codes('"')],
  [Syntax.escape, codes("\\")],
  [Syntax.multipleEscape, codes("|")],
  [Syntax.packageDelimiter, codes(":")],
  [Syntax.macro, codes("';`,")],
  [Syntax.firstMacro, codes("#")],
];

const oldFile: readonly Row[] = [...original, [Syntax.separator, FONT_SWITCHES], [Syntax.macro, codes("|")]];

export const OLD_FILE_TABLE = table("OLD-INTERLISP-FILE", "old", oldFile);
/** For the header alone. */
export const FILE_INFO_TABLE = table("FILE-INFO", "old", [...oldFile, [Syntax.packageDelimiter, codes(":")]]);
/** For name tables and fixup lists of files in the old table. */
export const OLD_CODE_TABLE = table("OLD-CODE", "old", [...original, [Syntax.macro, [CONTROL_Y, ...codes("|")]]]);
export const INTERLISP_TABLE = table("INTERLISP", "new", [
  ...original,
  [Syntax.separator, [...range(1, 24), 26, 31, 32]],
  [Syntax.macro, [CONTROL_Y]],
  [Syntax.multipleEscape, codes("|")],
  [Syntax.packageDelimiter, codes(":")],
  [Syntax.firstMacro, codes("#'`,")],
]);
export const LISP_TABLE = table("LISP", "common-lisp", lisp);
export const XCL_TABLE = table("XCL", "common-lisp", [...lisp, [Syntax.separator, FONT_SWITCHES]]);

/** Tables that a header may name. */
export const TABLES: ReadonlyMap<string, ReadTable> = new Map(
  [OLD_FILE_TABLE, INTERLISP_TABLE, LISP_TABLE, XCL_TABLE].map((each) => [each.name, each]),
);
