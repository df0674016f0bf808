/**
 * Where the objects of an image lie: which cells begin a live object, which are free, helper or replacement cells. Made by one walk over
 * type table, free lists, cons pages and array blocks; never by following references, so that it shows lost objects too.
 * Free storage that is damaged is listed in `problems`, bounded, and the walk goes on.
 * Source: memory specification, sections 5, 7, 9.1, 11.3.
 */
import type { Pointer, TypeNumber, WordAddress, Words } from "../../base/units.ts";
import {
  IFPAGE_BASE,
  MDS_UNIT_WORDS,
  MISCSTATS_BASE,
  PAGE_WORDS,
  POINTER_MASK,
  TYPE_BLOCK,
  TYPE_CHARACTER,
  TYPE_LISTP,
  TYPE_LITATOM,
  TYPE_SMALLP,
} from "../../memory/layout.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import { eachBlock } from "../../objects/arrays/blocks.ts";
import { CONS_PAGE_CELLS, CONS_PAGE_FIRST_CELL, CONS_PAGE_FREE_WORD } from "../../objects/cons.ts";
import { DTD_FREE, DTD_LIMIT, dtdAddress, instanceWords } from "../../objects/dtd.ts";
import { octalAddress } from "../../objects/pointer-notation.ts";
import { typeNumber } from "../../objects/types.ts";

const MAX_PROBLEMS = 50;

/** The typed storage of one type. */
export interface TypeStorage {
  readonly type: TypeNumber;
  readonly sizeWords: Words;
  /** Word addresses of its units, ascending. */
  readonly units: readonly Pointer[];
  readonly perUnit: number;
  /** Live objects in the units before unit i; one element more than units. */
  readonly liveBefore: readonly number[];
  readonly live: number;
  /** Objects on the free list; for conses: free cells. */
  readonly free: number;
  /** Cells of cons pages that belong to other conses: stored CDRs and replacements. */
  readonly parts: number;
}

/** Where array space lies: [first word, end). */
export type ArraySpan = readonly [WordAddress, WordAddress];

export class HeapMap {
  readonly memory: VirtualMemory;
  readonly types: ReadonlyMap<TypeNumber, TypeStorage>;
  /** Headers of all blocks, free ones too, ascending within a span. */
  readonly blockHeaders: readonly WordAddress[];
  readonly problems: readonly string[];
  /** One bit per cell: begins no object, although its page is of a type. */
  private readonly taken: Uint8Array;
  /** One bit per cell: data pointer of a used array block. */
  private readonly blockStarts: Uint8Array;

  constructor(memory: VirtualMemory, arraySpans: readonly ArraySpan[]) {
    this.memory = memory;
    this.taken = new Uint8Array(memory.sizeWords >> 4);
    this.blockStarts = new Uint8Array(memory.sizeWords >> 4);
    const problems: string[] = [];
    this.problems = problems;
    this.types = this.walkTypes(problems);
    this.blockHeaders = this.walkBlocks(arraySpans, problems);
  }

  /** Type number that the type table gives for an address of this image. */
  typeAt(address: Pointer): TypeNumber {
    return typeNumber(this.memory, address);
  }

  /** The address begins a live object of the heap: an instance, a cons, or the data of a used array block. */
  isObject(pointer: Pointer): boolean {
    if (pointer < IFPAGE_BASE || pointer >= this.memory.sizeWords || (pointer & 1) !== 0) return false;
    const storage = this.types.get(this.typeAt(pointer));
    if (storage === undefined) return isSet(this.blockStarts, pointer);
    return isInstance(storage, pointer) && !isSet(this.taken, pointer);
  }

  /** Why `isObject` says no; null when it says yes. */
  damageOf(pointer: Pointer): string | null {
    if (this.isObject(pointer)) return null;
    if (pointer >= this.memory.sizeWords) return "outside the image";
    if ((pointer & 1) !== 0) return "odd address";
    const storage = this.types.get(this.typeAt(pointer));
    if (storage === undefined) return "no block begins there";
    return isInstance(storage, pointer) ? "free cell" : "inside of an object";
  }

  /** Addresses of live objects of a type, by position in address order. */
  instances(type: TypeNumber, start: number, count: number): Pointer[] {
    const storage = this.types.get(type);
    const found: Pointer[] = [];
    if (storage === undefined) return found;
    let unit = unitOf(storage, start);
    let position = storage.liveBefore[unit] ?? 0;
    for (; unit < storage.units.length && found.length < count; unit++) {
      const base = storage.units[unit] ?? 0;
      for (let i = 0; i < storage.perUnit && found.length < count; i++) {
        const address = instanceAddress(storage, base, i);
        if (!isSet(this.taken, address) && position++ >= start) found.push(address);
      }
    }
    return found;
  }

