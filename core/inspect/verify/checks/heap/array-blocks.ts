/** Array space is tiled by blocks whose headers and trailers agree, and free neighbours are joined. Source: memory specification, section 11.3. */
import { hex } from "../../../../base/errors.ts";
import type { Cell, WordAddress } from "../../../../base/units.ts";
import { NIL, POINTER_MASK } from "../../../../memory/layout.ts";
import {
  type ArrayBlock,
  BLOCK_PASSWORD,
  blockCell,
  CONTENT_CODE,
  CONTENT_UNBOXED,
  isCountedBlockSpace,
  MAXIMUM_BLOCK_CELLS,
} from "../../../../objects/arrays/blocks.ts";
import { variableValue } from "../../../heap/system.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";
import type { BlockGap } from "../../tiling.ts";

export const arrayBlocks: Check = {
  name: "array-blocks",
  title: "array space is tiled by blocks; headers and trailers agree; free neighbours are joined",
  run(context, findings) {
    const { memory } = context;
    const merges = (variableValue(memory, "\\ARRAYMERGING") ?? NIL) !== NIL;
    const borders = bordersOf(context);
    const { blocks, gaps } = context.tile((block, before) => {
      checkContent(block, findings);
      if (merges && before !== null && !borders.has(block.header)) checkNeighbours(context, before, block, findings);
    });
    for (const gap of gaps) reportGap(context, gap, findings);
    findings.looked = `${blocks} blocks`;
  },
};

/** Where two free blocks may meet: there array space begins anew, or would. */
function bordersOf({ memory }: CheckContext): ReadonlySet<WordAddress> {
  const names = ["\\ARRAYSPACE", "\\ARRAYSPACE2", "\\ArrayFrLst", "\\ArrayFrLst2"];
  return new Set(names.map((name) => (variableValue(memory, name) ?? NIL) & POINTER_MASK));
}

function checkContent({ header, content, isInUse, cells }: ArrayBlock, findings: Findings): void {
  if (isInUse && content <= CONTENT_CODE) return;
  if (!isInUse && content === CONTENT_UNBOXED) return;
  const expected = isInUse ? "content 0 (unboxed), 1 (pointers) or 2 (code)" : "content 0 in a free block";
  findings.error(
    header,
    `the header of the block at ${hex(header)} has an impossible content`,
    expected,
    `content ${content} in ${cells} cells`,
  );
}

function checkNeighbours({ memory }: CheckContext, before: ArrayBlock, block: ArrayBlock, findings: Findings): void {
  if (before.isInUse || block.isInUse || before.cells + block.cells > MAXIMUM_BLOCK_CELLS) return;
  // What the image builder pads its code with stays as it is.
  if (!isCountedBlockSpace(memory, before.data) || !isCountedBlockSpace(memory, block.data)) return;
  const found = `free blocks of ${before.cells} cells at ${hex(before.header)} and ${block.cells} at ${hex(block.header)}`;
  findings.error(
    block.header,
    "two free blocks stand side by side",
    `one block of ${before.cells + block.cells} cells`,
    found,
  );
}

/** Says which of header and trailer is wrong, as far as they and the next sound block tell. */
function reportGap({ memory }: CheckContext, { start, end, isFollowed }: BlockGap, findings: Findings): void {
  const header = memory.cell(start);
  const distance = (end - start) / 2;
  const where = `the block at ${hex(start)}`;
  const until = isFollowed ? `the next sound block begins at ${hex(end)}` : `no sound block follows up to ${hex(end)}`;
  const last = memory.cell(end - 2);
  const isLastTrailer = hasPassword(last) && length(last) === distance;
  if (!hasPassword(header)) {
    const expected = isLastTrailer
      ? `${hex(blockCell(CONTENT_UNBOXED, isUsed(last), distance))} up to the content bits, as its trailer says`
      : "the password 0x1555 in bits 31 to 19";
    findings.error(start, `the header of ${where} is overwritten; ${until}`, expected, hex(header));
  } else if (isFollowed && length(header) === distance) {
    const expected = hex(blockCell(CONTENT_UNBOXED, isUsed(header), distance));
    findings.error(end - 2, `the trailer of ${where} does not agree with its header`, expected, hex(last));
  } else if (isLastTrailer) {
    const expected = hex(blockCell((header >>> 17) & 3, isUsed(last), distance));
    findings.error(
      start,
      `the header of ${where} has another length than its trailer; ${until}`,
      expected,
      hex(header),
    );
  } else {
    const trailer = start + 2 * (length(header) - 1);
    const isInside = length(header) > 0 && trailer + 2 <= memory.sizeWords;
    const found = isInside ? `${hex(memory.cell(trailer))} at ${hex(trailer)}` : `a length of ${length(header)} cells`;
    const expected = `header ${hex(header)} repeated, without content, ${length(header)} cells on`;
    findings.error(start, `${where} does not end in a trailer; ${until}`, expected, found);
  }
}

function hasPassword(cell: Cell): boolean {
  return cell >>> 19 === BLOCK_PASSWORD;
}
function isUsed(cell: Cell): boolean {
  return (cell & 0x10000) !== 0;
}
function length(cell: Cell): number {
  return cell & 0xffff;
}
