/**
 * Symbols: their records, their print names, and the hash table that finds them by name.
 * Symbols of packages, which that table does not know: `packages.ts`.
 *
 * ```
 * cell 0  27..0 print name block
 * cell 1  31..0 value (NOBIND when unbound)
 * cell 2  31 compiled | 30 fast | 29..28 argument type | 27..0 definition
 * cell 3  27..0 property list
 * cell 4  31..24 package index | 19 pseudo code | 14 gensym | 13 fat print name
 * ```
 * Source: memory specification, sections 2.1 and 12.
 */
import type { Pointer, WordAddress } from "../base/units.ts";
import {
  ATOM_HASH_BASE,
  ATOM_HASH_WORDS,
  ATOM_WORDS,
  ATOMS_BASE,
  NOBIND,
  OLD_ATOM_LIMIT,
  SEGMENT_MASK,
} from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { smallInteger } from "./immediates.ts";

/** Symbols whose numbers are fixed, behind those of one character, in their order. Source: memory specification, section 2.1. */
export const FIXED_SYMBOLS = [
  "\\EVALFORM",
  "\\GC.HANDLEOVERFLOW",
  "\\DTEST.UFN",
  "\\OVERFLOWMAKENUMBER",
  "\\MAKENUMBER",
  "\\SETGLOBAL.UFN",
  "\\SETFVAR.UFN",
  "\\GCMAPTABLE",
  "\\INTERPRETER",
] as const;
export const FIRST_FIXED_SYMBOL = 248;

/** Bits of the definition cell, above the 28 of the definition. */
export const DEFINITION_COMPILED = 0x80000000;
export const DEFINITION_FAST = 0x40000000;
/** Bits of the flags cell. */
export const SYMBOL_GENSYM = 0x4000;
export const SYMBOL_FAT_NAME = 0x2000;
const PACKAGE_SHIFT = 24;

/** Most characters that a print name can have: its length is one byte. */
export const PRINT_NAME_LIMIT = 255;

/** Address of a symbol's record: computed for the symbols that are numbers, the pointer itself for NEW-ATOMs. */
export function symbolRecord(symbol: Pointer): WordAddress {
  return (symbol & SEGMENT_MASK) === 0 ? ATOMS_BASE + ATOM_WORDS * symbol : symbol;
}
export function nameCell(symbol: Pointer): WordAddress {
  return symbolRecord(symbol);
}
export function valueCell(symbol: Pointer): WordAddress {
  return symbolRecord(symbol) + 2;
}
export function definitionCell(symbol: Pointer): WordAddress {
  return symbolRecord(symbol) + 4;
}
export function propertyListCell(symbol: Pointer): WordAddress {
  return symbolRecord(symbol) + 6;
}
export function flagsCell(symbol: Pointer): WordAddress {
  return symbolRecord(symbol) + 8;
}
/** Index of a symbol's home package; 0 when it has none. */
export function packageIndex(memory: VirtualMemory, symbol: Pointer): number {
  return memory.cell(flagsCell(symbol)) >>> PACKAGE_SHIFT;
}

/** The block of a symbol's print name; 0 when the name does not lie in the image as a whole. */
function readableName(memory: VirtualMemory, symbol: Pointer): WordAddress {
  const record = symbolRecord(symbol);
  if (!isMapped(memory, record, ATOM_WORDS)) return 0;
  const block = memory.pointer(record);
  if (block === 0 || !isMapped(memory, block, 1)) return 0;
  const length = memory.byte(block * 2);
  return isMapped(memory, block, isFatName(memory, symbol) ? length + 1 : (length >> 1) + 1) ? block : 0;
}
function isFatName(memory: VirtualMemory, symbol: Pointer): boolean {
  return (memory.cell(flagsCell(symbol)) & SYMBOL_FAT_NAME) !== 0;
}
/** Byte 0 of the block is the length; thin characters follow at byte 1, fat ones at word 1. */
function nameCode(memory: VirtualMemory, block: WordAddress, isFat: boolean, index: number): number {
  return isFat ? memory.word(block + 1 + index) : memory.byte(block * 2 + 1 + index);
}

/** Character codes of a symbol's print name, as far as it lies in the image. */
export function printNameCodes(memory: VirtualMemory, symbol: Pointer): number[] {
  const block = readableName(memory, symbol);
  if (block === 0) return [];
  const isFat = isFatName(memory, symbol);
  return Array.from({ length: memory.byte(block * 2) }, (_, i) => nameCode(memory, block, isFat, i));
}
export function symbolName(memory: VirtualMemory, symbol: Pointer): string {
  return String.fromCharCode(...printNameCodes(memory, symbol));
}

/** Bytes of the print name block of a name, whole cells. Names with a character above 255 are fat. */
export function printNameBlock(name: string): { readonly bytes: Uint8Array; readonly isFat: boolean } {
  if (name.length > PRINT_NAME_LIMIT) {
    throw new RangeError(`symbol name of ${name.length} characters: at most ${PRINT_NAME_LIMIT} are possible`);
  }
  const codes = characterCodes(name);
  const isFat = codes.some((code) => code > 0xff);
  const used = isFat ? 2 + 2 * codes.length : 1 + codes.length;
  const bytes = new Uint8Array(Math.ceil(used / 4) * 4);
  bytes[0] = codes.length;
  for (const [i, code] of codes.entries()) {
    if (isFat) {
      bytes[2 + 2 * i] = code >> 8;
      bytes[3 + 2 * i] = code;
    } else {
      bytes[1 + i] = code;
    }
  }
  return { bytes, isFat };
}

