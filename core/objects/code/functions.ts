/**
 * The header of compiled code, its name table, and a walk over its instructions.
 *
 * ```
 * word 0  stkmin: stack room in words        word 4-5  31 closure | 29..28 argument type | 27..0 frame name
 * word 1  na: arguments, negative = any      word 6    ntsize: words of one half of the name table, 0 = none
 * word 2  pv: quads of PVAR space - 1        word 7    15..8 nlocals | 7..0 fvaroffset
 * word 3  startpc: byte offset of the code   word 8    name table: names, then slots
 * ```
 * The cell before startpc is zero or a counted pointer to debugging information.
 * Source: memory specification, section 13.
 */
import type { ByteAddress, Pointer, WordAddress, Words } from "../../base/units.ts";
import { OPCODES } from "../../isa/opcodes.ts";
import { TYPE_CLOSURE } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { blockData, CONTENT_CODE } from "../arrays/blocks.ts";
import { isString, stringText } from "../arrays/strings.ts";
import { symbolName } from "../symbols.ts";
import { isSymbol, typeNumber } from "../types.ts";

export const FUNCTION_HEADER_WORDS = 8;

/** How a function takes its arguments. */
export const ARGUMENT_TYPES = ["LAMBDA", "NLAMBDA", "LAMBDA-NOSPREAD", "NLAMBDA-NOSPREAD"] as const;

/** Kinds of variables in a name table: the high byte of the slot cell. */
export const NAME_ARGUMENT = 0x00;
export const NAME_LOCAL = 0x80;
export const NAME_FREE = 0xc0;

export interface FunctionHeader {
  readonly address: WordAddress;
  readonly stackMinimumWords: Words;
  /** Negative: any number. */
  readonly argumentCount: number;
  /** Words of the PVAR area. */
  readonly localWords: Words;
  /** Byte address of the first opcode. */
  readonly codeStart: ByteAddress;
  /** Byte offset of the first opcode from the header, as stored. */
  readonly startPc: number;
  readonly isClosure: boolean;
  readonly argumentType: (typeof ARGUMENT_TYPES)[number];
  readonly frameName: Pointer;
  readonly nameTableWords: Words;
  /** PVAR cells that are values; the cells after them cache free variables. */
  readonly localCount: number;
  /** Word offset from the header of the first free variable's name, 0 = none. */
  readonly freeNameOffset: number;
  /** List of debugging information, NIL when there is none. */
  readonly debugging: Pointer;
}

/** The function header at an address; null when it does not lie in the image. */
export function functionHeader(memory: VirtualMemory, address: WordAddress): FunctionHeader | null {
  if (!isMapped(memory, address, FUNCTION_HEADER_WORDS)) return null;
  const startPc = memory.word(address + 3);
  const name = memory.cell(address + 4);
  const locals = memory.word(address + 7);
  const debuggingCell = debuggingCellOf(address, startPc);
  return {
    address,
    stackMinimumWords: memory.word(address),
    argumentCount: signed16(memory.word(address + 1)),
    localWords: 4 * (signed16(memory.word(address + 2)) + 1),
    codeStart: address * 2 + startPc,
    startPc,
    isClosure: name >>> 31 === 1,
    argumentType: ARGUMENT_TYPES[(name >>> 28) & 3] as (typeof ARGUMENT_TYPES)[number],
    frameName: name & 0x0fffffff,
    nameTableWords: memory.word(address + 6),
    localCount: locals >> 8,
    freeNameOffset: locals & 0xff,
    debugging: debuggingCell !== null && isMapped(memory, debuggingCell, 2) ? memory.pointer(debuggingCell) : 0,
  };
}

/** Address of the cell before the code, which holds debugging information or zero; null when the code starts right at the header. */
export function debuggingCellOf(header: WordAddress, startPc: number): WordAddress | null {
  if (startPc < 2 * FUNCTION_HEADER_WORDS + 4) return null;
  return header + (startPc >> 1) - 2;
}

/** A variable of a name table. */
export interface NameTableEntry {
  readonly name: Pointer;
  /** `NAME_…` */
  readonly kind: number;
  /** Number of the argument or PVAR cell. */
  readonly index: number;
}

/** The variables of a name table at `table`, whose halves are `halfWords` words long. Unused entries (name zero) are left out. */
export function nameTable(memory: VirtualMemory, table: WordAddress, halfWords: Words): NameTableEntry[] {
  const entries: NameTableEntry[] = [];
  if (!isMapped(memory, table, 2 * halfWords)) return entries;
  for (let offset = 0; offset < halfWords; offset += 2) {
    const name = memory.pointer(table + offset);
    if (name === 0) continue;
    const slot = memory.cell(table + halfWords + offset);
    entries.push({ name, kind: slot >>> 24, index: slot & 0xffffff });
  }
  return entries;
}

/** The variables that a function's own name table lists. */
export function functionNames(memory: VirtualMemory, header: FunctionHeader): NameTableEntry[] {
  return nameTable(memory, header.address + FUNCTION_HEADER_WORDS, header.nameTableWords);
}

/** The name that a stack trace shows: a symbol's or string's text, otherwise null. */
export function frameNameText(memory: VirtualMemory, frameName: Pointer): string | null {
  if (isSymbol(memory, frameName)) return symbolName(memory, frameName);
  return isString(memory, frameName) ? stringText(memory, frameName, 255) : null;
}

/** Header of the code that a compiled definition, closure object or code pointer runs; null for anything else. */
export function codeOf(memory: VirtualMemory, pointer: Pointer): Pointer | null {
  let code = pointer;
  if (typeNumber(memory, pointer) === TYPE_CLOSURE) {
    if (!isMapped(memory, pointer, 4)) return null;
    code = memory.pointer(pointer);
  }
  const data = blockData(memory, code);
  return data !== null && data.content === CONTENT_CODE ? code : null;
}

const operandBytes = Uint8Array.from(OPCODES, (opcode) => opcode.operandBytes);

/**
 * Visits the instructions of a function up to its closing opcode 0, or to `endByte`.
 *
 * @param visit gets the byte address of the opcode and its number
 * @returns byte address after the last instruction
 */
export function eachInstruction(
  memory: VirtualMemory,
  codeStart: ByteAddress,
  endByte: ByteAddress,
  visit: (pc: ByteAddress, opcode: number) => void,
): ByteAddress {
  let pc = codeStart;
  const end = Math.min(endByte, memory.sizeBytes);
  while (pc < end) {
    const opcode = memory.byte(pc);
    if (opcode === 0) return pc;
    const next = pc + 1 + (operandBytes[opcode] as number);
    if (next > end) return pc;
    visit(pc, opcode);
    pc = next;
  }
  return pc;
}

/** The 32-bit operand at a byte address, which need not be aligned. */
export function operandCell(memory: VirtualMemory, address: ByteAddress): number {
  return memory.view.getUint32(address);
}

function signed16(word: number): number {
  return (word << 16) >> 16;
}
