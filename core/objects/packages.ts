/**
 * Symbols of packages: the hash tables that Medley fills once packages exist. Images that we build ourselves have none.
 *
 * A package is 11 pointer cells; two of them are symbol tables, and each of those has a list of vectors of symbols and a list of byte vectors of entry hashes.
 * Source: memory specification, section 12.5.
 */
import type { Pointer, WordAddress } from "../base/units.ts";
import { ATOM_WORDS, NIL } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { type ArrayHeader, arrayElement, arrayHeader } from "./arrays/arrays.ts";
import { isString, stringText } from "./arrays/strings.ts";
import { listItems } from "./cons.ts";
import { isSmall, smallValue } from "./immediates.ts";
import {
  characterCodes,
  findSymbol,
  hasName,
  printNameCodes,
  symbolHash,
  symbolName,
  symbolRecord,
  valueCell,
} from "./symbols.ts";
import { isSymbol } from "./types.ts";

// Cells of a package.
export const PACKAGE_NAME = 2;
export const PACKAGE_NICKNAMES = 4;
export const PACKAGE_USES = 5;
export const PACKAGE_USED_BY = 6;
export const PACKAGE_INTERNAL = 8;
export const PACKAGE_EXTERNAL = 9;
export const PACKAGE_SHADOWING = 10;
const PACKAGE_CELLS = 11;
// Cells of a symbol table.
const TABLE_SYMBOLS = 0;
const TABLE_HASHES = 1;
// Values of an entry hash byte that are no hash.
const NEVER_USED = 0;
const DELETED = 1;

/** Most vectors that one table is split into, and most nicknames: damaged lists end here. */
const LIST_LIMIT = 64;
/** Most slots that are looked at to list a symbol table, or to find a name in it: more symbols than any image has. */
const SLOT_LIMIT = 1 << 20;
/** Most probes to check where the names of one symbol table lead: a sound table needs a few for each symbol. */
const PROBE_LIMIT = 1 << 22;
/** A symbol has a byte for the number of its package. */
const PACKAGE_LIMIT = 256;
/** Characters of a package's name that are read: as many as a symbol's name can have. */
const NAME_LIMIT = 255;

/** Where a name's symbol may stand in a vector of `length` elements. */
export interface PackageProbe {
  /** Byte that marks the slot: 2 … 255. */
  readonly entryHash: number;
  readonly start: number;
  readonly step: number;
}

/** @param hash `symbolHash` of the name */
export function packageProbe(nameLength: number, hash: number, length: number): PackageProbe {
  const mixed = nameLength ^ hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 19);
  return { entryHash: (mixed % 254) + 2, start: hash % length, step: (hash % (length - 2)) + 1 };
}

/** The symbol with a name in one symbol table; null when the table does not have it. */
export function findInSymbolTable(memory: VirtualMemory, table: Pointer, name: string): Pointer | null {
  if (table === NIL || !isMapped(memory, table, 4)) return null;
  const codes = characterCodes(name);
  const symbols = listItems(memory, memory.pointer(table + 2 * TABLE_SYMBOLS), LIST_LIMIT).items;
  const hashes = listItems(memory, memory.pointer(table + 2 * TABLE_HASHES), LIST_LIMIT).items;
  for (let i = 0; i < symbols.length && i < hashes.length; i++) {
    const symbolVector = arrayHeader(memory, symbols[i] as Pointer);
    const hashVector = arrayHeader(memory, hashes[i] as Pointer);
    if (symbolVector === null || hashVector === null) continue;
    const found = findInVector(memory, symbolVector, hashVector, codes);
    if (found !== null) return found;
  }
  return null;
}

/** A symbol in a symbol table. */
export interface TableSymbol {
  readonly symbol: Pointer;
  /** The array that holds it, and its place there. */
  readonly vector: Pointer;
  readonly slot: number;
  /** Whether its name leads there: nothing, and no other symbol of that name, comes before it. */
  readonly isFound: boolean;
}

