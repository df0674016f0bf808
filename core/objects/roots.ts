/**
 * The roots that an image has outside its heap and above its stack: symbols that are numbers, type descriptors, system contexts, the interface page.
 * Read anew each time. What the stack holds is the machine's knowledge; what buffers hold is the inspector's.
 * Source: collection specification, section 11.2, "Unreachable objects"; memory specification, sections 6, 7, 12, 14.
 */
import type { Pointer, TypeNumber, WordAddress } from "../base/units.ts";
import { IFPAGE, interfaceWord } from "../memory/interface-page.ts";
import { ATOM_WORDS, OLD_ATOM_LIMIT, POINTER_MASK, STACK_BASE } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { DTD_FIELDS, DTD_LIMIT, DTD_NAME, DTD_POINTERS, DTD_SPECS, dtdAddress, instanceWords } from "./dtd.ts";
import type { SlotKind } from "./object-slots.ts";
import { definitionCell, findSymbol, nameCell, propertyListCell, valueCell } from "./symbols.ts";

/** What holds a root. `system`: a context below the user stack. `interface`: the cells of the interface page for the misc context. */
export type RootHolder = "symbol" | "type" | "system" | "interface";

/**
 * @param target 28 bits; may be an immediate
 * @param holder the symbol, the number of a type, the stack offset of a context's cell, or a word of the interface page
 * @param slotKind null for what is no symbol
 */
export type RootVisitor = (target: Pointer, kind: RootHolder, holder: number, slotKind: SlotKind | null) => void;

/** Variables that hold raw addresses of storage: no references, whatever they point at. */
const RAW_VARIABLES = ["\\ARRAYSPACE", "\\ARRAYSPACE2", "\\ArrayFrLst", "\\ArrayFrLst2", "\\CURSORDESTLINEBASE"];

/** The cells of the interface page that hold pointers for the misc context: function, two arguments, result. */
const MISC_STACK_CELLS = [48, 50, 52, 54];

/** The value cells of the variables that hold raw addresses. */
export function rawValueCells(memory: VirtualMemory): ReadonlySet<WordAddress> {
  const cells = new Set<WordAddress>();
  for (const name of RAW_VARIABLES) {
    const symbol = findSymbol(memory, name);
    if (symbol !== null) cells.add(valueCell(symbol));
  }
  return cells;
}

/** Symbols that exist and are numbers: records with a print name. */
export function eachOldSymbol(memory: VirtualMemory, visit: (symbol: Pointer) => void): void {
  for (let symbol = 0; symbol < OLD_ATOM_LIMIT; symbol++) {
    const record = nameCell(symbol);
    if (memory.pointer(record) !== 0 && isMapped(memory, record, ATOM_WORDS)) visit(symbol);
  }
}

/** The lists that a type descriptor holds. */
export function eachTypeSlot(
  memory: VirtualMemory,
  type: TypeNumber,
  visit: (pointer: Pointer, slot: WordAddress) => void,
): void {
  for (const offset of [DTD_FIELDS, DTD_SPECS, DTD_POINTERS]) {
    const slot = dtdAddress(type) + offset;
    visit(memory.pointer(slot), slot);
  }
}

/** Every root of the image that is neither on the stack nor in an object. */
export function eachImageRoot(memory: VirtualMemory, visit: RootVisitor): void {
  const raw = rawValueCells(memory);
  eachOldSymbol(memory, (symbol) => {
    visit(memory.pointer(nameCell(symbol)), "symbol", symbol, "print-name");
    const value = valueCell(symbol);
    if (!raw.has(value)) visit(memory.pointer(value), "symbol", symbol, "value");
    visit(memory.pointer(definitionCell(symbol)), "symbol", symbol, "definition");
    visit(memory.pointer(propertyListCell(symbol)), "symbol", symbol, "properties");
  });
  for (let type = 0; type < DTD_LIMIT; type++) {
    if (memory.cell(dtdAddress(type) + DTD_NAME) === 0 && instanceWords(memory, type) === 0) continue;
    eachTypeSlot(memory, type, (target) => visit(target, "type", type, null));
  }
  const contextsEnd = memory.word(interfaceWord(IFPAGE.stackBase));
  for (let offset = 0; offset < contextsEnd; offset += 2) {
    visit(memory.cell(STACK_BASE + offset) & POINTER_MASK, "system", offset, null);
  }
  for (const field of MISC_STACK_CELLS) visit(memory.pointer(interfaceWord(field)), "interface", field, null);
}
