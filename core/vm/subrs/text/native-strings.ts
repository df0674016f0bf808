/**
 * Strings and numbers that Lisp and the outside hand to each other through memory: a call writes into strings and boxes that Lisp has made for it.
 * Source: instruction specification, section 2.12; reference VM, `locfile.h` and `uutils.c`.
 */

import type { ByteAddress, Pointer } from "../../../base/units.ts";
import { decodeUtf8, encodeUtf8 } from "../../../base/utf8.ts";
import { NIL, TYPE_ONED_ARRAY } from "../../../memory/layout.ts";
import { arrayHeader, ELEMENT_FAT_CHARACTER, ELEMENT_THIN_CHARACTER } from "../../../objects/arrays/arrays.ts";
import { stringText } from "../../../objects/arrays/strings.ts";
import { typeNumber } from "../../../objects/types.ts";
import { isRefusal, type Refusal } from "../../ports.ts";
import type { Processor } from "../../processor.ts";

/** Stores 32 bits where Lisp said: a box, or a cell inside a record. NIL is no place. */
export function storeNumber(m: Processor, place: Pointer, value: number): void {
  if (place !== NIL) m.memory.setCell(place & ~1, value | 0);
}

/**
 * The buffer that a call was given lies in the image.
 * @throws what a `DataView` throws outside of it, before anything has happened
 */
export function checkBuffer(m: Processor, first: ByteAddress, lengthBytes: number): void {
  if (lengthBytes === 0) return;
  m.memory.view.getUint8(first);
  m.memory.view.getUint8(first + lengthBytes - 1);
}

/** Writes bytes into a buffer that was checked. */
export function storeBytes(m: Processor, first: ByteAddress, bytes: ArrayLike<number>): void {
  for (let i = 0; i < bytes.length; i++) m.memory.setByte(first + i, bytes[i] as number);
}

/** A Lisp string as bytes: of fat characters the low half counts. Null when it is no string. */
export function nativeBytes(m: Processor, string: Pointer, limit: number): number[] | null {
  const text = stringText(m.memory, string, limit);
  if (text === null) return null;
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i) & 0xff);
}

/** A Lisp string that Lisp has put into the system's form; null when it is no string. */
export function nativeText(m: Processor, string: Pointer, limit: number): string | null {
  const bytes = nativeBytes(m, string, limit);
  return bytes === null ? null : decodeUtf8(bytes);
}

/** Characters of a string as the outside counts them, those of fat strings twice; null when it is no string. */
export function nativeLength(m: Processor, string: Pointer): number | null {
  const header = typeNumber(m.memory, string) === TYPE_ONED_ARRAY ? arrayHeader(m.memory, string) : null;
  if (header === null) return null;
  if (header.elementType === ELEMENT_FAT_CHARACTER) return 2 * header.length;
  return header.elementType === ELEMENT_THIN_CHARACTER ? header.length : null;
}

/**
 * Writes the bytes of a text to the start of a Lisp string of thin characters.
 * @param ends whether a zero byte follows, for which there must be room
 * @returns how many bytes were written, without that zero; null when the string cannot take them
 */
export function storeText(m: Processor, string: Pointer, text: string, ends: boolean): number | null {
  const header = typeNumber(m.memory, string) === TYPE_ONED_ARRAY ? arrayHeader(m.memory, string) : null;
  if (header === null || header.elementType !== ELEMENT_THIN_CHARACTER) return null;
  const bytes = encodeUtf8(text);
  if (bytes.length + (ends ? 1 : 0) > header.totalSize) return null;
  const first = 2 * header.base + header.offset;
  const written = ends ? [...bytes, 0] : bytes;
  checkBuffer(m, first, written.length);
  storeBytes(m, first, written);
  return bytes.length;
}

/** The answer of the outside; a refusal goes into the box that Lisp gave for it, and the call answers NIL or what else means failure. */
export function answered<T>(m: Processor, answer: T | Refusal, errorBox: Pointer): T | null {
  if (!isRefusal(answer)) return answer;
  storeNumber(m, errorBox, answer.refused);
  return null;
}