/** UTF-16 units of a string: the machine's 16-bit character codes. */
export function characterCodes(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** Hash of a name, 16 bits. Fat characters count with their low byte; bytes above 127 are unsigned, as on the Lisp side. */
export function symbolHash(codes: readonly number[]): number {
  if (codes.length === 0) return 0;
  let hash = ((codes[0] as number) & 0xff) << 8;
  for (let i = 1; i < codes.length; i++) {
    hash = (hash + ((hash & 0x0fff) << 2)) & 0xffff;
    hash = (hash + ((hash & 0xff) << 8) + ((codes[i] as number) & 0xff)) & 0xffff;
  }
  return hash;
}
/** Step of the probe sequence: odd, so that it visits every slot. */
function probeStep(codes: readonly number[], hash: number): number {
  const first = codes.length === 0 ? 255 : (codes[0] as number) & 0xff;
  return ((first ^ hash) | 1) & 63;
}

/** The fixed pointer of a one-character name, for codes up to 255: "7" is the integer 7, the others are symbols 2 … 247. */
function oneCharacterAtom(code: number): Pointer {
  if (code >= 0x30 && code <= 0x39) return smallInteger(code - 0x30);
  return code < 0x30 ? code + 2 : code - 8;
}

/**
 * The symbol that a name denotes, by the image's hash table. In images with packages the table knows INTERLISP symbols only (`packages.ts` knows the rest).
 *
 * @returns null when there is none; a small integer for a one-digit name
 */
export function findSymbol(memory: VirtualMemory, name: string): Pointer | null {
  return findSymbolByCodes(memory, characterCodes(name));
}
/** `findSymbol` for a name as character codes. */
export function findSymbolByCodes(memory: VirtualMemory, codes: readonly number[]): Pointer | null {
  if (codes.length === 1 && (codes[0] as number) <= 0xff) return oneCharacterAtom(codes[0] as number);
  const hash = symbolHash(codes);
  const step = probeStep(codes, hash);
  let slot = hash;
  for (let probes = 0; probes < ATOM_HASH_WORDS; probes++) {
    const entry = memory.word(ATOM_HASH_BASE + slot);
    if (entry === 0) return null;
    if (hasName(memory, entry - 1, codes)) return entry - 1;
    slot = (slot + step) & 0xffff;
  }
  return null;
}

/** Whether the print name of a symbol is exactly these characters. */
export function hasName(memory: VirtualMemory, symbol: Pointer, codes: readonly number[]): boolean {
  const block = readableName(memory, symbol);
  if (block === 0) return codes.length === 0;
  if (memory.byte(block * 2) !== codes.length) return false;
  const isFat = isFatName(memory, symbol);
  for (let i = 0; i < codes.length; i++) {
    if (nameCode(memory, block, isFat, i) !== codes[i]) return false;
  }
  return true;
}

/**
 * Enters symbol number `symbol` in the hash table, in the first free slot of its name's probe sequence. Does not look whether the name is there already.
 *
 * @returns the slot, and how many taken slots came before it
 * @throws {RangeError} when the table is full
 */
export function enterSymbol(
  memory: VirtualMemory,
  symbol: Pointer,
  codes: readonly number[],
): { readonly slot: number; readonly probes: number } {
  const hash = symbolHash(codes);
  const step = probeStep(codes, hash);
  let slot = hash;
  for (let probes = 0; probes < ATOM_HASH_WORDS; probes++) {
    if (memory.word(ATOM_HASH_BASE + slot) === 0) {
      memory.setWord(ATOM_HASH_BASE + slot, symbol + 1);
      return { slot, probes };
    }
    slot = (slot + step) & 0xffff;
  }
  throw new RangeError(`symbol hash table is full: ${ATOM_HASH_WORDS} entries`);
}

/**
 * For image builders: writes the record of a new old-style symbol (unbound, undefined, no properties) and, unless its name is one character, which needs
 * no entry, enters it in the hash table. The caller has written the print name block (`printNameBlock`) and the type table entries of the symbol's page.
 *
 * @param symbol its number, 0 … 12286
 * @param block where its print name block is
 * @param packageNumber index of its home package, 0 for none
 */
export function writeSymbol(
  memory: VirtualMemory,
  symbol: Pointer,
  name: string,
  block: Pointer,
  packageNumber = 0,
): void {
  if (symbol < 0 || symbol >= OLD_ATOM_LIMIT) {
    throw new RangeError(`symbol number ${symbol} outside 0 … ${OLD_ATOM_LIMIT - 1}`);
  }
  const codes = characterCodes(name);
  writeSymbolRecord(
    memory,
    symbol,
    codes.some((code) => code > 0xff),
    block,
    packageNumber,
  );
  if (codes.length !== 1 || (codes[0] as number) > 0xff) enterSymbol(memory, symbol, codes);
}
/** Writes the five cells of a symbol record, old or new. */
export function writeSymbolRecord(
  memory: VirtualMemory,
  symbol: Pointer,
  isFat: boolean,
  block: Pointer,
  packageNumber: number,
): void {
  const record = symbolRecord(symbol);
  memory.setCell(record, block);
  memory.setCell(record + 2, NOBIND);
  memory.setCell(record + 4, 0);
  memory.setCell(record + 6, 0);
  memory.setCell(record + 8, (packageNumber << PACKAGE_SHIFT) | (isFat ? SYMBOL_FAT_NAME : 0));
}