/** Every symbol of a symbol table with its place; what was deleted from it is left out. Ends early where damage would make it endless. */
export function* tableSymbols(memory: VirtualMemory, table: Pointer): Generator<TableSymbol> {
  const budget = { probes: PROBE_LIMIT };
  for (const { symbol, vector, slot, symbols, hashes } of tableSlots(memory, table)) {
    const isFound = leadsTo(memory, symbols, hashes, printNameCodes(memory, symbol), slot, budget);
    if (budget.probes <= 0) return;
    yield { symbol, vector, slot, isFound };
  }
}

interface TableSlot {
  readonly symbol: Pointer;
  readonly vector: Pointer;
  readonly slot: number;
  readonly symbols: ArrayHeader;
  readonly hashes: ArrayHeader;
}

/** The slots of a symbol table that are in use. Ends where a damaged table leaves the image. */
function* tableSlots(memory: VirtualMemory, table: Pointer): Generator<TableSlot> {
  if (table === NIL || !isMapped(memory, table, 4)) return;
  const vectors = listItems(memory, memory.pointer(table + 2 * TABLE_SYMBOLS), LIST_LIMIT).items;
  const hashVectors = listItems(memory, memory.pointer(table + 2 * TABLE_HASHES), LIST_LIMIT).items;
  let slots = 0;
  for (let i = 0; i < vectors.length && i < hashVectors.length; i++) {
    const vector = vectors[i] as Pointer;
    const symbols = arrayHeader(memory, vector);
    const hashes = arrayHeader(memory, hashVectors[i] as Pointer);
    if (symbols === null || hashes === null) continue;
    for (let slot = 0; slot < symbols.totalSize && slots < SLOT_LIMIT; slot++, slots++) {
      const mark = arrayElement(memory, hashes, slot);
      if (mark?.kind !== "integer") break;
      if (mark.value === NEVER_USED || mark.value === DELETED) continue;
      const symbol = symbolElement(memory, symbols, slot);
      if (symbol !== null) yield { symbol, vector, slot, symbols, hashes };
    }
  }
}

/** Whether the probes of a name come to a slot before they end. */
function leadsTo(
  memory: VirtualMemory,
  symbols: ArrayHeader,
  hashes: ArrayHeader,
  codes: readonly number[],
  wanted: number,
  budget: { probes: number },
): boolean {
  const length = symbols.totalSize;
  if (length < 3) return false;
  const probe = packageProbe(codes.length, symbolHash(codes), length);
  let slot = probe.start;
  for (let probes = 0; probes < length && budget.probes > 0; probes++) {
    budget.probes--;
    const mark = markOf(memory, hashes, slot);
    if (slot === wanted) return mark === probe.entryHash;
    if (mark === NEVER_USED) return false;
    if (mark === probe.entryHash) {
      const symbol = symbolElement(memory, symbols, slot);
      if (symbol !== null && hasName(memory, symbol, codes)) return false;
    }
    slot = (slot + probe.step) % length;
  }
  return false;
}

function markOf(memory: VirtualMemory, hashes: ArrayHeader, slot: number): number {
  const mark = arrayElement(memory, hashes, slot);
  return mark?.kind === "integer" ? mark.value : NEVER_USED;
}

function findInVector(
  memory: VirtualMemory,
  symbols: ArrayHeader,
  hashes: ArrayHeader,
  codes: readonly number[],
): Pointer | null {
  const length = symbols.totalSize;
  if (length < 3) return null;
  const probe = packageProbe(codes.length, symbolHash(codes), length);
  let slot = probe.start;
  for (let probes = 0; probes < length && probes < SLOT_LIMIT; probes++) {
    const byte = markOf(memory, hashes, slot);
    if (byte === NEVER_USED) return null;
    if (byte !== DELETED && byte === probe.entryHash) {
      const symbol = symbolElement(memory, symbols, slot);
      if (symbol !== null && hasName(memory, symbol, codes)) return symbol;
    }
    slot = (slot + probe.step) % length;
  }
  return null;
}

