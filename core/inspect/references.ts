/**
 * Who refers to whom: holders of a pointer, roots, reachability, and what no root reaches. Whole-heap questions: each call reads the
 * image once and keeps nothing.
 * Source: collection specification, section 11.2.
 */
import type { Pointer, TypeNumber, WordAddress } from "../base/units.ts";
import { IFPAGE, interfaceWord } from "../memory/interface-page.ts";
import {
  ATOM_WORDS,
  IFPAGE_BASE,
  NIL,
  OLD_ATOM_LIMIT,
  POINTER_MASK,
  STACK_BASE,
  TYPE_NEW_ATOM,
} from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { DTD_LIMIT, DTD_NAME, dtdAddress, instanceWords } from "../objects/dtd.ts";
import { DEFINITION_COMPILED, symbolRecord } from "../objects/symbols.ts";
import { isCounted } from "../objects/types.ts";
import { eachCodeSlot, eachCountedSlot, eachSymbolSlot, eachTypeSlot, type SlotKind } from "./heap/counted-slots.ts";
import { HeapMap } from "./heap/heap-map.ts";
import { eachStackPointer } from "./heap/stack-roots.ts";
import { arraySpans, variableCell } from "./heap/system.ts";
import type { ImageView } from "./image-view.ts";

export type HolderKind = "object" | "symbol" | "type" | "stack" | "system";

export interface Reference {
  readonly holderKind: HolderKind;
  /** Object or symbol; the stack offset of a frame or of a cell of a system context; the number of a type. */
  readonly holder: number;
  readonly slotKind: SlotKind | "stack";
  /** The cell that holds it; null for the cached top of stack. */
  readonly slot: WordAddress | null;
  /** Element number, or word offset in the holder. */
  readonly index: number;
  readonly target: Pointer;
}

type ReferenceVisitor = (reference: Reference) => void;

/** Variables that hold raw addresses of storage: no references, whatever they point at (collection specification, 11.2). */
const RAW_VARIABLES = ["\\ARRAYSPACE", "\\ARRAYSPACE2", "\\ArrayFrLst", "\\ArrayFrLst2", "\\CURSORDESTLINEBASE"];

export function mapHeap(view: ImageView): HeapMap {
  return new HeapMap(view.memory, arraySpans(view.memory));
}

/** Symbols that exist: records with a print name, then the symbols that are objects. */
export function eachSymbol(memory: VirtualMemory, map: HeapMap | null, visit: (symbol: Pointer) => void): void {
  for (let symbol = 0; symbol < OLD_ATOM_LIMIT; symbol++) {
    const record = symbolRecord(symbol);
    if (isMapped(memory, record, ATOM_WORDS) && memory.pointer(record) !== 0) visit(symbol);
  }
  const objects = map?.types.get(TYPE_NEW_ATOM);
  if (map === null || objects === undefined) return;
  for (const symbol of map.instances(TYPE_NEW_ATOM, 0, objects.live)) visit(symbol);
}

/** References from outside the heap: symbols, type descriptors, the stack, system contexts. */
export function eachRoot(view: ImageView, map: HeapMap, visit: ReferenceVisitor): void {
  const { memory } = view;
  const raw = new Set(RAW_VARIABLES.map((name) => variableCell(memory, name)));
  eachStackPointer(view, (target, slot, frame) =>
    visit({ holderKind: "stack", holder: frame, slotKind: "stack", slot, index: 0, target }),
  );
  eachSymbol(memory, map, (symbol) =>
    eachSymbolSlot(memory, symbol, (target, slotKind, slot, index) => {
      if (!raw.has(slot)) visit({ holderKind: "symbol", holder: symbol, slotKind, slot, index, target });
    }),
  );
  for (let type = 0; type < DTD_LIMIT; type++) {
    if (memory.cell(dtdAddress(type) + DTD_NAME) === 0 && instanceWords(memory, type) === 0) continue;
    eachTypeSlot(memory, type, (target, slotKind, slot, index) =>
      visit({ holderKind: "type", holder: type, slotKind, slot, index, target }),
    );
  }
  const contextsEnd = memory.word(interfaceWord(IFPAGE.stackBase));
  for (let offset = 0; offset < contextsEnd; offset += 2) {
    const slot = STACK_BASE + offset;
    const target = memory.cell(slot) & POINTER_MASK;
    if (map.isObject(target))
      visit({ holderKind: "system", holder: offset, slotKind: "stack", slot, index: 0, target });
  }
}

/** Every counted reference that an object of the heap, or code outside of it, holds. */
export function eachHeapReference(view: ImageView, map: HeapMap, visit: ReferenceVisitor): void {
  const { memory } = view;
  map.eachObject((holder, type) => {
    if (type === TYPE_NEW_ATOM) return;
    eachCountedSlot(memory, holder, type, (target, slotKind, slot, index) =>
      visit({ holderKind: "object", holder, slotKind, slot, index, target }),
    );
  });
}

/** References to an object, those of the stack included; at most `limit`. */
export function holdersOf(view: ImageView, pointer: Pointer, limit: number, map = mapHeap(view)): Reference[] {
  const found: Reference[] = [];
  const collect = (reference: Reference) => {
    if (reference.target === pointer && found.length < limit) found.push(reference);
  };
  eachRoot(view, map, collect);
  eachHeapReference(view, map, collect);
  return found;
}

