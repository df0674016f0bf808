/**
 * A small image to read from in tests: typed objects, conses, strings and symbols are put down one after the other, with nothing counted and nothing freed.
 * Tests of allocators and collectors have the real thing in `core/managers/`.
 */
import { ARRAY_BASE, NIL, TYPE_LISTP, TYPE_NEW_ATOM, TYPE_NOREF } from "../../../core/memory/layout.ts";
import { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { ARRAY_STRING } from "../../../core/objects/arrays/arrays.ts";
import { blockCell } from "../../../core/objects/arrays/blocks.ts";
import { writeTypeDescriptor } from "../../../core/objects/dtd.ts";
import { smallInteger } from "../../../core/objects/immediates.ts";
import { floatBits } from "../../../core/objects/numbers.ts";
import { characterCodes, printNameBlock, writeSymbol, writeSymbolRecord } from "../../../core/objects/symbols.ts";
import { BUILTIN_TYPES, builtinType, setTypeEntries } from "../../../core/objects/types.ts";

export class TestImage {
  readonly memory: VirtualMemory;
  private nextUnit = 0x3ffe00;
  private nextBlock = ARRAY_BASE;
  private nextSymbol = 300;
  /** Type number -> next free word and end of its open unit. */
  private readonly open = new Map<number, { next: number; end: number }>();

  constructor(megabytes = 16) {
    this.memory = new VirtualMemory(megabytes);
    setTypeEntries(this.memory, 0, 0x8000000, TYPE_NOREF);
    setTypeEntries(this.memory, 0, 0x10000, 0xc804);
    setTypeEntries(this.memory, 0x70000, 0x80000, 0x8009);
    setTypeEntries(this.memory, 0xe0000, 0x100000, 0xb801);
    writeSymbol(this.memory, 0, "NIL", this.printName("NIL"));
    writeSymbol(this.memory, 1, "NOBIND", this.printName("NOBIND"));
    writeSymbol(this.memory, 76, "T", this.printName("T"));
  }

  /** Writes the descriptors of all built-in types, with names and pointer lists. */
  declareTypes(): this {
    for (const type of BUILTIN_TYPES) {
      writeTypeDescriptor(this.memory, {
        type: type.number,
        name: this.symbol(type.name),
        sizeWords: type.words,
        pointers: this.list(...(type.pointerOffsets ?? []).map(smallInteger)),
        entry: type.entry,
      });
    }
    return this;
  }

  unit(entry: number): number {
    const unit = this.nextUnit;
    this.nextUnit -= 512;
    setTypeEntries(this.memory, unit, unit + 512, entry);
    return unit;
  }
  object(type: number, words = builtinType(type)?.words ?? 2): number {
    let open = this.open.get(type);
    if (open === undefined || open.next + words > open.end) {
      const unit = this.unit(builtinType(type)?.entry ?? type);
      open = { next: unit, end: unit + 512 };
      this.open.set(type, open);
    }
    open.next += words;
    return open.next - words;
  }
  /** A cons whose CDR is stored in the cell after it (code 1), so that both fields can be set later. */
  cons(car: number, cdr: number): number {
    let open = this.open.get(TYPE_LISTP);
    if (open === undefined || open.next + 4 > open.end) {
      const page = open !== undefined && (open.end & 511) !== 0 ? open.end : this.unit(0x0005);
      open = { next: page + 8, end: page + 256 };
      this.open.set(TYPE_LISTP, open);
    }
    const cons = open.next;
    open.next += 4;
    this.setCons(cons, car, cdr);
    return cons;
  }
  setCons(cons: number, car: number, cdr: number): void {
    this.memory.setCell(cons, 0x10000000 | car);
    this.memory.setCell(cons + 2, cdr);
  }
  list(...items: number[]): number {
    return items.reduceRight((rest, item) => this.cons(item, rest), NIL);
  }
  fixp(value: number): number {
    const box = this.object(2);
    this.memory.setCell(box, value);
    return box;
  }
  float(value: number): number {
    const box = this.object(3);
    this.memory.setCell(box, floatBits(value));
    return box;
  }
  /** An array block with header and trailer; the pointer to its data. */
  block(dataCells: number, content = 0): number {
    const cells = Math.max(2, dataCells) + 2;
    const header = this.nextBlock;
    this.nextBlock += cells * 2;
    setTypeEntries(this.memory, header & ~511, this.nextBlock, 0);
    this.memory.setCell(header, blockCell(content, true, cells));
    this.memory.setCell(header + 2 * (cells - 1), blockCell(0, true, cells));
    return header + 2;
  }
  bytes(bytes: ArrayLike<number>, content = 0): number {
    const block = this.block(Math.ceil(bytes.length / 4), content);
    for (let i = 0; i < bytes.length; i++) this.memory.setByte(block * 2 + i, bytes[i] as number);
    return block;
  }
  array(elementType: number, length: number, base: number, flags = 0, offset = 0): number {
    const array = this.object(14);
    this.memory.setCell(array, base);
    this.memory.setCell(array + 2, (flags | (elementType << 16) | offset) >>> 0);
    this.memory.setCell(array + 4, length);
    this.memory.setCell(array + 6, length);
    return array;
  }
  string(text: string): number {
    const codes = characterCodes(text);
    if (codes.every((code) => code < 256)) return this.array(67, codes.length, this.bytes(codes), ARRAY_STRING);
    const wide = codes.flatMap((code) => [code >> 8, code & 255]);
    return this.array(68, codes.length, this.bytes(wide), ARRAY_STRING);
  }
  vector(...items: number[]): number {
    const block = this.block(items.length, 1);
    for (const [i, item] of items.entries()) this.memory.setCell(block + 2 * i, item);
    return this.array(38, items.length, block);
  }
  printName(name: string): number {
    return this.bytes(printNameBlock(name).bytes);
  }
  symbol(name: string, number = this.nextSymbol++): number {
    writeSymbol(this.memory, number, name, this.printName(name));
    return number;
  }
  newSymbol(name: string): number {
    const symbol = this.object(TYPE_NEW_ATOM);
    writeSymbolRecord(this.memory, symbol, printNameBlock(name).isFat, this.printName(name), 0);
    return symbol;
  }
}
