/**
 * Two images compared, the later one against an earlier one: what a session, or a fault, has changed. Objects are compared by address, so
 * this is for images of one line: the same system saved twice. Lists of differences are bounded, their totals are not.
 * Source: memory specification, sections 4, 6.2 and 12; collection specification, section 3.
 */
import type { Pointer, TypeNumber } from "../../base/units.ts";
import { NIL, NOBIND, PAGE_WORDS, POINTER_MASK } from "../../memory/layout.ts";
import { regionOf } from "../../memory/regions.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { blockAt } from "../../objects/arrays/blocks.ts";
import { CDR_INDIRECT, car, cdr, cdrCode, isCons, isReadableCons } from "../../objects/cons.ts";
import { typeName } from "../../objects/dtd.ts";
import { definitionCell, propertyListCell, valueCell } from "../../objects/symbols.ts";
import { census } from "../census.ts";
import { eachCountEntry } from "../counts/counts.ts";
import { eachSymbol, mapHeap } from "../counts/references.ts";
import type { HeapMap } from "../heap/heap-map.ts";
import type { ImageView } from "../image-view.ts";
import { definitionText } from "../parts/symbol.ts";
import { valueText } from "../parts/value-text.ts";
import { regionUsages } from "../regions.ts";
import { interfaceRows } from "./interface.ts";
import { packageNames, qualifiedName } from "./symbols.ts";

/** Something that has another value now. */
export interface Change<T> {
  readonly name: string;
  readonly before: T;
  readonly after: T;
}

/** The first of many findings, and how many there are. */
export interface Sample<T> {
  readonly total: number;
  readonly first: readonly T[];
}

/** An object that is there, gone or different. */
export interface ObjectChange {
  readonly pointer: Pointer;
  readonly type: string;
  /** What it was and what it is; null on the side where it is not. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ObjectChanges extends Sample<ObjectChange> {
  readonly byType: ReadonlyMap<string, number>;
}

export interface ImageDiff {
  /** Fields of the interface page. */
  readonly fields: readonly Change<number>[];
  /** Words in use by region. */
  readonly regions: readonly Change<number | null>[];
  /** Live objects by type. */
  readonly types: readonly Change<number>[];
  /** Pages with another content, by region; those that only one image has are among them. */
  readonly pages: { readonly total: number; readonly byRegion: ReadonlyMap<string, number> };
  readonly symbols: {
    readonly added: Sample<string>;
    readonly removed: Sample<string>;
    readonly values: Sample<Change<string>>;
    readonly definitions: Sample<Change<string>>;
    readonly properties: Sample<Change<string>>;
  };
  readonly objects: { readonly added: ObjectChanges; readonly gone: ObjectChanges; readonly changed: ObjectChanges };
  /** Reference counts of objects that live in both images. */
  readonly counts: Sample<Change<number>>;
}

/** @param most findings of each kind that are kept */
export function compareImages(before: ImageView, after: ImageView, most: number): ImageDiff {
  const maps: Maps = { before: mapHeap(before), after: mapHeap(after) };
  const changedPages = comparePages(before.memory, after.memory);
  return {
    fields: compareFields(before, after),
    regions: compareRegions(before, after),
    types: compareTypes(maps),
    pages: { total: changedPages.total, byRegion: changedPages.byRegion },
    symbols: compareSymbols(before, after, maps, most),
    objects: compareObjects(before, after, maps, changedPages.isChanged, most),
    counts: compareCounts(before, after, maps, most),
  };
}

/** Nothing at all is different. */
export function isSame({ fields, pages }: ImageDiff): boolean {
  return fields.length === 0 && pages.total === 0;
}

interface Maps {
  readonly before: HeapMap;
  readonly after: HeapMap;
}