/** Which objects a trace has seen: one bit per cell. */
class CellSet {
  private readonly bits: Uint8Array;
  constructor(memory: VirtualMemory) {
    this.bits = new Uint8Array(memory.sizeWords >> 4);
  }
  has(pointer: Pointer): boolean {
    return ((this.bits[pointer >> 4] as number) & (1 << ((pointer >> 1) & 7))) !== 0;
  }
  add(pointer: Pointer): void {
    this.bits[pointer >> 4] = (this.bits[pointer >> 4] as number) | (1 << ((pointer >> 1) & 7));
  }
}

/**
 * Follows references breadth first from what `start` offers. `reached` is told each object once, with the reference that led to it;
 * it answers true to stop.
 */
function trace(
  view: ImageView,
  map: HeapMap,
  seen: CellSet,
  start: (offer: ReferenceVisitor) => void,
  reached: (object: Pointer, from: Reference) => boolean,
): void {
  let queue: Pointer[] = [];
  let isStopped = false;
  const offer = (reference: Reference) => {
    const { target } = reference;
    if (isStopped || !isTraced(view.memory, map, reference) || seen.has(target)) return;
    seen.add(target);
    queue.push(target);
    isStopped = reached(target, reference);
  };
  start(offer);
  while (queue.length > 0 && !isStopped) {
    const level = queue;
    queue = [];
    for (const holder of level) {
      const visit = (target: Pointer, slotKind: SlotKind, slot: WordAddress, index: number) =>
        offer({ holderKind: "object", holder, slotKind, slot, index, target });
      if (map.isObject(holder)) eachCountedSlot(view.memory, holder, map.typeAt(holder), visit);
      else eachCodeSlot(view.memory, holder, visit);
    }
  }
}

/** The target is an object of the heap, or compiled code that stands outside of every block (in the first pages of some images). */
function isTraced(memory: VirtualMemory, map: HeapMap, { target, slotKind, slot, holderKind }: Reference): boolean {
  if (target < IFPAGE_BASE || target >= memory.sizeWords) return false;
  if (map.isObject(target)) return map.typeAt(target) !== TYPE_NEW_ATOM;
  if (map.typeAt(target) !== 0 || slot === null || !isMapped(memory, target, 8)) return false;
  if (slotKind === "definition") return (memory.cell(slot) & DEFINITION_COMPILED) !== 0;
  // The function header cell of a frame.
  return holderKind === "stack" && (slot & 0xffff) !== 0 && memory.word(slot - 2) >> 13 === 6;
}

/** What no root reaches, by what it means. */
export interface LeakReport {
  /** Count 0, and what only such objects hold: the next collection takes these. */
  readonly waiting: readonly Pointer[];
  /** No reference at all, but a count above 0, and what only such objects hold. */
  readonly lost: readonly Pointer[];
  /** The rest, which is held by cycles: reference counts never free it. */
  readonly cyclic: readonly Pointer[];
  /** Leaks: lost and cyclic. */
  readonly objects: readonly Pointer[];
  readonly byType: ReadonlyMap<TypeNumber, number>;
}

/** Live objects that no root reaches. `isWaiting` tells the objects that a collection would take by itself. */
export function leaks(view: ImageView, isWaiting: (pointer: Pointer) => boolean): LeakReport {
  const map = mapHeap(view);
  const seen = new CellSet(view.memory);
  trace(
    view,
    map,
    seen,
    (offer) => eachRoot(view, map, offer),
    () => false,
  );
  const unreached: Pointer[] = [];
  map.eachObject((object, type) => {
    if (type !== TYPE_NEW_ATOM && isCounted(view.memory, object) && !seen.has(object)) unreached.push(object);
  });
  const waiting = traceFrom(view, map, seen, unreached.filter(isWaiting));
  const held = new Set<Pointer>();
  const rest = unreached.filter((object) => !seen.has(object));
  for (const object of rest) {
    eachCountedSlot(view.memory, object, map.typeAt(object), (target) => held.add(target));
  }
  const lost = traceFrom(
    view,
    map,
    seen,
    rest.filter((object) => !held.has(object)),
  );
  const cyclic = rest.filter((object) => !seen.has(object));
  const objects = [...lost, ...cyclic];
  const byType = new Map<TypeNumber, number>();
  for (const object of objects) byType.set(map.typeAt(object), (byType.get(map.typeAt(object)) ?? 0) + 1);
  return { waiting, lost, cyclic, objects, byType };
}

function traceFrom(view: ImageView, map: HeapMap, seen: CellSet, starts: readonly Pointer[]): Pointer[] {
  const found: Pointer[] = [];
  const begin = (offer: ReferenceVisitor) => {
    for (const target of starts) {
      offer({ holderKind: "object", holder: NIL, slotKind: "field", slot: null, index: 0, target });
    }
  };
  trace(view, map, seen, begin, (object) => {
    found.push(object);
    return false;
  });
  return found;
}

/** The shortest way from a root to an object: the first reference is the root's, the last one leads to the object. Null when none does. */
export function why(view: ImageView, pointer: Pointer): readonly Reference[] | null {
  const map = mapHeap(view);
  const cameFrom = new Map<Pointer, Reference>();
  let isFound = false;
  trace(
    view,
    map,
    new CellSet(view.memory),
    (offer) => eachRoot(view, map, offer),
    (object, from) => {
      cameFrom.set(object, from);
      isFound = object === pointer;
      return isFound;
    },
  );
  if (!isFound) return null;
  const path: Reference[] = [];
  for (let step = cameFrom.get(pointer); step !== undefined; ) {
    path.unshift(step);
    step = step.holderKind === "object" ? cameFrom.get(step.holder) : undefined;
  }
  return path;
}
