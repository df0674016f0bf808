/**
 * The compiled code around an address: from the directory of what was compiled here, else from the image itself, where code of any origin
 * stands in array blocks and hunks. Source: memory specification, sections 11.3 and 13.
 */
import { hex } from "../../base/errors.ts";
import type { ByteAddress, Pointer, WordAddress } from "../../base/units.ts";
import type { CodeBlock } from "../../isa/code-block.ts";
import { MDS_UNIT_WORDS, POINTER_MASK, TYPE_BLOCK } from "../../memory/layout.ts";
import { isMapped } from "../../memory/translation.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { blockAt, blockData, CONTENT_CODE, MAXIMUM_BLOCK_CELLS } from "../../objects/arrays/blocks.ts";
import { CodeDirectory, type InstalledBlock } from "../../objects/code/code-directory.ts";
import { eachInstruction, frameNameText, functionHeader } from "../../objects/code/functions.ts";
import { variableNames } from "../../objects/code/variable-names.ts";
import { builtinType, isCodeHunk, typeNumber } from "../../objects/types.ts";

const NO_DIRECTORY = new CodeDirectory();

/** One function in an image. */
export interface CodeExtent {
  readonly header: WordAddress;
  /** Byte addresses of the first opcode and behind the last one. */
  readonly codeStart: ByteAddress;
  readonly codeEnd: ByteAddress;
  readonly name: string;
  /** Null for code that came with an image. */
  readonly block: CodeBlock | null;
}

/** Code longer than the counter of a frame can reach does not exist. */
const MOST_CODE_BYTES = 0x10000;

/**
 * The function whose code holds a byte address; null where there is none.
 *
 * @param headers functions that are known from elsewhere, from the frames of a stack: damage, or a hand that built the image, may have left their code
 * without a block around it
 */
export function codeContaining(
  memory: VirtualMemory,
  directory: CodeDirectory,
  pc: ByteAddress,
  headers: () => Iterable<WordAddress> = () => [],
): CodeExtent | null {
  const installed = directory.containing(pc);
  if (installed !== null) return extentOf(installed);
  const found = codeInImage(memory, pc);
  if (found !== null) return found;
  for (const header of headers()) {
    const code = codeAt(memory, directory, header);
    if (code !== null && pc >= code.codeStart && pc < code.codeEnd) return code;
  }
  return null;
}

/** The function with a header; null when there is no readable one. */
export function codeAt(memory: VirtualMemory, directory: CodeDirectory, header: WordAddress): CodeExtent | null {
  const installed = directory.at(header);
  if (installed !== null) return extentOf(installed);
  const found = functionHeader(memory, header);
  if (found === null) return null;
  const { codeStart } = found;
  const data = blockData(memory, header & POINTER_MASK);
  const limit = data?.content === CONTENT_CODE ? 2 * header + 4 * data.cells : codeStart + MOST_CODE_BYTES;
  const codeEnd = eachInstruction(memory, codeStart, limit, () => {});
  return { header, codeStart, codeEnd, name: codeName(memory, header), block: null };
}

/** Frame name of the code with a header: what a stack trace shows. */
export function codeName(memory: VirtualMemory, header: WordAddress): string {
  const found = functionHeader(memory, header);
  const name = found === null ? null : frameNameText(memory, found.frameName);
  return name === null || name === "" ? `code at ${hex(header)}` : name;
}

/** Names of arguments and locals by number, for listings; several names of one cell are joined. */
export function variableName(
  memory: VirtualMemory,
  { header, block }: CodeExtent,
  place: "argument" | "local",
  index: number,
): string | null {
  if (block === null) {
    const found = functionHeader(memory, header);
    const names = found === null ? null : variableNames(memory, found);
    return (place === "argument" ? names?.argument(index) : names?.local(index)) ?? null;
  }
  const found = block.variables.filter((v) => v.place === place && v.index === index).map(({ name }) => name);
  return found.length === 0 ? null : [...new Set(found)].join("/");
}

function extentOf({ header, codeStart, codeEnd, block }: InstalledBlock): CodeExtent {
  return { header, codeStart, codeEnd, name: block.name, block };
}

function codeInImage(memory: VirtualMemory, pc: ByteAddress): CodeExtent | null {
  if (pc < 0 || !isMapped(memory, pc >> 1, 1)) return null;
  const start = blockStart(memory, (pc >> 2) << 1);
  const code = start === null ? null : codeAt(memory, NO_DIRECTORY, start);
  return code !== null && pc >= code.codeStart && pc < code.codeEnd ? code : null;
}

/** First data cell of the hunk or block that a cell lies in: hunks stand in a row; a block is looked for backwards, by its header. */
function blockStart(memory: VirtualMemory, cell: Pointer): Pointer | null {
  const type = typeNumber(memory, cell);
  if (isCodeHunk(type)) {
    const unit = cell - (cell % MDS_UNIT_WORDS);
    const words = builtinType(type)?.words ?? MDS_UNIT_WORDS;
    return unit + Math.floor((cell - unit) / words) * words;
  }
  if (type !== TYPE_BLOCK) return null;
  const lowest = Math.max(2, cell - 2 * MAXIMUM_BLOCK_CELLS);
  for (let at = cell; at >= lowest; at -= 2) {
    const block = blockAt(memory, at - 2);
    if (block !== null) return block.trailer > cell ? at : null;
  }
  return null;
}
