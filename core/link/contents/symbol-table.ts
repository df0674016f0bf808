/**
 * The symbols of an image that is being built: numbered in the order in which they are met, with those first whose numbers machines know.
 * Source: memory specification, sections 2.1 and 12; linking specification, section 1b.
 */
import type { Pointer } from "../../base/units.ts";
import type { SymbolForm } from "../../compiled/forms.ts";
import { INTERLISP, symbolForm } from "../../compiled/forms.ts";
import { BLOCK_UNBOXED } from "../../managers/contract.ts";
import { ATOM_WORDS, NOBIND, OLD_ATOM_LIMIT, PAGE_WORDS } from "../../memory/layout.ts";
import { FIXED_SYMBOLS, PRINT_NAME_LIMIT, printNameBlock, valueCell, writeSymbol } from "../../objects/symbols.ts";
import { setTypeEntries } from "../../objects/types.ts";
import { LinkProblem } from "../problem.ts";
import type { Books } from "../space/books.ts";
import { linkName, NIL_NAME } from "./link-name.ts";

const NOBIND_NAME = "NOBIND";
/** Symbols whose records begin to exist together. */
const GROUP = 256;
/** Records of that many symbols fill whole pages. */
const GROUP_PAGES = (GROUP * ATOM_WORDS) / PAGE_WORDS;
const SYMBOL_ENTRY = 0xc804;

export class SymbolTable {
  private readonly books: Books;
  private readonly numbers = new Map<string, number>();
  /** Told of each keyword when it is made: keywords have themselves as values. */
  private readonly onKeyword: (name: string) => void;

  constructor(books: Books, onKeyword: (name: string) => void) {
    this.books = books;
    this.onKeyword = onKeyword;
    this.intern(NIL_NAME);
    this.intern(NOBIND_NAME);
    for (let code = 0; code < 256; code++) {
      const character = String.fromCharCode(code);
      // A digit alone is a number.
      if (!/[0-9]/.test(character)) this.intern(linkName(symbolForm(character, INTERLISP)));
    }
    for (const name of FIXED_SYMBOLS) this.intern(name);
  }

  get count(): number {
    return this.numbers.size;
  }
  /** Pages that hold the records. */
  get pages(): number {
    return Math.ceil(this.count / GROUP) * GROUP_PAGES;
  }

  /** @throws {LinkProblem} */
  symbol(form: SymbolForm): Pointer {
    return this.intern(linkName(form));
  }

  /**
   * The symbol with that print name, package prefix and all, made when it is new.
   *
   * @throws {LinkProblem} when there are too many, or the name is too long
   */
  intern(name: string): Pointer {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    checkRoom(name, number);
    // Before the symbol, which may be asked for meanwhile.
    if (name.startsWith(":") && name.length > 1) this.onKeyword(name);
    const { memory } = this.books;
    if (number % GROUP === 0) this.beginGroup(number);
    const { bytes } = printNameBlock(name);
    const block = this.books.block(bytes.length / 4, BLOCK_UNBOXED);
    for (const [i, byte] of bytes.entries()) memory.setByte(2 * block + i, byte);
    writeSymbol(memory, number, name, block);
    this.numbers.set(name, number);
    return number;
  }

  /** Print names in the order of the numbers. */
  names(): Iterable<string> {
    return this.numbers.keys();
  }

  private beginGroup(first: number): void {
    setTypeEntries(this.books.memory, first, first + GROUP, SYMBOL_ENTRY);
    for (let number = first; number < first + GROUP; number++) this.books.memory.setCell(valueCell(number), NOBIND);
  }
}

function checkRoom(name: string, number: number): void {
  if (name.length > PRINT_NAME_LIMIT) {
    const expected = `at most ${PRINT_NAME_LIMIT}`;
    throw new LinkProblem({ what: "symbol name", found: `${name.length} characters`, expected });
  }
  if (number < OLD_ATOM_LIMIT) return;
  throw new LinkProblem({
    what: `symbol ${name}`,
    found: `${OLD_ATOM_LIMIT} others before it`,
    expected: "fewer: that is all that an image can be born with",
    advice: "Link fewer files, and load the others into the booted system",
  });
}
