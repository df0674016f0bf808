/**
 * The code of the files, one block behind the other, in pages that are never counted: code that an image is born with lives for ever.
 * Header and name table of a function may not cross a page, and no block a segment; what is left between blocks are free blocks on no free list.
 * Source: compiled files specification, section 4; linking specification, section 1c and pitfalls.
 */
import type { Cells, Pointer, Words } from "../../base/units.ts";
import { codeLayout } from "../../compiled/code-layout.ts";
import type { CompiledFunction } from "../../compiled/types.ts";
import { BLOCK_CODE, BLOCK_UNBOXED } from "../../managers/contract.ts";
import { MDS_UNIT_WORDS, PAGE_CELLS, SEGMENT_WORDS } from "../../memory/layout.ts";
import { blockCell, MAXIMUM_BLOCK_CELLS } from "../../objects/arrays/blocks.ts";
import { DEFINITION_COMPILED, DEFINITION_FAST, definitionCell } from "../../objects/symbols.ts";
import { writeFunction } from "../../vm/image/compiled/write-function.ts";
import { LinkProblem } from "../problem.ts";
import { type Books, CODE_BASE } from "../space/books.ts";
import type { ObjectMaker } from "./object-maker.ts";

const ARGUMENT_TYPE_SHIFT = 28;
const BLOCK_OVERHEAD_CELLS = 2;
const SEGMENT_CELLS = SEGMENT_WORDS / 2;
/** Largest offset of a name that the header can tell. */
const MOST_NAME_OFFSET = 0xff;

/** A function in the image. */
export interface LinkedFunction {
  /** Its header, where the block's data begin. */
  readonly header: Pointer;
  /** Words of the block, header and trailer cell included. */
  readonly words: Words;
  readonly startPc: number;
  readonly function: CompiledFunction;
}

export class CodeArea {
  private readonly books: Books;
  private readonly objects: ObjectMaker;
  /** Where the next block begins. */
  private next: Pointer = CODE_BASE;
  /** All functions, in the order of their addresses. */
  readonly functions: LinkedFunction[] = [];

  constructor(books: Books, objects: ObjectMaker) {
    this.books = books;
    this.objects = objects;
  }

  /**
   * Places the function and makes it the definition of its symbol, in place of an earlier one.
   *
   * @throws {LinkProblem} when it fits no block
   */
  add(each: CompiledFunction, symbolOf: () => Pointer): LinkedFunction {
    const layout = codeLayout(each);
    const cells = Math.ceil((layout.startPc + each.code.length) / 4) + BLOCK_OVERHEAD_CELLS;
    checkSize(cells, layout.startPc, layout.freeNameOffset);
    const gap = this.gapBefore(cells, layout.startPc);
    const room = this.books.roomForCode(this.next);
    if (2 * (gap + cells) > room - MDS_UNIT_WORDS) {
      throw new LinkProblem({
        what: "the code area is full",
        found: `${room} words of room`,
        expected: `${2 * (gap + cells)}`,
      });
    }
    if (gap > 0) this.frame(gap, BLOCK_UNBOXED, false);
    const header = this.next + 2;
    this.frame(cells, BLOCK_CODE, true);
    this.books.codeReaches(this.next);
    writeFunction(this.objects, header, each, layout);
    const fast = layout.nameTableWords === 0 ? DEFINITION_FAST : 0;
    const definition = DEFINITION_COMPILED | fast | (each.argumentType << ARGUMENT_TYPE_SHIFT) | header;
    this.books.memory.setCell(definitionCell(symbolOf()), definition >>> 0);
    const linked = { header, words: 2 * cells, startPc: layout.startPc, function: each };
    this.functions.push(linked);
    return linked;
  }

  /** Where the code ends. @returns that, and the end of the pages that it uses: there is always some room between */
  close(): { readonly codeEnd: Pointer; readonly pagesEnd: Pointer } {
    const pagesEnd = (Math.floor(this.next / MDS_UNIT_WORDS) + 1) * MDS_UNIT_WORDS;
    return { codeEnd: this.next, pagesEnd };
  }

  /** Cells to leave free so that the next block of `cells` stands where it may. */
  private gapBefore(cells: Cells, startPc: number): Cells {
    const first = (this.next + 2) / 2;
    // Header, name table and a cell of code, to a whole quad.
    const together = Math.ceil((Math.ceil(startPc / 4) + 1) / 2) * 2;
    const data = cells - BLOCK_OVERHEAD_CELLS;
    let at = first;
    for (;;) {
      at += at % 2;
      const inPage = at % PAGE_CELLS;
      const inSegment = at % SEGMENT_CELLS;
      if (inPage + together > PAGE_CELLS) at += PAGE_CELLS - inPage;
      else if (inSegment + data > SEGMENT_CELLS) at += SEGMENT_CELLS - inSegment;
      else return at - first;
    }
  }

  private frame(cells: Cells, content: typeof BLOCK_CODE | typeof BLOCK_UNBOXED, isInUse: boolean): void {
    const { memory } = this.books;
    memory.setCell(this.next, blockCell(content, isInUse, cells));
    if (cells > 1) memory.setCell(this.next + 2 * (cells - 1), blockCell(BLOCK_UNBOXED, isInUse, cells));
    this.next += 2 * cells;
  }
}

function checkSize(cells: Cells, startPc: number, freeNameOffset: number): void {
  if (cells > Math.min(MAXIMUM_BLOCK_CELLS, SEGMENT_CELLS)) {
    throw new LinkProblem({ what: "too long", found: `${4 * cells} bytes`, expected: `at most ${4 * SEGMENT_CELLS}` });
  }
  if (startPc > 4 * (PAGE_CELLS - 2)) {
    const expected = `at most ${4 * (PAGE_CELLS - 2)}, so that they lie in one page`;
    throw new LinkProblem({ what: "header and variable names", found: `${startPc} bytes`, expected });
  }
  if (freeNameOffset > MOST_NAME_OFFSET) {
    const expected = `at most ${MOST_NAME_OFFSET}, which is all that a function header can tell`;
    throw new LinkProblem({ what: "words before the first free variable", found: String(freeNameOffset), expected });
  }
}
