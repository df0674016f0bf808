/** Instructions around an address, as a disassembly view asks for them: a window of a fixed number of rows. */
import { hex } from "../../base/errors.ts";
import type { ByteAddress } from "../../base/units.ts";
import { readSafely } from "../../inspect/nodes.ts";
import { decodeInstruction, type Instruction } from "../../isa/disassembler.ts";
import { POINTER_MASK } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { PREVIEW, printValue } from "../../objects/printer.ts";
import { symbolName } from "../../objects/symbols.ts";
import type { CodeContext } from "../stack-view.ts";
import type { Place } from "../types.ts";
import { type CodeExtent, codeContaining, variableName } from "./code-lookup.ts";

export interface DisassembledInstruction {
  readonly address: ByteAddress;
  /** Opcode and operands in hexadecimal; empty for a row that is no instruction. */
  readonly bytes: string;
  readonly text: string;
  /** The form that the instruction belongs to, on the first of its instructions. */
  readonly place: Place | null;
  /** Function that begins here. */
  readonly symbol: string | null;
}

/**
 * @param instructionOffset rows to go back (negative) or forward from the instruction at `pc`
 * @param isNamed operands by the names of what they refer to; else as numbers
 */
export function disassembleAround(
  context: CodeContext,
  pc: ByteAddress,
  instructionOffset: number,
  count: number,
  isNamed: boolean,
): readonly DisassembledInstruction[] {
  const code = codeContaining(context.memory, context.code, pc, context.headers);
  const all = code === null ? [] : instructionsOf(context.memory, code, isNamed);
  const at =
    code === null
      ? 0
      : Math.max(
          0,
          all.findLastIndex(({ address }) => address <= pc),
        );
  return Array.from({ length: count }, (_, row) => {
    const index = at + instructionOffset + row;
    const instruction = all[index];
    if (code === null || instruction === undefined) return notCode(pc, index, all);
    return describe(context, code, instruction);
  });
}

function instructionsOf(memory: VirtualMemory, code: CodeExtent, isNamed: boolean): readonly Instruction[] {
  const found: Instruction[] = [];
  const names = {
    atom: (symbol: number) => symbolName(memory, symbol) || null,
    pointer: (pointer: number) => literalText(memory, pointer & POINTER_MASK),
    argument: (index: number) => variableName(memory, code, "argument", index),
    local: (index: number) => variableName(memory, code, "local", index),
  };
  for (let at = code.codeStart; at < code.codeEnd; ) {
    const instruction = decodeInstruction(memory.bytes, at, isNamed ? names : {});
    found.push(instruction);
    at += instruction.length;
  }
  return found;
}

/** A literal of damaged code may lead anywhere. */
function literalText(memory: VirtualMemory, pointer: number): string {
  return readSafely(
    () => printValue(memory, pointer, PREVIEW),
    (message) => `(${message})`,
  );
}

function describe(
  { memory, places }: CodeContext,
  code: CodeExtent,
  { address, length, text, opcode, target }: Instruction,
): DisassembledInstruction {
  const place = places.at(address);
  return {
    address,
    bytes: [...memory.bytes.subarray(address, address + length)]
      .map((byte) => byte.toString(16).padStart(2, "0").toUpperCase())
      .join(" "),
    text: target === null ? text : `${opcode.name} -> ${hex(target)}`,
    place: place?.pc === address ? place : null,
    symbol: address === code.codeStart ? code.name : null,
  };
}

/** A row before the first or behind the last instruction of a function. */
function notCode(pc: ByteAddress, index: number, all: readonly Instruction[]): DisassembledInstruction {
  const last = all.at(-1);
  const end = last === undefined ? pc : last.address + last.length;
  const address = index < 0 ? Math.max(0, (all[0]?.address ?? pc) + index) : end + (index - all.length);
  return { address, bytes: "", text: `(no code at ${hex(address)})`, place: null, symbol: null };
}
