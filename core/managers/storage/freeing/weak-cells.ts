/** The weak fields that an image has when a manager takes it over: those of all instances of the types whose descriptors declare some. */
import type { Pointer, TypeNumber, Words } from "../../../base/units.ts";
import { TABLE_TYPE } from "../../../isa/record-types.ts";
import { MDS_UNIT_WORDS, NIL, PAGE_WORDS, TYPE_NUMBER_MASK, TYPE_TABLE_BASE } from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { DTD_FREE, DTD_LIMIT, dtdAddress, instanceWords } from "../../../objects/dtd.ts";
import { recordFields } from "../../../objects/records.ts";
import { isCutByPage } from "../typed-pages.ts";

const UNIT_SHIFT = 9;

/** Calls `visit` for each weak field of each instance that is not free, whatever it refers to. */
export function eachWeakCell(memory: VirtualMemory, visit: (holder: Pointer, offset: Words) => void): void {
  const offsets = weakOffsets(memory);
  if (offsets.size === 0) return;
  const free = new Set<Pointer>();
  for (const type of offsets.keys()) addFree(memory, type, free);
  for (let unit = 0; unit < memory.sizeWords >> UNIT_SHIFT; unit++) {
    const type = memory.word(TYPE_TABLE_BASE + unit) & TYPE_NUMBER_MASK;
    const own = offsets.get(type);
    if (own === undefined) continue;
    eachPlace(unit << UNIT_SHIFT, instanceWords(memory, type), (object) => {
      if (!free.has(object)) for (const offset of own) visit(object, offset);
    });
  }
}

function weakOffsets(memory: VirtualMemory): ReadonlyMap<TypeNumber, readonly Words[]> {
  const found = new Map<TypeNumber, readonly Words[]>();
  for (let type = TABLE_TYPE; type < DTD_LIMIT; type++) {
    const size = instanceWords(memory, type);
    const weak = (size === 0 ? null : recordFields(memory, type))?.filter(({ isWeak }) => isWeak) ?? [];
    const offsets = weak.map(({ offset }) => offset).filter((offset) => offset < size);
    if (offsets.length > 0) found.set(type, offsets);
  }
  return found;
}

/** The free chain of a type; one that leaves memory or comes back to itself is cut off. */
function addFree(memory: VirtualMemory, type: TypeNumber, free: Set<Pointer>): void {
  let object = memory.pointer(dtdAddress(type) + DTD_FREE);
  for (; object !== NIL && object < memory.sizeWords && !free.has(object); object = memory.pointer(object)) {
    free.add(object);
  }
}

/** Where instances begin in a unit (memory specification, section 7). */
function eachPlace(unit: Pointer, size: Words, visit: (object: Pointer) => void): void {
  const part = isCutByPage(size) ? PAGE_WORDS : MDS_UNIT_WORDS;
  for (let start = unit; start < unit + MDS_UNIT_WORDS; start += part) {
    for (let object = start; object + size <= start + part; object += size) visit(object);
  }
}
