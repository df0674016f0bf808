/**
 * Lays out what an image is born with: symbols and their print names, code, system variables. All of it goes into the first pages of array
 * space, which stay uncounted for ever, as the code of a Xerox loadup does; what it refers to is counted.
 * Two passes: first every name and size is known and gets its place, then code is written, with its constants allocated by the manager.
 * Source: memory specification, sections 5 (builder's code area), 11.3, 12, 13.
 */
import { assert, VmFault } from "../../base/errors.ts";
import type { Cells, Pointer, WordAddress } from "../../base/units.ts";
import type { CodeBlock, Datum } from "../../isa/code-block.ts";
import { BLOCK_CODE, BLOCK_UNBOXED, type BlockContent } from "../../managers/contract.ts";
import { ARRAY_BASE, MDS_UNIT_WORDS, NIL, NOBIND, OLD_ATOM_LIMIT } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { blockCell } from "../../objects/arrays/blocks.ts";
import { codeCells } from "../../objects/code/code.ts";
import { isSmall } from "../../objects/immediates.ts";
import {
  FIRST_FIXED_SYMBOL,
  FIXED_SYMBOLS,
  findSymbolByCodes,
  printNameBlock,
  writeSymbol,
} from "../../objects/symbols.ts";

/** Cells of a block beyond its data: header and trailer. */
const BLOCK_OVERHEAD_CELLS = 2;
/** Code starts on a quad. */
const CODE_ALIGN_WORDS = 4;

export class ImageBuilder {
  private readonly memory: VirtualMemory;
  private readonly numbers = new Map<string, number>();
  private nextSymbol: number;
  /** Where the next block header goes. */
  private next: Pointer;

  constructor(memory: VirtualMemory) {
    this.memory = memory;
    this.nextSymbol = FIRST_FIXED_SYMBOL;
    this.next = ARRAY_BASE;
    this.createSymbol("NIL", NIL);
    this.createSymbol("NOBIND", NOBIND);
    for (let code = 0; code < 256; code++) {
      const symbol = findSymbolByCodes(memory, [code]);
      // A digit alone denotes a number.
      if (symbol !== null && !isSmall(symbol)) this.createSymbol(String.fromCharCode(code), symbol);
    }
    for (const name of FIXED_SYMBOLS) this.intern(name);
  }

  /**
   * The symbol of that name, made when it is new.
   *
   * @throws {VmFault} `StorageFull` when the symbol table is full
   */
  intern(name: string): Pointer {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    if (this.nextSymbol >= OLD_ATOM_LIMIT) {
      throw new VmFault("StorageFull", `no room for symbol ${name}: the symbol table holds ${OLD_ATOM_LIMIT} symbols`);
    }
    const number = this.nextSymbol++;
    this.createSymbol(name, number);
    return number;
  }

  /** Every symbol that the block names, so that all records exist before pages are registered. */
  internNames(block: CodeBlock): void {
    this.intern(block.name);
    for (const { name } of block.boundNames) this.intern(name);
    for (const name of block.freeNames) this.intern(name);
    for (const { literal } of block.fixups) {
      if (literal.kind === "symbol") this.intern(literal.name);
      else if (literal.kind === "datum") this.internDatum(literal.datum);
    }
  }

  /** Every symbol in a constant. */
  internDatum(datum: Datum): void {
    const pending: Datum[] = [datum];
    for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
      if (item.kind === "symbol") this.intern(item.name);
      else if (item.kind === "pair") pending.push(item.car, item.cdr);
      else if (item.kind === "vector") for (const element of item.items) pending.push(element);
    }
  }

  /** Room for a code block: address of its function header. */
  reserveCode(block: CodeBlock): Pointer {
    return this.reserve(codeCells(block), BLOCK_CODE, CODE_ALIGN_WORDS);
  }

  /** An unboxed block of `cells` zero cells. */
  reserveUnboxed(cells: Cells): Pointer {
    return this.reserve(cells, BLOCK_UNBOXED, 2);
  }

  private reserve(dataCells: Cells, content: BlockContent, alignWords: number): Pointer {
    // The data, not the header, is aligned: a free filler block takes up the difference.
    const header = Math.ceil((this.next + 2) / alignWords) * alignWords - 2;
    if (header > this.next) this.frame(this.next, (header - this.next) / 2, BLOCK_UNBOXED, false);
    const cells = Math.max(dataCells, 2) + BLOCK_OVERHEAD_CELLS;
    assert(cells <= 0xffff, `a block of ${cells} cells exceeds 65535`);
    this.frame(header, cells, content, true);
    this.next = header + 2 * cells;
    return header + 2;
  }

  /** Fills the last unit with a free block that no list knows, and answers where array space goes on. */
  close(): { readonly builtEnd: Pointer; readonly nextSymbol: number } {
    const builtEnd = Math.ceil(this.next / MDS_UNIT_WORDS) * MDS_UNIT_WORDS;
    if (builtEnd > this.next) this.frame(this.next, (builtEnd - this.next) / 2, BLOCK_UNBOXED, false);
    this.next = builtEnd;
    return { builtEnd, nextSymbol: this.nextSymbol };
  }

  private createSymbol(name: string, number: number): void {
    const { bytes } = printNameBlock(name);
    const block = this.reserve(bytes.length / 4, BLOCK_UNBOXED, 2);
    for (const [i, byte] of bytes.entries()) this.memory.setByte(2 * block + i, byte);
    writeSymbol(this.memory, number, name, block);
    this.numbers.set(name, number);
  }

  /** Header and trailer; the trailer of a block carries no content kind. */
  private frame(header: WordAddress, cells: Cells, content: BlockContent, isInUse: boolean): void {
    this.memory.setCell(header, blockCell(content, isInUse, cells));
    if (cells > 1) this.memory.setCell(header + 2 * (cells - 1), blockCell(BLOCK_UNBOXED, isInUse, cells));
  }
}
