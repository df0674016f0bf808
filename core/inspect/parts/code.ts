/** What compiled code shows inside: its header, and its instructions one by one. Source: memory specification, section 13. */
import type { ByteAddress, WordAddress } from "../../base/units.ts";
import { decodeInstruction } from "../../isa/disassembler.ts";
import { POINTER_MASK } from "../../memory/layout.ts";
import { eachInstruction, functionHeader, functionNames } from "../../objects/code/functions.ts";
import { type VariableNames, variableNames } from "../../objects/code/variable-names.ts";
import { PREVIEW, printValue } from "../../objects/printer.ts";
import { symbolName } from "../../objects/symbols.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { badNode, gauge, makeNode, type NodeParts, readSafely } from "../nodes.ts";
import type { ValueNodeMaker } from "./value-text.ts";

/** Code longer than a function header can address does not exist. */
const MAX_CODE_BYTES = 0x20000;

export function codeParts(view: ImageView, address: WordAddress, makeValue: ValueNodeMaker): NodeParts {
  const { memory } = view;
  const header = functionHeader(memory, address);
  if (header === null) return { namedCount: 1, named: () => [badNode("header", "outside the image")] };
  const names = variableNames(memory, header);
  const starts: ByteAddress[] = [];
  eachInstruction(memory, header.codeStart, header.codeStart + MAX_CODE_BYTES, (pc) => starts.push(pc));
  return {
    namedCount: 4,
    named: () => [
      makeValue(view, "frame name", header.frameName),
      gauge("arguments", header.argumentCount < 0 ? "any number" : header.argumentCount),
      gauge("locals", header.localCount, `${functionNames(memory, header).length} names in the name table`),
      makeValue(view, "debugging information", header.debugging),
    ],
    indexedCount: starts.length,
    indexed: (start, count) =>
      starts.slice(start, start + count).map((pc) => instructionNode(view, pc, header.codeStart, names)),
  };
}

/** One instruction: its offset and its text. */
function instructionNode(view: ImageView, pc: ByteAddress, codeStart: ByteAddress, names: VariableNames): InspectNode {
  return makeNode(codeOffset(pc - codeStart), instructionAt(view, pc, codeStart, names).text, {
    type: "instruction",
    address: pc >> 1,
  });
}

/** An instruction for people. */
export interface InstructionText {
  readonly text: string;
  /** Opcode and operands in hexadecimal. */
  readonly bytes: string;
  /** Where a jump goes when it is taken. */
  readonly target: ByteAddress | null;
}

/**
 * @param codeStart where offsets count from: jumps say where they go in octal, as the names of instructions do
 * @param names of the variables of the function
 */
export function instructionAt(
  { memory }: ImageView,
  pc: ByteAddress,
  codeStart: ByteAddress,
  names: VariableNames | null = null,
): InstructionText {
  return readSafely<InstructionText>(
    () => {
      const { text, target, opcode, length } = decodeInstruction(memory.bytes, pc, {
        atom: (symbol) => symbolName(memory, symbol & POINTER_MASK) || null,
        pointer: (pointer) => printValue(memory, pointer & POINTER_MASK, PREVIEW),
        ...(names === null ? {} : { argument: names.argument, local: names.local }),
      });
      const bytes = Array.from(memory.bytes.subarray(pc, pc + length), (byte) => byte.toString(16).padStart(2, "0"));
      const shown = target === null ? text : `${opcode.name} → ${codeOffset(target - codeStart)}`;
      return { text: shown, bytes: bytes.join(" "), target };
    },
    (message) => ({ text: `(${message})`, bytes: "", target: null }),
  );
}

/** Offset from the first opcode in octal, as listings of the field have it. */
export function codeOffset(bytes: number): string {
  return bytes.toString(8).padStart(3, "0");
}
