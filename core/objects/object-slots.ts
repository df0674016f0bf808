/**
 * What an object holds: the words it occupies and the counted pointers in it, by type. The one place that knows the rows of the table of counted slots.
 * Source: collection specification, section 11.2.
 */
import type { Pointer, TypeNumber, Words } from "../base/units.ts";
import { ATOM_WORDS, TYPE_BLOCK, TYPE_LISTP } from "../memory/layout.ts";
import { isMapped } from "../memory/translation.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { blockAt, blockData, CONTENT_CODE, CONTENT_POINTERS } from "./arrays/blocks.ts";
import { debuggingCellOf, eachInstruction, functionHeader, operandCell } from "./code/functions.ts";
import { CDR_INDIRECT, CDR_MAX_STORED, car, cdr, cdrCode, isReadableCons } from "./cons.ts";
import { instanceWords, pointerOffsets } from "./dtd.ts";
import { isImmediate } from "./immediates.ts";
import { definitionCell, nameCell, propertyListCell, symbolRecord, valueCell } from "./symbols.ts";
import { isSymbol, typeNumber } from "./types.ts";

/** What a slot is to its holder. */
export type SlotKind =
  | "car"
  | "cdr"
  | "field"
  | "element"
  | "frame-name"
  | "constant"
  | "debugging"
  | "print-name"
  | "value"
  | "definition"
  | "properties";

/**
 * Called for each counted slot.
 *
 * @param pointer 28 bits; may be an immediate
 * @param index `field`: word offset in the object; `element`: number of the cell; `constant`: byte offset of the operand from the header; otherwise 0
 */
export type SlotVisitor = (pointer: Pointer, kind: SlotKind, index: number) => void;

/** Word offsets of the counted pointers of a type. */
export type PointerOffsets = (type: TypeNumber) => readonly Words[];

const GCONST = 0x6f;

/** The pointer offsets that an image declares, each type's list read once: for walks over many objects while nobody declares a type. */
export function pointerOffsetsOf(memory: VirtualMemory): PointerOffsets {
  const known = new Map<TypeNumber, readonly Words[]>();
  return (type) => {
    let offsets = known.get(type);
    if (offsets === undefined) {
      offsets = pointerOffsets(memory, type);
      known.set(type, offsets);
    }
    return offsets;
  };
}

/** Words that an object occupies, with helper cells of a cons and header and trailer of a block. 0 for immediates, and for what is no object. */
export function sizeOf(memory: VirtualMemory, pointer: Pointer): Words {
  if (isSymbol(memory, pointer)) return ATOM_WORDS;
  if (isImmediate(pointer)) return 0;
  const type = typeNumber(memory, pointer);
  if (type === TYPE_LISTP) return consWords(memory, pointer);
  if (type === TYPE_BLOCK) {
    const block = blockAt(memory, pointer - 2);
    return block?.isInUse ? block.cells * 2 : 0;
  }
  const hunk = blockData(memory, pointer);
  return hunk === null ? instanceWords(memory, type) : hunk.cells * 2;
}

function consWords(memory: VirtualMemory, cons: Pointer): Words {
  if (!isReadableCons(memory, cons)) return 0;
  const code = cdrCode(memory, cons);
  // An indirect cons has a replacement cell, and that one has a helper.
  if (code === CDR_INDIRECT) return 6;
  return code <= CDR_MAX_STORED ? 4 : 2;
}

/**
 * Visits every counted slot of an object, old symbols included. What lies outside the image is left out.
 *
 * @param offsets pointer fields by type; the default reads the image's descriptors anew
 */
export function eachPointer(
  memory: VirtualMemory,
  pointer: Pointer,
  visit: SlotVisitor,
  offsets: PointerOffsets | null = null,
): void {
  if (isSymbol(memory, pointer)) {
    visitSymbol(memory, pointer, visit);
    return;
  }
  if (isImmediate(pointer)) return;
  const type = typeNumber(memory, pointer);
  if (type === TYPE_LISTP) {
    if (!isReadableCons(memory, pointer)) return;
    visit(car(memory, pointer), "car", 0);
    visit(cdr(memory, pointer), "cdr", 0);
    return;
  }
  const data = blockData(memory, pointer);
  if (data !== null) {
    if (!isMapped(memory, pointer, data.cells * 2)) return;
    if (data.content === CONTENT_POINTERS) {
      for (let cell = 0; cell < data.cells; cell++) visit(memory.pointer(pointer + 2 * cell), "element", cell);
    } else if (data.content === CONTENT_CODE) visitCode(memory, pointer, data.cells * 2, visit);
    return;
  }
  if (type === TYPE_BLOCK) return;
  const fields = offsets === null ? pointerOffsets(memory, type) : offsets(type);
  for (const offset of fields) {
    if (isMapped(memory, pointer + offset, 2)) visit(memory.pointer(pointer + offset), "field", offset);
  }
}

function visitSymbol(memory: VirtualMemory, symbol: Pointer, visit: SlotVisitor): void {
  if (!isMapped(memory, symbolRecord(symbol), ATOM_WORDS)) return;
  visit(memory.pointer(nameCell(symbol)), "print-name", 0);
  visit(memory.pointer(valueCell(symbol)), "value", 0);
  visit(memory.pointer(definitionCell(symbol)), "definition", 0);
  visit(memory.pointer(propertyListCell(symbol)), "properties", 0);
}

/** Frame name, debugging information, and constants other than references of the code to itself. */
function visitCode(memory: VirtualMemory, code: Pointer, words: Words, visit: SlotVisitor): void {
  const header = functionHeader(memory, code);
  if (header === null) return;
  visit(header.frameName, "frame-name", 0);
  if (header.startPc === 0) return;
  if (debuggingCellOf(code, header.startPc) !== null) visit(header.debugging, "debugging", 0);
  eachInstruction(memory, header.codeStart, (code + words) * 2, (pc, opcode) => {
    if (opcode !== GCONST) return;
    const constant = operandCell(memory, pc + 1) & 0x0fffffff;
    if (constant !== code) visit(constant, "constant", pc + 1 - code * 2);
  });
}
