/**
 * The walk that finds the objects of an image, in steps: over type table, free lists, cons pages and array blocks, never along references, so that it
 * shows lost objects too. Storage that is damaged is listed, bounded, and the walk goes on behind it.
 * Source: memory specification, sections 5, 7, 9.1, 11.3.
 */
import { IntList } from "../../base/int-list.ts";
import { RankedBits } from "../../base/ranked-bits.ts";
import { finish, type IndexSteps } from "../../base/steps.ts";
import type { Pointer, TypeNumber, WordAddress } from "../../base/units.ts";
import {
  IFPAGE_BASE,
  MDS_UNIT_WORDS,
  MISCSTATS_BASE,
  PAGE_WORDS,
  POINTER_MASK,
  TYPE_BLOCK,
  TYPE_CHARACTER,
  TYPE_LISTP,
  TYPE_LITATOM,
  TYPE_SMALLP,
} from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { blockAt } from "../../objects/arrays/blocks.ts";
import { DTD_FREE, DTD_LIMIT, dtdAddress, instanceWords } from "../../objects/dtd.ts";
import { octalAddress } from "../../objects/pointer-notation.ts";
import { typeNumber } from "../../objects/types.ts";
import { addConsCells, type Note, removeFreeChain, removeHelpers, removeReplacements } from "./cons-cells.ts";
import { type ArraySpan, HeapMap } from "./heap-map.ts";
import { arraySpans, freeUnits } from "./system.ts";
import { instanceAddress, instanceAround, type TypeLayout, type TypeStorage, typeLayout } from "./typed-storage.ts";

const MAX_PROBLEMS = 50;
/** Units of typed storage, or blocks, between two reports. */
const STEP_UNITS = 2048;

/** @param spare ranges of storage that look like objects and hold none: what arenas have taken and not handed out */
export function* mapSteps(memory: VirtualMemory, spare: readonly ArraySpan[] = []): IndexSteps<HeapMap> {
  const problems: string[] = [];
  const note: Note = (problem) => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  const starts = new RankedBits(memory.sizeWords >> 1);
  const found: (TypeLayout & Pick<TypeStorage, "units" | "free" | "parts">)[] = [];
  for (const [type, units] of findUnits(memory, note)) {
    const layout = typeLayout(type, instanceWords(memory, type));
    if (layout === null) {
      const size = instanceWords(memory, type);
      note(`type ${type} has ${units.length} units, but objects of ${size} words`);
    } else if (type === TYPE_LISTP)
      found.push({ ...layout, units, ...(yield* walkConses(memory, starts, units, note)) });
    else {
      addInstances(starts, layout, units);
      found.push({ ...layout, units, free: removeFreeList(memory, starts, layout, note), parts: 0 });
    }
    yield { phase: "typed storage", done: found.length, total: found.length + 1 };
  }
  const blocks = yield* walkBlocks(memory, starts, arraySpans(memory), note);
  for (const [start, end] of spare) for (let cell = start >> 1; cell < end >> 1; cell++) starts.remove(cell);
  const spareHeaders = new Set(spare.map(([start]) => start));
  const blockHeaders = spare.length === 0 ? blocks : blocks.filter((header) => !spareHeaders.has(header));
  const types = new Map<TypeNumber, TypeStorage>();
  for (const type of found) {
    yield { phase: "counting objects", done: types.size, total: found.length };
    types.set(type.type, { ...type, ...countLive(starts, type.units) });
  }
  return new HeapMap(memory, { types, blockHeaders, problems, starts, objects: starts.rank() });
}

/** Units by type, types ascending. Immediates have types but no objects, and the statistics are typed as boxes but are none. */
function findUnits(memory: VirtualMemory, note: Note): [TypeNumber, Pointer[]][] {
  const unitsOf = new Map<TypeNumber, Pointer[]>();
  const free = freeUnits(memory);
  for (let base: Pointer = IFPAGE_BASE; base < memory.sizeWords; base += MDS_UNIT_WORDS) {
    const type = typeNumber(memory, base);
    if (type === TYPE_BLOCK || type === TYPE_SMALLP || type === TYPE_LITATOM || type === TYPE_CHARACTER) continue;
    if (base === MISCSTATS_BASE || free.has(base)) continue;
    if (!isMapped(memory, base, MDS_UNIT_WORDS)) {
      note(`unit ${octalAddress(base)} is of type ${type}, but its pages are not in the image`);
      continue;
    }
    const units = unitsOf.get(type);
    if (units === undefined) unitsOf.set(type, [base]);
    else units.push(base);
  }
  return [...unitsOf].sort(([a], [b]) => a - b);
}

