/**
 * Who refers to whom: holders of a pointer, roots, reachability, and what no root reaches. Whole-heap questions: each call reads the
 * image once and keeps nothing.
 * Source: collection specification, section 11.2.
 */
import type { Pointer, TypeNumber, WordAddress } from "../base/units.ts";
import { IFPAGE, interfaceWord } from "../memory/interface-page.ts";
import { ATOM_WORDS, NIL, OLD_ATOM_LIMIT, POINTER_MASK, STACK_BASE, TYPE_NEW_ATOM } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { DTD_LIMIT, DTD_NAME, dtdAddress, instanceWords } from "../objects/dtd.ts";
import { eachPointer, pointerOffsetsOf, type SlotKind } from "../objects/object-slots.ts";
import { nameCell, valueCell } from "../objects/symbols.ts";
import { isCounted } from "../objects/types.ts";
import { countEntry } from "./counts.ts";
import { eachTypeSlot, pointersOf } from "./heap/counted-slots.ts";
import type { HeapMap } from "./heap/heap-map.ts";
import { mapMemory } from "./heap/map-steps.ts";
import { eachStackPointer } from "./heap/stack-roots.ts";
import { variableCell } from "./heap/system.ts";
import { type ImageView, keepsCounts } from "./image-view.ts";

/** What holds a reference. */
export type HolderKind = "object" | "symbol" | "type" | "stack" | "system";

export interface HeapReference {
  readonly holderKind: HolderKind;
  /** Object or symbol; the stack offset of a frame or of a cell of a system context; the number of a type. */
  readonly holder: number;
  /** Null for stack cells and type descriptors; `index` then is 0. */
  readonly slotKind: SlotKind | null;
  readonly index: number;
  readonly target: Pointer;
}

type ReferenceVisitor = (reference: HeapReference) => void;

/** Variables that hold raw addresses of storage: no references, whatever they point at (collection specification, 11.2). */
const RAW_VARIABLES = ["\\ARRAYSPACE", "\\ARRAYSPACE2", "\\ArrayFrLst", "\\ArrayFrLst2", "\\CURSORDESTLINEBASE"];

export function mapHeap(view: ImageView): HeapMap {
  return mapMemory(view.memory);
}

/** Symbols that exist: records with a print name, then, given a map, the symbols that are objects. */
export function eachSymbol(memory: VirtualMemory, map: HeapMap | null, visit: (symbol: Pointer) => void): void {
  for (let symbol = 0; symbol < OLD_ATOM_LIMIT; symbol++) {
    const record = nameCell(symbol);
    if (isMapped(memory, record, ATOM_WORDS) && memory.pointer(record) !== 0) visit(symbol);
  }
  const objects = map?.types.get(TYPE_NEW_ATOM);
  if (map === null || objects === undefined) return;
  for (const symbol of map.instances(TYPE_NEW_ATOM, 0, objects.live)) visit(symbol);
}

/** References from outside the heap: the stack, symbols, type descriptors, system contexts. */
export function eachRoot(view: ImageView, map: HeapMap, visit: ReferenceVisitor): void {
  const { memory } = view;
  eachStackPointer(view, (target, _slot, frame) =>
    visit({ holderKind: "stack", holder: frame, slotKind: null, index: 0, target }),
  );
  const raw = new Set<WordAddress | null>(RAW_VARIABLES.map((name) => variableCell(memory, name)));
  eachSymbol(memory, map, (symbol) =>
    eachPointer(memory, symbol, (target, slotKind, index) => {
      if (slotKind === "value" && raw.has(valueCell(symbol))) return;
      visit({ holderKind: "symbol", holder: symbol, slotKind, index, target });
    }),
  );
  for (let type = 0; type < DTD_LIMIT; type++) {
    if (memory.cell(dtdAddress(type) + DTD_NAME) === 0 && instanceWords(memory, type) === 0) continue;
    eachTypeSlot(memory, type, (target) =>
      visit({ holderKind: "type", holder: type, slotKind: null, index: 0, target }),
    );
  }
  const contextsEnd = memory.word(interfaceWord(IFPAGE.stackBase));
  for (let offset = 0; offset < contextsEnd; offset += 2) {
    const target = memory.cell(STACK_BASE + offset) & POINTER_MASK;
    if (map.isObject(target)) visit({ holderKind: "system", holder: offset, slotKind: null, index: 0, target });
  }
}

