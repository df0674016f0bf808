/** Host calls for printing, strings and symbols. */
import { CHARACTER_BASE, NIL, SEGMENT_MASK, TYPE_FIXP, TYPE_FLOATP } from "../../../memory/layout.ts";
import { isSmall } from "../../../objects/immediates.ts";
import { FIXP_MAX, FIXP_MIN } from "../../../objects/numbers.ts";
import { FULL_DISPLAY, FULL_WRITE, printValue } from "../../../objects/printer.ts";
import { PRINT_NAME_LIMIT, symbolName } from "../../../objects/symbols.ts";
import { isSymbol, typeNumber } from "../../../objects/types.ts";
import { signal } from "../../faults.ts";
import { makeFloat, makeInteger, makeString } from "../../image/datum.ts";
import { internSymbol } from "../../image/install.ts";
import { type Subr, truth } from "../arguments.ts";

/** Characters of the longest string: its block, with header and trailer, has at most 65535 cells of four. */
export const LONGEST_STRING = 4 * 65533;

export const display: Subr = (m, args) => {
  m.ports.console.write(printValue(m.memory, args.readable(0), FULL_DISPLAY));
  return args.pointer(0);
};
export const write: Subr = (m, args) => {
  m.ports.console.write(printValue(m.memory, args.readable(0), FULL_WRITE));
  return args.pointer(0);
};
export const newline: Subr = (m) => {
  m.ports.console.write("\n");
  return NIL;
};
export const print: Subr = (m, args) => {
  m.ports.console.write(`${printValue(m.memory, args.readable(0), FULL_WRITE)}\n`);
  return args.pointer(0);
};

export const makeStringSubr: Subr = (m, args) => {
  const length = args.integer(0);
  if (length < 0 || length > LONGEST_STRING)
    signal(m.memory, "bad-size", [args.pointer(0), makeInteger(m, LONGEST_STRING)]);
  const fill = args.count > 1 ? args.pointer(1) : CHARACTER_BASE + 0x20;
  if ((fill & SEGMENT_MASK) !== CHARACTER_BASE) signal(m.memory, "wrong-type", [fill]);
  return makeString(m, String.fromCharCode(fill & 0xffff).repeat(length));
};
export const stringAppend: Subr = (m, args) => {
  const parts: string[] = [];
  for (let i = 0; i < args.count; i++) parts.push(args.text(i));
  const text = parts.join("");
  if (text.length > LONGEST_STRING)
    signal(m.memory, "bad-size", [makeInteger(m, text.length), makeInteger(m, LONGEST_STRING)]);
  return makeString(m, text);
};
export const substring: Subr = (m, args) => {
  const text = args.text(0);
  const from = args.integer(1);
  const to = args.count > 2 ? args.integer(2) : text.length;
  if (to < 0 || to > text.length) signal(m.memory, "bad-index", [args.pointer(0), args.pointer(2)]);
  if (from < 0 || from > to) signal(m.memory, "bad-index", [args.pointer(0), args.pointer(1)]);
  return makeString(m, text.slice(from, to));
};

export const numberToString: Subr = (m, args) => {
  const number = args.pointer(0);
  const type = typeNumber(m.memory, number);
  if (!isSmall(number) && type !== TYPE_FIXP && type !== TYPE_FLOATP) signal(m.memory, "wrong-type", [number]);
  return makeString(m, printValue(m.memory, number, FULL_DISPLAY));
};
export const stringToNumber: Subr = (m, args) => {
  const text = args.text(0).trim();
  if (/^[+-]?\d+$/.test(text)) {
    const value = Number(text);
    return value >= FIXP_MIN && value <= FIXP_MAX ? makeInteger(m, value) : NIL;
  }
  if (!/^[+-]?(\d+\.\d*|\.\d+|\d+(?=e))(e[+-]?\d+)?$/i.test(text)) return NIL;
  const value = Math.fround(Number(text));
  return Number.isFinite(value) ? makeFloat(m, value) : NIL;
};

export const stringEqual: Subr = (_, args) => truth(args.text(0) === args.text(1));
export const stringLess: Subr = (_, args) => truth(args.text(0) < args.text(1));

export const stringToSymbol: Subr = (m, args) => {
  const name = args.text(0);
  if (name.length > PRINT_NAME_LIMIT) signal(m.memory, "wrong-type", [args.pointer(0)]);
  return internSymbol(m, name);
};
export const symbolToString: Subr = (m, args) => {
  const symbol = args.pointer(0);
  if (!isSymbol(m.memory, symbol)) signal(m.memory, "wrong-type", [symbol]);
  return makeString(m, symbolName(m.memory, symbol));
};
