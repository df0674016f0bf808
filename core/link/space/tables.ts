/**
 * The tables that every image has and the system variables that tell of them: begun before the first file, and finished behind the last.
 * Source: linking specification, sections 1b and 1f; memory specification, sections 5, 8 and 11.3.
 */
import type { Cell, Pointer } from "../../base/units.ts";
import { type Form, symbolForm } from "../../compiled/forms.ts";
import { BLOCK_CODE, BLOCK_POINTERS, BLOCK_UNBOXED, type BlockContent } from "../../managers/contract.ts";
import { bucketIndex } from "../../managers/storage/blocks/array-blocks.ts";
import { NIL, OLD_ATOM_LIMIT, PAGE_WORDS, T, TYPE_LISTP, TYPE_NOREF } from "../../memory/layout.ts";
import { dtdAddress } from "../../objects/dtd.ts";
import { smallInteger } from "../../objects/immediates.ts";
import { setTypeEntries } from "../../objects/types.ts";
import { writeCountTables, writeTypeTable } from "../../vm/image/bootstrap.ts";
import type { ObjectMaker } from "../contents/object-maker.ts";
import type { SymbolTable } from "../contents/symbol-table.ts";
import { type Books, FIRST_TYPED_PAGE, hunkType } from "./books.ts";
import { writeOpcodeHandlers } from "./opcode-handlers.ts";
import { writeOldTables } from "./pages.ts";
import { FINALIZERS, LAST_TYPE, markFinalizable, nameTypes, writeTypeSizes } from "./types.ts";

const MOST_HUNK_CELLS = 64;
/** A byte for each request of 0 to 64 cells, in whole cells. */
const HUNK_TABLE_CELLS = 17;
const HUNK_TABLES: readonly (readonly [name: string, content: BlockContent])[] = [
  ["\\UNBOXEDHUNK.TYPENUM.TABLE", BLOCK_UNBOXED],
  ["\\CODEHUNK.TYPENUM.TABLE", BLOCK_CODE],
  ["\\PTRHUNK.TYPENUM.TABLE", BLOCK_POINTERS],
];
/** A pointer for each type number that there can be. */
const FINALIZER_CELLS = 2048;
/** Characters of the string in which Lisp puts names together. */
const SCRATCH_CHARACTERS = 255;
const FREE_LIST_HEADS = 31;
/** Where the second areas begin, should the primary one be used up. Their real values come then. */
const SECOND_ARRAY_SPACE: Pointer = 0x400000;
const SECOND_ARRAY_PAGE = 0x8000;
const SECOND_TYPED_PAGE = 0xfffc;
/** Number of the first symbol with a name of one character. */
const FIRST_CHARACTER_SYMBOL: Pointer = 2;

/** Values of system variables by name. */
export type SystemCells = Map<string, Cell>;

/** What allocating takes, before there are symbols. */
export function beginStorage(books: Books): SystemCells {
  const { memory } = books;
  writeTypeTable(memory);
  // Symbol numbers get their entry as symbols are made.
  setTypeEntries(memory, 0, OLD_ATOM_LIMIT, TYPE_NOREF);
  writeTypeSizes(memory);
  writeCountTables(memory);
  writeOldTables(memory);
  return new Map(
    HUNK_TABLES.map(([name, content]) => {
      const table = books.largeBlock(HUNK_TABLE_CELLS, BLOCK_UNBOXED);
      for (let cells = 0; cells <= MOST_HUNK_CELLS; cells++)
        memory.setByte(2 * table + cells, hunkType(cells, content));
      return [name, table];
    }),
  );
}

/** Names of types and opcode handlers, when there are symbols. */
export function describeTypes(books: Books, symbols: SymbolTable, objects: ObjectMaker, cells: SystemCells): void {
  const { memory } = books;
  const make = {
    symbol: (name: string) => symbols.symbol(symbolForm(name)),
    object: (form: Form) => objects.make(form),
  };
  nameTypes(memory, make);
  const finalizers = books.largeBlock(FINALIZER_CELLS, BLOCK_POINTERS);
  for (const [type, name] of FINALIZERS) {
    markFinalizable(memory, type);
    memory.setCell(finalizers + 2 * type, symbols.intern(name));
  }
  cells.set("\\FINALIZATION.FUNCTIONS", finalizers);
  cells.set("\\SCRATCHSTRING", objects.make({ kind: "string", text: "\0".repeat(SCRATCH_CHARACTERS) }));
  writeOpcodeHandlers(memory, (name) => symbols.intern(name));
}

/** Where the code ends, and the pages that it takes. */
export interface CodeEnd {
  readonly codeEnd: Pointer;
  readonly pagesEnd: Pointer;
}

/** Ends array space: what is left of the block area becomes a free block. */
export function endTables(books: Books, cells: SystemCells, { codeEnd, pagesEnd }: CodeEnd): void {
  const { memory } = books;
  const buckets = books.block(FREE_LIST_HEADS, BLOCK_UNBOXED);
  const { header, cells: length } = books.closeBlocks();
  // Alone on its list, in both directions.
  memory.setCell(header + 2, header);
  memory.setCell(header + 4, header);
  memory.setCell(buckets + 2 * bucketIndex(length), header);
  const fixed: SystemCells = new Map([
    ["\\FREEBLOCKBUCKETS", buckets],
    ["\\LeastMDSPage", smallInteger(FIRST_TYPED_PAGE)],
    ["\\SecondMDSPage", smallInteger(SECOND_TYPED_PAGE)],
    ["\\SecondArrayPage", smallInteger(SECOND_ARRAY_PAGE)],
    ["\\MDSFREELISTPAGE", NIL],
    ["\\MaxSysTypeNum", smallInteger(LAST_TYPE)],
    ["\\MaxTypeNumber", smallInteger(LAST_TYPE)],
    ["\\NxtArrayPage", smallInteger(pagesEnd / PAGE_WORDS)],
    ["\\HUNKING?", T],
    ["\\ArrayFrLst", codeEnd],
    ["\\ArrayFrLst2", SECOND_ARRAY_SPACE],
    ["\\OneCharAtomBase", FIRST_CHARACTER_SYMBOL],
    ["\\LISTPDTD", dtdAddress(TYPE_LISTP)],
  ]);
  for (const [name, cell] of fixed) cells.set(name, cell);
}

/** Variables that tell how far the allocators have got. Their symbols exist already when these are asked for. */
export const LAST_VARIABLES: Readonly<Record<string, (books: Books, symbols: SymbolTable) => Cell>> = {
  "\\NxtMDSPage": (books) => smallInteger(books.nextTypedPage),
  "\\AtomFrLst": (_, symbols) => smallInteger(symbols.count),
};