/** An old symbol stands in a table as the small integer of its number. */
function symbolElement(memory: VirtualMemory, symbols: ArrayHeader, slot: number): Pointer | null {
  const element = arrayElement(memory, symbols, slot);
  if (element?.kind !== "pointer") return null;
  return isSmall(element.pointer) ? smallValue(element.pointer) : element.pointer;
}

/** All packages, by index; empty for images without packages. */
export function packages(memory: VirtualMemory): readonly { readonly index: number; readonly address: WordAddress }[] {
  const variable = findSymbol(memory, "*PACKAGE-FROM-INDEX*");
  const vector = variable === null ? null : arrayHeader(memory, memory.pointer(valueCell(variable)));
  if (vector === null) return [];
  const found: { index: number; address: WordAddress }[] = [];
  for (let index = 0; index < Math.min(vector.totalSize, PACKAGE_LIMIT); index++) {
    const element = arrayElement(memory, vector, index);
    // A damaged vector may be longer than the image.
    if (element?.kind !== "pointer") break;
    if (element.pointer === NIL) continue;
    if (isMapped(memory, element.pointer, 2 * PACKAGE_CELLS)) found.push({ index, address: element.pointer });
  }
  return found;
}

/** The symbols of one symbol table, in the order of its slots. Ends where a damaged table leaves the image. */
export function eachPackageSymbol(memory: VirtualMemory, table: Pointer, visit: (symbol: Pointer) => void): void {
  for (const { symbol } of tableSlots(memory, table)) {
    if (isSymbol(memory, symbol) && isMapped(memory, symbolRecord(symbol), ATOM_WORDS)) visit(symbol);
  }
}

export function packageName(memory: VirtualMemory, address: WordAddress): string {
  if (!isMapped(memory, address, 2 * PACKAGE_CELLS)) return "";
  return text(memory, memory.pointer(address + 2 * PACKAGE_NAME));
}

/** The package with a name or nickname; null when there is none. */
export function findPackage(memory: VirtualMemory, name: string): WordAddress | null {
  for (const { address } of packages(memory)) {
    if (packageName(memory, address) === name) return address;
    const nicknames = listItems(memory, memory.pointer(address + 2 * PACKAGE_NICKNAMES), LIST_LIMIT).items;
    if (nicknames.some((nickname) => text(memory, nickname) === name)) return address;
  }
  return null;
}

/** A symbol that a package holds: external symbols first, then internal ones. Packages that it uses are not searched, as in the reference VM. */
export function findInPackage(memory: VirtualMemory, address: WordAddress, name: string): Pointer | null {
  return (
    findInSymbolTable(memory, memory.pointer(address + 2 * PACKAGE_EXTERNAL), name) ??
    findInSymbolTable(memory, memory.pointer(address + 2 * PACKAGE_INTERNAL), name)
  );
}

/** The symbol that `NAME` or `PACKAGE:NAME` denotes anywhere in an image: by the hash table, then package by package. */
export function findSymbolAnywhere(memory: VirtualMemory, name: string): Pointer | null {
  const qualified = /^([^:]+)::?(.+)$/.exec(name);
  if (qualified !== null) {
    const address = findPackage(memory, qualified[1] as string);
    if (address !== null) return findInPackage(memory, address, qualified[2] as string);
  }
  const found = findSymbol(memory, name);
  if (found !== null) return found;
  for (const { address } of packages(memory)) {
    const symbol = findInPackage(memory, address, name);
    if (symbol !== null) return symbol;
  }
  return null;
}

function text(memory: VirtualMemory, value: Pointer): string {
  if (isString(memory, value)) return stringText(memory, value, NAME_LIMIT) ?? "";
  return isSymbol(memory, value) ? symbolName(memory, value) : "";
}
