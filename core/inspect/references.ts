/**
 * What a reference is, and the references from outside the heap: roots. Those between objects are the graph's (`graph/`).
 * Source: collection specification, section 11.2.
 */
import type { Pointer, WordAddress } from "../base/units.ts";
import { IFPAGE, interfaceWord } from "../memory/interface-page.ts";
import { ATOM_WORDS, OLD_ATOM_LIMIT, POINTER_MASK, STACK_BASE, TYPE_NEW_ATOM } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { DTD_LIMIT, DTD_NAME, dtdAddress, instanceWords } from "../objects/dtd.ts";
import { eachPointer, type SlotKind } from "../objects/object-slots.ts";
import { nameCell, valueCell } from "../objects/symbols.ts";
import { heldPages } from "./audit/exceptions.ts";
import { eachTypeSlot } from "./heap/counted-slots.ts";
import type { ArraySpan, HeapMap } from "./heap/heap-map.ts";
import { mapSteps } from "./heap/map-steps.ts";
import { eachStackPointer } from "./heap/stack-roots.ts";
import { variableCell } from "./heap/system.ts";
import type { ImageView } from "./image-view.ts";
import { finish, type IndexSteps, rememberedSteps } from "./steps.ts";

/**
 * What holds a reference. `system`: a context below the user stack. `interface`: the cells of the interface page for the misc context.
 * `buffer`: the page of a buffer that the collector keeps without a reference.
 */
export type HolderKind = "object" | "symbol" | "type" | "stack" | "system" | "interface" | "buffer";

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

/** Variables that hold raw addresses of storage: no references, whatever they point at (collection specification, 11.2). */
const RAW_VARIABLES = ["\\ARRAYSPACE", "\\ARRAYSPACE2", "\\ArrayFrLst", "\\ArrayFrLst2", "\\CURSORDESTLINEBASE"];

/** The cells of the interface page that hold pointers for the misc context: function, two arguments, result. */
const MISC_STACK_CELLS = [48, 50, 52, 54];

/** The map of the heap, kept with the view when that keeps anything. */
export function mapHeap(view: ImageView): HeapMap {
  return finish(heapMapSteps(view));
}

/** The same step by step. */
export function heapMapSteps(view: ImageView): IndexSteps<HeapMap> {
  return rememberedSteps(view, "heap map", () => mapSteps(view.memory, spareRanges(view)));
}

/** What the arenas of a running machine have taken and not handed out. */
function spareRanges({ manager }: ImageView): ArraySpan[] {
  const ranges: ArraySpan[] = [];
  manager?.arenas?.eachSpare((start, end) => ranges.push([start, end]));
  return ranges;
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

/** References from outside the heap: the stack, symbols, type descriptors, system contexts, the interface page, pages of buffers. */
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
  for (const field of MISC_STACK_CELLS) {
    const target = memory.pointer(interfaceWord(field));
    if (map.isObject(target)) visit({ holderKind: "interface", holder: field, slotKind: null, index: 0, target });
  }
  for (const target of heldPages(memory, map)) {
    visit({ holderKind: "buffer", holder: target, slotKind: null, index: 0, target });
  }
}
