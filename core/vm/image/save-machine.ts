/**
 * A machine that stands anywhere, as an image file that goes on from there. What the machine keeps in registers must be in a frame; and a machine
 * that boots begins with NIL on its stack. So a frame is put on top which does nothing but return: the one below it has the flag of an interrupted
 * frame, drops the value, and takes up its own top of stack. Everything is put back afterwards: the machine itself does not notice.
 * Source: memory specification, sections 6.5 (registers), 6.8 and 14 (NOPUSH).
 */
import { VmFault } from "../../base/errors.ts";
import type { ByteAddress, Pointer, WordAddress } from "../../base/units.ts";
import { OPCODE_BY_NAME } from "../../isa/opcodes.ts";
import { IFPAGE, interfaceWord } from "../../memory/interface-page.ts";
import { NIL, PAGE_BYTES, STACK_BASE, STACK_WORDS, UFN_TABLE_BASE } from "../../memory/layout.ts";
import { writeSysout } from "../../memory/sysout/write-sysout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { BASIC_FRAME_WORDS, FREE_BLOCK, FX_NEXT, FX_PC, NOPUSH, SLOW } from "../../objects/code/frame-uses.ts";
import { FRAME_WORDS } from "../../objects/code/frames.ts";
import { eachInstruction, type FunctionHeader, functionHeader } from "../../objects/code/functions.ts";
import { DEFINITION_COMPILED, definitionCell, findSymbol } from "../../objects/symbols.ts";
import type { Machine } from "../machine.ts";
import { prepareSave } from "./prepare-save.ts";

const CELL_WORDS = 2;
/** Between the variables of a frame and its temporaries. */
const PADDING_WORDS = 4;
/** Functions that every image has, or many have, and that contain a RETURN; their names make the frame on top understandable. */
const RETURNING_FUNCTIONS = ["NILL", "\\INTERPRETER", "\\EVALFORM"];
const RETURN = OPCODE_BY_NAME.get("RETURN")?.code ?? 0;
/** Code longer than the counter of a frame can reach does not exist. */
const MOST_CODE_BYTES = 0x10000;

/**
 * Lets `write` have the machine as a file; after that the machine is as it was.
 *
 * @param write gets the file from its start to its end, in pieces that are good until it returns
 * @throws {VmFault} `MemoryError` in the middle of a collection, or when the image has no function to resume with; `StackOverflow` without room for it
 */
export function saveMachine<T>(machine: Machine, write: (pieces: Iterable<Uint8Array>) => T): T {
  const { memory } = machine;
  if (machine.collection !== null) {
    throw new VmFault("MemoryError", "a collection is under way: let it end before the image is saved");
  }
  const stack = memory.bytes.subarray(2 * STACK_BASE, 2 * (STACK_BASE + STACK_WORDS));
  const page = memory.bytes.subarray(2 * interfaceWord(0), 2 * interfaceWord(0) + PAGE_BYTES);
  const stackBefore = stack.slice();
  const pageBefore = page.slice();
  const undo = prepareSave(memory);
  try {
    suspend(machine);
    return write(writeSysout(memory));
  } finally {
    undo();
    stack.set(stackBefore);
    page.set(pageBefore);
  }
}

/** Writes the registers into the current frame, and a frame on top of it that the image resumes with. */
function suspend(machine: Machine): void {
  const { memory } = machine;
  const { view } = memory;
  const { pc, func, pvar, csp, tos, esp } = machine.registers();
  const returning = findReturn(memory, func);
  const fx = pvar - FRAME_WORDS;
  const word = (address: number, value: number) => view.setUint16(2 * address, value & 0xffff);
  const cell = (address: number, value: number) => view.setUint32(2 * address, value >>> 0);
  const first = csp + CELL_WORDS;
  const basicFrame = first + CELL_WORDS * Math.max(returning.header.argumentCount, 0);
  const top = basicFrame + BASIC_FRAME_WORDS;
  const topPvar = top + FRAME_WORDS;
  const localWords = returning.header.localWords;
  const end = topPvar + localWords + PADDING_WORDS;
  if (end + CELL_WORDS > esp) {
    throw new VmFault("StackOverflow", "the stack has no room for the frame that a saved image resumes with");
  }
  cell(csp, tos);
  word(fx, view.getUint16(2 * fx) | NOPUSH);
  word(fx + FX_NEXT, first);
  word(fx + FX_PC, pc - 2 * func);
  for (let argument = first; argument < basicFrame; argument += CELL_WORDS) cell(argument, NIL);
  cell(basicFrame, 0x80000000 | (first & 0xffff));
  cell(top, 0xc0000000 | (pvar & 0xffff) | SLOW);
  cell(top + 2, returning.header.address);
  word(top + FX_NEXT, end);
  word(top + FX_PC, returning.pc - 2 * returning.header.address);
  cell(top + 6, 0);
  cell(top + 8, ((basicFrame & 0xffff) << 16) | (pvar & 0xffff));
  for (let local = 0; local < localWords; local += CELL_WORDS) cell(topPvar + local, 0xffffffff);
  cell(end, (FREE_BLOCK << 16) | (esp - end));
  word(interfaceWord(IFPAGE.currentFx), top);
}

interface ReturnPlace {
  readonly header: FunctionHeader;
  readonly pc: ByteAddress;
}

/** A RETURN instruction of a well-known function, of the one that runs, or of a handler of an opcode. */
function findReturn(memory: VirtualMemory, running: WordAddress): ReturnPlace {
  const named = RETURNING_FUNCTIONS.map((name) => findSymbol(memory, name) ?? NIL);
  const handlers = Array.from({ length: 256 }, (_, opcode) => memory.word(UFN_TABLE_BASE + 2 * opcode));
  const symbols = [...named, ...handlers].filter((symbol) => symbol !== NIL);
  for (const header of [...symbols.map((symbol) => definitionOf(memory, symbol)), running]) {
    const found = header === null ? null : returnIn(memory, header);
    if (found !== null) return found;
  }
  throw new VmFault("MemoryError", "the image has no compiled function that a saved image could resume with");
}

/** Header of a symbol's compiled definition; null when it has none. */
function definitionOf(memory: VirtualMemory, symbol: Pointer): Pointer | null {
  const cell = definitionCell(symbol);
  return (memory.cell(cell) & DEFINITION_COMPILED) === 0 ? null : memory.pointer(cell);
}

function returnIn(memory: VirtualMemory, address: WordAddress): ReturnPlace | null {
  const header = functionHeader(memory, address);
  if (header === null) return null;
  let found: ByteAddress | null = null;
  eachInstruction(memory, header.codeStart, header.codeStart + MOST_CODE_BYTES, (pc, opcode) => {
    if (opcode === RETURN) found ??= pc;
  });
  return found === null ? null : { header, pc: found };
}
