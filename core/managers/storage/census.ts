/** How much of a heap is in use when a manager takes it over: what is in typed units and blocks and not free. */
import type { TypeNumber, WordAddress, Words } from "../../base/units.ts";
import {
  DTD_BASE,
  DTD_WORDS,
  NIL,
  PAGE_WORDS,
  TYPE_LISTP,
  TYPE_NUMBER_MASK,
  TYPE_TABLE_BASE,
} from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { eachBlock } from "../../objects/arrays/blocks.ts";
import { CONS_PAGE_CELLS, CONS_PAGE_FREE_WORD } from "../../objects/cons.ts";
import { DTD_FREE, DTD_SIZE, instanceWords } from "../../objects/dtd.ts";
import type { SystemVariables } from "./system-variables.ts";
import { isCutByPage } from "./typed-pages.ts";

/** Words of live objects: cells of conses, instances of types, whole blocks. */
export function liveWords(memory: VirtualMemory, variables: SystemVariables): Words {
  return blockWords(memory, variables) + typedWords(memory, variables);
}

function blockWords(memory: VirtualMemory, variables: SystemVariables): Words {
  let words = 0;
  const add = (start: WordAddress, end: WordAddress) => {
    eachBlock(memory, start, end, (block) => {
      if (block.isInUse) words += 2 * block.cells;
    });
  };
  const start = memory.pointer(variables.arraySpace);
  const start2 = memory.pointer(variables.arraySpace2);
  const end = memory.pointer(variables.arrayFrLst);
  const hasMoved = memory.cell(variables.secondArrayPage) * PAGE_WORDS === start2 && end >= start2;
  if (hasMoved) add(start2, end);
  add(start, hasMoved ? memory.pointer(variables.arrayFrLst2) : end);
  return words;
}

function typedWords(memory: VirtualMemory, variables: SystemVariables): Words {
  const units = new Map<TypeNumber, number>();
  let words = 0;
  const firstUnit = (memory.pointer(variables.arraySpace) >> 9) & ~1;
  for (let unit = firstUnit; unit < memory.sizeWords >> 9; unit++) {
    const type = memory.word(TYPE_TABLE_BASE + unit) & TYPE_NUMBER_MASK;
    if (type === 0) continue;
    if (type === TYPE_LISTP) words += consUnitWords(memory, unit << 9);
    else units.set(type, (units.get(type) ?? 0) + 1);
  }
  for (const [type, count] of units) {
    const size = instanceWords(memory, type);
    if (size > 0) words += size * (count * instancesPerUnit(size) - freeInstances(memory, type));
  }
  return words;
}

function consUnitWords(memory: VirtualMemory, unit: WordAddress): Words {
  const free = (page: WordAddress) => memory.word(page + CONS_PAGE_FREE_WORD) >> 8;
  return 2 * (2 * CONS_PAGE_CELLS - free(unit) - free(unit + PAGE_WORDS));
}

/** Objects that a unit of two pages is carved into (memory specification, section 7). */
export function instancesPerUnit(size: Words): number {
  return isCutByPage(size) ? 2 * Math.floor(PAGE_WORDS / size) : Math.floor((2 * PAGE_WORDS) / size);
}

/** Length of a type's free chain; a chain that leaves memory or never ends is cut off. */
function freeInstances(memory: VirtualMemory, type: TypeNumber): number {
  const most = memory.sizeWords / memory.word(DTD_BASE + DTD_WORDS * type + DTD_SIZE + 1);
  let count = 0;
  let object = memory.pointer(DTD_BASE + DTD_WORDS * type + DTD_FREE);
  while (object !== NIL && object < memory.sizeWords && count < most) {
    count++;
    object = memory.pointer(object);
  }
  return count;
}
