/**
 * What `(free x)` takes back: the object, and the storage that belongs to it alone. Objects that it refers to are the program's business, as with any `free`.
 *
 * | x | goes |
 * |---|---|
 * | pair | its cell, with its helper and replacement cells |
 * | vector, string | the header and the block with the elements |
 * | function | the closure and the hunk with its captured variables |
 * | table | the table, its buckets and their pairs (`table-parts.ts`) |
 * | anything else of a fixed size | the object |
 */
import type { Cells, Pointer, TypeNumber, Words } from "../../../base/units.ts";
import {
  MDS_UNIT_WORDS,
  PAGE_WORDS,
  TYPE_BLOCK,
  TYPE_CLOSURE,
  TYPE_FIRST_CODE_HUNK,
  TYPE_LAST_CODE_HUNK,
  TYPE_LISTP,
  TYPE_ONED_ARRAY,
  TYPE_STACKP,
  TYPE_STREAM,
  TYPE_VMEMPAGEP,
} from "../../../memory/layout.ts";
import { isMapped } from "../../../memory/translation.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { ARRAY_DISPLACED, ARRAY_INDIRECT } from "../../../objects/arrays/arrays.ts";
import {
  CDR_INDIRECT,
  CDR_MAX_STORED,
  CONS_PAGE_FIRST_CELL,
  cdrCode,
  freeConsOffsets,
  isReadableCons,
} from "../../../objects/cons.ts";
import { instanceWords, typeName } from "../../../objects/dtd.ts";
import { isImmediate } from "../../../objects/immediates.ts";
import { isPointerHunk, isSymbol, typeNumber } from "../../../objects/types.ts";
import { BLOCK_CODE } from "../../contract.ts";
import { BLOCK_OVERHEAD_CELLS } from "../blocks/block-allocator.ts";
import { consWords, type Storage } from "../storage.ts";

export type CellRun = readonly [start: Pointer, cells: Cells];

/** One piece of storage that a release takes back. */
export interface Part {
  readonly object: Pointer;
  readonly type: TypeNumber;
  readonly sizeWords: Words;
  /** The cells that are overwritten while the part waits: address of the first, and how many. */
  readonly runs: readonly CellRun[];
}

/** Types whose objects the machine itself keeps. */
const MACHINE_TYPES: readonly TypeNumber[] = [TYPE_STACKP, TYPE_VMEMPAGEP, TYPE_STREAM];

/** Why a program cannot free what is written in its text. */
export const CONSTANT_OF_CODE =
  "it is a constant of the code, which may use it again. Free a copy, or what the program has made itself";

/** Why a pointer is nothing that a program can free; null when it is. */
export function problemOf(storage: Storage, object: Pointer): string | null {
  const { memory } = storage.context;
  if (isImmediate(object) || isSymbol(memory, object)) {
    return "a small integer, character or symbol has no storage of its own";
  }
  if (!isMapped(memory, object, 2) || object % 2 !== 0) return "no object can lie there";
  const type = typeNumber(memory, object);
  if (type === TYPE_BLOCK) return problemOfBlock(storage, object);
  if (type === TYPE_LISTP) return problemOfCons(memory, object);
  const isCode = type >= TYPE_FIRST_CODE_HUNK && type <= TYPE_LAST_CODE_HUNK;
  if (isCode || MACHINE_TYPES.includes(type)) return `objects of type ${typeName(memory, type)} belong to the machine`;
  const size = instanceWords(memory, type);
  if (size === 0) return `its type ${type} has no instances`;
  return isInstanceStart(object, size) ? null : `no object of type ${typeName(memory, type)} begins there`;
}

function problemOfBlock(storage: Storage, data: Pointer): string | null {
  const problem = storage.blocks.problemOf(data);
  if (problem !== null) return `the array block ${problem}`;
  return storage.blocks.content(data - 2) === BLOCK_CODE ? "code belongs to the machine" : null;
}

function problemOfCons(memory: VirtualMemory, cons: Pointer): string | null {
  const offset = cons % PAGE_WORDS;
  if (offset < CONS_PAGE_FIRST_CELL) return "it lies in the header of a page of pairs";
  if (freeConsOffsets(memory, cons >> 8).includes(offset)) return "it is on the free chain already";
  return isReadableCons(memory, cons) ? null : "it is no pair that can be read";
}

function isInstanceStart(object: Pointer, size: Words): boolean {
  const slop = PAGE_WORDS % size;
  const isByPage = slop !== 0 && slop < size >> 1 && size < PAGE_WORDS;
  return (object % (isByPage ? PAGE_WORDS : MDS_UNIT_WORDS)) % size === 0;
}

/** The parts of an object in which `problemOf` found nothing wrong; the object itself comes first. */
export function partsOf(storage: Storage, object: Pointer): Part[] {
  const { memory } = storage.context;
  const type = typeNumber(memory, object);
  if (type === TYPE_BLOCK) return [blockPart(storage, object)];
  if (type === TYPE_LISTP) {
    return [{ object, type, sizeWords: consWords(memory, object), runs: consCells(memory, object) }];
  }
  const sizeWords = instanceWords(memory, type);
  // An array header keeps its flags and lengths: an access gets as far as the elements, which are gone.
  const cells = type === TYPE_ONED_ARRAY ? 1 : sizeWords / 2;
  const parts: Part[] = [{ object, type, sizeWords, runs: [[object, cells]] }];
  if (type === TYPE_ONED_ARRAY) {
    const base = memory.pointer(object);
    const isShared = (memory.cell(object + 2) & (ARRAY_DISPLACED | ARRAY_INDIRECT)) !== 0;
    if (!isShared && typeNumber(memory, base) === TYPE_BLOCK && problemOf(storage, base) === null) {
      parts.push(blockPart(storage, base));
    }
  } else if (type === TYPE_CLOSURE) {
    const environment = memory.pointer(object + 2);
    const hunk = typeNumber(memory, environment);
    if (isPointerHunk(hunk) && problemOf(storage, environment) === null) {
      const words = instanceWords(memory, hunk);
      parts.push({ object: environment, type: hunk, sizeWords: words, runs: [[environment, words / 2]] });
    }
  }
  return parts;
}

function blockPart(storage: Storage, data: Pointer): Part {
  const sizeWords = 2 * storage.blocks.length(data - 2);
  return { object: data, type: TYPE_BLOCK, sizeWords, runs: [[data, sizeWords / 2 - BLOCK_OVERHEAD_CELLS]] };
}

/** The cells of a pair: its own, its replacement, its helper. */
function consCells(memory: VirtualMemory, cons: Pointer): CellRun[] {
  const cells: CellRun[] = [[cons, 1]];
  let holder = cons;
  if (cdrCode(memory, cons) === CDR_INDIRECT) {
    holder = memory.pointer(cons);
    cells.push([holder, 1]);
  }
  const code = cdrCode(memory, holder);
  if (code <= CDR_MAX_STORED) cells.push([holder + 2 * code, 1]);
  return cells;
}
