/**
 * Turns a `CodeBlock` into the words of a compiled function: header, empty name table, code.
 * Where the words go, and what counts the literals, is the caller's business.
 *
 * ```
 *  word 0 stkmin   1 na   2 pv   3 startpc   4-5 flags and frame name   6 ntsize   7 nlocals | fvaroffset
 *  names: ntsize words of symbols, then ntsize words of slots (or 4 zero words)
 *  code bytes, ending in opcode 0
 * ```
 * Source: memory specification, section 13.1.
 */
import { assert } from "../../base/errors.ts";
import type { Cells, Pointer, WordAddress, Words } from "../../base/units.ts";
import type { CodeBlock, Literal } from "../../isa/code-block.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { InstalledBlock } from "./code-directory.ts";
import { FUNCTION_HEADER_WORDS } from "./functions.ts";

/** What stands for the name table of a function without one. */
const EMPTY_TABLE_WORDS = 4;
/** Basic frame and frame extension. */
const FRAME_WORDS = 12;
/** Room that the machine keeps below every frame (`STK_SAFE`), and the pair that a closure call may add. */
const STACK_MARGIN_WORDS = 32 + 4;

const SLOT_KINDS = { argument: 0x00, local: 0x80, free: 0xc0 } as const;

/** Half of the name table in words: a multiple of 4 with at least one zero name at its end; 0 without names. */
function tableWords(block: CodeBlock): Words {
  const names = block.boundNames.length + block.freeNames.length;
  return names === 0 ? 0 : Math.ceil((2 * (names + 1)) / 4) * 4;
}

/** Byte offset of the first opcode from the header. */
export function startPcOf(block: CodeBlock): number {
  return 2 * (FUNCTION_HEADER_WORDS + (2 * tableWords(block) || EMPTY_TABLE_WORDS));
}

/** Data cells that the block needs. */
export function codeCells(block: CodeBlock): Cells {
  return Math.ceil((startPcOf(block) + block.bytes.length + 1) / 4);
}

/** Stack room in words that a call of the block must find free. */
export function stackNeedWords(block: CodeBlock): Words {
  const quads = Math.ceil((block.localCount + block.freeNames.length) / 2);
  return 2 * Math.max(block.argumentCount, 0) + FRAME_WORDS + 4 * quads + 2 * (block.maxDepth + 2) + STACK_MARGIN_WORDS;
}

/**
 * Writes the block at `header`, whose words must be zero. Literals are asked for one by one, in the order of the code.
 *
 * @param resolve the pointer that goes into the four operand bytes of a literal
 * @param symbol the pointer of a symbol
 */
export function writeCode(
  memory: VirtualMemory,
  header: Pointer,
  block: CodeBlock,
  path: string | null,
  resolve: (literal: Literal) => Pointer,
  symbol: (name: string) => Pointer,
): InstalledBlock {
  const startPc = startPcOf(block);
  const quads = Math.ceil((block.localCount + block.freeNames.length) / 2);
  const firstFree = block.boundNames.length;
  assert(block.localCount < 256, `function ${block.name} has ${block.localCount} local variables, at most 255 fit`);
  memory.setWord(header, stackNeedWords(block));
  memory.setWord(header + 1, block.argumentCount);
  memory.setWord(header + 2, quads - 1);
  memory.setWord(header + 3, startPc);
  memory.setCell(header + 4, symbol(block.name));
  memory.setWord(header + 6, tableWords(block));
  const freeOffset = block.freeNames.length === 0 ? 0 : FUNCTION_HEADER_WORDS + 2 * firstFree;
  memory.setWord(header + 7, (block.localCount << 8) | freeOffset);
  writeNameTable(memory, header + FUNCTION_HEADER_WORDS, block, symbol);

  const codeStart = 2 * header + startPc;
  for (let i = 0; i < block.bytes.length; i++) memory.setByte(codeStart + i, block.bytes[i] as number);
  for (const { offset, literal } of block.fixups) {
    const pointer = resolve(literal);
    for (let i = 0; i < 4; i++) memory.setByte(codeStart + offset + i, (pointer >>> (24 - 8 * i)) & 0xff);
  }
  return { header, codeStart, codeEnd: codeStart + block.bytes.length + 1, block, path };
}

function writeNameTable(
  memory: VirtualMemory,
  table: WordAddress,
  block: CodeBlock,
  symbol: (name: string) => Pointer,
): void {
  const half = tableWords(block);
  const bound = block.boundNames.map(({ name, place, index }) => ({ name, kind: SLOT_KINDS[place], index }));
  const free = block.freeNames.map((name, k) => ({ name, kind: SLOT_KINDS.free, index: block.localCount + k }));
  for (const [i, { name, kind, index }] of [...bound, ...free].entries()) {
    memory.setCell(table + 2 * i, symbol(name));
    memory.setCell(table + half + 2 * i, ((kind << 24) | index) >>> 0);
  }
}
