/** What an image says of itself changes when it is saved. Source: memory specification, section 6.8, step 2. */
import type { WordAddress } from "../../base/units.ts";
import { IFPAGE, interfaceWord, MACHINE_TYPE_MAIKO } from "../../memory/interface-page.ts";
import { NIL } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { findSymbol, valueCell } from "../../objects/symbols.ts";

/** Storage without a second area, which the address space of the next start may have. */
const NOT_SWITCHABLE = 1;

/** Puts back what `prepareSave` changed. */
export type Undo = () => void;

/**
 * Machine type and storage state. The bytes are changed past the store gate: nobody who watches stores of the program is told.
 * @returns how to take it back, when nothing is saved after all
 */
export function prepareSave(memory: VirtualMemory): Undo {
  const { view } = memory;
  const undo: Undo[] = [];
  const setWord = (field: number, value: number) => {
    const place = 2 * interfaceWord(field);
    const before = view.getUint16(place);
    undo.push(() => view.setUint16(place, before));
    view.setUint16(place, value);
  };
  setWord(IFPAGE.machineType, MACHINE_TYPE_MAIKO);
  const variable = storageFullState(memory);
  if (variable !== null) {
    const before = view.getUint32(2 * variable);
    const state = before & 0xffff;
    setWord(IFPAGE.storageFullState, state === NOT_SWITCHABLE ? 0 : state);
    if (state === NOT_SWITCHABLE) {
      undo.push(() => view.setUint32(2 * variable, before));
      view.setUint32(2 * variable, NIL);
    }
  }
  return () => {
    for (const step of undo.reverse()) step();
  };
}

function storageFullState(memory: VirtualMemory): WordAddress | null {
  const symbol = findSymbol(memory, "\\STORAGEFULLSTATE");
  return symbol === null ? null : valueCell(symbol);
}
