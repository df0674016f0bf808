/**
 * What lies at an address: an object, a place inside one, storage that belongs to none, a table. Said in words, whatever the address.
 * Source: memory specification, sections 4, 5, 7, 9.1, 11.3, 12.1.
 */
import type { Pointer, WordAddress, Words } from "../../base/units.ts";
import {
  ATOM_WORDS,
  ATOMS_BASE,
  DTD_BASE,
  DTD_WORDS,
  MDS_UNIT_WORDS,
  OLD_ATOM_LIMIT,
  PAGE_WORDS,
  STACK_BASE,
  TYPE_LISTP,
  TYPE_TABLE_BASE,
} from "../../memory/layout.ts";
import { regionOf } from "../../memory/regions.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { blockAt } from "../../objects/arrays/blocks.ts";
import {
  CDR_INDIRECT,
  CDR_MAX_STORED,
  CONS_PAGE_FIRST_CELL,
  carCell,
  cdrCell,
  cdrCode,
  freeConsOffsets,
} from "../../objects/cons.ts";
import { DTD_LIMIT, typeName } from "../../objects/dtd.ts";
import { isImmediate } from "../../objects/immediates.ts";
import { symbolName } from "../../objects/symbols.ts";
import { slotAddress, slotText } from "../heap/counted-slots.ts";
import type { HeapMap } from "../heap/heap-map.ts";
import { instanceAround } from "../heap/typed-storage.ts";
import type { ImageView } from "../image-view.ts";
import { addressText, valueText } from "../parts/value-text.ts";
import { contentText } from "./building/contents.ts";
import type { HeapGraph } from "./building/heap-graph.ts";
import type { SlotPlace } from "./building/slot-reader.ts";

/**
 * `object`: its first word. `inside`: another of its words. `part`: a cell of its own elsewhere, as conses have. `frame`: header or trailer of its block.
 * `free`: storage that waits for an object. `unused`: storage that no object can have, such as the header of a cons page. `table`: outside the heap.
 * `absent`: a page that the image does not hold. `outside`: past its end.
 */
export type PlaceKind = "object" | "inside" | "part" | "frame" | "free" | "unused" | "table" | "absent" | "outside";

export interface AddressPlace {
  readonly address: WordAddress;
  readonly kind: PlaceKind;
  /** The object that the address belongs to. */
  readonly object: Pointer | null;
  readonly sizeWords: Words | null;
  /** Words from the object's first one. */
  readonly offsetWords: Words | null;
  /** The counted slot there. */
  readonly slot: SlotPlace | null;
  /** Where the address lies, in words. */
  readonly text: string;
}

export function objectAt(graph: HeapGraph, address: Pointer): AddressPlace {
  const { memory } = graph.view;
  if (address >= memory.sizeWords) {
    return nowhere(address, "outside", `outside the image, which ends at ${addressText(memory.sizeWords - 1)}`);
  }
  if (!isMapped(memory, address, 1)) return nowhere(address, "absent", "in a page that the image does not hold");
  const region = regionOf(address);
  if (region === null || !region.name.startsWith("HEAP")) {
    const live = instanceOutside(graph, address);
    return live ?? nowhere(address, "table", tableText(graph.view, address));
  }
  const cell = address - (address % 2);
  if (graph.map.isObject(cell)) return inObject(graph, address, cell);
  return inTypedUnit(graph, address) ?? inArraySpace(graph, address);
}

function nowhere(address: WordAddress, kind: PlaceKind, text: string): AddressPlace {
  return { address, kind, object: null, sizeWords: null, offsetWords: null, slot: null, text };
}

/** Images of tests and tools may have typed units in the gaps between tables. */
function instanceOutside(graph: HeapGraph, address: Pointer): AddressPlace | null {
  const storage = graph.map.types.get(graph.map.typeAt(address));
  if (storage === undefined || !storage.units.includes(address - (address % MDS_UNIT_WORDS))) return null;
  return inTypedUnit(graph, address);
}

function inObject(graph: HeapGraph, address: Pointer, object: Pointer): AddressPlace {
  const { view, slots } = graph;
  const offsetWords = address - object;
  const slot = slotOver(graph, object, address);
  const what = valueText(view, object);
  const where = slot === null ? contentText(graph, object, address) : slotText(slot.kind, slot.index);
  return {
    address,
    kind: offsetWords === 0 ? "object" : "inside",
    object,
    sizeWords: slots.words(object),
    offsetWords,
    slot,
    text: offsetWords === 0 ? `${what}, its first word: ${where}` : `${where} of ${what}`,
  };
}

/** The counted slot whose cell covers an address. */
function slotOver(graph: HeapGraph, object: Pointer, address: Pointer): SlotPlace | null {
  const count = graph.slots.count(object);
  for (let slot = 0; slot < count; slot++) {
    const place = graph.slots.place(object, slot);
    const at = slotAddress(graph.view.memory, object, place.kind, place.index);
    // A CDR that its code expresses has no cell of its own.
    const isExpressed = place.kind === "cdr" && cdrCell(graph.view.memory, object) === null;
    if (!isExpressed && at <= address && address < at + 2) return place;
  }
  return null;
}

function inTypedUnit(graph: HeapGraph, address: Pointer): AddressPlace | null {
  const { map } = graph;
  const { memory } = map;
  const type = map.typeAt(address);
  const storage = map.types.get(type);
  if (storage === undefined) return null;
  const name = typeName(memory, type);
  const instance = instanceAround(storage, address);
  if (instance === null) {
    const text = type === TYPE_LISTP ? "in the header of a cons page" : `behind the last ${name} of its page`;
    return nowhere(address, "unused", text);
  }
  if (map.isObject(instance)) return inObject(graph, address, instance);
  if (type === TYPE_LISTP) return inConsPart(graph, address, instance);
  return nowhere(address, "free", `in a free ${name}, which begins at ${addressText(instance)}`);
}

