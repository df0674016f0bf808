/**
 * The counted references that an object, a symbol or a type descriptor holds, in the order in which the collector would release them.
 * Reads only; a slot that a damaged image does not have does not exist.
 * Source: collection specification, sections 7.5 to 7.8 and 11.2.
 */
import type { Pointer, TypeNumber, WordAddress } from "../../base/units.ts";
import { ATOM_WORDS, TYPE_BLOCK, TYPE_LISTP, TYPE_NEW_ATOM } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { blockAt, CONTENT_CODE, CONTENT_POINTERS } from "../../objects/blocks.ts";
import { car, carCell, cdr, cdrCell, isReadableCons } from "../../objects/cons.ts";
import { DTD_FIELDS, DTD_POINTERS, DTD_SPECS, dtdAddress, pointerOffsets } from "../../objects/dtd.ts";
import { debuggingCellOf, eachInstruction, functionHeader, operandCell } from "../../objects/functions.ts";
import { symbolRecord } from "../../objects/symbols.ts";
import { isCodeHunk } from "../../objects/types.ts";

/** What kind of field a reference stands in: the word for messages. */
export type SlotKind =
  | "car"
  | "cdr"
  | "field"
  | "element"
  | "frame name"
  | "constant"
  | "debugging information"
  | "print name"
  | "value"
  | "definition"
  | "property list"
  | "type description";

/**
 * @param slot word address of the cell that holds the reference; for a CDR that only the CDR code expresses, the cons;
 *   for a constant in code, the word that holds its first byte
 * @param index element number, or word offset of a field
 */
export type SlotVisitor = (pointer: Pointer, kind: SlotKind, slot: WordAddress, index: number) => void;

const GCONST = 0x6f;
const MAX_CODE_BYTES = 0x20000;

/** The references of a live object of the heap. `type` is the type table's word for it. */
export function eachCountedSlot(memory: VirtualMemory, object: Pointer, type: TypeNumber, visit: SlotVisitor): void {
  if (type === TYPE_LISTP) eachConsSlot(memory, object, visit);
  else if (type === TYPE_BLOCK) eachBlockSlot(memory, object, visit);
  else if (isCodeHunk(type)) eachCodeSlot(memory, object, visit);
  else if (type === TYPE_NEW_ATOM) eachSymbolSlot(memory, object, visit);
  else {
    for (const offset of pointerOffsets(memory, type)) {
      const slot = object + offset;
      if (isMapped(memory, slot, 2)) visit(memory.pointer(slot), "field", slot, offset);
    }
  }
}

export function eachSymbolSlot(memory: VirtualMemory, symbol: Pointer, visit: SlotVisitor): void {
  const record = symbolRecord(symbol);
  if (!isMapped(memory, record, ATOM_WORDS)) return;
  visit(memory.pointer(record), "print name", record, 0);
  visit(memory.pointer(record + 2), "value", record + 2, 2);
  visit(memory.pointer(record + 4), "definition", record + 4, 4);
  visit(memory.pointer(record + 6), "property list", record + 6, 6);
}

export function eachTypeSlot(memory: VirtualMemory, type: TypeNumber, visit: SlotVisitor): void {
  for (const offset of [DTD_FIELDS, DTD_SPECS, DTD_POINTERS]) {
    const slot = dtdAddress(type) + offset;
    visit(memory.pointer(slot), "type description", slot, offset);
  }
}

/** The references of compiled code whose function header stands at `address`. */
export function eachCodeSlot(memory: VirtualMemory, address: WordAddress, visit: SlotVisitor): void {
  const header = functionHeader(memory, address);
  if (header === null) return;
  visit(header.frameName, "frame name", address + 4, 4);
  if (header.startPc === 0) return;
  const information = debuggingCellOf(address, header.startPc);
  if (information !== null) visit(header.debugging, "debugging information", information, 0);
  const start = header.codeStart;
  eachInstruction(memory, start, start + MAX_CODE_BYTES, (pc, opcode) => {
    if (opcode !== GCONST) return;
    const constant = operandCell(memory, pc + 1) & 0x0fffffff;
    if (constant !== address) visit(constant, "constant", (pc + 1) >> 1, pc - start);
  });
}

function eachConsSlot(memory: VirtualMemory, cons: Pointer, visit: SlotVisitor): void {
  if (!isReadableCons(memory, cons)) return;
  visit(car(memory, cons), "car", carCell(memory, cons), 0);
  visit(cdr(memory, cons), "cdr", cdrCell(memory, cons) ?? cons, 0);
}

function eachBlockSlot(memory: VirtualMemory, data: Pointer, visit: SlotVisitor): void {
  const block = blockAt(memory, data - 2);
  if (block === null) return;
  if (block.content === CONTENT_CODE) eachCodeSlot(memory, data, visit);
  if (block.content !== CONTENT_POINTERS) return;
  for (let i = 0; i < block.dataCells; i++) visit(memory.pointer(data + 2 * i), "element", data + 2 * i, i);
}
