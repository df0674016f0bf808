/** The symbols of an image with their packages, and those that have the same name. Source: memory specification, section 12. */
import type { Pointer, WordAddress } from "../../base/units.ts";
import { NIL, NOBIND, OLD_ATOM_LIMIT } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { packageName, packages } from "../../objects/packages.ts";
import {
  definitionCell,
  flagsCell,
  packageIndex,
  propertyListCell,
  SYMBOL_FAT_NAME,
  SYMBOL_GENSYM,
  symbolName,
  symbolRecord,
  valueCell,
} from "../../objects/symbols.ts";
import { eachSymbol } from "../counts/references.ts";
import type { HeapMap } from "../heap/heap-map.ts";
import type { ImageView } from "../image-view.ts";
import { definitionText } from "../parts/symbol.ts";
import { valueText } from "../parts/value-text.ts";

const SYMBOL_PSEUDO_CODE = 0x80000;

export interface SymbolRecord {
  readonly symbol: Pointer;
  readonly name: string;
  /** Name of its home package; null when it has none, or the image has no packages. */
  readonly package: string | null;
  readonly address: WordAddress;
  /** Null when unbound. */
  readonly value: string | null;
  readonly definition: string | null;
  readonly propertyList: string | null;
  /** `old`, `new`, `fat name`, `gensym`, `pseudo code`. */
  readonly flags: readonly string[];
}

/** Package names by index. */
export type PackageNames = ReadonlyMap<number, string>;

export function packageNames(memory: VirtualMemory): PackageNames {
  return new Map(packages(memory).map(({ index, address }) => [index, packageName(memory, address)]));
}

/** `NAME` or `PACKAGE:NAME`. */
export function qualifiedName(memory: VirtualMemory, names: PackageNames, symbol: Pointer): string {
  const home = names.get(packageIndex(memory, symbol));
  const name = symbolName(memory, symbol);
  return home === undefined ? name : `${home}:${name}`;
}

/** All symbols whose name, with or without its package, passes a test; old ones by number, then new ones by address. */
export function findSymbols(
  { memory }: ImageView,
  map: HeapMap,
  names: PackageNames,
  accept: (name: string) => boolean,
): Pointer[] {
  const found: Pointer[] = [];
  eachSymbol(memory, map, (symbol) => {
    if (accept(symbolName(memory, symbol)) || accept(qualifiedName(memory, names, symbol))) found.push(symbol);
  });
  return found;
}

/** Of these symbols, those that share name and package with another one: no lookup by name can tell them apart. */
export function duplicateSymbols({ memory }: ImageView, symbols: readonly Pointer[]): Pointer[] {
  const byName = new Map<string, Pointer[]>();
  for (const symbol of symbols) {
    // Generated symbols are told apart by their identity, and may well have the same name.
    if ((memory.cell(flagsCell(symbol)) & SYMBOL_GENSYM) !== 0) continue;
    const key = `${packageIndex(memory, symbol)} ${symbolName(memory, symbol)}`;
    const same = byName.get(key);
    if (same === undefined) byName.set(key, [symbol]);
    else same.push(symbol);
  }
  return [...byName.values()].filter((same) => same.length > 1).flat();
}

export function symbolFacts(view: ImageView, names: PackageNames, symbol: Pointer): SymbolRecord {
  const { memory } = view;
  const value = memory.pointer(valueCell(symbol));
  const properties = memory.pointer(propertyListCell(symbol));
  const hasDefinition = memory.pointer(definitionCell(symbol)) !== NIL;
  const flagBits = memory.cell(flagsCell(symbol));
  const flags = [symbol < OLD_ATOM_LIMIT ? "old" : "new"];
  if ((flagBits & SYMBOL_FAT_NAME) !== 0) flags.push("fat name");
  if ((flagBits & SYMBOL_GENSYM) !== 0) flags.push("gensym");
  if ((flagBits & SYMBOL_PSEUDO_CODE) !== 0) flags.push("pseudo code");
  return {
    symbol,
    name: symbolName(memory, symbol),
    package: names.get(packageIndex(memory, symbol)) ?? null,
    address: symbolRecord(symbol),
    value: value === NOBIND ? null : valueText(view, value),
    definition: hasDefinition ? definitionText(view, symbol) : null,
    propertyList: properties === NIL ? null : valueText(view, properties),
    flags,
  };
}
