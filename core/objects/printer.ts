/**
 * The printed form of any value. Reads only, changes nothing, and ends on every image: depth, length and characters are bounded, and what a damaged
 * image makes unreadable prints as a bare pointer.
 */
import type { Pointer } from "../base/units.ts";
import { NIL, NOBIND, T, TYPE_BIGNUM, TYPE_FIXP, TYPE_FLOATP, TYPE_LISTP, TYPE_RATIO } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { type ArrayElement, type ArrayHeader, arrayElement, arrayHeader, isArray } from "./arrays/arrays.ts";
import { isString, stringLength, stringText } from "./arrays/strings.ts";
import { codeOf, frameNameText, functionHeader } from "./code/functions.ts";
import { car, cdr, isCons, isReadableCons } from "./cons.ts";
import { typeName } from "./dtd.ts";
import { characterCode, isCharacter, isImmediate, isSmall, smallValue } from "./immediates.ts";
import { bignumValue, fixpValue, floatValue } from "./numbers.ts";
import { integerText, pointerNotation, type Radix } from "./pointer-notation.ts";
import { type DeclaredField, isTable, recordFields, tableCount } from "./records.ts";
import { symbolName } from "./symbols.ts";
import { isSymbol, typeNumber } from "./types.ts";

export interface PrintOptions {
  /** `write`: as the reader takes it back. `display`: for people, strings and characters raw. */
  readonly style: "display" | "write";
  /** Nested lists and vectors that are opened; deeper ones print as `…`. */
  readonly maxDepth: number;
  /** Elements of one list or vector; a string inside a structure shows four times as many characters. */
  readonly maxLength: number;
  /** Characters in all; the text ends in `…` when it was cut. */
  readonly maxCharacters: number;
  /** Of whole numbers and addresses. */
  readonly radix?: Radix;
}

/** One line in a variables view. */
export const PREVIEW: PrintOptions = { style: "write", maxDepth: 4, maxLength: 12, maxCharacters: 200 };
/** What a program prints: practically everything, but it ends on circular structures. */
export const FULL_DISPLAY: PrintOptions = {
  style: "display",
  maxDepth: 200,
  maxLength: 100_000,
  maxCharacters: 1_000_000,
};
export const FULL_WRITE: PrintOptions = { ...FULL_DISPLAY, style: "write" };

const ELLIPSIS = "…";

/** Names of characters that have no visible form. */
const CHARACTER_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, "null"],
  [0x08, "backspace"],
  [0x09, "tab"],
  [0x0a, "newline"],
  [0x0d, "return"],
  [0x1b, "escape"],
  [0x20, "space"],
  [0x7f, "delete"],
]);

/** The printed form of a value. */
export function printValue(memory: VirtualMemory, value: Pointer, options: PrintOptions): string {
  const out = new Output(options.maxCharacters);
  print(memory, value, options, 0, out);
  return out.text();
}

/** `#\a`, `#\space`, `#\x1f`. */
export function characterName(code: number): string {
  const name = CHARACTER_NAMES.get(code);
  if (name !== undefined) return `#\\${name}`;
  // Controls and lone surrogates have no form of their own.
  const isVisible = code > 0x20 && (code < 0x7f || code > 0xa0) && (code < 0xd800 || code > 0xdfff);
  return isVisible ? `#\\${String.fromCharCode(code)}` : `#\\x${code.toString(16)}`;
}

/** A string literal that the reader takes back. */
export function stringLiteral(text: string): string {
  const escaped = text.replace(/["\\\n\r\t]/g, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\r") return "\\r";
    return character === "\t" ? "\\t" : `\\${character}`;
  });
  return `"${escaped}"`;
}

