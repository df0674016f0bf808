/**
 * How the field writes a pointer: `{LISTP}#57,12340`, the segment and the offset in it in octal. Who asks for hexadecimal gets `{LISTP}#x2F14E0`, the
 * word address as the reader of the language takes it.
 */
import type { Pointer } from "../base/units.ts";
import { TYPE_BLOCK } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { BLOCK_PASSWORD } from "./arrays/blocks.ts";
import { typeName } from "./dtd.ts";
import { typeNumber } from "./types.ts";

/** The base in which numbers are shown; 10 where nobody asked for another. */
export type Radix = 8 | 10 | 16;

/** As the reader takes it back: `-12`, `#x-C`, `#o-14`. */
export function integerText(value: number | bigint, radix: Radix): string {
  if (radix === 10) return value.toString();
  return `#${radix === 16 ? "x" : "o"}${value.toString(radix).toUpperCase()}`;
}

/** `57,12340`: segment and offset in octal. */
export function octalAddress(pointer: Pointer): string {
  return `${((pointer >>> 16) & 0xfff).toString(8)},${(pointer & 0xffff).toString(8)}`;
}

const BLOCK_HEADER_WORDS = 2;
/** Instead of a type: where no object is, or none any more. */
const NO_OBJECT = "NO-OBJECT";

/** `{LISTP}#57,12340`; in hexadecimal `{LISTP}#x2F14E0`; `{NO-OBJECT}#57,12340` for an untyped address at which no array block begins. */
export function pointerNotation(memory: VirtualMemory, pointer: Pointer, radix: Radix = 10): string {
  const type = typeNumber(memory, pointer);
  const name = type === TYPE_BLOCK && !hasBlockHeader(memory, pointer) ? NO_OBJECT : typeName(memory, type);
  const address = radix === 16 ? integerText(pointer, radix) : `#${octalAddress(pointer)}`;
  return `{${name}}${address}`;
}

function hasBlockHeader(memory: VirtualMemory, data: Pointer): boolean {
  const header = data - BLOCK_HEADER_WORDS;
  return isMapped(memory, header, BLOCK_HEADER_WORDS) && memory.cell(header) >>> 19 === BLOCK_PASSWORD;
}

/** The pointer that `57,12340`, `#57,12340` or `{LISTP}#57,12340` writes; null when the text is none of them. */
export function parsePointer(text: string): Pointer | null {
  const match = /^(?:\{[^}]*\})?#?([0-7]{1,4}),([0-7]{1,6})$/.exec(text.trim());
  if (match === null) return null;
  const high = Number.parseInt(match[1] as string, 8);
  const low = Number.parseInt(match[2] as string, 8);
  return high <= 0xfff && low <= 0xffff ? high * 0x10000 + low : null;
}

/** The address that octal halves (`57,12340`, with or without `#` and type) or a hexadecimal number (`0x2F14E0`, `{LISTP}#x2F14E0`) write; null for anything else. */
export function parseAddress(text: string): Pointer | null {
  const hexadecimal = /^(?:0x|(?:\{[^}]*\})?#x)([0-9a-f]{1,7})$/i.exec(text.trim());
  return hexadecimal === null ? parsePointer(text) : Number.parseInt(hexadecimal[1] as string, 16);
}

/** How an address is written, for someone whose text is none but looks as if it was meant to be one; else nothing. */
export function addressAdvice(text: string): string {
  if (text.trim() !== "" && !/^(?:\{[^}]*\}#?|#|0x|-?\d[\d,]*$)/i.test(text.trim())) return "";
  return "; an address is two octal numbers, 57,12340 (up to 7777,177777), or a hexadecimal one, 0x2F14E0 (up to 0xFFFFFFF)";
}
