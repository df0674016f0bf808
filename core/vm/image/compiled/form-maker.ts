/**
 * Makes the literals of compiled files in an image. Each new object has no reference yet; storing it gives it one.
 * Source: compiled files specification, sections 2 and 5; memory specification, sections 9 to 11.
 */
import { assert, InternalError } from "../../../base/errors.ts";
import type { Pointer } from "../../../base/units.ts";
import { type BitmapForm, type Form, listItems, NIL_FORM, type SymbolForm } from "../../../compiled/forms.ts";
import { constantOf } from "../../../compiled/reader/load-time.ts";
import { flatName } from "../../../compiled/symbol-homes.ts";
import type { CompiledFunction } from "../../../compiled/types.ts";
import { BLOCK_UNBOXED } from "../../../managers/contract.ts";
import {
  CHARACTER_BASE,
  NIL,
  TYPE_BIGNUM,
  TYPE_BITMAP,
  TYPE_CLOSURE,
  TYPE_COMPLEX,
  TYPE_RATIO,
} from "../../../memory/layout.ts";
import type { VirtualMemory } from "../../../memory/virtual-memory.ts";
import { BIGNUM_DIGIT_BITS, FIXP_MAX, FIXP_MIN } from "../../../objects/numbers.ts";
import { PRINT_NAME_LIMIT } from "../../../objects/symbols.ts";
import { type Heap, initializeSlot, kept, makeFloat, makeInteger, makeString, makeVector } from "../datum.ts";
import { internSymbol } from "../install.ts";
import type { FunctionParts } from "./write-function.ts";

/** Largest coordinate of a bitmap, which stands in a word. */
const WORD_LIMIT = 0xffff;

/** Why the form cannot be made in an image without the rest of the system; `null`: it can. */
export function obstacle(root: Form): string | null {
  const pending: Form[] = [root];
  const seen = new Set<Form>();
  for (let form = pending.pop(); form !== undefined; form = pending.pop()) {
    if (seen.has(form)) continue;
    seen.add(form);
    const found = ownObstacle(form);
    if (found !== null) return found;
    for (const part of partsOf(form)) pending.push(part);
  }
  return null;
}

function ownObstacle(form: Form): string | null {
  switch (form.kind) {
    case "symbol":
      return flatName(form).length > PRINT_NAME_LIMIT
        ? `a symbol name of more than ${PRINT_NAME_LIMIT} characters`
        : null;
    case "load-time":
      return constantOf(form.form) === null ? "a form that is evaluated when the file is loaded" : null;
    case "bitmap":
      return form.width > WORD_LIMIT || form.height > WORD_LIMIT ? "a bitmap of more than 65535 points" : null;
    case "array":
      return vectorOf(form) === null ? "an array that is no plain vector" : null;
    case "structure":
      return "a structure, whose type only the system declares";
    case "pathname":
      return "a path name";
    case "package":
      return "a package";
    default:
      return null;
  }
}

/** Elements of an array that is nothing but a vector of objects. */
function vectorOf({ dimensions, options, elements }: Form & { kind: "array" }): readonly Form[] | null {
  const length = dimensions.kind === "integer" ? dimensions : listItems(dimensions)?.[0];
  const isPlain = listItems(options)?.every((option) => option.kind === "symbol" && !/^BIT$|CHAR/.test(option.name));
  if (isPlain !== true || length?.kind !== "integer" || length.value !== BigInt(elements.length)) return null;
  return (listItems(dimensions)?.length ?? 1) === 1 ? elements : null;
}

/** Forms that must exist before this one. Code is none: it has its place from the start. */
function partsOf(form: Form): readonly Form[] {
  switch (form.kind) {
    case "list":
      return form.tail === null ? form.items : [...form.items, form.tail];
    case "vector":
      return form.items;
    case "array":
      return form.elements;
    case "complex":
      return [form.real, form.imaginary];
    case "load-time":
      return [constantOf(form.form) ?? NIL_FORM];
    default:
      return [];
  }
}

/** Makes forms in one image. A form that stands in several places is one object. */
export class FormMaker implements FunctionParts {
  readonly heap: Heap;
  private readonly headerOf: (each: CompiledFunction) => Pointer;
  private readonly made = new Map<Form, Pointer>();
  /** Constants of load-time forms, which are new forms each time they are asked for. */
  private readonly constants = new Map<Form, Form>();
  private readonly uninterned = new Map<string, number>();

  /** @param headerOf where the code of a function stands */
  constructor(heap: Heap, headerOf: (each: CompiledFunction) => Pointer) {
    this.heap = heap;
    this.headerOf = headerOf;
  }

  /**
   * The object of a form that has no `obstacle`.
   *
   * @throws {VmFault} `StorageFull`
   */
  make(root: Form): Pointer {
    const pending: Form[] = [root];
    for (let form = pending.at(-1); form !== undefined; form = pending.at(-1)) {
      const missing = this.made.has(form) ? [] : this.parts(form).filter((part) => !this.made.has(part));
      if (missing.length === 0) {
        if (!this.made.has(form)) this.made.set(form, this.build(form));
        pending.pop();
      } else {
        for (const part of missing) pending.push(part);
      }
    }
    return this.known(root);
  }

