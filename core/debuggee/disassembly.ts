/** Instructions around an address, as a disassembly view asks for them: a window of a fixed number of rows. */
import { hex } from "../base/errors.ts";
import type { ByteAddress } from "../base/units.ts";
import { decodeInstruction, type Instruction } from "../isa/disassembler.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import type { CodeDirectory, InstalledBlock } from "../objects/code/code-directory.ts";
import { PREVIEW, printValue } from "../objects/printer.ts";
import { symbolName } from "../objects/symbols.ts";
import type { Places } from "./places.ts";
import type { Place } from "./types.ts";

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

/** @param instructionOffset rows to go back (negative) or forward from the instruction at `pc` */
export function disassembleAround(
  context: { readonly memory: VirtualMemory; readonly code: CodeDirectory; readonly places: Places },
  pc: ByteAddress,
  instructionOffset: number,
  count: number,
): readonly DisassembledInstruction[] {
  const installed = context.code.containing(pc);
  const all = installed === null ? [] : instructionsOf(context.memory, installed);
  const at =
    installed === null
      ? 0
      : Math.max(
          0,
          all.findLastIndex(({ address }) => address <= pc),
        );
  return Array.from({ length: count }, (_, row) => {
    const index = at + instructionOffset + row;
    const instruction = all[index];
    if (installed === null || instruction === undefined) return notCode(pc, index, all);
    return describe(context, installed, instruction);
  });
}

function instructionsOf(memory: VirtualMemory, installed: InstalledBlock): readonly Instruction[] {
  const found: Instruction[] = [];
  const names = {
    atom: (symbol: number) => symbolName(memory, symbol) || null,
    pointer: (pointer: number) => printValue(memory, pointer & 0x0fffffff, PREVIEW),
    argument: (index: number) => variableName(installed, "argument", index),
    local: (index: number) => variableName(installed, "local", index),
  };
  for (let at = installed.codeStart; at < installed.codeEnd; ) {
    const instruction = decodeInstruction(memory.bytes, at, names);
    found.push(instruction);
    at += instruction.length;
  }
  return found;
}

function variableName({ block }: InstalledBlock, place: "argument" | "local", index: number): string | null {
  const names = new Set(block.variables.filter((v) => v.place === place && v.index === index).map(({ name }) => name));
  return names.size === 0 ? null : [...names].join("/");
}

function describe(
  { memory, places }: { readonly memory: VirtualMemory; readonly places: Places },
  installed: InstalledBlock,
  { address, length, text }: Instruction,
): DisassembledInstruction {
  const place = places.at(address);
  return {
    address,
    bytes: [...memory.bytes.subarray(address, address + length)]
      .map((byte) => byte.toString(16).padStart(2, "0").toUpperCase())
      .join(" "),
    text,
    place: place?.pc === address ? place : null,
    symbol: address === installed.codeStart ? installed.block.name : null,
  };
}

/** A row before the first or behind the last instruction of a function. */
function notCode(pc: ByteAddress, index: number, all: readonly Instruction[]): DisassembledInstruction {
  const last = all.at(-1);
  const end = last === undefined ? pc : last.address + last.length;
  const address = index < 0 ? Math.max(0, (all[0]?.address ?? pc) + index) : end + (index - all.length);
  return { address, bytes: "", text: `(no code of this program at ${hex(address)})`, place: null, symbol: null };
}
