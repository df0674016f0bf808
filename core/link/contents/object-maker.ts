/**
 * Makes the objects that files describe. Nothing is shared and nothing is counted: each place that refers to an object gets one of its own, which is
 * what a machine takes for granted of objects that its count tables do not mention.
 * Source: linking specification, section 4.4 and pitfalls; memory specification, sections 9 to 11.
 */
import type { Pointer } from "../../base/units.ts";
import { type Form, isPrintedNil, NIL_FORM, type SymbolForm } from "../../compiled/forms.ts";
import { constantOf } from "../../compiled/reader/load-time.ts";
import { formText } from "../../compiled/show/form-text.ts";
import { BLOCK_POINTERS, BLOCK_UNBOXED } from "../../managers/contract.ts";
import { CHARACTER_BASE, NIL, TYPE_FIXP, TYPE_FLOATP, TYPE_LISTP, TYPE_ONED_ARRAY } from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import {
  ARRAY_STRING,
  ELEMENT_FAT_CHARACTER,
  ELEMENT_POINTER,
  ELEMENT_THIN_CHARACTER,
} from "../../objects/arrays/arrays.ts";
import { fitsSmall, smallInteger } from "../../objects/immediates.ts";
import { FIXP_MAX, FIXP_MIN } from "../../objects/numbers.ts";
import { LinkProblem } from "../problem.ts";
import type { Books } from "../space/books.ts";
import type { SymbolTable } from "./symbol-table.ts";

/** Characters of a form that a message quotes. */
const SHOWN = 60;
const float32 = new DataView(new ArrayBuffer(4));

export class ObjectMaker {
  private readonly books: Books;
  private readonly symbols: SymbolTable;

  constructor(books: Books, symbols: SymbolTable) {
    this.books = books;
    this.symbols = symbols;
  }

  get memory(): VirtualMemory {
    return this.books.memory;
  }
  symbol(form: SymbolForm): Pointer {
    return this.symbols.symbol(form);
  }
  /** Nobody counts references in an image that is being built. */
  willRefer(): void {}

  /**
   * A new object with the contents of the form.
   *
   * @throws {LinkProblem} for what only the booted system can make
   * @throws {VmFault} `StorageFull`
   */
  make(form: Form): Pointer {
    const made = this.build(form);
    this.books.settleCounts(TYPE_LISTP);
    return made;
  }

  /** Nesting is bounded by the reader; the items of a list are no nesting. */
  private build(form: Form): Pointer {
    switch (form.kind) {
      case "symbol":
        return isPrintedNil(form) ? NIL : this.symbols.symbol(form);
      case "integer":
        return this.buildInteger(form.value);
      case "float":
        float32.setFloat32(0, form.value);
        return this.buildBox(TYPE_FLOATP, float32.getUint32(0));
      case "character":
        return CHARACTER_BASE + form.code;
      case "string":
        return this.buildString(form.text);
      case "list": {
        // The end first, and each CAR before its cons, as the reference does.
        let list = form.tail === null ? NIL : this.build(form.tail);
        for (let i = form.items.length - 1; i >= 0; i--)
          list = this.books.cons(this.build(form.items[i] as Form), list);
        return list;
      }
      case "vector":
        return this.buildVector(form.items);
      case "load-time": {
        const constant = constantOf(form.form);
        if (constant === null) throw refusal(form.form, "evaluated at load time", "a constant");
        return this.build(constant);
      }
      default:
        throw refusal(form, `a ${form.kind}`, "symbols, numbers of 32 bits, characters, strings, lists, vectors");
    }
  }

  private buildInteger(value: bigint): Pointer {
    if (value < BigInt(FIXP_MIN) || value > BigInt(FIXP_MAX)) {
      throw refusal({ kind: "integer", value }, "more than 32 bits", "a number of 32 bits: bignums are declared later");
    }
    const number = Number(value);
    return fitsSmall(number) ? smallInteger(number) : this.buildBox(TYPE_FIXP, number);
  }

  private buildBox(type: number, content: number): Pointer {
    const box = this.books.allocate(type);
    this.memory.setCell(box, content);
    return box;
  }

  private buildString(text: string): Pointer {
    const codes = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    const isFat = codes.some((code) => code > 0xff);
    const base = this.books.block(Math.ceil((isFat ? 2 * codes.length : codes.length) / 4), BLOCK_UNBOXED);
    for (const [i, code] of codes.entries()) {
      if (isFat) this.memory.setWord(base + i, code);
      else this.memory.setByte(2 * base + i, code);
    }
    return this.buildArray(base, ARRAY_STRING | ((isFat ? ELEMENT_FAT_CHARACTER : ELEMENT_THIN_CHARACTER) << 16), text);
  }

  private buildVector(items: readonly Form[]): Pointer {
    const base = this.books.block(Math.max(items.length, 1), BLOCK_POINTERS);
    for (const [i, item] of items.entries()) this.memory.setCell(base + 2 * i, this.build(item));
    return this.buildArray(base, ELEMENT_POINTER << 16, items);
  }

  private buildArray(base: Pointer, flags: number, { length }: { readonly length: number }): Pointer {
    const array = this.books.allocate(TYPE_ONED_ARRAY);
    for (const [i, cell] of [base, flags, length, length].entries()) this.memory.setCell(array + 2 * i, cell);
    return array;
  }
}

function refusal(form: Form, found: string, expected: string): LinkProblem {
  const advice = "Only a running system can make it: load this file after the boot";
  return new LinkProblem({ what: `the object ${formText(form, SHOWN)}`, found, expected, advice });
}

/** Parts of two forms that are compared. Forms of damaged files can share parts so that there are more than anyone can count. */
const MOST_COMPARED = 100_000;

/** Both forms read the same: the same symbols, numbers and strings in the same places. Forms that are too large to tell are taken for different. */
export function isSameForm(a: Form, b: Form): boolean {
  const pending: [Form, Form][] = [[a, b]];
  let compared = 0;
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [one, other] = pair;
    if (one === other) continue;
    if (++compared > MOST_COMPARED) return false;
    if (one.kind !== "list" || other.kind !== "list") {
      if (!isSameAtom(one, other)) return false;
      continue;
    }
    if (one.items.length !== other.items.length) return false;
    pending.push([one.tail ?? NIL_FORM, other.tail ?? NIL_FORM]);
    for (const [i, item] of one.items.entries()) pending.push([item, other.items[i] as Form]);
  }
  return true;
}

function isSameAtom(a: Form, b: Form): boolean {
  if (a.kind === "symbol" && b.kind === "symbol") {
    return (isPrintedNil(a) && isPrintedNil(b)) || (a.name === b.name && a.package === b.package);
  }
  if (a.kind === "integer" || a.kind === "float") return b.kind === a.kind && b.value === a.value;
  if (a.kind === "string") return b.kind === "string" && b.text === a.text;
  return a.kind === "character" && b.kind === "character" && a.code === b.code;
}
