/**
 * Sizes and header fields of the code block that a compiled function becomes, as the system's own loader makes them.
 * Source: compiled files specification, sections 4 and 6.2.
 */
import { OPCODES, type Opcode } from "../isa/opcodes.ts";
import type { CompiledFunction } from "./types.ts";

export interface CodeLayout {
  /** STKMIN: stack room in words. */
  readonly stackMinimumWords: number;
  /** PV: quads of variable space minus 1. */
  readonly variableQuads: number;
  /** STARTPC: byte offset of the first instruction. */
  readonly startPc: number;
  /** NTSIZE: words of one half of the name table, 0 without one. */
  readonly nameTableWords: number;
  /** FVAROFFSET: word offset of the first free variable's name, 0 without one. */
  readonly freeNameOffset: number;
  /** Words of one half of the table of local arguments, 0 without one. */
  readonly localTableWords: number;
  /** The whole block, a multiple of 8. */
  readonly sizeBytes: number;
}

export const HEADER_BYTES = 16;
/** What stands for the name table of a function without one. */
const EMPTY_TABLE_BYTES = 8;
/** The cell for debugging information in code of the XCL compiler. */
const DEBUG_BYTES = 4;

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

export function codeLayout(each: CompiledFunction): CodeLayout {
  const nameTableWords = each.names.length === 0 ? 0 : roundUp(2 * each.names.length + 1, 4);
  const localTableWords = each.localArguments.length === 0 ? 0 : roundUp(2 * each.localArguments.length + 1, 2);
  const firstFree = each.names.findIndex(({ kind }) => kind === "free");
  const variableQuads = Math.ceil((each.localCount + each.freeCount) / 2) - 1;
  const tableBytes = nameTableWords === 0 ? EMPTY_TABLE_BYTES : 4 * nameTableWords;
  const extraBytes = each.kind === "DFASL" ? DEBUG_BYTES : 4 * localTableWords;
  const startPc = HEADER_BYTES + tableBytes + extraBytes;
  return {
    stackMinimumWords: stackMinimum(each.code, each.argumentCount, variableQuads),
    variableQuads,
    startPc,
    nameTableWords,
    freeNameOffset: firstFree < 0 ? 0 : 8 + 2 * firstFree,
    localTableWords,
    sizeBytes: roundUp(startPc + each.code.length, 8),
  };
}

/** Cells of a frame besides arguments and variables. */
const FRAME_CELLS = 12;
/** Room that is added to the depth. */
const MARGIN_CELLS = 8;
const TO_ZERO = /^(?:FN[0-4X]|APPLYFN|RETURN|SWAP|NOP|JUMP\d*|JUMPXX?)$/;
const MINUS_ONE = /^(?:UNBIND|DUNBIND|UNWIND|POP\.N|N?[FT]JUMP(?:X|\d+))$/;
const PLUS_ONE = /^(?:BIND|SUBRCALL|MISCN)$/;

/** No machine of today has it, and the opcode list of the system says that it leaves the stack as it is. */
const NEUTRAL = "DOVEMISC";

/** What each opcode does to the depth; `null`: it becomes 0. */
const EFFECTS: readonly (number | null)[] = OPCODES.map(({ name, stackDelta }: Opcode) => {
  if (TO_ZERO.test(name)) return null;
  if (MINUS_ONE.test(name)) return -1;
  if (PLUS_ONE.test(name)) return 1;
  if (name === NEUTRAL) return 0;
  return typeof stackDelta === "number" ? stackDelta : null;
});

/** STKMIN: twice the greatest depth in cells that a walk over the code finds. */
function stackMinimum(code: Uint8Array, argumentCount: number, variableQuads: number): number {
  let depth = Math.max(argumentCount, 0) + 2 * (variableQuads + 1) + FRAME_CELLS;
  let deepest = depth + MARGIN_CELLS;
  for (let at = 0; at < code.length && code[at] !== 0; ) {
    const opcode = code[at] as number;
    const effect = EFFECTS[opcode] ?? null;
    depth = effect === null ? 0 : depth + effect;
    deepest = Math.max(deepest, depth);
    at += 1 + (OPCODES[opcode] as Opcode).operandBytes;
  }
  return 2 * deepest;
}