/** The shortest decimal form that reads back as the same IEEE single: `0.1`, `1.0`, `3.0e10`, `+inf.0`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "+nan.0";
  if (!Number.isFinite(value)) return value > 0 ? "+inf.0" : "-inf.0";
  if (Object.is(value, -0)) return "-0.0";
  let shortest = value;
  // Nine significant digits tell any two singles apart.
  for (let digits = 1; digits <= 9; digits++) {
    shortest = Number(value.toPrecision(digits));
    if (Math.fround(shortest) === value) break;
  }
  const [mantissa, exponent] = shortest.toString().split("e");
  const withPoint = (mantissa as string).includes(".") ? mantissa : `${mantissa}.0`;
  return exponent === undefined ? `${withPoint}` : `${withPoint}e${exponent.replace("+", "")}`;
}

function radixOf({ radix }: PrintOptions): Radix {
  return radix ?? 10;
}

/** Collects text up to a limit. Once full it stays full: the walk over the value ends early. */
class Output {
  private readonly limit: number;
  private readonly pieces: string[] = [];
  private length = 0;
  constructor(limit: number) {
    this.limit = limit;
  }
  get isFull(): boolean {
    return this.length > this.limit;
  }
  put(text: string): void {
    if (this.isFull) return;
    this.pieces.push(text);
    this.length += text.length;
  }
  text(): string {
    const text = this.pieces.join("");
    return this.isFull ? text.slice(0, this.limit - 1) + ELLIPSIS : text;
  }
}

function print(memory: VirtualMemory, value: Pointer, options: PrintOptions, depth: number, out: Output): void {
  if (out.isFull) return;
  if (value === NIL) out.put("nil");
  else if (value === T) out.put("#t");
  else if (value === NOBIND) out.put("#<unbound>");
  else if (isSmall(value)) out.put(integerText(smallValue(value), radixOf(options)));
  else if (isCharacter(value)) printCharacter(characterCode(value), options, out);
  else if (isCons(memory, value) && isReadableCons(memory, value)) {
    if (depth >= options.maxDepth) out.put(ELLIPSIS);
    else printList(memory, value, options, depth, out);
  } else printObject(memory, value, options, depth, out);
}

function printObject(memory: VirtualMemory, value: Pointer, options: PrintOptions, depth: number, out: Output): void {
  const type = typeNumber(memory, value);
  if (isSymbol(memory, value)) {
    const name = symbolName(memory, value);
    out.put(name === "" ? pointerNotation(memory, value, radixOf(options)) : name);
  } else if (isString(memory, value)) printString(memory, value, options, depth, out);
  else if (isArray(memory, value)) {
    const header = arrayHeader(memory, value);
    if (header === null || header.dimensions.length !== 1) out.put(pointerNotation(memory, value, radixOf(options)));
    else if (depth >= options.maxDepth) out.put(ELLIPSIS);
    else printVector(memory, header, options, depth, out);
  } else if (type === TYPE_LISTP || !isMapped(memory, value, 2))
    out.put(pointerNotation(memory, value, radixOf(options)));
  else if (type === TYPE_FIXP) out.put(integerText(fixpValue(memory, value), radixOf(options)));
  else if (type === TYPE_FLOATP) out.put(floatText(floatValue(memory, value)));
  else if (type === TYPE_BIGNUM) out.put(bignumText(memory, value, options));
  else if (type === TYPE_RATIO && depth < options.maxDepth && isMapped(memory, value, 4)) {
    print(memory, memory.pointer(value), options, depth + 1, out);
    out.put("/");
    print(memory, memory.pointer(value + 2), options, depth + 1, out);
  } else {
    const fields = recordFields(memory, type);
    if (fields !== null) printRecord(memory, value, fields, options, depth, out);
    else out.put(functionText(memory, value) ?? pointerNotation(memory, value, radixOf(options)));
  }
}

