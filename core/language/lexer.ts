/**
 * Cuts source text into tokens. Total: every text has a token sequence, and what is wrong is said in the token.
 * Which characters mean what is decided here and nowhere else; nesting is the reader's business.
 */
import type { Range } from "./forms.ts";

/** What is wrong with a token, before it becomes a diagnostic. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

export type TokenValue =
  | { readonly kind: "open" | "close" | "open-vector" | "dot" | "end" }
  | { readonly kind: "quote" | "quasiquote" | "unquote" | "unquote-splicing" }
  /** `#;`: the next form is a comment. */
  | { readonly kind: "skip-form" }
  | { readonly kind: "comment" }
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "integer" | "float"; readonly value: number }
  | { readonly kind: "character"; readonly code: number }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "constant"; readonly value: "true" | "nil" }
  /** Not part of any form; only its problem counts. */
  | { readonly kind: "stray" };

export type Token = Range & { readonly value: TokenValue; readonly problem: Problem | null };

/** Integers are the machine's: 32 bits, signed (FIXP). */
const MIN_INTEGER = -0x80000000;
const MAX_INTEGER = 0x7fffffff;
/** The machine keeps the length of a print name in a byte. */
const MAX_SYMBOL_LENGTH = 255;

const CHARACTER_NAMES: ReadonlyMap<string, number> = new Map([
  ["space", 32],
  ["newline", 10],
  ["linefeed", 10],
  ["tab", 9],
  ["return", 13],
  ["nul", 0],
  ["null", 0],
  ["alarm", 7],
  ["backspace", 8],
  ["page", 12],
  ["escape", 27],
  ["delete", 127],
]);
const STRING_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["0", "\0"],
  ["\\", "\\"],
  ['"', '"'],
]);
const SIMPLE_TOKENS: ReadonlyMap<string, TokenValue> = new Map<string, TokenValue>([
  ["(", { kind: "open" }],
  [")", { kind: "close" }],
  ["'", { kind: "quote" }],
  ["`", { kind: "quasiquote" }],
]);
const DELIMITER = /[\s()'`,";[\]{}]/;
/** The same for the characters that nearly all texts are made of, by code. */
const ASCII_DELIMITERS = Uint8Array.from({ length: 128 }, (_, code) =>
  DELIMITER.test(String.fromCharCode(code)) ? 1 : 0,
);
const NUMBER_START = /^[+-]?\.?[0-9]/;
const INTEGER = /^[+-]?[0-9]+$/;
const FLOAT = /^[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?$/;
const RADIX: ReadonlyMap<string, number> = new Map([
  ["x", 16],
  ["o", 8],
  ["b", 2],
]);

/** Is this character allowed inside a symbol? */
export function isSymbolCharacter(character: string): boolean {
  return character !== "" && !DELIMITER.test(character);
}

/** The token at or after `from`; white space before it is skipped. */
export function nextToken(text: string, from: number): Token {
  let start = from;
  while (start < text.length && isSpace(text.charCodeAt(start))) start++;
  if (start >= text.length) return token(start, start, { kind: "end" });
  const character = text.charAt(start);
  const simple = SIMPLE_TOKENS.get(character);
  if (simple !== undefined) return token(start, start + 1, simple);
  switch (character) {
    case ",":
      if (text.charAt(start + 1) === "@") return token(start, start + 2, { kind: "unquote-splicing" });
      return token(start, start + 1, { kind: "unquote" });
    case ";":
      return token(start, lineEnd(text, start), { kind: "comment" });
    case '"':
      return stringToken(text, start);
    case "#":
      return hashToken(text, start);
    case "[":
    case "]":
    case "{":
    case "}":
      return token(start, start + 1, { kind: "stray" }, "bad-bracket", `${character} has no meaning here: use ( and )`);
    default:
      return atomToken(text, start);
  }
}

function token(start: number, end: number, value: TokenValue, code?: string, message?: string): Token {
  const problem = code === undefined || message === undefined ? null : { code, message };
  return { start, end, value, problem };
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff || code === 0x2028;
}

/** Offset of the line end at or after `from`. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function atomEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && !isDelimiter(text.charCodeAt(end))) end++;
  return end;
}

function isDelimiter(code: number): boolean {
  return code < ASCII_DELIMITERS.length ? ASCII_DELIMITERS[code] === 1 : DELIMITER.test(String.fromCharCode(code));
}

function atomToken(text: string, start: number): Token {
  const end = Math.max(atomEnd(text, start), start + 1);
  const word = text.slice(start, end);
  if (word === ".") return token(start, end, { kind: "dot" });
  if (word === "nil") return token(start, end, { kind: "constant", value: "nil" });
  if (!NUMBER_START.test(word) || word === "1+" || word === "1-") {
    return symbolToken(start, end, word);
  }
  if (INTEGER.test(word)) return integerToken(start, end, Number(word), word);
  if (FLOAT.test(word)) {
    const value = Math.fround(Number(word));
    if (Number.isFinite(value)) return token(start, end, { kind: "float", value });
    return token(start, end, { kind: "float", value: 0 }, "number-range", `${word} is too large for a 32-bit float`);
  }
  const expected = "expected an integer like -12 or #xFF, or a float like 1.5e3";
  return token(start, end, { kind: "integer", value: 0 }, "bad-number", `${word} is not a number: ${expected}`);
}

function symbolToken(start: number, end: number, word: string): Token {
  if (word.length <= MAX_SYMBOL_LENGTH) return token(start, end, { kind: "symbol", name: word });
  const name = word.slice(0, MAX_SYMBOL_LENGTH);
  const message = `a name of ${word.length} characters: at most ${MAX_SYMBOL_LENGTH} are possible`;
  return token(start, end, { kind: "symbol", name }, "long-name", message);
}

function integerToken(start: number, end: number, value: number, word: string): Token {
  if (value >= MIN_INTEGER && value <= MAX_INTEGER) return token(start, end, { kind: "integer", value: value + 0 });
  const range = `integers have 32 bits, ${MIN_INTEGER} to ${MAX_INTEGER}`;
  return token(start, end, { kind: "integer", value: 0 }, "number-range", `${word} is too large: ${range}`);
}

function hashToken(text: string, start: number): Token {
  const next = text.charAt(start + 1);
  if (next === "(") return token(start, start + 2, { kind: "open-vector" });
  if (next === ";") return token(start, start + 2, { kind: "skip-form" });
  if (next === "|") return blockComment(text, start);
  if (next === "\\") return characterToken(text, start);
  // A first line for the shell.
  if (next === "!" && start === 0) return token(start, lineEnd(text, start), { kind: "comment" });
  const end = Math.max(atomEnd(text, start), start + 1);
  const word = text.slice(start, end);
  if (word === "#t" || word === "#true") return token(start, end, { kind: "constant", value: "true" });
  if (word === "#f" || word === "#false") return token(start, end, { kind: "constant", value: "nil" });
  const radix = RADIX.get(next.toLowerCase());
  if (radix !== undefined) return radixToken(start, end, word, radix);
  const expected = "expected #t, #f, #\\a, #xFF, #( ), #; or #| |#";
  return token(start, end, { kind: "constant", value: "nil" }, "bad-syntax", `${word} has no meaning: ${expected}`);
}

function radixToken(start: number, end: number, word: string, radix: number): Token {
  const match = /^([+-]?)([0-9a-zA-Z]+)$/.exec(word.slice(2));
  const digits = match?.[2] ?? "";
  const value = Number.parseInt(digits, radix);
  const isNumber = digits !== "" && [...digits].every((digit) => !Number.isNaN(Number.parseInt(digit, radix)));
  if (isNumber) return integerToken(start, end, match?.[1] === "-" ? -value : value, word);
  const expected = `expected digits of base ${radix} after ${word.slice(0, 2)}`;
  return token(start, end, { kind: "integer", value: 0 }, "bad-number", `${word} is not a number: ${expected}`);
}

function characterToken(text: string, start: number): Token {
  const first = start + 2;
  if (first >= text.length) {
    return token(start, first, { kind: "character", code: 0 }, "bad-character", "a character is missing after #\\");
  }
  // The first character counts whatever it is, so that #\( and #\; can be written.
  const end = Math.max(atomEnd(text, first + 1), first + 1);
  const isWord = /[a-zA-Z0-9]/.test(text.charAt(first));
  const name = isWord ? text.slice(first, end) : text.charAt(first);
  if (name.length === 1) return token(start, first + 1, { kind: "character", code: name.charCodeAt(0) });
  const named = CHARACTER_NAMES.get(name);
  if (named !== undefined) return token(start, end, { kind: "character", code: named });
  if (/^[xX][0-9a-fA-F]+$/.test(name)) {
    const code = Number.parseInt(name.slice(1), 16);
    if (code <= 0xffff) return token(start, end, { kind: "character", code });
  }
  const expected = "expected one character, #\\x followed by a code up to FFFF, or #\\space, #\\newline, #\\tab";
  const message = `#\\${name} is not a character: ${expected}`;
  return token(start, end, { kind: "character", code: 0 }, "bad-character", message);
}

function blockComment(text: string, start: number): Token {
  let depth = 1;
  let at = start + 2;
  while (at < text.length && depth > 0) {
    if (text.startsWith("|#", at)) {
      depth--;
      at += 2;
    } else if (text.startsWith("#|", at)) {
      depth++;
      at += 2;
    } else at++;
  }
  if (depth === 0) return token(start, at, { kind: "comment" });
  return token(start, text.length, { kind: "comment" }, "unclosed-comment", "this #| has no |#");
}

function stringToken(text: string, start: number): Token {
  let content = "";
  let at = start + 1;
  let problem: Problem | null = null;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') return { start, end: at + 1, value: { kind: "string", text: content }, problem };
    if (character !== "\\") {
      content += character;
      at++;
      continue;
    }
    const escaped = readEscape(text, at);
    content += escaped.text;
    if (escaped.isWrong && problem === null) {
      const expected = 'expected \\n, \\t, \\r, \\0, \\\\, \\" or \\x41;';
      problem = { code: "bad-escape", message: `${text.slice(at, escaped.end)} is no escape: ${expected}` };
    }
    at = escaped.end;
  }
  return token(
    start,
    text.length,
    { kind: "string", text: content },
    "unclosed-string",
    'this string has no closing "',
  );
}

function readEscape(text: string, at: number): { text: string; end: number; isWrong: boolean } {
  const next = text.charAt(at + 1);
  const simple = STRING_ESCAPES.get(next);
  if (simple !== undefined) return { text: simple, end: at + 2, isWrong: false };
  // A backslash at the line end joins the lines.
  if (next === "\n") return { text: "", end: at + 2, isWrong: false };
  if (next === "\r" && text.charAt(at + 2) === "\n") return { text: "", end: at + 3, isWrong: false };
  const code = /^x([0-9a-fA-F]{1,4});/.exec(text.slice(at + 1, at + 8));
  if (code !== null) {
    return {
      text: String.fromCharCode(Number.parseInt(code[1] as string, 16)),
      end: at + 1 + code[0].length,
      isWrong: false,
    };
  }
  return { text: next, end: Math.min(at + 2, text.length), isWrong: next !== "" };
}
