/** System variables and functions of an image, by name. Looked up each time: only slow paths ask. Source: memory specification, section 6.6. */
import type { ByteAddress, Cell } from "../../base/units.ts";
import { NIL, NOBIND, POINTER_MASK } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { DEFINITION_COMPILED, definitionCell, findSymbol, valueCell } from "../../objects/symbols.ts";

/** Value of a system variable; null when the image has no such symbol. */
export function systemValue(memory: VirtualMemory, name: string): Cell | null {
  const symbol = findSymbol(memory, name);
  return symbol === null ? null : memory.cell(valueCell(symbol));
}
/** Does nothing in an image that has no such symbol. */
export function setSystemValue(memory: VirtualMemory, name: string, value: Cell): void {
  const symbol = findSymbol(memory, name);
  if (symbol !== null) memory.setCell(valueCell(symbol), value);
}
/** Whether the variable exists and is not NIL. */
export function isSystemValueSet(memory: VirtualMemory, name: string): boolean {
  return (systemValue(memory, name) ?? NIL) !== NIL;
}

/** Header of the compiled function that a system symbol names, as a byte address; 0 when there is none. */
export function systemFunction(memory: VirtualMemory, name: string): ByteAddress {
  const symbol = findSymbol(memory, name);
  const definition = symbol === null ? 0 : memory.cell(definitionCell(symbol));
  return (definition & DEFINITION_COMPILED) === 0 ? 0 : 2 * (definition & POINTER_MASK);
}

/**
 * Sets and clears bits of the interrupt state, whose cell `\INTERRUPTSTATE` points at:
 * pending bits in 31..24, handled ones in 23..16, the interrupt character below (memory specification, section 15). An image without one goes without.
 */
export function changeInterruptState(memory: VirtualMemory, change: (state: Cell) => number): void {
  const cell = (systemValue(memory, "\\INTERRUPTSTATE") ?? NIL) & POINTER_MASK;
  if (cell > NOBIND && cell + 2 <= memory.sizeWords) memory.setCell(cell, change(memory.cell(cell)) >>> 0);
}
