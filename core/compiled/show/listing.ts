/**
 * The listing of a compiled function, with its literals and variables by name. Source: instruction specification, section 6.
 */
import { decodeInstruction, disassemble, type OperandNames } from "../../isa/disassembler.ts";
import { operandOffset } from "../check-code.ts";
import type { CompiledFixup, CompiledFunction } from "../types.ts";
import { formText, listedArguments } from "./form-text.ts";
import { cellNames } from "./function-facts.ts";

export interface CompiledInstruction {
  /** Counted from the first code byte. */
  readonly offset: number;
  readonly bytes: string;
  readonly text: string;
  /** A jump goes here. */
  readonly isTarget: boolean;
}

/** Characters of a literal that a line shows. */
const LITERAL_CHARACTERS = 60;

/** Nothing for code of older machines, whose operands have other lengths. */
export function compiledListing(each: CompiledFunction): readonly CompiledInstruction[] {
  if (each.obsolete !== null) return [];
  const { code } = each;
  const fixups = new Map(each.fixups.map((fixup) => [fixup.offset, fixup]));
  const [argumentNames, localNames] = [cellNames(each, "argument"), cellNames(each, "local")];
  const plain = disassemble(code, 0, code.length);
  const targets = new Set(plain.map(({ target }) => target));
  return plain.map(({ address, length, opcode, target }) => {
    const operand = fixups.get(address + operandOffset(opcode));
    const names: OperandNames = {
      argument: (index) => argumentNames.get(index) ?? null,
      local: (index) => localNames.get(index) ?? null,
      atom: () => literalText(operand),
      pointer: () => literalText(operand),
    };
    const { text } = decodeInstruction(code, address, names);
    return {
      offset: address,
      bytes: hexadecimal(code.subarray(address, address + length)),
      text:
        target !== null
          ? `${opcode.name} -> ${octalOffset(target)}`
          : operand?.group === "type"
            ? `${opcode.name} type ${literalText(operand)}`
            : text,
      isTarget: targets.has(address),
    };
  });
}

/** Offsets in code are written in octal, as the system's own tools do. */
export const octalOffset = (offset: number): string => offset.toString(8).padStart(4, "0");

const literalText = (fixup: CompiledFixup | undefined): string | null =>
  fixup === undefined ? null : formText(fixup.value, LITERAL_CHARACTERS);

const hexadecimal = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

const TYPES = ["LAMBDA", "NLAMBDA", "LAMBDA", "NLAMBDA"] as const;

/** `LAMBDA (X Y)`, `LAMBDA any number`, `NLAMBDA list X`: how the function takes its arguments. */
export function signature(each: CompiledFunction): string {
  const type = TYPES[each.argumentType];
  const names = cellNames(each, "argument");
  if (each.argumentType === 2) return `${type} ${listedArguments(each.debugInfo) ?? "any number"}`;
  if (each.argumentType === 3) return `${type} ${names.get(0) ?? "list"}`;
  const listed = Array.from({ length: Math.max(each.argumentCount, 0) }, (_, i) => names.get(i) ?? `arg${i}`);
  return `${type} ${listedArguments(each.debugInfo) ?? `(${listed.join(" ")})`}`;
}
