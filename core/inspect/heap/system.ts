/**
 * The system variables that describe storage and collection, read by name. An image may lack any of them; then the answer is null.
 * Source: memory specification, section 6.6; collection specification, section 10.
 */
import type { Cell, Pointer, WordAddress } from "../../base/units.ts";
import { ARRAY_BASE, MDS_UNIT_WORDS, PAGE_WORDS, POINTER_MASK, SMALL_POSITIVE, T } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { eachBlock } from "../../objects/arrays/blocks.ts";
import { isSmall, smallValue } from "../../objects/immediates.ts";
import { findSymbol, valueCell } from "../../objects/symbols.ts";
import type { ArraySpan } from "./heap-map.ts";

/** Address of the value cell of a variable; null when the image has no such symbol. */
export function variableCell(memory: VirtualMemory, name: string): WordAddress | null {
  const symbol = findSymbol(memory, name);
  return symbol === null ? null : valueCell(symbol);
}

/** Raw content of the value cell. */
export function variableValue(memory: VirtualMemory, name: string): Cell | null {
  const cell = variableCell(memory, name);
  return cell === null ? null : memory.cell(cell);
}

/** A number: a small integer, or the content of a FIXP box as an unsigned number. Null for NIL and when there is none. */
export function variableNumber(memory: VirtualMemory, name: string): number | null {
  const cell = variableValue(memory, name);
  if (cell === null || cell < SMALL_POSITIVE) return null;
  const value = cell & POINTER_MASK;
  if (isSmall(value)) return smallValue(value);
  return isMapped(memory, value, 2) ? memory.cell(value) : null;
}

/** The collector's own switches. */
export interface CollectorState {
  /** Null: scheduling is off, because a collection runs, is about to, or the collector is disabled. */
  readonly countdown: number | null;
  readonly restartValue: number | null;
  readonly isDisabled: boolean;
  /** The image has the variables at all. */
  readonly isKnown: boolean;
}

export function collectorState(memory: VirtualMemory): CollectorState {
  const countdown = variableValue(memory, "\\RECLAIM.COUNTDOWN");
  return {
    countdown: variableNumber(memory, "\\RECLAIM.COUNTDOWN"),
    restartValue: variableNumber(memory, "\\RECLAIMMIN"),
    isDisabled: variableValue(memory, "\\GCDISABLED") === T,
    isKnown: countdown !== null,
  };
}

/** Storage states from which on array space, and typed pages too, are in the second area. */
const STATE_ARRAYS_SWITCHED = 3;

/**
 * Where array space lies: the primary part, and the second one once arrays have moved there. An image that does not say where it ends, or says nonsense,
 * has as much of it as blocks follow each other.
 */
export function arraySpans(memory: VirtualMemory): ArraySpan[] {
  const pointer = (name: string): Pointer | null => {
    const value = variableValue(memory, name);
    const address = value === null ? 0 : value & POINTER_MASK;
    return address < ARRAY_BASE || address > memory.sizeWords || address % 2 !== 0 ? null : address;
  };
  const start = pointer("\\ARRAYSPACE") ?? ARRAY_BASE;
  const end = pointer("\\ArrayFrLst");
  if (end === null) return [[start, endOfBlocks(memory, start)]];
  const state = variableNumber(memory, "\\STORAGEFULLSTATE") ?? 0;
  if (state < STATE_ARRAYS_SWITCHED) return [[start, end]];
  const firstEnd = pointer("\\ArrayFrLst2") ?? endOfBlocks(memory, start);
  return [
    [start, firstEnd],
    [pointer("\\ARRAYSPACE2") ?? end, end],
  ];
}

function endOfBlocks(memory: VirtualMemory, start: WordAddress): WordAddress {
  return eachBlock(memory, start, memory.sizeWords, () => {});
}

/** The units of typed storage that wait to be given to a type: a chain of page numbers, cut off where it makes no sense. */
export function freeUnits(memory: VirtualMemory): ReadonlySet<WordAddress> {
  const free = new Set<WordAddress>();
  let page = variableNumber(memory, "\\MDSFREELISTPAGE");
  while (page !== null && page !== 0) {
    const base = page * PAGE_WORDS;
    if (free.has(base) || base % MDS_UNIT_WORDS !== 0 || !isMapped(memory, base, MDS_UNIT_WORDS)) break;
    free.add(base);
    const link = memory.pointer(base);
    page = isSmall(link) ? smallValue(link) : null;
  }
  return free;
}
