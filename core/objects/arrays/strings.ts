/**
 * Reading strings: arrays with the string bit, and the obsolete STRINGP.
 * Source: memory specification, section 11.2.
 */
import type { Pointer } from "../../base/units.ts";
import { TYPE_STRINGP } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { typeNumber } from "../types.ts";
import {
  ARRAY_STRING,
  arrayHeader,
  ELEMENT_FAT_CHARACTER,
  ELEMENT_THIN_CHARACTER,
  isArray,
  OLD_UNSIGNED_16,
  oldArrayHeader,
} from "./arrays.ts";

interface StringStorage {
  readonly length: number;
  readonly isFat: boolean;
  /** Byte address of the first character. */
  readonly firstByte: number;
}

function stringStorage(memory: VirtualMemory, pointer: Pointer): StringStorage | null {
  if (typeNumber(memory, pointer) === TYPE_STRINGP) {
    const old = oldArrayHeader(memory, pointer);
    if (old === null) return null;
    const isFat = old.elementType === OLD_UNSIGNED_16;
    return { length: old.length, isFat, firstByte: old.base * 2 + old.offset * (isFat ? 2 : 1) };
  }
  const header = arrayHeader(memory, pointer);
  if (header === null || !header.isString) return null;
  if (header.elementType !== ELEMENT_THIN_CHARACTER && header.elementType !== ELEMENT_FAT_CHARACTER) return null;
  const isFat = header.elementType === ELEMENT_FAT_CHARACTER;
  return { length: header.length, isFat, firstByte: header.base * 2 + header.offset * (isFat ? 2 : 1) };
}

export function isString(memory: VirtualMemory, pointer: Pointer): boolean {
  if (typeNumber(memory, pointer) === TYPE_STRINGP) return true;
  return isArray(memory, pointer) && isMapped(memory, pointer, 8) && (memory.cell(pointer + 2) & ARRAY_STRING) !== 0;
}

/** Characters of a string (its fill pointer); null when `pointer` is no string. */
export function stringLength(memory: VirtualMemory, pointer: Pointer): number | null {
  return stringStorage(memory, pointer)?.length ?? null;
}

/**
 * The first `limit` characters of a string, as far as they lie in the image.
 *
 * @returns null when `pointer` is no string
 */
export function stringText(memory: VirtualMemory, pointer: Pointer, limit = Number.POSITIVE_INFINITY): string | null {
  const storage = stringStorage(memory, pointer);
  if (storage === null) return null;
  const width = storage.isFat ? 2 : 1;
  const length = Math.min(storage.length, limit, Math.floor((memory.sizeBytes - storage.firstByte) / width));
  const pieces: string[] = [];
  let codes: number[] = [];
  for (let i = 0; i < length; i++) {
    const byte = storage.firstByte + i * width;
    if ((i === 0 || byte % 512 < width) && !isMapped(memory, Math.floor(byte / 2), 1)) break;
    codes.push(storage.isFat ? memory.view.getUint16(byte) : memory.byte(byte));
    // Chunks keep the argument list of fromCharCode short.
    if (codes.length === 4096) {
      pieces.push(String.fromCharCode(...codes));
      codes = [];
    }
  }
  pieces.push(String.fromCharCode(...codes));
  return pieces.join("");
}
