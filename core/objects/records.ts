/**
 * Records: instances of the types that a Conspect Lisp program or its library declares. What the type descriptor says of their fields is what Interlisp
 * says there, (type offset kind), followed by what only we say: the name of the field, and its mark.
 *
 * ```
 * field descriptors of (define-type node value (parent back)):  ((node 0 POINTER value) (node 2 XPOINTER parent back))
 * ```
 * XPOINTER is the kind of a pointer that nobody counts.
 */
import type { Pointer, TypeNumber, Words } from "../base/units.ts";
import type { Datum } from "../isa/code-block.ts";
import { FIRST_PROGRAM_TYPE, type RecordLayout, TABLE_TYPE, VALUES_TYPE } from "../isa/record-types.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { arrayElement, arrayHeader } from "./arrays/arrays.ts";
import { car, cdr, isCons, isReadableCons, listItems } from "./cons.ts";
import { DTD_FIELDS, DTD_LIMIT, dtdAddress } from "./dtd.ts";
import { isSmall, smallValue } from "./immediates.ts";
import { integerValue } from "./numbers.ts";
import { symbolName } from "./symbols.ts";
import { isSymbol, typeNumber } from "./types.ts";

/** A field as the type descriptor has it. */
export interface DeclaredField {
  readonly name: string;
  readonly offset: Words;
  /** Not counted: nil when its object is gone. */
  readonly isWeak: boolean;
}

const CELL_WORDS = 2;
const COUNTED_KIND = "POINTER";
const WEAK_KIND = "XPOINTER";
/** Cells of an instance are numbered by one byte, in words. */
const MOST_FIELDS = 128;
/** Type, offset, kind, name; a mark may follow. */
const NAME_PLACE = 3;

/** What `writeTypeDescriptor` needs for a record type. An instance has at least one cell: a free one keeps its link there. */
export function recordDescriptor(layout: RecordLayout): {
  readonly sizeWords: Words;
  readonly pointers: readonly Words[];
  readonly fields: Datum;
} {
  const { name: type, fields } = layout;
  const symbol = (name: string): Datum => ({ kind: "symbol", name });
  const described = fields.map(({ name, isWeak, mark }, i) => {
    const offset: Datum = { kind: "integer", value: CELL_WORDS * i };
    const items = [symbol(type), offset, symbol(isWeak ? WEAK_KIND : COUNTED_KIND), symbol(name)];
    return listDatum(mark === null ? items : [...items, symbol(mark)]);
  });
  return {
    sizeWords: CELL_WORDS * Math.max(1, fields.length),
    pointers: fields.flatMap(({ isWeak }, i) => (isWeak ? [] : [CELL_WORDS * i])),
    fields: listDatum(described),
  };
}

function listDatum(items: readonly Datum[]): Datum {
  return items.reduceRight<Datum>((rest, item) => ({ kind: "pair", car: item, cdr: rest }), { kind: "nil" });
}

/** The fields of a record type with their names; null when the type is none. */
export function recordFields(memory: VirtualMemory, type: TypeNumber): readonly DeclaredField[] | null {
  if (type < TABLE_TYPE || type >= DTD_LIMIT) return null;
  const { items } = listItems(memory, memory.pointer(dtdAddress(type) + DTD_FIELDS), MOST_FIELDS);
  const fields: DeclaredField[] = [];
  for (const item of items) {
    const field = fieldOf(memory, item);
    if (field === null) return null;
    fields.push(field);
  }
  return fields;
}

function fieldOf(memory: VirtualMemory, item: Pointer): DeclaredField | null {
  const [, offset, kind, name] = listItems(memory, item, NAME_PLACE + 1).items;
  if (offset === undefined || kind === undefined || name === undefined || !isSmall(offset)) return null;
  if (!isSymbol(memory, kind) || !isSymbol(memory, name)) return null;
  return { name: symbolName(memory, name), offset: smallValue(offset), isWeak: symbolName(memory, kind) === WEAK_KIND };
}

/** Is it a table of the library? */
export function isTable(memory: VirtualMemory, value: Pointer): boolean {
  return isLibraryRecord(memory, value, TABLE_TYPE);
}
/** Are these several results? */
export function isValues(memory: VirtualMemory, value: Pointer): boolean {
  return isLibraryRecord(memory, value, VALUES_TYPE);
}
function isLibraryRecord(memory: VirtualMemory, value: Pointer, type: TypeNumber): boolean {
  return type < FIRST_PROGRAM_TYPE && typeNumber(memory, value) === type && recordFields(memory, type) !== null;
}

/** Number of keys of a table. */
export function tableCount(memory: VirtualMemory, table: Pointer): number {
  return integerValue(memory, memory.pointer(table)) ?? 0;
}

/** The pairs (key . value) of a table in the order of its buckets; at most `limit`. */
export function tableEntries(memory: VirtualMemory, table: Pointer, limit: number): Pointer[] {
  const header = arrayHeader(memory, memory.pointer(table + CELL_WORDS));
  const found: Pointer[] = [];
  for (let i = 0; header !== null && i < header.length && found.length < limit; i++) {
    const bucket = arrayElement(memory, header, i);
    let rest = bucket?.kind === "pointer" ? bucket.pointer : 0;
    for (; isCons(memory, rest) && isReadableCons(memory, rest) && found.length < limit; rest = cdr(memory, rest)) {
      const entry = car(memory, rest);
      if (isCons(memory, entry) && isReadableCons(memory, entry)) found.push(entry);
    }
  }
  return found;
}