class Findings<T> implements Sample<T> {
  total = 0;
  readonly first: T[] = [];
  /** Hidden, for findings are shown as they are. */
  readonly #most: number;
  constructor(most: number) {
    this.#most = most;
  }
  /** @param make called only for a finding that is kept */
  add(make: () => T): void {
    this.total++;
    if (this.first.length < this.#most) this.first.push(make());
  }
}

function compareFields(before: ImageView, after: ImageView): Change<number>[] {
  const later = interfaceRows(after);
  return interfaceRows(before).flatMap(({ field, value }, i) => {
    const other = later[i]?.value ?? 0;
    return other === value ? [] : [{ name: field.name, before: value, after: other }];
  });
}

function compareRegions(before: ImageView, after: ImageView): Change<number | null>[] {
  const used = (view: ImageView) =>
    new Map(regionUsages(view).map(({ region, usedWords }) => [region.name, usedWords]));
  return changes(used(before), used(after), null);
}

function compareTypes({ before, after }: Maps): Change<number>[] {
  const live = (map: HeapMap) => new Map(census(map).map((row) => [row.name, row.live]));
  return changes(live(before), live(after), 0);
}

/** Names whose values differ; a name that one side lacks has `missing` there. */
function changes<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>, missing: T): Change<T>[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const change = { name, before: before.get(name) ?? missing, after: after.get(name) ?? missing };
    return change.before === change.after ? [] : [change];
  });
}

interface ChangedPages {
  readonly total: number;
  readonly byRegion: ReadonlyMap<string, number>;
  /** One byte a page: its content differs. */
  readonly isChanged: Uint8Array;
}

/** Pages that only the larger memory has count as zeros in the other. */
function comparePages(before: VirtualMemory, after: VirtualMemory): ChangedPages {
  const [small, large] = before.sizeBytes <= after.sizeBytes ? [before, after] : [after, before];
  const a = new Int32Array(small.bytes.buffer, small.bytes.byteOffset, small.sizeBytes >> 2);
  const b = new Int32Array(large.bytes.buffer, large.bytes.byteOffset, large.sizeBytes >> 2);
  const isChanged = new Uint8Array(large.sizeWords / PAGE_WORDS);
  const byRegion = new Map<string, number>();
  let total = 0;
  for (let page = 0; page < isChanged.length; page++) {
    if (isSamePage(a, b, page)) continue;
    isChanged[page] = 1;
    total++;
    const name = regionOf(page * PAGE_WORDS)?.name ?? "between regions";
    byRegion.set(name, (byRegion.get(name) ?? 0) + 1);
  }
  return { total, byRegion, isChanged };
}

function isSamePage(a: Int32Array, b: Int32Array, page: number): boolean {
  const start = (page * PAGE_WORDS) >> 1;
  const end = start + (PAGE_WORDS >> 1);
  const limit = a.length;
  for (let i = start; i < end; i++) if ((i < limit ? a[i] : 0) !== b[i]) return false;
  return true;
}

function compareSymbols(before: ImageView, after: ImageView, maps: Maps, most: number): ImageDiff["symbols"] {
  const earlier = symbolsByName(before, maps.before);
  const later = symbolsByName(after, maps.after);
  const added = new Findings<string>(most);
  const removed = new Findings<string>(most);
  const values = new Findings<Change<string>>(most);
  const definitions = new Findings<Change<string>>(most);
  const properties = new Findings<Change<string>>(most);
  for (const [name, symbol] of earlier) {
    const now = later.get(name);
    if (now === undefined) {
      removed.add(() => name);
      continue;
    }
    const compare = (
      found: Findings<Change<string>>,
      cellOf: (symbol: Pointer) => number,
      text: (view: ImageView, symbol: Pointer) => string,
    ) => {
      if (before.memory.cell(cellOf(symbol)) === after.memory.cell(cellOf(now))) return;
      found.add(() => ({ name, before: text(before, symbol), after: text(after, now) }));
    };
    compare(values, valueCell, (view, one) => boundText(view, view.memory.pointer(valueCell(one))));
    compare(definitions, definitionCell, definedText);
    compare(properties, propertyListCell, (view, one) => valueText(view, view.memory.pointer(propertyListCell(one))));
  }
  for (const name of later.keys()) if (!earlier.has(name)) added.add(() => name);
  return { added, removed, values, definitions, properties };
}

function boundText(view: ImageView, value: Pointer): string {
  return value === NOBIND ? "(unbound)" : valueText(view, value);
}
function definedText(view: ImageView, symbol: Pointer): string {
  const definition = view.memory.cell(definitionCell(symbol)) & POINTER_MASK;
  return definition === NIL ? "(none)" : definitionText(view, symbol);
}