/** Every counted reference that an object of the heap holds. */
export function eachHeapReference(view: ImageView, map: HeapMap, visit: ReferenceVisitor): void {
  const { memory } = view;
  const offsets = pointerOffsetsOf(memory);
  map.eachObject((holder, type) => {
    if (type === TYPE_NEW_ATOM) return;
    eachPointer(
      memory,
      holder,
      (target, slotKind, index) => visit({ holderKind: "object", holder, slotKind, index, target }),
      offsets,
    );
  });
}

/** References to an object, those of the stack included; at most `limit`. */
export function holdersOf(view: ImageView, pointer: Pointer, limit: number, map = mapHeap(view)): HeapReference[] {
  const found: HeapReference[] = [];
  const collect = (reference: HeapReference) => {
    if (reference.target === pointer && found.length < limit) found.push(reference);
  };
  eachRoot(view, map, collect);
  eachHeapReference(view, map, collect);
  return found;
}

/** A set of objects: one bit per cell of the image. */
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
  reached: (object: Pointer, from: HeapReference) => boolean,
): void {
  const offsets = pointerOffsetsOf(view.memory);
  let queue: Pointer[] = [];
  let isStopped = false;
  const offer = (reference: HeapReference) => {
    const { target } = reference;
    // Symbols are roots themselves.
    if (isStopped || !map.isObject(target) || map.typeAt(target) === TYPE_NEW_ATOM || seen.has(target)) return;
    seen.add(target);
    queue.push(target);
    isStopped = reached(target, reference);
  };
  start(offer);
  while (queue.length > 0 && !isStopped) {
    const level = queue;
    queue = [];
    for (const holder of level) {
      eachPointer(
        view.memory,
        holder,
        (target, slotKind, index) => offer({ holderKind: "object", holder, slotKind, index, target }),
        offsets,
      );
    }
  }
}

/** What no root reaches, by what it means. */
export interface LeakReport {
  /** Count 0, and what only such objects hold: the next collection takes these. */
  readonly waiting: readonly Pointer[];
  /** Held by nothing, but with a count above 0, and what only such objects hold. */
  readonly lost: readonly Pointer[];
  /** The rest, which is held by cycles: reference counts never free it. */
  readonly cyclic: readonly Pointer[];
  readonly byType: ReadonlyMap<TypeNumber, number>;
}

/** Live objects that no root reaches and no collection will take: lost ones, then those held by cycles. */
export function leaks(view: ImageView): readonly Pointer[] {
  const { lost, cyclic } = findLeaks(view);
  return [...lost, ...cyclic];
}

export function findLeaks(view: ImageView): LeakReport {
  const { memory } = view;
  const map = mapHeap(view);
  const seen = new CellSet(memory);
  trace(
    view,
    map,
    seen,
    (offer) => eachRoot(view, map, offer),
    () => false,
  );
  const unreached: Pointer[] = [];
  map.eachObject((object, type) => {
    if (type !== TYPE_NEW_ATOM && isCounted(memory, object) && !seen.has(object)) unreached.push(object);
  });
  const hasCounts = keepsCounts(view);
  const isZero = (object: Pointer) => hasCounts && countEntry(memory, object)?.count === 0;
  const waiting = traceFrom(view, map, seen, unreached.filter(isZero));
  const rest = unreached.filter((object) => !seen.has(object));
  const offsets = pointerOffsetsOf(memory);
  const held = new Set(rest.flatMap((object) => pointersOf(memory, object, offsets)));
  const lost = traceFrom(
    view,
    map,
    seen,
    rest.filter((object) => !held.has(object)),
  );
  const cyclic = rest.filter((object) => !seen.has(object));
  const byType = new Map<TypeNumber, number>();
  for (const object of rest) byType.set(map.typeAt(object), (byType.get(map.typeAt(object)) ?? 0) + 1);
  return { waiting, lost, cyclic, byType };
}

function traceFrom(view: ImageView, map: HeapMap, seen: CellSet, starts: readonly Pointer[]): Pointer[] {
  const found: Pointer[] = [];
  const begin = (offer: ReferenceVisitor) => {
    for (const target of starts) offer({ holderKind: "object", holder: NIL, slotKind: null, index: 0, target });
  };
  trace(view, map, seen, begin, (object) => {
    found.push(object);
    return false;
  });
  return found;
}

/** The shortest way from a root to an object: the first reference is the root's, the last one leads to the object. Null when there is none. */
export function why(view: ImageView, pointer: Pointer): readonly HeapReference[] | null {
  const map = mapHeap(view);
  const cameFrom = new Map<Pointer, HeapReference>();
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
  const path: HeapReference[] = [];
  for (let step = cameFrom.get(pointer); step !== undefined; ) {
    path.unshift(step);
    step = step.holderKind === "object" ? cameFrom.get(step.holder) : undefined;
  }
  return path;
}
