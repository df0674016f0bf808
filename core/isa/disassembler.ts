/**
 * Reads one instruction at a byte address: length, operands, text. Source: instruction specification, sections 2.3 and 6.
 */
import type { ByteAddress, Cell } from "../base/units.ts";
import { OPCODES, type Opcode, type Operand } from "./opcodes.ts";
import { SUBR_NAMES } from "./subrs.ts";

/** What the reader of an instruction would like to see instead of numbers. Every part may be left out. */
export interface OperandNames {
  /** Name of the symbol with this number or address. */
  readonly atom?: (symbol: Cell) => string | null;
  /** Short text for a constant object. */
  readonly pointer?: (pointer: Cell) => string | null;
  /** Names of variables by index of their cell. */
  readonly argument?: (index: number) => string | null;
  readonly local?: (index: number) => string | null;
}

export interface Instruction {
  readonly address: ByteAddress;
  readonly opcode: Opcode;
  /** Opcode and operand bytes. */
  readonly length: number;
  /** Raw operand values in order; unsigned except jump displacements. */
  readonly operands: readonly number[];
  /** Where a jump goes when it is taken. */
  readonly target: ByteAddress | null;
  /** Mnemonic and operands for people. */
  readonly text: string;
}

/** Length in bytes of the instruction with this opcode. */
export function instructionLength(opcode: number): number {
  return 1 + (OPCODES[opcode] as Opcode).operandBytes;
}

/**
 * @param bytes the image, or the bytes of a code block
 * @param address index of the opcode in `bytes`; operands beyond the end read as 0
 */
export function decodeInstruction(bytes: Uint8Array, address: ByteAddress, names: OperandNames = {}): Instruction {
  const opcode = OPCODES[bytes[address] ?? 0] as Opcode;
  const operands: number[] = [];
  let at = address + 1;
  for (const operand of opcode.operands) {
    operands.push(readOperand(bytes, at, operand));
    at += operand.bytes;
  }
  const target = jumpTarget(opcode, address, operands);
  return {
    address,
    opcode,
    length: 1 + opcode.operandBytes,
    operands,
    target,
    text: instructionText(opcode, operands, target, names),
  };
}

/** All instructions from `start` to the end marker or to `end`, whichever comes first. */
export function disassemble(
  bytes: Uint8Array,
  start: ByteAddress,
  end: ByteAddress,
  names: OperandNames = {},
): Instruction[] {
  const result: Instruction[] = [];
  for (let at = start; at < end && bytes[at] !== 0; ) {
    const instruction = decodeInstruction(bytes, at, names);
    result.push(instruction);
    at += instruction.length;
  }
  return result;
}

function readOperand(bytes: Uint8Array, at: number, operand: Operand): number {
  let value = 0;
  for (let i = 0; i < operand.bytes; i++) value = value * 256 + (bytes[at + i] ?? 0);
  if (operand.kind !== "jump") return value;
  const range = 2 ** (8 * operand.bytes);
  return value >= range / 2 ? value - range : value;
}

function jumpTarget(opcode: Opcode, address: ByteAddress, operands: readonly number[]): ByteAddress | null {
  if (opcode.family !== "jump") return null;
  return address + (opcode.implicit ?? operands[0] ?? 0);
}

function instructionText(
  opcode: Opcode,
  operands: readonly number[],
  target: ByteAddress | null,
  names: OperandNames,
): string {
  if (target !== null) return `${opcode.name} -> ${target}`;
  const parts = [opcode.name];
  for (const [i, operand] of opcode.operands.entries()) {
    parts.push(operandText(operand, operands[i] as number, names));
  }
  const variable = opcode.implicit === null ? null : variableName(opcode.name, opcode.implicit, names);
  if (variable !== null) parts.push(variable);
  return parts.join(" ");
}

function operandText(operand: Operand, value: number, names: OperandNames): string {
  switch (operand.kind) {
    case "atom":
      return names.atom?.(value) ?? `#${value}`;
    case "pointer":
      return names.pointer?.(value) ?? `0x${value.toString(16).toUpperCase()}`;
    case "smallNeg":
      return String(value - 256);
    case "ivarWordOffset":
      return names.argument?.(value / 2) ?? String(value / 2);
    case "pvarWordOffset":
    case "fvarWordOffset":
      return names.local?.(value / 2) ?? String(value / 2);
    case "stackWordOffset":
      return String(value / 2);
    case "subrNumber":
      return SUBR_NAMES.get(value) ?? String(value);
    case "fieldDescriptor":
      return `${value >> 4}:${(value & 15) + 1}`;
    case "bindCounts":
      return `nil*${value >> 4} values*${value & 15}`;
    default:
      return String(value);
  }
}

function variableName(name: string, index: number, names: OperandNames): string | null {
  if (name.startsWith("IVAR")) return names.argument?.(index) ?? null;
  if (name.startsWith("PVAR") || name.startsWith("FVAR")) return names.local?.(index) ?? null;
  return null;
}
