/**
 * Type descriptors (DTD): what an image says about its types.
 *
 * ```
 * cell 0  29 obsolete | 28 finalizable | 27..0 name (symbol)
 * cell 1  31..16 cnt0: recent allocations | 15..0 size in words
 * cell 2  free: first free instance, 0 = none (not used for LISTP)
 * cell 3  31 locked | 30 hunk | 29..28 content of a hunk | 27..0 field descriptors (list)
 * cell 4  type specs (list)
 * cell 5  ptrs: list of the word offsets of counted pointers, ascending
 * cell 6  oldcnt: allocations
 * cell 7  nextpage: LISTP only, first cons page with room, 0 = none
 * cell 8  31..16 type table entry | 15..0 supertype number, 0 = none
 * ```
 * Source: memory specification, section 7.
 */
import type { Pointer, TypeNumber, WordAddress, Words } from "../base/units.ts";
import { DTD_BASE, DTD_REGION_WORDS, DTD_WORDS } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { listItems } from "./cons.ts";
import { isSmall, smallValue } from "./immediates.ts";
import { symbolName } from "./symbols.ts";
import { builtinType, isSymbol } from "./types.ts";

/** Word offsets of the cells that allocators write. */
export const DTD_NAME = 0;
export const DTD_SIZE = 2;
export const DTD_FREE = 4;
export const DTD_FIELDS = 6;
export const DTD_SPECS = 8;
export const DTD_POINTERS = 10;
export const DTD_ALLOCATIONS = 12;
export const DTD_NEXT_PAGE = 14;
export const DTD_ENTRY = 16;

/** Type numbers that have room in the descriptor table. */
export const DTD_LIMIT = Math.floor(DTD_REGION_WORDS / DTD_WORDS);

/** Longest list of pointer offsets that is read: a type has at most one a cell. */
const POINTER_LIMIT = 0x8000;

/** Content kinds of hunk types, as in array block headers. */
export const HUNK_UNBOXED = 0;
export const HUNK_POINTERS = 1;
export const HUNK_CODE = 2;

/** @throws {RangeError} for a type number without room in the table */
export function dtdAddress(type: TypeNumber): WordAddress {
  if (type < 0 || type >= DTD_LIMIT) throw new RangeError(`type number ${type} outside 0 … ${DTD_LIMIT - 1}`);
  return DTD_BASE + type * DTD_WORDS;
}

export interface TypeDescriptor {
  readonly type: TypeNumber;
  /** Symbol, NIL when the type is not declared. */
  readonly name: Pointer;
  readonly isObsolete: boolean;
  readonly isFinalizable: boolean;
  readonly sizeWords: Words;
  readonly recentAllocations: number;
  readonly allocations: number;
  readonly free: Pointer;
  readonly isLocked: boolean;
  readonly isHunk: boolean;
  /** `HUNK_…`, for hunk types. */
  readonly hunkContent: number;
  /** Lists. */
  readonly fields: Pointer;
  readonly specs: Pointer;
  readonly pointers: Pointer;
  readonly nextPage: number;
  readonly entry: number;
  readonly supertype: TypeNumber;
}

export function typeDescriptor(memory: VirtualMemory, type: TypeNumber): TypeDescriptor {
  const dtd = dtdAddress(type);
  const first = memory.cell(dtd + DTD_NAME);
  const size = memory.cell(dtd + DTD_SIZE);
  const fields = memory.cell(dtd + DTD_FIELDS);
  const entry = memory.cell(dtd + DTD_ENTRY);
  return {
    type,
    name: first & 0x0fffffff,
    isObsolete: (first & 0x20000000) !== 0,
    isFinalizable: (first & 0x10000000) !== 0,
    sizeWords: size & 0xffff,
    recentAllocations: size >>> 16,
    allocations: memory.cell(dtd + DTD_ALLOCATIONS),
    free: memory.pointer(dtd + DTD_FREE),
    isLocked: (fields & 0x80000000) !== 0,
    isHunk: (fields & 0x40000000) !== 0,
    hunkContent: (fields >>> 28) & 3,
    fields: fields & 0x0fffffff,
    specs: memory.pointer(dtd + DTD_SPECS),
    pointers: memory.pointer(dtd + DTD_POINTERS),
    nextPage: memory.cell(dtd + DTD_NEXT_PAGE),
    entry: entry >>> 16,
    supertype: entry & 0xffff,
  };
}

/** Size of an instance in words; 0 when the type is not declared. */
export function instanceWords(memory: VirtualMemory, type: TypeNumber): Words {
  return type < DTD_LIMIT ? memory.word(dtdAddress(type) + DTD_SIZE + 1) : 0;
}

/** Word offsets of the counted pointers of a type, ascending: what its descriptor says. */
export function pointerOffsets(memory: VirtualMemory, type: TypeNumber): Words[] {
  if (type >= DTD_LIMIT) return [];
  const { items } = listItems(memory, memory.pointer(dtdAddress(type) + DTD_POINTERS), POINTER_LIMIT);
  return items.filter(isSmall).map(smallValue);
}

/** A type's name as its descriptor gives it, or the built-in name, or `TYPE-n`. Type 0 is `BLOCK`. */
export function typeName(memory: VirtualMemory, type: TypeNumber): string {
  if (type === 0) return "BLOCK";
  if (type < DTD_LIMIT && isMapped(memory, dtdAddress(type), DTD_WORDS)) {
    const name = memory.pointer(dtdAddress(type));
    if (name !== 0 && isSymbol(memory, name)) {
      const text = symbolName(memory, name);
      if (text !== "") return text;
    }
  }
  return builtinType(type)?.name ?? `TYPE-${type}`;
}

/** What an image builder says about a type. */
export interface NewTypeDescriptor {
  readonly type: TypeNumber;
  readonly name: Pointer;
  readonly sizeWords: Words;
  /** List of small integers: word offsets of counted pointers. */
  readonly pointers: Pointer;
  readonly entry: number;
  readonly supertype?: TypeNumber;
  readonly hunkContent?: number;
}

/** For image builders: writes a whole descriptor, with no instances yet. Counting the name and the list is the caller's business. */
export function writeTypeDescriptor(memory: VirtualMemory, descriptor: NewTypeDescriptor): void {
  const dtd = dtdAddress(descriptor.type);
  const hunk = descriptor.hunkContent;
  memory.setCell(dtd + DTD_NAME, descriptor.name);
  memory.setWord(dtd + DTD_SIZE, 0);
  memory.setWord(dtd + DTD_SIZE + 1, descriptor.sizeWords);
  memory.setCell(dtd + DTD_FREE, 0);
  memory.setCell(dtd + DTD_FIELDS, hunk === undefined ? 0 : 0x40000000 | (hunk << 28));
  memory.setCell(dtd + DTD_SPECS, 0);
  memory.setCell(dtd + DTD_POINTERS, descriptor.pointers);
  memory.setCell(dtd + DTD_ALLOCATIONS, 0);
  memory.setCell(dtd + DTD_NEXT_PAGE, 0);
  memory.setCell(dtd + DTD_ENTRY, ((descriptor.entry << 16) | (descriptor.supertype ?? 0)) >>> 0);
}
