/**
 * How often each object is referred to, by one walk over every counted slot of an image. One byte a cell, so that a large image is counted quickly.
 * Source: collection specification, section 11.2.
 */
import { finish, type IndexSteps } from "../../base/steps.ts";
import type { Pointer } from "../../base/units.ts";
import { TYPE_CLOSURE, TYPE_NEW_ATOM } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { eachPointer, pointerOffsetsOf, type SlotKind } from "../../objects/object-slots.ts";
import { isCounted } from "../../objects/types.ts";
import { eachRoot, type HeapReference } from "../counts/references.ts";
import type { HeapMap } from "../heap/heap-map.ts";
import type { ImageView } from "../image-view.ts";
import { rememberedSteps } from "../steps.ts";
import { cachedClosures, heldPages } from "./exceptions.ts";

/** A number for each object: a byte each, more where a byte is too small. */
class ObjectCounts {
  private readonly bytes: Uint8Array;
  private readonly large = new Map<Pointer, number>();

  constructor(memory: VirtualMemory) {
    this.bytes = new Uint8Array(memory.sizeWords >> 1);
  }
  of(object: Pointer): number {
    const byte = this.bytes[object >> 1] as number;
    return byte < LARGE ? byte : (this.large.get(object) ?? 0);
  }
  increment(object: Pointer): void {
    const byte = this.bytes[object >> 1] as number;
    if (byte < LARGE - 1) this.bytes[object >> 1] = byte + 1;
    else {
      this.large.set(object, (this.large.get(object) ?? byte) + 1);
      this.bytes[object >> 1] = LARGE;
    }
  }
}
const LARGE = 255;

/** A counted slot that holds what is no live object. */
export interface BadReference {
  readonly reference: HeapReference;
  /** What the slot leads to: `free cell`, `inside of an object`, … */
  readonly damage: string;
}

export interface ReferenceTally {
  /** References from counted slots, those from debugging information left out. */
  sure(object: Pointer): number;
  /** References from cells with debugging information, which copies of code share. */
  debugging(object: Pointer): number;
  /** References to counted objects in all. */
  readonly references: number;
  /** At most `BAD_LIMIT`, in the order of the walk. */
  readonly bad: readonly BadReference[];
  readonly badTotal: number;
}

export const BAD_LIMIT = 1000;

/** The tally of an image, kept with the view when that keeps anything. */
export function tallyReferences(view: ImageView, map: HeapMap): ReferenceTally {
  return finish(tallySteps(view, map));
}
/** The same, step by step. */
export function tallySteps(view: ImageView, map: HeapMap): IndexSteps<ReferenceTally> {
  return rememberedSteps(view, "reference tally", () => tally(view, map));
}

function* tally(view: ImageView, map: HeapMap): IndexSteps<ReferenceTally> {
  const { memory } = view;
  const sure = new ObjectCounts(memory);
  const debugging = new Map<Pointer, number>();
  const bad: BadReference[] = [];
  let references = 0;
  let badTotal = 0;
  yield* countedReferenceSteps(
    view,
    map,
    (target, slotKind) => {
      if (!isCounted(memory, target)) return false;
      if (!map.isObject(target)) return true;
      references++;
      if (slotKind === "debugging") debugging.set(target, (debugging.get(target) ?? 0) + 1);
      else sure.increment(target);
      return false;
    },
    (reference) => {
      badTotal++;
      if (bad.length < BAD_LIMIT) bad.push({ reference, damage: map.damageOf(reference.target) ?? "" });
    },
  );
  for (const page of heldPages(memory, map)) sure.increment(page);
  return {
    sure: (object) => sure.of(object),
    debugging: (object) => debugging.get(object) ?? 0,
    references,
    bad,
    badTotal,
  };
}

/**
 * Every counted slot of the image: symbols, type descriptors, objects; exceptions of the specification left out.
 *
 * @param isWanted asked for each slot: cheap, because nothing is made for the answer no
 * @param visit told of the slots for which the answer was yes
 */
export function* countedReferenceSteps(
  view: ImageView,
  map: HeapMap,
  isWanted: (target: Pointer, slotKind: SlotKind | null) => boolean,
  visit: (reference: HeapReference) => void,
): IndexSteps<void> {
  const { memory } = view;
  eachRoot(view, map, (reference) => {
    const { holderKind, target, slotKind } = reference;
    if ((holderKind === "symbol" || holderKind === "type") && isWanted(target, slotKind)) visit(reference);
  });
  const cached = cachedClosures(memory, map);
  const offsets = pointerOffsetsOf(memory);
  let holder: Pointer = 0;
  let isCached = false;
  const slot = (target: Pointer, slotKind: SlotKind, index: number) => {
    if (isCached && index === 0) return;
    if (isWanted(target, slotKind)) visit({ holderKind: "object", holder, slotKind, index, target });
  };
  yield* map.objectSteps("counting references", (object, type) => {
    // Symbols that are objects are roots like all symbols.
    if (type === TYPE_NEW_ATOM) return;
    holder = object;
    isCached = type === TYPE_CLOSURE && cached.has(object);
    eachPointer(memory, object, slot, offsets);
  });
}