function addInstances(starts: RankedBits, layout: TypeLayout, units: readonly Pointer[]): void {
  // Every unit of a type is cut in the same way: its bits are those of the first, moved.
  const pattern = new RankedBits(MDS_UNIT_WORDS >> 1);
  for (let i = 0; i < layout.perUnit; i++) pattern.add(instanceAddress(layout, 0, i) >> 1);
  for (const base of units) starts.words.set(pattern.words, base >> 6);
}

/** Takes the objects of the type's free list out of the set. @returns how many */
function removeFreeList(memory: VirtualMemory, starts: RankedBits, layout: TypeLayout, note: Note): number {
  const { type } = layout;
  if (type >= DTD_LIMIT) return 0;
  let length = 0;
  for (let object = memory.pointer(dtdAddress(type) + DTD_FREE); object !== 0; object = memory.pointer(object)) {
    if (
      object >= memory.sizeWords ||
      typeNumber(memory, object) !== type ||
      instanceAround(layout, object) !== object
    ) {
      note(`free list of type ${type} leads to ${octalAddress(object)}, which is none of its objects`);
      break;
    }
    if (!starts.has(object >> 1)) {
      note(`free list of type ${type} comes back to ${octalAddress(object)}`);
      break;
    }
    starts.remove(object >> 1);
    length++;
  }
  return length;
}

function* walkConses(
  memory: VirtualMemory,
  starts: RankedBits,
  units: readonly Pointer[],
  note: Note,
): IndexSteps<Pick<TypeStorage, "free" | "parts">> {
  for (const base of units) {
    addConsCells(starts, base);
    addConsCells(starts, base + PAGE_WORDS);
  }
  const removed: number[] = [];
  for (const [pass, remove] of [removeFreeChain, removeHelpers, removeReplacements].entries()) {
    let count = 0;
    for (const [i, base] of units.entries()) {
      count += remove(memory, starts, base, note) + remove(memory, starts, base + PAGE_WORDS, note);
      if (i % STEP_UNITS === 0) yield { phase: "conses", done: pass * units.length + i, total: 3 * units.length };
    }
    removed.push(count);
  }
  const [free = 0, helpers = 0, replacements = 0] = removed;
  return { free, parts: helpers + replacements };
}

/** Block after block. Behind a place that is no block the walk goes on at the next one that has a trailer. */
function* walkBlocks(
  memory: VirtualMemory,
  starts: RankedBits,
  spans: readonly ArraySpan[],
  note: Note,
): IndexSteps<Int32Array> {
  const headers = new IntList();
  for (const [start, end] of spans) {
    let isLost = false;
    for (let at = start; at < end; ) {
      const block = blockAt(memory, at);
      if (block === null) {
        if (!isLost) note(`array space: no block at ${octalAddress(at & POINTER_MASK)}, where one should begin`);
        isLost = true;
        at = nextCandidate(memory, at + 2 - (at % 2), end);
        continue;
      }
      isLost = false;
      headers.push(at);
      if (block.isInUse && block.dataCells > 0) starts.add(block.data >> 1);
      at += 2 * block.cells;
      if (headers.length % STEP_UNITS === 0) yield { phase: "array blocks", done: at - start, total: end - start };
    }
  }
  return headers.toArray();
}

/** The next cell that could be a header: pages that are not there, or are empty, are passed over. */
function nextCandidate(memory: VirtualMemory, from: WordAddress, end: WordAddress): WordAddress {
  const limit = Math.min(end, memory.sizeWords);
  for (let at = from; at < limit; at += 2) {
    if (memory.byte(2 * at) === BLOCK_FIRST_BYTE) return at;
  }
  return end;
}

/** The password's top bits: every header and trailer begins with this byte. */
const BLOCK_FIRST_BYTE = 0xaa;

function countLive(starts: RankedBits, units: readonly Pointer[]): Pick<TypeStorage, "liveBefore" | "live"> {
  const liveBefore = [0];
  let live = 0;
  for (const base of units) {
    live += starts.countBetween(base >> 1, (base + MDS_UNIT_WORDS) >> 1);
    liveBefore.push(live);
  }
  return { liveBefore, live };
}

/** All steps at once. */
export function mapMemory(memory: VirtualMemory): HeapMap {
  return finish(mapSteps(memory));
}