/** A cell of a cons page that begins no cons. */
function inConsPart(graph: HeapGraph, address: Pointer, cell: Pointer): AddressPlace {
  const { view, map } = graph;
  const { memory } = map;
  if (freeConsOffsets(memory, cell >> 8).includes(cell % PAGE_WORDS)) {
    return nowhere(address, "free", "in a free cons cell");
  }
  const owner = ownerOfCell(map, cell);
  if (owner === null) return nowhere(address, "unused", "in a cell of a cons page that belongs to no cons");
  const isCdr = cdrCell(memory, owner) === cell;
  const role = isCdr ? "cell that holds the CDR" : "cell that stands for the cons: its CAR, and where its CDR is";
  return {
    address,
    kind: "part",
    object: owner,
    sizeWords: graph.slots.words(owner),
    offsetWords: address - owner,
    slot: { kind: isCdr ? "cdr" : "car", index: 0 },
    text: `${role} of ${valueText(view, owner)}`,
  };
}

/** The cons that has a cell for its CDR or as its replacement. */
function ownerOfCell(map: HeapMap, cell: Pointer): Pointer | null {
  const { memory } = map;
  // A cell with a CDR lies at most 14 words behind the cell that says so, in the same page.
  let standsFor = cell;
  for (let code = 1; code <= CDR_MAX_STORED; code++) {
    const before = cell - 2 * code;
    if (before >> 8 !== cell >> 8 || (before & 0xff) < CONS_PAGE_FIRST_CELL || cdrCode(memory, before) !== code)
      continue;
    if (map.isObject(before)) return before;
    standsFor = before;
    if (consWithReplacement(map, before) !== null) break;
  }
  return consWithReplacement(map, standsFor);
}

function consWithReplacement(map: HeapMap, replacement: Pointer): Pointer | null {
  const { memory } = map;
  for (const unit of map.types.get(TYPE_LISTP)?.units ?? []) {
    const end = unit + MDS_UNIT_WORDS;
    for (let cons = map.nextObject(unit, end); cons >= 0; cons = map.nextObject(cons + 2, end)) {
      if (cdrCode(memory, cons) === CDR_INDIRECT && carCell(memory, cons) === replacement) return cons;
    }
  }
  return null;
}

function inArraySpace(graph: HeapGraph, address: Pointer): AddressPlace {
  const { memory, blockHeaders } = graph.map;
  const header = blockHeaders[lastUpTo(blockHeaders, address)];
  const block = header === undefined ? null : blockAt(memory, header);
  if (block === null || address >= block.header + 2 * block.cells) {
    return nowhere(address, "unused", "in a part of the heap that was never handed out");
  }
  const offset = address - block.header;
  if (!block.isInUse) {
    const text = `word ${offset} of a free array block of ${block.cells} cells, which begins at ${addressText(block.header)}`;
    return nowhere(address, "free", text);
  }
  if (address >= block.data && address < block.trailer) return inObject(graph, address, block.data);
  const part = address < block.data ? "header" : "trailer";
  return {
    address,
    kind: "frame",
    object: block.data,
    sizeWords: 2 * block.cells,
    offsetWords: address - block.data,
    slot: null,
    text: `${part} of the array block ${valueText(graph.view, block.data)}`,
  };
}

/** Index of the last element that is not above a value; -1 when all are. */
function lastUpTo(ascending: Int32Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const SYMBOL_CELLS = ["print name", "value", "definition", "property list", "package and flags"];
const DTD_CELLS = [
  "name",
  "allocation count and size",
  "free list",
  "field descriptors",
  "type specs",
  "pointer offsets",
  "allocations",
  "next cons page",
  "type entry and supertype",
];

/** Tables and areas outside the heap; what is there is also an immediate when it is taken for a pointer. */
function tableText(view: ImageView, address: Pointer): string {
  const place = placeInTable(view.memory, address);
  if (!isImmediate(address)) return place;
  return `as a pointer the value ${valueText(view, address)}, which has no memory; as memory ${place}`;
}

function placeInTable(memory: VirtualMemory, address: Pointer): string {
  const symbol = Math.floor((address - ATOMS_BASE) / ATOM_WORDS);
  if (symbol >= 0 && symbol < OLD_ATOM_LIMIT) {
    const cell = SYMBOL_CELLS[((address - ATOMS_BASE) % ATOM_WORDS) >> 1];
    const name = symbolName(memory, symbol);
    return name === ""
      ? `in the unused record of symbol ${symbol}`
      : `${cell} cell of the symbol ${name} (number ${symbol})`;
  }
  const type = Math.floor((address - DTD_BASE) / DTD_WORDS);
  if (type >= 0 && type < DTD_LIMIT) {
    return `${DTD_CELLS[((address - DTD_BASE) % DTD_WORDS) >> 1]} of the descriptor of type ${type}, ${typeName(memory, type)}`;
  }
  if (address >> 16 === STACK_BASE >> 16) return `on the stack, offset ${(address - STACK_BASE).toString(8)} octal`;
  const region = regionOf(address);
  if (region === null) return "in a gap between the tables";
  const offset = address - region.start;
  if (region.start === TYPE_TABLE_BASE)
    return `in the type table: the entry of the unit at ${addressText(offset << 9)}`;
  return `word ${offset} of ${region.name}: ${region.purpose}`;
}
