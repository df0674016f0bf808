/**
 * The types that an image is born with. Some built-in ones have only their number: the system declares them when it boots.
 * Source: memory specification, sections 7 and 8; linking specification, section 1b.
 */
import type { Pointer, TypeNumber } from "../../base/units.ts";
import { type Form, listForm } from "../../compiled/forms.ts";
import { BLOCK_CODE, BLOCK_POINTERS, BLOCK_UNBOXED } from "../../managers/contract.ts";
import { TYPE_LITATOM, TYPE_NEW_ATOM, TYPE_NOREF } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { DTD_NAME, DTD_POINTERS, dtdAddress, writeTypeDescriptor } from "../../objects/dtd.ts";
import { type BuiltinType, builtinType, isCodeHunk, isPointerHunk, isUnboxedHunk } from "../../objects/types.ts";

/** The highest number of a built-in type. */
export const LAST_TYPE: TypeNumber = 73;

/** Types that the booting system declares. */
const DECLARED_LATER: ReadonlySet<string> = new Set(["STREAM", "BITMAP", "BIGNUM", "RATIO", "COMPLEX", "PATHNAME"]);

/** Functions that the collector calls for a dead object of the type. */
export const FINALIZERS: readonly (readonly [type: TypeNumber, name: string])[] = [
  [8, "\\RECLAIMSTACKP"],
  [10, "RELEASINGVMEMPAGE"],
  ...Array.from({ length: LAST_TYPE }, (_, i) => i + 1)
    .filter(isCodeHunk)
    .map((type) => [type, "\\RECLAIMCODEBLOCK"] as const),
  [0, "\\RECLAIMARRAYBLOCK"],
];
const FINALIZABLE = 0x10000000;

interface InitialType {
  readonly number: TypeNumber;
  readonly name: string;
  readonly isDeclared: boolean;
  readonly pointerOffsets: readonly number[];
}

const INITIAL_TYPES: readonly InitialType[] = Array.from({ length: LAST_TYPE }, (_, i) => {
  const number = i + 1;
  const type = builtinType(number);
  const isDeclared = type !== null && !DECLARED_LATER.has(type.name);
  const pointerOffsets = isDeclared ? (type.pointerOffsets ?? []) : [];
  return { number, name: type?.name ?? `FILLER${number}`, isDeclared, pointerOffsets };
});

/** Sizes and entries, which is all that allocating objects takes. */
export function writeTypeSizes(memory: VirtualMemory): void {
  for (const { number, isDeclared } of INITIAL_TYPES) {
    const type = builtinType(number);
    const known = isDeclared ? type : null;
    // A type without instances is not counted.
    const entry = known?.entry ?? number | TYPE_NOREF;
    const hunk = hunkContent(number);
    writeTypeDescriptor(memory, {
      type: number,
      name: 0,
      sizeWords: known?.words ?? 0,
      pointers: 0,
      entry,
      ...(number === TYPE_NEW_ATOM ? { supertype: TYPE_LITATOM } : {}),
      ...(hunk === null ? {} : { hunkContent: hunk }),
    });
  }
}

function hunkContent(type: TypeNumber): BuiltinType["number"] | null {
  if (isPointerHunk(type)) return BLOCK_POINTERS;
  if (isUnboxedHunk(type)) return BLOCK_UNBOXED;
  return isCodeHunk(type) ? BLOCK_CODE : null;
}

/** Names and pointer fields, when there are symbols and conses. */
export function nameTypes(
  memory: VirtualMemory,
  make: { symbol(name: string): Pointer; object(form: Form): Pointer },
): void {
  for (const { number, name, pointerOffsets } of INITIAL_TYPES) {
    const dtd = dtdAddress(number);
    memory.setPointer(dtd + DTD_NAME, make.symbol(name));
    const offsets = pointerOffsets.map((offset): Form => ({ kind: "integer", value: BigInt(offset) }));
    memory.setPointer(dtd + DTD_POINTERS, make.object(listForm(offsets)));
  }
}

/** Marks a type whose dead objects the collector hands to a function. */
export function markFinalizable(memory: VirtualMemory, type: TypeNumber): void {
  const cell = dtdAddress(type) + DTD_NAME;
  memory.setCell(cell, memory.cell(cell) | FINALIZABLE);
}