/** Symbols of the same name and package are told apart by their order. */
function symbolsByName({ memory }: ImageView, map: HeapMap): ReadonlyMap<string, Pointer> {
  const names = packageNames(memory);
  const found = new Map<string, Pointer>();
  const seen = new Map<string, number>();
  eachSymbol(memory, map, (symbol) => {
    const name = qualifiedName(memory, names, symbol);
    const others = seen.get(name) ?? 0;
    seen.set(name, others + 1);
    found.set(others === 0 ? name : `${name} (${others + 1})`, symbol);
  });
  return found;
}

class ObjectFindings extends Findings<ObjectChange> implements ObjectChanges {
  readonly byType = new Map<string, number>();
  count(type: string, make: () => ObjectChange): void {
    this.byType.set(type, (this.byType.get(type) ?? 0) + 1);
    this.add(make);
  }
}

function compareObjects(
  before: ImageView,
  after: ImageView,
  maps: Maps,
  isChanged: Uint8Array,
  most: number,
): ImageDiff["objects"] {
  const added = new ObjectFindings(most);
  const gone = new ObjectFindings(most);
  const changed = new ObjectFindings(most);
  maps.before.eachObject((pointer, type) => {
    const name = typeName(before.memory, type);
    const text = (view: ImageView) => valueText(view, pointer);
    if (!maps.after.isObject(pointer)) {
      gone.count(name, () => ({ pointer, type: name, before: text(before), after: null }));
    } else if (maps.after.typeAt(pointer) !== type || isDifferent(maps, pointer, type, isChanged)) {
      changed.count(name, () => ({ pointer, type: name, before: text(before), after: text(after) }));
    }
  });
  maps.after.eachObject((pointer, type) => {
    if (maps.before.isObject(pointer)) return;
    const name = typeName(after.memory, type);
    added.count(name, () => ({ pointer, type: name, before: null, after: valueText(after, pointer) }));
  });
  return { added, gone, changed };
}

/** Whether the content of an object differs that has the same type in both images. */
function isDifferent({ before, after }: Maps, pointer: Pointer, type: TypeNumber, isChanged: Uint8Array): boolean {
  if (isCons(before.memory, pointer)) {
    // Only an indirect cons may have its fields in another page.
    const isHere = isChanged[pointer >> 8] === 0 && cdrCode(before.memory, pointer) !== CDR_INDIRECT;
    return !isHere && isDifferentCons(before.memory, after.memory, pointer);
  }
  const words = wordsOf(before, pointer, type);
  if (words !== wordsOf(after, pointer, type)) return true;
  for (let at = pointer; at < pointer + words; at += 2) {
    // Most objects lie in pages where nothing has changed.
    if (isChanged[at >> 8] === 0) at |= 0xfe;
    else if (before.memory.cell(at) !== after.memory.cell(at)) return true;
  }
  return false;
}

function isDifferentCons(before: VirtualMemory, after: VirtualMemory, cons: Pointer): boolean {
  const isReadable = isReadableCons(before, cons);
  if (isReadable !== isReadableCons(after, cons)) return true;
  return isReadable && (car(before, cons) !== car(after, cons) || cdr(before, cons) !== cdr(after, cons));
}

function wordsOf(map: HeapMap, pointer: Pointer, type: TypeNumber): number {
  const storage = map.types.get(type);
  if (storage !== undefined) return storage.sizeWords;
  const block = blockAt(map.memory, pointer - 2);
  return block === null ? 0 : 2 * block.dataCells;
}

function compareCounts(before: ImageView, after: ImageView, maps: Maps, most: number): Sample<Change<number>> {
  const found = new Findings<Change<number>>(most);
  const earlier = countsOf(before);
  const later = countsOf(after);
  const compare = (pointer: Pointer) => {
    const change = { before: earlier.get(pointer) ?? 1, after: later.get(pointer) ?? 1 };
    if (change.before === change.after || !maps.before.isObject(pointer) || !maps.after.isObject(pointer)) return;
    found.add(() => ({ name: valueText(after, pointer), ...change }));
  };
  for (const pointer of earlier.keys()) compare(pointer);
  for (const pointer of later.keys()) if (!earlier.has(pointer)) compare(pointer);
  return found;
}

/** Counts by object; an object without an entry has 1. */
function countsOf({ memory }: ImageView): ReadonlyMap<Pointer, number> {
  const counts = new Map<Pointer, number>();
  eachCountEntry(memory, ({ pointer, count }) => {
    counts.set(pointer, count);
    return true;
  });
  return counts;
}
