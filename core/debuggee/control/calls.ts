/** The calls that the form at PC is going to make, for a step into one of them. */
import type { ByteAddress } from "../../base/units.ts";
import { decodeInstruction, type Instruction } from "../../isa/disassembler.ts";
import { POINTER_MASK } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { CodeDirectory } from "../../objects/code/code-directory.ts";
import { codeOf } from "../../objects/code/functions.ts";
import { definitionCell, symbolName } from "../../objects/symbols.ts";
import type { Machine } from "../../vm/machine.ts";
import type { StackFrame } from "../../vm/stack/frames.ts";
import type { Places } from "../program/places.ts";
import type { Place } from "../types.ts";
import { codeOfFrame, type FrameCode } from "./redirection.ts";

/** A call that can be stepped into. */
export interface CallTarget {
  /** Address of the calling instruction. */
  readonly pc: ByteAddress;
  /** Name of the function; null when only the run will tell. */
  readonly functionName: string | null;
  readonly place: Place | null;
}

/** More than a menu can show. */
const MOST_TARGETS = 50;
const NAMED_CALL = /^FN[0-4X]$/;

/**
 * With source text: calls of the form at PC, of functions that have text themselves, or that only the run will tell. Without: all calls up to the next
 * jump or return.
 */
export function callTargets(machine: Machine, places: Places, frame: StackFrame): readonly CallTarget[] {
  const code = codeOfFrame(machine, frame);
  if (code === null) return [];
  const form = places.at(frame.pc);
  const found: CallTarget[] = [];
  for (let at = frame.pc; at < code.extent.codeEnd && found.length < MOST_TARGETS; ) {
    const instruction = decodeInstruction(machine.memory.bytes, at);
    if (form === null && (instruction.target !== null || instruction.opcode.name === "RETURN")) break;
    const place = places.at(at);
    const isInForm = form === null || (place !== null && place.start >= form.start && place.end <= form.end);
    const callee = isInForm ? calleeOf(machine, code, instruction) : null;
    if (callee !== null && (form === null || hasText(machine.code, places, callee))) {
      found.push({ pc: at, functionName: callee.name, place });
    }
    at += instruction.length;
  }
  return found;
}

interface Callee {
  readonly name: string | null;
  /** Header of its code; null when only the run will tell, or it is not compiled. */
  readonly header: number | null;
}

/** What an instruction calls; null when it calls nothing. */
function calleeOf({ memory, code }: Machine, { shapes }: FrameCode, instruction: Instruction): Callee | null {
  const { opcode, operands, address } = instruction;
  if (NAMED_CALL.test(opcode.name)) {
    const symbol = operands.at(-1) ?? 0;
    // Code may be damaged, or have been written over.
    if (!isMapped(memory, definitionCell(symbol), 2)) return null;
    return { name: symbolName(memory, symbol), header: codeOf(memory, memory.pointer(definitionCell(symbol))) };
  }
  if (opcode.name === "APPLYFN") return { name: null, header: null };
  if (opcode.name !== "ENVCALL") return null;
  const pushed = shapes.get(address)?.entries.at(-2) ?? -1;
  const constant = pushed < 0 ? null : decodeInstruction(memory.bytes, pushed);
  if (constant?.opcode.name !== "GCONST") return { name: null, header: null };
  const header = (constant.operands[0] ?? 0) & POINTER_MASK;
  return { name: code.at(header)?.block.name ?? null, header };
}

function hasText(code: CodeDirectory, places: Places, { header, name }: Callee): boolean {
  if (header === null) return name === null;
  const installed = code.at(header);
  return installed !== null && places.steps(installed).length > 0;
}