  /** All live objects: typed ones by type, then the data of used blocks. */
  eachObject(visit: (object: Pointer, type: TypeNumber) => void): void {
    for (const storage of this.types.values()) {
      for (const base of storage.units) {
        for (let i = 0; i < storage.perUnit; i++) {
          const address = instanceAddress(storage, base, i);
          if (!isSet(this.taken, address)) visit(address, storage.type);
        }
      }
    }
    for (const header of this.blockHeaders) {
      if (isSet(this.blockStarts, header + 2)) visit(header + 2, TYPE_BLOCK);
    }
  }

  private walkTypes(problems: string[]): Map<TypeNumber, TypeStorage> {
    const unitsOf = this.findUnits();
    const takenInUnit = new Uint16Array(this.memory.sizeWords >> 9);
    const types = new Map<TypeNumber, TypeStorage>();
    for (const [type, units] of [...unitsOf].sort(([a], [b]) => a - b)) {
      const sizeWords = type === TYPE_LISTP ? 2 : instanceWords(this.memory, type);
      const perUnit = type === TYPE_LISTP ? 2 * CONS_PAGE_CELLS : instancesPerUnit(sizeWords);
      if (perUnit === 0) {
        note(problems, `type ${type} has ${units.length} units, but objects of ${sizeWords} words`);
        continue;
      }
      const bare = { type, sizeWords, units, perUnit, liveBefore: [], live: 0, free: 0, parts: 0 };
      const free =
        type === TYPE_LISTP
          ? this.takeConsCells(units, takenInUnit, problems)
          : { free: this.takeFreeList(bare, takenInUnit, problems), parts: 0 };
      const liveBefore = [0];
      let live = 0;
      for (const base of units) {
        live += perUnit - (takenInUnit[base >> 9] as number);
        liveBefore.push(live);
      }
      types.set(type, { ...bare, ...free, liveBefore, live });
    }
    return types;
  }

  /** Units by type. The ranges of immediates and the statistics cells have types, but no objects. */
  private findUnits(): Map<TypeNumber, Pointer[]> {
    const unitsOf = new Map<TypeNumber, Pointer[]>();
    const { memory } = this;
    for (let base: Pointer = IFPAGE_BASE; base < memory.sizeWords; base += MDS_UNIT_WORDS) {
      const type = typeNumber(memory, base);
      if (type === TYPE_BLOCK || base === MISCSTATS_BASE) continue;
      if (type === TYPE_SMALLP || type === TYPE_LITATOM || type === TYPE_CHARACTER) continue;
      const units = unitsOf.get(type);
      if (units === undefined) unitsOf.set(type, [base]);
      else units.push(base);
    }
    return unitsOf;
  }

  private takeFreeList(storage: TypeStorage, takenInUnit: Uint16Array, problems: string[]): number {
    let length = 0;
    if (storage.type >= DTD_LIMIT) return 0;
    let object = this.memory.pointer(dtdAddress(storage.type) + DTD_FREE);
    while (object !== 0) {
      if (!this.isInType(object, storage)) {
        note(
          problems,
          `free list of type ${storage.type} leads to ${octalAddress(object)}, which is none of its objects`,
        );
        break;
      }
      if (!this.take(object, takenInUnit)) {
        note(problems, `free list of type ${storage.type} comes back to ${octalAddress(object)}`);
        break;
      }
      length++;
      object = this.memory.pointer(object);
    }
    return length;
  }

  private isInType(object: Pointer, storage: TypeStorage): boolean {
    return (
      object >= IFPAGE_BASE &&
      object < this.memory.sizeWords &&
      this.typeAt(object) === storage.type &&
      isInstance(storage, object)
    );
  }

  /** The passes are over all pages each: a replacement often lies on another page than its cons. */
  private takeConsCells(
    units: readonly Pointer[],
    takenInUnit: Uint16Array,
    problems: string[],
  ): { free: number; parts: number } {
    let free = 0;
    for (const base of units) {
      free += this.takeFreeChain(base, takenInUnit, problems);
      free += this.takeFreeChain(base + PAGE_WORDS, takenInUnit, problems);
    }
    let parts = this.takeOwned(units, takenInUnit, problems, (cell, address) => {
      const code = cell >>> 28;
      return code >= 1 && code <= 7 ? address + 2 * code : null;
    });
    parts += this.takeOwned(units, takenInUnit, problems, (cell) => (cell >>> 28 === 0 ? cell & POINTER_MASK : null));
    return { free, parts };
  }

