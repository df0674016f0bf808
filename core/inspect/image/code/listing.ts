/**
 * The listing of a function: its header, the names of its variables, and its instructions with names for what they refer to.
 * Source: memory specification, section 13; instruction specification, section 6.
 */
import type { ByteAddress, Pointer, Words } from "../../../base/units.ts";
import { eachInstruction, type FunctionHeader, functionHeader } from "../../../objects/code/functions.ts";
import { variableNames } from "../../../objects/code/variable-names.ts";
import type { HeapMap } from "../../heap/heap-map.ts";
import type { ImageView } from "../../image-view.ts";
import { instructionAt } from "../../parts/code.ts";
import { valueText } from "../../parts/value-text.ts";
import { frameChains } from "../../stack/chains.ts";
import { type CodeObject, eachCode, strayCode } from "./code-objects.ts";

export interface ListedInstruction {
  readonly address: ByteAddress;
  /** Bytes from the first opcode. */
  readonly offset: number;
  /** Opcode and operands in hexadecimal. */
  readonly bytes: string;
  readonly text: string;
  /** A jump of this function leads here. */
  readonly isTarget: boolean;
  /** Frames of the stack that go on here: `current frame 2`. */
  readonly frames: readonly string[];
}

export interface Listing {
  readonly header: FunctionHeader;
  /** Names of the arguments and of the PVAR cells, as far as the code tells. */
  readonly arguments: readonly string[];
  readonly locals: readonly string[];
  readonly freeVariables: readonly string[];
  /** Text of the debugging information; null when there is none. */
  readonly debugging: string | null;
  readonly instructions: readonly ListedInstruction[];
  /** Where the code ends other than by its closing opcode 0; null when it does not. */
  readonly problem: string | null;
}

/** Code longer than a block of array space does not exist. */
const MAX_CODE_BYTES = 0x40000;
/** Frames of deep recursions that are named. */
const FRAMES_NAMED = 1000;

/** @param sizeWords room of the code object, when it is known */
export function listing(view: ImageView, code: Pointer, sizeWords: Words | null = null): Listing | null {
  const { memory } = view;
  const header = functionHeader(memory, code);
  if (header === null) return null;
  const names = variableNames(memory, header);
  const limit = sizeWords === null ? header.codeStart + MAX_CODE_BYTES : 2 * (code + sizeWords);
  const end = Math.min(limit, memory.sizeBytes);
  const starts: ByteAddress[] = [];
  const stopped = eachInstruction(memory, header.codeStart, end, (pc) => starts.push(pc));
  const isEnded = stopped < end && memory.byte(stopped) === 0;
  const decoded = starts.map((pc) => ({ pc, ...instructionAt(view, pc, header.codeStart, names) }));
  const targets = new Set(decoded.map(({ target }) => target));
  const frames = framesIn(view, header);
  const cells = header.localWords >> 1;
  return {
    header,
    arguments: Array.from({ length: Math.max(0, header.argumentCount) }, (_, i) => names.argument(i) ?? `IVAR${i}`),
    locals: Array.from({ length: header.localCount }, (_, i) => names.local(i) ?? `PVAR${i}`),
    freeVariables: Array.from({ length: Math.max(0, cells - header.localCount) }, (_, i) =>
      names.local(header.localCount + i),
    ).filter((name) => name !== null),
    debugging: header.debugging === 0 ? null : valueText(view, header.debugging),
    instructions: decoded.map(({ pc, bytes, text }) => ({
      address: pc,
      offset: pc - header.codeStart,
      bytes,
      text,
      isTarget: targets.has(pc),
      frames: frames.get(pc) ?? [],
    })),
    problem: isEnded ? null : `the code does not end: no opcode 0 up to byte ${stopped - header.codeStart}`,
  };
}

/** Where frames of the function go on, by program counter. */
function framesIn(view: ImageView, { address }: FunctionHeader): ReadonlyMap<ByteAddress, string[]> {
  const found = new Map<ByteAddress, string[]>();
  for (const chain of frameChains(view)) {
    for (const [i, { context }] of chain.frames(0, FRAMES_NAMED).entries()) {
      if (context.header !== address) continue;
      const text = `${chain.name} frame ${i}`;
      const there = found.get(context.pc);
      if (there === undefined) found.set(context.pc, [text]);
      else there.push(text);
    }
  }
  return found;
}

/** The code with a frame name, in the order of the image. */
export function codeNamed(map: HeapMap, name: string): CodeObject[] {
  const found: CodeObject[] = [];
  eachCode(map, (code) => {
    if (code.name === name) found.push(code);
  });
  return found;
}

/** The code object that holds an address: its beginning or any word inside. Stray code is found by its beginning. */
export function codeAround(map: HeapMap, address: Pointer): CodeObject | null {
  let found: CodeObject | null = null;
  eachCode(map, (code) => {
    if (address >= code.pointer && address < code.pointer + (code.sizeWords ?? 0)) found = code;
  });
  return found ?? strayCode(map.memory, address);
}
