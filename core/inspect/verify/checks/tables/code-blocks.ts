/** Compiled code: header fields fit the block, name tables hold symbols, and the instructions can be walked to the end. Source: memory specification, section 13. */
import { hex } from "../../../../base/errors.ts";
import type { ByteAddress, Pointer, Words } from "../../../../base/units.ts";
import { OPCODES } from "../../../../isa/opcodes.ts";
import { blockData, CONTENT_CODE } from "../../../../objects/arrays/blocks.ts";
import {
  eachInstruction,
  FUNCTION_HEADER_WORDS,
  type FunctionHeader,
  frameNameText,
  functionHeader,
  NAME_ARGUMENT,
  NAME_FREE,
  NAME_LOCAL,
} from "../../../../objects/code/functions.ts";
import { isSymbol } from "../../../../objects/types.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

const EMPTY_TABLE_WORDS = 4;
const isUnassigned = Uint8Array.from(OPCODES, ({ name }) => (name.startsWith("unused-") ? 1 : 0));

export const codeBlocks: Check = {
  name: "code",
  title: "headers of compiled code fit their blocks, name tables hold symbols, instructions are assigned and end",
  *steps(context, findings) {
    const { memory, map } = context;
    const seen = { blocks: 0, instructions: 0 };
    yield* map.objectSteps("code", (object) => {
      const data = blockData(memory, object);
      if (data === null || data.content !== CONTENT_CODE) return;
      seen.blocks++;
      const header = functionHeader(memory, object);
      // A block that was allocated and not filled yet is all zero.
      if (header === null || header.startPc === 0) return;
      const words = 2 * data.cells;
      if (checkHeader(context, header, words, findings)) seen.instructions += walk(context, header, words, findings);
    });
    findings.looked = `${seen.blocks} blocks, ${seen.instructions} instructions`;
  },
};

/** @returns whether the code can be walked */
function checkHeader(context: CheckContext, header: FunctionHeader, words: Words, findings: Findings): boolean {
  const { address, startPc, localWords, localCount, nameTableWords } = header;
  const name = nameOf(context, header);
  const table = FUNCTION_HEADER_WORDS + (2 * nameTableWords || EMPTY_TABLE_WORDS);
  if (localWords < 0 || 2 * localCount > localWords) {
    const expected = `${localCount} values within ${localWords} words`;
    findings.error(address + 2, `${name} has no room for its variables`, expected, `pv ${localWords / 4 - 1}`);
  }
  if (nameTableWords % 4 !== 0 || table > words) {
    const expected = `a multiple of 4 that leaves the table within ${words} words`;
    findings.error(address + 6, `the name table of ${name} has an impossible size`, expected, `${nameTableWords}`);
  } else checkNames(context, header, findings);
  const isSound = startPc % 4 === 0 && startPc >= 2 * FUNCTION_HEADER_WORDS && startPc < 2 * words;
  if (!isSound) {
    const expected = `a multiple of 4 from ${2 * FUNCTION_HEADER_WORDS} to ${2 * words - 1}`;
    findings.error(address + 3, `the code of ${name} begins at an impossible place`, expected, `byte ${startPc}`);
  }
  return isSound;
}

/** Names up to the first empty one are symbols; their slots name a place that the kind has. */
function checkNames(context: CheckContext, header: FunctionHeader, findings: Findings): void {
  const { memory } = context;
  const table = header.address + FUNCTION_HEADER_WORDS;
  for (let offset = 0; offset < header.nameTableWords; offset += 2) {
    const name: Pointer = memory.pointer(table + offset);
    if (name === 0) continue;
    const slot = memory.cell(table + header.nameTableWords + offset);
    const kind = slot >>> 24;
    if (!isSymbol(memory, name)) {
      findings.error(
        table + offset,
        `the name table of ${nameOf(context, header)} names no symbol`,
        "a symbol",
        hex(name),
      );
    } else if (kind !== NAME_ARGUMENT && kind !== NAME_LOCAL && kind !== NAME_FREE) {
      const what = `the name table of ${nameOf(context, header)} has a variable of no kind`;
      findings.error(
        table + header.nameTableWords + offset,
        what,
        "kind 0x0, 0x80 or 0xC0 in bits 31 to 24",
        hex(slot),
      );
    }
  }
}

/** @returns how many instructions there are */
function walk(context: CheckContext, header: FunctionHeader, words: Words, findings: Findings): number {
  const { memory } = context;
  const end: ByteAddress = 2 * (header.address + words);
  let instructions = 0;
  let unassigned: ByteAddress | null = null;
  const stop = eachInstruction(memory, header.codeStart, end, (pc, opcode) => {
    instructions++;
    if (isUnassigned[opcode] === 1) unassigned ??= pc;
  });
  if (unassigned !== null) {
    const what = `the code of ${nameOf(context, header)} has an opcode that is not assigned, at byte ${unassigned - 2 * header.address}`;
    findings.error(unassigned >> 1, what, "an assigned opcode", hex(memory.byte(unassigned)));
  }
  if (stop >= end || memory.byte(stop) !== 0) {
    const what = `the code of ${nameOf(context, header)} does not end within its block of ${2 * words} bytes`;
    findings.error(Math.min(stop, end - 1) >> 1, what, "opcode 0", `byte ${stop - 2 * header.address}`);
  }
  return instructions;
}

function nameOf({ memory }: CheckContext, { address, frameName }: FunctionHeader): string {
  return `${frameNameText(memory, frameName) ?? "?"} at ${hex(address)}`;
}