  symbol(form: SymbolForm): Pointer {
    return this.make(form);
  }

  get memory(): VirtualMemory {
    return this.heap.memory;
  }

  willRefer(place: Pointer, object: Pointer): void {
    this.heap.manager.barrier(place, NIL, object, "add-first");
  }

  private known(form: Form): Pointer {
    const pointer = this.made.get(form);
    assert(pointer !== undefined, `a ${form.kind} was asked for before it was made`);
    return pointer;
  }

  private parts(form: Form): readonly Form[] {
    return form.kind === "load-time" ? [this.constant(form.form)] : partsOf(form);
  }

  private constant(form: Form): Form {
    const constant = this.constants.get(form) ?? constantOf(form) ?? NIL_FORM;
    this.constants.set(form, constant);
    return constant;
  }

  private build(form: Form): Pointer {
    const { heap } = this;
    switch (form.kind) {
      case "symbol":
        return form.package === null ? this.buildUninterned(form.name) : internSymbol(heap, flatName(form));
      case "integer":
        return this.buildInteger(form.value);
      case "ratio":
        return this.buildPair(TYPE_RATIO, this.buildInteger(form.numerator), this.buildInteger(form.denominator));
      case "complex":
        return this.buildPair(TYPE_COMPLEX, this.known(form.real), this.known(form.imaginary));
      case "float":
        return kept(heap, makeFloat(heap, form.value));
      case "character":
        return CHARACTER_BASE + form.code;
      case "string":
        return kept(heap, makeString(heap, form.text));
      case "list":
        return form.items.reduceRight<Pointer>(
          (rest, item) => kept(heap, heap.manager.cons(this.known(item), rest)),
          form.tail === null ? NIL : this.known(form.tail),
        );
      case "vector":
        return kept(heap, this.buildVector(form.items));
      case "array":
        return kept(heap, this.buildVector(form.elements));
      case "bits":
        return this.buildVector(form.bits.map((value) => ({ kind: "integer", value: BigInt(value) })));
      case "bitmap":
        return this.buildBitmap(form);
      case "load-time":
        return this.known(this.constant(form.form));
      case "code":
        return this.buildFunction(form.function);
      default:
        throw new InternalError(`a ${form.kind} cannot be made here`);
    }
  }

  private buildInteger(value: bigint): Pointer {
    if (value >= BigInt(FIXP_MIN) && value <= BigInt(FIXP_MAX)) return makeInteger(this.heap, Number(value));
    const { manager } = this.heap;
    const digits: number[] = [];
    const sign = value < 0n ? -1 : 1;
    for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= BigInt(BIGNUM_DIGIT_BITS)) {
      digits.push(sign * Number(BigInt.asUintN(BIGNUM_DIGIT_BITS, rest)));
    }
    const list = digits.reduceRight<Pointer>((rest, digit) => manager.cons(makeInteger(this.heap, digit), rest), NIL);
    const number = manager.allocate(TYPE_BIGNUM);
    initializeSlot(this.heap, number, list);
    return number;
  }

  private buildPair(type: number, first: Pointer, second: Pointer): Pointer {
    const pair = this.heap.manager.allocate(type);
    initializeSlot(this.heap, pair, first);
    initializeSlot(this.heap, pair + 2, second);
    return pair;
  }

  private buildVector(items: readonly Form[]): Pointer {
    const vector = makeVector(this.heap, items.length, NIL);
    const base = this.heap.memory.pointer(vector);
    for (const [i, item] of items.entries()) initializeSlot(this.heap, base + 2 * i, this.make(item));
    return vector;
  }

  private buildBitmap({ width, height, bitsPerPixel, bytes }: BitmapForm): Pointer {
    const { memory, manager } = this.heap;
    const base = manager.allocateBlock(Math.max(2, Math.ceil(bytes.length / 4)), BLOCK_UNBOXED);
    for (const [i, byte] of bytes.entries()) memory.setByte(2 * base + i, byte);
    const bitmap = manager.allocate(TYPE_BITMAP);
    initializeSlot(this.heap, bitmap, base);
    const words = [Math.ceil((width * bitsPerPixel) / 16), height, width, bitsPerPixel];
    for (const [i, word] of words.entries()) memory.setWord(bitmap + 2 + i, word);
    return bitmap;
  }

  /** A closure object without environment; the bare code when closures of it are made at run time. */
  private buildFunction(each: CompiledFunction): Pointer {
    const header = this.headerOf(each);
    if (each.isClosure) return header;
    const closure = this.heap.manager.allocate(TYPE_CLOSURE);
    initializeSlot(this.heap, closure, header);
    return closure;
  }

  /** Each of them is a symbol of its own, so equal names get a number. */
  private buildUninterned(name: string): Pointer {
    const number = (this.uninterned.get(name) ?? 0) + 1;
    this.uninterned.set(name, number);
    const flat = `#:${name}${number === 1 ? "" : `.${number}`}`;
    return internSymbol(this.heap, flat.slice(0, PRINT_NAME_LIMIT));
  }
}