  private takeFreeChain(page: Pointer, takenInUnit: Uint16Array, problems: string[]): number {
    const header = this.memory.word(page + CONS_PAGE_FREE_WORD);
    const count = header >> 8;
    let offset = header & 0xff;
    let length = 0;
    for (; offset !== 0; length++) {
      if (offset < CONS_PAGE_FIRST_CELL || (offset & 1) !== 0 || !this.take(page + offset, takenInUnit)) {
        note(problems, `free chain of cons page ${(page >> 8).toString(8)} leads to word ${offset}`);
        return length;
      }
      offset = this.memory.cell(page + offset) >>> 24;
    }
    if (length !== count) {
      note(problems, `cons page ${(page >> 8).toString(8)} counts ${count} free cells, its chain has ${length}`);
    }
    return length;
  }

  /** Takes the cell that each remaining cell owns, if it owns one. */
  private takeOwned(
    units: readonly Pointer[],
    takenInUnit: Uint16Array,
    problems: string[],
    owned: (cell: number, address: Pointer) => Pointer | null,
  ): number {
    let parts = 0;
    for (const base of units) {
      for (let i = 0; i < 2 * CONS_PAGE_CELLS; i++) {
        const address = consAddress(base, i);
        if (isSet(this.taken, address)) continue;
        const part = owned(this.memory.cell(address), address);
        if (part === null) continue;
        if (this.isConsCell(part) && part !== address && this.take(part, takenInUnit)) parts++;
        else
          note(problems, `cons ${octalAddress(address)} has its other cell at ${octalAddress(part)}, which is taken`);
      }
    }
    return parts;
  }

  private isConsCell(address: Pointer): boolean {
    return (
      address >= IFPAGE_BASE &&
      address < this.memory.sizeWords &&
      this.typeAt(address) === TYPE_LISTP &&
      (address & 1) === 0 &&
      (address & 0xff) >= CONS_PAGE_FIRST_CELL
    );
  }

  /** @returns false when the cell was taken before */
  private take(address: Pointer, takenInUnit: Uint16Array): boolean {
    if (isSet(this.taken, address)) return false;
    setBit(this.taken, address);
    (takenInUnit[address >> 9] as number)++;
    return true;
  }

  private walkBlocks(spans: readonly ArraySpan[], problems: string[]): WordAddress[] {
    const headers: WordAddress[] = [];
    for (const [start, end] of spans) {
      const stopped = eachBlock(this.memory, start, end, ({ header, data, isInUse }) => {
        headers.push(header);
        if (isInUse) setBit(this.blockStarts, data);
      });
      if (stopped < end)
        note(problems, `array space: no block at ${octalAddress(stopped & POINTER_MASK)}, where one should begin`);
    }
    return headers;
  }
}

/** How typed storage is cut: page by page where that leaves little over, else across the whole unit. */
function isCutByPage(sizeWords: Words): boolean {
  const slop = PAGE_WORDS % sizeWords;
  return slop !== 0 && slop < sizeWords >> 1 && sizeWords < PAGE_WORDS;
}

export function instancesPerUnit(sizeWords: Words): number {
  if (sizeWords < 2 || sizeWords > MDS_UNIT_WORDS) return 0;
  if (isCutByPage(sizeWords)) return 2 * Math.floor(PAGE_WORDS / sizeWords);
  return Math.floor(MDS_UNIT_WORDS / sizeWords);
}

function consAddress(base: Pointer, i: number): Pointer {
  return i < CONS_PAGE_CELLS
    ? base + CONS_PAGE_FIRST_CELL + 2 * i
    : base + PAGE_WORDS + CONS_PAGE_FIRST_CELL + 2 * (i - CONS_PAGE_CELLS);
}

function instanceAddress(storage: TypeStorage, base: Pointer, i: number): Pointer {
  if (storage.type === TYPE_LISTP) return consAddress(base, i);
  if (!isCutByPage(storage.sizeWords)) return base + i * storage.sizeWords;
  const perPage = storage.perUnit >> 1;
  return i < perPage ? base + i * storage.sizeWords : base + PAGE_WORDS + (i - perPage) * storage.sizeWords;
}

function isInstance(storage: TypeStorage, address: Pointer): boolean {
  if (storage.type === TYPE_LISTP) return (address & 1) === 0 && (address & 0xff) >= CONS_PAGE_FIRST_CELL;
  const span = isCutByPage(storage.sizeWords) ? PAGE_WORDS : MDS_UNIT_WORDS;
  const offset = address & (span - 1);
  return offset % storage.sizeWords === 0 && offset + storage.sizeWords <= span;
}

/** Index of the unit that holds the live object at a position. */
function unitOf(storage: TypeStorage, position: number): number {
  let low = 0;
  let high = storage.units.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((storage.liveBefore[middle + 1] ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isSet(bits: Uint8Array, address: Pointer): boolean {
  return ((bits[address >> 4] as number) & (1 << ((address >> 1) & 7))) !== 0;
}

function setBit(bits: Uint8Array, address: Pointer): void {
  bits[address >> 4] = (bits[address >> 4] as number) | (1 << ((address >> 1) & 7));
}

function note(problems: string[], text: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push(text);
}
