/**
 * What a token means: a number, or a symbol in a package. Source: compiled files specification, section 2.3.
 */
import { type Form, KEYWORD, LISP, packageName, type SymbolForm, symbolForm } from "../forms.ts";
import type { ReadTable } from "./read-tables.ts";

/** A token as the reader collected it. */
export interface Token {
  /** Without escape characters and package delimiters. */
  readonly text: string;
  /** Some character was escaped, so it is no number and no dot. */
  readonly isEscaped: boolean;
  /** Where package delimiters stood, as offsets into `text`, ascending. */
  readonly delimiters: readonly number[];
}

/** What the reader of a file knows besides the characters. */
export interface ReaderEnvironment {
  readonly table: ReadTable;
  /** Package of symbols without a prefix. */
  readonly package: string;
  /** Radix of integers in the Common Lisp tables. */
  readonly base: number;
  /** Nicknames beyond those of the base system. */
  readonly nicknames: ReadonlyMap<string, string>;
}

/** The form of a token. */
export function tokenForm(token: Token, environment: ReaderEnvironment): Form {
  if (!token.isEscaped && token.delimiters.length === 0) {
    const number = parseNumber(token.text, environment.table, environment.base);
    if (number !== null) return number;
  }
  return tokenSymbol(token, environment);
}

function tokenSymbol({ text, delimiters }: Token, environment: ReaderEnvironment): SymbolForm {
  const split = delimiters[0];
  if (split === undefined) {
    if (environment.table.isOld) {
      const moved = oldPackagePrefix(text);
      if (moved !== null) return moved;
    }
    return symbolForm(text, environment.package);
  }
  const prefix = text.slice(0, split);
  return symbolForm(text.slice(split), environment.nicknames.get(prefix) ?? packageName(prefix));
}

const OLD_PREFIXES: readonly (readonly [prefix: string, packageName: string])[] = [
  ["CL:", LISP],
  [":", KEYWORD],
  ...["CONDITIONS", "XCL", "SI", "COMPILER", "FASL"].map((name) => [`${name}:`, packageName(name)] as const),
];
/** Symbols of INTERLISP whose names merely look as if they had a prefix. */
const NOT_PREFIXED: ReadonlySet<string> = new Set(
  ["FLG", "MAKE-SYMBOL", "COPY-SYMBOL", "INTERN", "MAKE-KEYWORD", "GENTEMP", "KEYWORDP"].map((name) => `CL:${name}`),
);

/** Files in the old read table carry package names inside the symbol's name. */
function oldPackagePrefix(text: string): SymbolForm | null {
  if (NOT_PREFIXED.has(text)) return null;
  for (const [prefix, name] of OLD_PREFIXES) {
    if (!text.startsWith(prefix) || text.length === prefix.length) continue;
    const isInternal = name !== KEYWORD && text[prefix.length] === ":" && text.length > prefix.length + 1;
    return symbolForm(text.slice(prefix.length + (isInternal ? 1 : 0)), name);
  }
  return null;
}

const DECIMAL = /^[+-]?\d+$/;
const OCTAL = /^[+-]?[0-7]+Q$/;
const DECIMAL_POINT = /^[+-]?\d+\.$/;
const OLD_FLOAT = /^[+-]?(?:\d+\.\d*|\.\d+|\d+(?=E))(?:E[+-]?\d+)?$/;
const FLOAT = /^[+-]?(?:\d+\.\d*|\.\d+|\d+(?=[EDFLS]))(?:[EDFLS][+-]?\d+)?$/i;
const RATIO = /^([+-]?\d+)\/(\d+)$/;
/** Longest number that is converted: a damaged file may hold a megabyte of digits, which takes minutes. */
const MOST_DIGITS = 10_000;

/** The number that the text stands for in this table; `null`: none. */
export function parseNumber(text: string, table: ReadTable, base: number): Form | null {
  const first = text.charCodeAt(0);
  const canStart = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  if (!canStart || text.length > MOST_DIGITS) return null;
  if (DECIMAL.test(text)) {
    const value = integerInBase(text, table.isCommonLisp ? base : 10);
    return value === null ? null : { kind: "integer", value };
  }
  if (OCTAL.test(text)) return { kind: "integer", value: integerInBase(text.slice(0, -1), 8) ?? 0n };
  if (table.isCommonLisp && DECIMAL_POINT.test(text))
    return { kind: "integer", value: BigInt(unsigned(text.slice(0, -1))) };
  if ((table.isOld ? OLD_FLOAT : FLOAT).test(text)) {
    return { kind: "float", value: Math.fround(Number(text.replace(/[DFLS]/i, "E"))) };
  }
  const ratio = table.isOld ? null : RATIO.exec(text);
  return ratio === null ? null : ratioForm(BigInt(unsigned(ratio[1] as string)), BigInt(ratio[2] as string));
}

/** In lowest terms; an integer when the denominator becomes 1. `null`: division by zero. */
export function ratioForm(numerator: bigint, denominator: bigint): Form | null {
  if (denominator === 0n) return null;
  let a = numerator < 0n ? -numerator : numerator;
  let b = denominator < 0n ? -denominator : denominator;
  while (b !== 0n) [a, b] = [b, a % b];
  const sign = denominator < 0n ? -1n : 1n;
  if (a === denominator * sign) return { kind: "integer", value: (sign * numerator) / a };
  return { kind: "ratio", numerator: (sign * numerator) / a, denominator: (sign * denominator) / a };
}

/** `BigInt` refuses a leading plus. */
const unsigned = (text: string): string => (text.startsWith("+") ? text.slice(1) : text);

/** The integer with these digits, sign in front, in a base of 2 to 36; `null` when a digit does not belong to the base. */
export function integerInBase(text: string, base: number): bigint | null {
  if (base === 10) return DECIMAL.test(text) ? BigInt(unsigned(text)) : null;
  const isNegative = text.startsWith("-");
  const digits = isNegative || text.startsWith("+") ? text.slice(1) : text;
  if (digits === "" || digits.length > MOST_DIGITS) return null;
  let value = 0n;
  for (const character of digits) {
    const digit = Number.parseInt(character, 36);
    if (Number.isNaN(digit) || digit >= base) return null;
    value = value * BigInt(base) + BigInt(digit);
  }
  return isNegative ? -value : value;
}
