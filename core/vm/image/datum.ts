/**
 * Makes constants in an image: quoted lists, strings, vectors, boxed numbers. Each new object has no reference yet; storing it gives it one.
 * Source: memory specification, sections 9 to 11.
 */
import type { Pointer } from "../../base/units.ts";
import type { Datum } from "../../isa/code-block.ts";
import { BLOCK_POINTERS, BLOCK_UNBOXED, type MemoryManager } from "../../managers/contract.ts";
import { CHARACTER_BASE, NIL, T, TYPE_FIXP, TYPE_FLOATP, TYPE_ONED_ARRAY } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import {
  ARRAY_STRING,
  ELEMENT_FAT_CHARACTER,
  ELEMENT_POINTER,
  ELEMENT_THIN_CHARACTER,
} from "../../objects/arrays/arrays.ts";
import { fitsSmall, smallInteger } from "../../objects/immediates.ts";

/** What is needed to make objects. */
export interface Heap {
  readonly memory: VirtualMemory;
  readonly manager: MemoryManager;
}

/** Stores a counted pointer where no pointer was, telling the manager. */
export function initializeSlot(heap: Heap, slot: number, value: Pointer): void {
  heap.manager.barrier(slot, NIL, value, "add-first");
  heap.memory.setPointer(slot, value);
}

export function makeInteger(heap: Heap, value: number): Pointer {
  if (fitsSmall(value)) return smallInteger(value);
  const box = heap.manager.allocate(TYPE_FIXP);
  heap.memory.setCell(box, value);
  return box;
}

const float32 = new DataView(new ArrayBuffer(4));
export function makeFloat(heap: Heap, value: number): Pointer {
  const box = heap.manager.allocate(TYPE_FLOATP);
  float32.setFloat32(0, value);
  heap.memory.setCell(box, float32.getUint32(0));
  return box;
}

export function makeString(heap: Heap, text: string): Pointer {
  let isFat = false;
  for (let i = 0; i < text.length; i++) isFat ||= text.charCodeAt(i) > 255;
  const cells = Math.max(2, Math.ceil((isFat ? 2 * text.length : text.length) / 4));
  const base = heap.manager.allocateBlock(cells, BLOCK_UNBOXED);
  for (let i = 0; i < text.length; i++) {
    if (isFat) heap.memory.setWord(base + i, text.charCodeAt(i));
    else heap.memory.setByte(2 * base + i, text.charCodeAt(i));
  }
  const type = isFat ? ELEMENT_FAT_CHARACTER : ELEMENT_THIN_CHARACTER;
  return makeArrayHeader(heap, base, ARRAY_STRING | (type << 16), text.length);
}

/** A vector of `length` elements, all `fill`. */
export function makeVector(heap: Heap, length: number, fill: Pointer): Pointer {
  const base = heap.manager.allocateBlock(Math.max(2, length), BLOCK_POINTERS);
  if (fill !== NIL) for (let i = 0; i < length; i++) initializeSlot(heap, base + 2 * i, fill);
  return makeArrayHeader(heap, base, ELEMENT_POINTER << 16, length);
}

function makeArrayHeader(heap: Heap, base: Pointer, flags: number, length: number): Pointer {
  const array = heap.manager.allocate(TYPE_ONED_ARRAY);
  initializeSlot(heap, array, base);
  heap.memory.setCell(array + 2, flags);
  heap.memory.setCell(array + 4, length);
  heap.memory.setCell(array + 6, length);
  return array;
}

/**
 * A constant of code: what it is made of cannot be freed by the program.
 * @param symbol the symbol of a name, made when it is new
 */
export function makeDatum(heap: Heap, datum: Datum, symbol: (name: string) => Pointer): Pointer {
  switch (datum.kind) {
    case "nil":
      return NIL;
    case "true":
      return T;
    case "integer":
      return fitsSmall(datum.value) ? smallInteger(datum.value) : kept(heap, makeInteger(heap, datum.value));
    case "float":
      return kept(heap, makeFloat(heap, datum.value));
    case "character":
      return CHARACTER_BASE + datum.code;
    case "symbol":
      return symbol(datum.name);
    case "string":
      return kept(
        heap,
        heap.manager.literals?.intern(datum.text, () => makeString(heap, datum.text)) ?? makeString(heap, datum.text),
      );
    case "vector": {
      const vector = kept(heap, makeVector(heap, datum.items.length, NIL));
      const base = heap.memory.pointer(vector);
      for (const [i, item] of datum.items.entries()) {
        initializeSlot(heap, base + 2 * i, makeDatum(heap, item, symbol));
      }
      return vector;
    }
    case "pair":
      return makeList(heap, datum, symbol);
  }
}

/** An object of a constant. */
export function kept(heap: Heap, object: Pointer): Pointer {
  heap.manager.explicit?.keep(object);
  return object;
}

/** Conses along the CDRs from the end, so that CDR coding finds neighbours and long lists need no recursion. */
function makeList(heap: Heap, datum: Datum, symbol: (name: string) => Pointer): Pointer {
  const items: Datum[] = [];
  let rest: Datum = datum;
  for (; rest.kind === "pair"; rest = rest.cdr) items.push(rest.car);
  let list = makeDatum(heap, rest, symbol);
  for (const item of items.reverse()) list = kept(heap, heap.manager.cons(makeDatum(heap, item, symbol), list));
  return list;
}