/** `#<point 1 2>`, `#<table 3>`. What a weak field refers to prints without its contents: it may lead back here. */
function printRecord(
  memory: VirtualMemory,
  value: Pointer,
  fields: readonly DeclaredField[],
  options: PrintOptions,
  depth: number,
  out: Output,
): void {
  out.put(`#<${typeName(memory, typeNumber(memory, value))}`);
  if (isTable(memory, value)) out.put(` ${tableCount(memory, value)}`);
  else if (depth >= options.maxDepth && fields.length > 0) out.put(` ${ELLIPSIS}`);
  else {
    for (const { offset, isWeak } of fields) {
      out.put(" ");
      const field = memory.pointer(value + offset);
      if (isWeak && !isImmediate(field)) out.put(`#<${typeName(memory, typeNumber(memory, field))} ${ELLIPSIS}>`);
      else print(memory, field, options, depth + 1, out);
    }
  }
  out.put(">");
}

function printList(memory: VirtualMemory, list: Pointer, options: PrintOptions, depth: number, out: Output): void {
  out.put("(");
  let rest = list;
  let count = 0;
  while (!out.isFull) {
    if (count > 0) out.put(" ");
    if (count >= options.maxLength) {
      out.put(ELLIPSIS);
      break;
    }
    print(memory, car(memory, rest), options, depth + 1, out);
    count++;
    rest = cdr(memory, rest);
    if (rest === NIL) break;
    if (isCons(memory, rest) && isReadableCons(memory, rest)) continue;
    out.put(" . ");
    print(memory, rest, options, depth + 1, out);
    break;
  }
  out.put(")");
}

function printVector(
  memory: VirtualMemory,
  header: ArrayHeader,
  options: PrintOptions,
  depth: number,
  out: Output,
): void {
  out.put("#(");
  for (let i = 0; i < header.length && !out.isFull; i++) {
    if (i > 0) out.put(" ");
    const element = i < options.maxLength ? arrayElement(memory, header, i) : null;
    if (element === null) {
      // Beyond the length limit, or the rest of a damaged array.
      out.put(ELLIPSIS);
      break;
    }
    printElement(memory, element, options, depth, out);
  }
  out.put(")");
}

function printElement(
  memory: VirtualMemory,
  element: ArrayElement,
  options: PrintOptions,
  depth: number,
  out: Output,
): void {
  if (element.kind === "pointer") print(memory, element.pointer, options, depth + 1, out);
  else if (element.kind === "integer") out.put(integerText(element.value, radixOf(options)));
  else if (element.kind === "float") out.put(floatText(element.value));
  else printCharacter(element.code, options, out);
}

function printCharacter(code: number, options: PrintOptions, out: Output): void {
  out.put(options.style === "display" ? String.fromCharCode(code) : characterName(code));
}

function printString(memory: VirtualMemory, value: Pointer, options: PrintOptions, depth: number, out: Output): void {
  const limit = depth === 0 ? options.maxCharacters : options.maxLength * 4;
  const text = stringText(memory, value, limit);
  if (text === null) {
    out.put(pointerNotation(memory, value, radixOf(options)));
    return;
  }
  const isCut = (stringLength(memory, value) ?? 0) > text.length;
  const shown = isCut ? text + ELLIPSIS : text;
  out.put(options.style === "display" ? shown : stringLiteral(shown));
}

/** Digits of a bignum; `MAX.INTEGER` and `MIN.INTEGER` have a symbol for digits. */
function bignumText(memory: VirtualMemory, value: Pointer, options: PrintOptions): string {
  const digits = bignumValue(memory, value);
  if (digits !== null) return integerText(digits, radixOf(options));
  const symbol = memory.pointer(value);
  return symbol !== NIL && isSymbol(memory, symbol)
    ? symbolName(memory, symbol)
    : pointerNotation(memory, value, radixOf(options));
}

/** `#<function name>` for code and closures; null for anything else. */
function functionText(memory: VirtualMemory, value: Pointer): string | null {
  const code = codeOf(memory, value);
  const header = code === null ? null : functionHeader(memory, code);
  if (header === null) return null;
  const name = frameNameText(memory, header.frameName);
  return name === null ? null : `#<function ${name}>`;
}
