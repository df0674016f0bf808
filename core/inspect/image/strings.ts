/** The strings of an image: where they are, how long, and where their characters are. Source: memory specification, section 11.2. */
import type { Pointer, WordAddress } from "../../base/units.ts";
import { TYPE_GENERAL_ARRAY, TYPE_ONED_ARRAY, TYPE_STRINGP } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { arrayHeader, ELEMENT_FAT_CHARACTER, OLD_UNSIGNED_16, oldArrayHeader } from "../../objects/arrays/arrays.ts";
import { isString } from "../../objects/arrays/strings.ts";
import type { HeapMap } from "../heap/heap-map.ts";

export interface StringRecord {
  readonly pointer: Pointer;
  /** Characters: the fill pointer. */
  readonly length: number;
  /** 16-bit characters. */
  readonly isFat: boolean;
  readonly isReadOnly: boolean;
  /** Where the characters are: several strings may have the same base. */
  readonly base: WordAddress;
  /** Characters between the base and the first one. */
  readonly offset: number;
}

/** Visits the live strings: obsolete ones, vectors, arrays; each kind in address order. */
export function eachString(map: HeapMap, visit: (string: StringRecord) => void): void {
  for (const type of [TYPE_STRINGP, TYPE_ONED_ARRAY, TYPE_GENERAL_ARRAY]) {
    map.eachInstance(type, (pointer) => {
      const record = stringRecord(map.memory, pointer);
      if (record !== null) visit(record);
    });
  }
}

/** What a string consists of; null when `pointer` is none, or its header leads outside the image. */
export function stringRecord(memory: VirtualMemory, pointer: Pointer): StringRecord | null {
  if (!isString(memory, pointer)) return null;
  const old = oldArrayHeader(memory, pointer);
  if (old !== null) {
    const { length, isReadOnly, base, offset, elementType } = old;
    return { pointer, length, isFat: elementType === OLD_UNSIGNED_16, isReadOnly, base, offset };
  }
  const header = arrayHeader(memory, pointer);
  if (header === null) return null;
  const { length, isReadOnly, base, offset, elementType } = header;
  return { pointer, length, isFat: elementType === ELEMENT_FAT_CHARACTER, isReadOnly, base, offset };
}

/** How many strings have each of these bases: those above 1 share their characters. */
export function sharedBases(map: HeapMap, bases: Iterable<WordAddress>): ReadonlyMap<WordAddress, number> {
  const users = new Map<WordAddress, number>();
  for (const base of bases) users.set(base, 0);
  eachString(map, ({ base }) => {
    const known = users.get(base);
    if (known !== undefined) users.set(base, known + 1);
  });
  return users;
}
