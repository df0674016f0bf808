/**
 * How the units of typed storage are cut into objects.
 * Source: memory specification, sections 7 and 9.1.
 */
import type { Pointer, TypeNumber, WordAddress, Words } from "../../base/units.ts";
import { MDS_UNIT_WORDS, PAGE_WORDS, TYPE_LISTP } from "../../memory/layout.ts";
import { CONS_PAGE_CELLS, CONS_PAGE_FIRST_CELL } from "../../objects/cons.ts";

/** The typed storage of one type. */
export interface TypeStorage {
  readonly type: TypeNumber;
  readonly sizeWords: Words;
  /** Word addresses of its units, ascending. */
  readonly units: readonly Pointer[];
  readonly perUnit: number;
  /** Live objects in the units before unit i; one element more than units. */
  readonly liveBefore: readonly number[];
  readonly live: number;
  /** Objects on the free list; for conses: free cells. */
  readonly free: number;
  /** Cells of cons pages that belong to other conses: stored CDRs and replacements. */
  readonly parts: number;
}

/** What is known of a type before its objects are counted. */
export type TypeLayout = Pick<TypeStorage, "type" | "sizeWords" | "perUnit">;

/** A cell that may be a cons. */
const CONS_CELL_WORDS = 2;

/** Null when objects of this size cannot be told apart: none, more than a unit, or not whole cells. */
export function typeLayout(type: TypeNumber, instanceSize: Words): TypeLayout | null {
  const isCons = type === TYPE_LISTP;
  const sizeWords = isCons ? CONS_CELL_WORDS : instanceSize;
  const perUnit = isCons ? 2 * CONS_PAGE_CELLS : instancesPerUnit(sizeWords);
  return perUnit === 0 ? null : { type, sizeWords, perUnit };
}

/** How a unit is cut: page by page where that leaves little over, else across the whole unit. */
function isCutByPage(sizeWords: Words): boolean {
  const slop = PAGE_WORDS % sizeWords;
  return slop !== 0 && slop < sizeWords >> 1 && sizeWords < PAGE_WORDS;
}

export function instancesPerUnit(sizeWords: Words): number {
  if (sizeWords < 2 || sizeWords > MDS_UNIT_WORDS || sizeWords % 2 !== 0) return 0;
  if (isCutByPage(sizeWords)) return 2 * Math.floor(PAGE_WORDS / sizeWords);
  return Math.floor(MDS_UNIT_WORDS / sizeWords);
}

export function instanceAddress({ type, sizeWords, perUnit }: TypeLayout, base: WordAddress, i: number): Pointer {
  if (type === TYPE_LISTP) {
    const second = i >= CONS_PAGE_CELLS;
    return base + (second ? PAGE_WORDS : 0) + CONS_PAGE_FIRST_CELL + 2 * (second ? i - CONS_PAGE_CELLS : i);
  }
  if (!isCutByPage(sizeWords)) return base + i * sizeWords;
  const perPage = perUnit >> 1;
  return i < perPage ? base + i * sizeWords : base + PAGE_WORDS + (i - perPage) * sizeWords;
}

/** The start of the instance, live or free, that an address in a unit of the type belongs to; null between and after instances. */
export function instanceAround(layout: TypeLayout, address: Pointer): Pointer | null {
  const { type, sizeWords, perUnit } = layout;
  const unit = address - (address % MDS_UNIT_WORDS);
  if (type === TYPE_LISTP) return (address & 0xff) < CONS_PAGE_FIRST_CELL ? null : address & ~1;
  const isByPage = isCutByPage(sizeWords);
  const start = isByPage ? address & ~0xff : unit;
  const i = Math.floor((address - start) / sizeWords);
  return i < (isByPage ? perUnit >> 1 : perUnit) ? start + i * sizeWords : null;
}
