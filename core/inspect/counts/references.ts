/**
 * What a reference is, and the references from outside the heap: roots. Those between objects are the graph's (`graph/`).
 * Source: collection specification, section 11.2.
 */

import { finish, type IndexSteps } from "../../base/steps.ts";
import type { Pointer } from "../../base/units.ts";
import { TYPE_NEW_ATOM } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { eachPointer, type SlotKind } from "../../objects/object-slots.ts";
import { eachImageRoot, eachOldSymbol, type RootHolder } from "../../objects/roots.ts";
import { heldPages } from "../audit/exceptions.ts";
import type { ArraySpan, HeapMap } from "../heap/heap-map.ts";
import { mapSteps } from "../heap/map-steps.ts";
import { eachStackPointer } from "../heap/stack-roots.ts";
import type { ImageView } from "../image-view.ts";
import { rememberedSteps } from "../steps.ts";

/** What holds a reference. `buffer`: the page of a buffer that the collector keeps without a reference. */
export type HolderKind = RootHolder | "object" | "stack" | "buffer";

export interface HeapReference {
  readonly holderKind: HolderKind;
  /** Object or symbol; the stack offset of a frame (0: its arguments) or of a cell of a system context; the number of a type; a word of the interface page; a page object. */
  readonly holder: number;
  /** Null for what is neither object nor symbol; `index` then is 0. */
  readonly slotKind: SlotKind | null;
  readonly index: number;
  readonly target: Pointer;
}

type ReferenceVisitor = (reference: HeapReference) => void;

/** The map of the heap, kept with the view when that keeps anything. */
export function mapHeap(view: ImageView): HeapMap {
  return finish(heapMapSteps(view));
}

/** The same step by step. */
export function heapMapSteps(view: ImageView): IndexSteps<HeapMap> {
  return rememberedSteps(view, "heap map", () => mapSteps(view.memory, spareRanges(view)));
}

/** What the arenas of a running machine have taken and not handed out, and what was freed and waits. */
function spareRanges({ manager }: ImageView): ArraySpan[] {
  const ranges: ArraySpan[] = [];
  manager?.arenas?.eachSpare((start, end) => ranges.push([start, end]));
  manager?.poisoned?.eachSpare((start, end) => ranges.push([start, end]));
  return ranges;
}

/** Symbols that exist: records with a print name, then, given a map, the symbols that are objects. */
export function eachSymbol(memory: VirtualMemory, map: HeapMap | null, visit: (symbol: Pointer) => void): void {
  eachOldSymbol(memory, visit);
  if (map !== null) eachNewSymbol(map, visit);
}

function eachNewSymbol(map: HeapMap, visit: (symbol: Pointer) => void): void {
  const objects = map.types.get(TYPE_NEW_ATOM);
  if (objects === undefined) return;
  for (const symbol of map.instances(TYPE_NEW_ATOM, 0, objects.live)) visit(symbol);
}

/** References from outside the heap: the stack, symbols, type descriptors, system contexts, the interface page, pages of buffers. */
export function eachRoot(view: ImageView, map: HeapMap, visit: ReferenceVisitor): void {
  const { memory } = view;
  eachStackPointer(view, (target, _slot, frame) =>
    visit({ holderKind: "stack", holder: frame, slotKind: null, index: 0, target }),
  );
  eachImageRoot(memory, (target, holderKind, holder, slotKind) => {
    // Words of contexts may be anything.
    const isVague = holderKind === "system" || holderKind === "interface";
    if (!isVague || map.isObject(target)) visit({ holderKind, holder, slotKind, index: 0, target });
  });
  eachNewSymbol(map, (symbol) =>
    eachPointer(memory, symbol, (target, slotKind, index) =>
      visit({ holderKind: "symbol", holder: symbol, slotKind, index, target }),
    ),
  );
  for (const target of heldPages(memory, map)) {
    visit({ holderKind: "buffer", holder: target, slotKind: null, index: 0, target });
  }
}
