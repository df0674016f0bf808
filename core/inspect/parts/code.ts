/** What compiled code shows inside: its header, and its instructions one by one. Source: memory specification, section 13. */
import type { ByteAddress, WordAddress } from "../../base/units.ts";
import { decodeInstruction } from "../../isa/disassembler.ts";
import { POINTER_MASK } from "../../memory/layout.ts";
import { eachInstruction, functionHeader, functionNames } from "../../objects/code/functions.ts";
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
      starts.slice(start, start + count).map((pc) => instructionNode(view, pc, header.codeStart)),
  };
}

/** One instruction: its offset and its text. */
export function instructionNode(view: ImageView, pc: ByteAddress, codeStart: ByteAddress): InspectNode {
  return makeNode(codeOffset(pc - codeStart), instructionText(view, pc, codeStart), {
    type: "instruction",
    address: pc >> 1,
  });
}

/** @param codeStart where offsets count from: jumps say where they go in octal, as the names of instructions do */
export function instructionText({ memory }: ImageView, pc: ByteAddress, codeStart: ByteAddress): string {
  return readSafely(
    () => {
      const { text, target, opcode } = decodeInstruction(memory.bytes, pc, {
        atom: (symbol) => symbolName(memory, symbol & POINTER_MASK) || null,
        pointer: (pointer) => printValue(memory, pointer & POINTER_MASK, PREVIEW),
      });
      return target === null ? text : `${opcode.name} → ${codeOffset(target - codeStart)}`;
    },
    (message) => `(${message})`,
  );
}

/** Offset from the first opcode in octal, as listings of the field have it. */
export function codeOffset(bytes: number): string {
  return bytes.toString(8).padStart(3, "0");
}
