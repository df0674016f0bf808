/**
 * What kind of thing a pointer points at: the type table, and the built-in types as data.
 * Names and fields of the types that an image declares are in its type descriptors (`dtd.ts`).
 * Source: memory specification, sections 5 and 8.
 */
import type { Cells, Pointer, TypeNumber, WordAddress, Words } from "../base/units.ts";
import {
  MDS_UNIT_WORDS,
  TYPE_FIRST_CODE_HUNK,
  TYPE_FIRST_POINTER_HUNK,
  TYPE_FIRST_UNBOXED_HUNK,
  TYPE_LAST_CODE_HUNK,
  TYPE_NOREF,
  TYPE_NUMBER_MASK,
  TYPE_SYMBOLP,
  TYPE_TABLE_BASE,
} from "../memory/layout.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";

const TYPE_TABLE_BYTE = TYPE_TABLE_BASE * 2;
const ENTRY_LIMIT = 0x40000;
const OUTSIDE = TYPE_NOREF;

/**
 * Entry of the type table for what `pointer` points at. Tag bits are masked off; addresses above the table are untyped and not counted,
 * where the reference VM reads whatever memory follows the table. The image must reach as far as the table (4 MB).
 */
export function typeEntry(memory: VirtualMemory, pointer: Pointer): number {
  const index = (pointer & 0x0fffffff) >> 9;
  return index < ENTRY_LIMIT ? memory.view.getUint16(TYPE_TABLE_BYTE + index * 2) : OUTSIDE;
}
export function typeNumber(memory: VirtualMemory, pointer: Pointer): TypeNumber {
  return typeEntry(memory, pointer) & TYPE_NUMBER_MASK;
}
/** Whether references to what `pointer` points at are counted. */
export function isCounted(memory: VirtualMemory, pointer: Pointer): boolean {
  return (typeEntry(memory, pointer) & TYPE_NOREF) === 0;
}
export function isSymbol(memory: VirtualMemory, pointer: Pointer): boolean {
  return (typeEntry(memory, pointer) & TYPE_SYMBOLP) !== 0;
}
/** Gives the two-page units from `start` up to `end` (exclusive) their type table entry. */
export function setTypeEntries(memory: VirtualMemory, start: WordAddress, end: WordAddress, entry: number): void {
  for (let address = start; address < end; address += MDS_UNIT_WORDS) {
    memory.setWord(TYPE_TABLE_BASE + (address >> 9), entry);
  }
}

/** Start addresses of all units that hold objects of a type, ascending. For type 0 that is array space. */
export function unitsOfType(memory: VirtualMemory, type: TypeNumber): WordAddress[] {
  const units: WordAddress[] = [];
  const limit = Math.min(memory.sizeWords >> 9, ENTRY_LIMIT);
  for (let index = 0; index < limit; index++) {
    const entry = memory.view.getUint16(TYPE_TABLE_BYTE + index * 2);
    if ((entry & TYPE_NUMBER_MASK) !== type) continue;
    // Type 0 is also what the table says of everything untyped.
    if (type !== 0 || (entry & TYPE_NOREF) === 0) units.push(index << 9);
  }
  return units;
}

/** A type that every image has, as an image builder needs it. */
export interface BuiltinType {
  readonly number: TypeNumber;
  readonly name: string;
  /** Words of an instance, 0 for immediates and symbols that are numbers. */
  readonly words: Words;
  /** Word offsets of counted pointers. Null: only the image that declares the type knows. */
  readonly pointerOffsets: readonly Words[] | null;
  /** The word that the type table holds for units of this type. */
  readonly entry: number;
}

const row = (
  number: TypeNumber,
  name: string,
  words: Words,
  pointerOffsets: readonly Words[] | null,
  entry: number,
): BuiltinType => ({ number, name, words, pointerOffsets, entry });

const basicTypes: readonly BuiltinType[] = [
  row(1, "SMALLP", 0, [], 0xb801),
  row(2, "FIXP", 2, [], 0x3802),
  row(3, "FLOATP", 2, [], 0x1803),
  row(4, "LITATOM", 0, [], 0xc804),
  row(5, "LISTP", 4, [0, 2], 0x0005),
  row(6, "ARRAYP", 6, [0], 0x0006),
  row(7, "STRINGP", 6, [0], 0x0007),
  row(8, "STACKP", 2, [], 0x0008),
  row(9, "CHARACTER", 0, [], 0x8009),
  row(10, "VMEMPAGEP", 256, [], 0x000a),
  row(11, "STREAM", 64, null, 0x000b),
  row(12, "BITMAP", 6, [0], 0x000c),
  row(13, "COMPILED-CLOSURE", 4, [0, 2], 0x000d),
  row(14, "ONED-ARRAY", 8, [0], 0x000e),
  row(15, "TWOD-ARRAY", 10, [0], 0x000f),
  row(16, "GENERAL-ARRAY", 10, [0, 8], 0x0010),
  row(17, "BIGNUM", 2, [0], 0x3811),
  row(18, "RATIO", 4, [0, 2], 0x1812),
  row(19, "COMPLEX", 4, [0, 2], 0x1813),
  row(20, "PATHNAME", 12, [0, 2, 4, 6, 8, 10], 0x0014),
  row(21, "NEW-ATOM", 10, [2, 4, 6], 0xc815),
];

/** Sizes in cells of the hunk types, from the first type number of each kind. */
export const POINTER_HUNK_CELLS: readonly Cells[] = [2, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 42, 64];
export const UNBOXED_HUNK_CELLS: readonly Cells[] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64,
];
export const CODE_HUNK_CELLS: readonly Cells[] = [12, 16, 20, 24, 28, 32, 36, 42, 50, 64];

const hunks = (first: TypeNumber, name: string, sizes: readonly Cells[], hasPointers: boolean): BuiltinType[] =>
  sizes.map((cells, i) =>
    row(
      first + i,
      `\\${name}${cells}`,
      cells * 2,
      hasPointers ? Array.from({ length: cells }, (_, cell) => cell * 2) : [],
      first + i,
    ),
  );

/** All built-in types, ascending by number; 0 (untyped) and the fillers 22 … 30 are not among them. */
export const BUILTIN_TYPES: readonly BuiltinType[] = [
  ...basicTypes,
  ...hunks(TYPE_FIRST_POINTER_HUNK, "PTRHUNK", POINTER_HUNK_CELLS, true),
  ...hunks(TYPE_FIRST_UNBOXED_HUNK, "UNBOXEDHUNK", UNBOXED_HUNK_CELLS, false),
  ...hunks(TYPE_FIRST_CODE_HUNK, "CODEHUNK", CODE_HUNK_CELLS, false),
];

const builtinByNumber = new Map(BUILTIN_TYPES.map((type) => [type.number, type]));

export function builtinType(number: TypeNumber): BuiltinType | null {
  return builtinByNumber.get(number) ?? null;
}

export function isPointerHunk(type: TypeNumber): boolean {
  return type >= TYPE_FIRST_POINTER_HUNK && type < TYPE_FIRST_UNBOXED_HUNK;
}
export function isUnboxedHunk(type: TypeNumber): boolean {
  return type >= TYPE_FIRST_UNBOXED_HUNK && type < TYPE_FIRST_CODE_HUNK;
}
export function isCodeHunk(type: TypeNumber): boolean {
  return type >= TYPE_FIRST_CODE_HUNK && type <= TYPE_LAST_CODE_HUNK;
}
