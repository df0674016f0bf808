/**
 * Checks the code of a compiled function: instructions end at the end mark, jumps land on instructions, and operands that need a fixup
 * have one of the right kind. Source: compiled files specification, sections 3.3, 6.2, 7 and 8.
 */
import { decodeInstruction } from "../isa/disassembler.ts";
import { OPCODES, type Opcode } from "../isa/opcodes.ts";
import type { CompiledFixup, CompiledFunction } from "./types.ts";

/** A fact about the code that does not hold. */
export interface CodeFault {
  /** Counted from the first code byte. */
  readonly offset: number;
  readonly what: string;
  readonly found: string;
  readonly expected: string;
}

/** Opcode -> the group of the fixup that its operand needs. */
const GROUPS: ReadonlyMap<string, CompiledFixup["group"]> = new Map([
  ...["FN0", "FN1", "FN2", "FN3", "FN4", "FNX"].map((name) => [name, "function"] as const),
  ...["ACONST", "GVAR", "GVAR_", "DTEST", "INSTANCEP"].map((name) => [name, "symbol"] as const),
  ["GCONST", "literal"],
  ["SICX", "type"],
]);

/** Opcodes that no compiler emits, since no machine has them. */
const isUnassigned = (opcode: Opcode): boolean => opcode.name === "" || opcode.name.startsWith("unused");

/** Byte offset of the operand that a fixup fills, from the opcode: FNX has its argument count first. */
export const operandOffset = (opcode: Opcode): number => (opcode.name === "FNX" ? 2 : 1);

/** Faults that are found; none in the code of a healthy file. */
export function checkCode(code: Uint8Array, fixups: CompiledFunction["fixups"]): readonly CodeFault[] {
  const faults: CodeFault[] = [];
  const starts = new Uint8Array(code.length + 1);
  const targets: { readonly from: number; readonly to: number }[] = [];
  const open = new Map(fixups.map((fixup) => [fixup.offset, fixup]));
  const end = code.length - 1;
  let at = 0;
  while (at < end && code[at] !== 0) {
    const opcode = OPCODES[code[at] as number] as Opcode;
    if (isUnassigned(opcode)) {
      return [
        ...faults,
        { offset: at, what: "unassigned opcode", found: String(opcode.code), expected: "an instruction" },
      ];
    }
    starts[at] = 1;
    if (opcode.family === "jump") {
      const { target } = decodeInstruction(code, at);
      if (target !== null) targets.push({ from: at, to: target });
    }
    const group = GROUPS.get(opcode.name);
    if (group !== undefined) checkOperand(at, opcode, group, open, faults);
    at += 1 + opcode.operandBytes;
  }
  if (at !== end || code[end] !== 0) {
    faults.push({ offset: at, what: "code without its end mark", found: `end at ${at}`, expected: `0 at ${end}` });
  }
  for (const { from, to } of targets) {
    if (to < 0 || starts[to] !== 1) {
      faults.push({ offset: from, what: "jump into nowhere", found: `target ${to}`, expected: "an instruction" });
      break;
    }
  }
  const [stray] = open.keys();
  if (stray !== undefined) {
    faults.push({ offset: stray, what: "fixup beside an operand", found: `offset ${stray}`, expected: "an operand" });
  }
  return faults;
}

/** Takes the operand's fixup out of `open`. */
function checkOperand(
  at: number,
  opcode: Opcode,
  group: CompiledFixup["group"],
  open: Map<number, CompiledFixup>,
  faults: CodeFault[],
): void {
  const offset = at + operandOffset(opcode);
  const fixup = open.get(offset);
  open.delete(offset);
  // A few GCONSTs are fixed addresses, and most SICXs plain numbers.
  if (fixup === undefined && (group === "literal" || group === "type")) return;
  if (fixup?.group === group) return;
  const found = fixup === undefined ? "no fixup" : `a ${fixup.group}`;
  faults.push({ offset, what: `operand of ${opcode.name}`, found, expected: `a ${group}` });
}
