/** What compiled code shows inside: its header, and its instructions one by one. Source: memory specification, section 13. */
import type { ByteAddress, WordAddress } from "../../base/units.ts";
import { OPCODES } from "../../isa/opcodes.ts";
import { POINTER_MASK } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { eachInstruction, functionHeader, functionNames } from "../../objects/functions.ts";
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

/** One instruction: offset from the first opcode in octal, as listings of the field have it, and its text. */
export function instructionNode(view: ImageView, pc: ByteAddress, codeStart: ByteAddress): InspectNode {
  return makeNode((pc - codeStart).toString(8).padStart(3, "0"), instructionText(view, pc), {
    type: "instruction",
    address: pc >> 1,
  });
}

export function instructionText({ memory }: ImageView, pc: ByteAddress): string {
  return readSafely(
    () => instructionWords(memory, pc),
    (message) => `(${message})`,
  );
}

/** Name of the opcode, and its operands: symbols and constants printed, numbers in decimal. */
function instructionWords(memory: VirtualMemory, pc: ByteAddress): string {
  const opcode = OPCODES[memory.byte(pc)];
  if (opcode === undefined) return "(outside the image)";
  let at = pc + 1;
  const words = opcode.operands.map(({ kind, bytes }) => {
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + memory.byte(at + i);
    at += bytes;
    if (kind === "atom") return symbolName(memory, value & POINTER_MASK) || String(value);
    return kind === "pointer" ? printValue(memory, value & POINTER_MASK, PREVIEW) : String(value);
  });
  return [opcode.name, ...words].join(" ");
}
